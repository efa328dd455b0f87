"""What figures imply together: a level and its share imply the whole; growth and its span imply the start."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from grappe.figures.findings import Finding
from grappe.figures.intervals import interval_of
from grappe.figures.lexicon import lexicon
from grappe.figures.numerals import parse_number
from grappe.figures.printing import print_amount, print_number, unit_name
from grappe.figures.scopes import comparable, content, indicator_compared, place_named, unit_of
from grappe.figures.tokens import phrase
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure, Number

#: How far apart, in characters, a level and the share or the growth told of it stand.
_NEAR = 700


def check_derived(figures: Iterable[Figure]) -> Iterator[Finding]:
    """``implied_whole``, ``implied_part``, ``implied_start``… for every pair that implies something."""
    ordered = sorted(figures, key=lambda figure: figure.id)
    levels = Levels(figure for figure in ordered if figure.kind in ("level", "cumulative") and figure.value)
    for figure in ordered:
        if not figure.value or not figure.unit.startswith("percent"):
            continue
        if figure.kind == "share":
            yield from _share(figure, levels.around(figure), levels.like)
        elif figure.kind == "growth":
            yield from _growth(figure, levels.around(figure))


class Levels:
    """Levels by what a share or a growth is told beside, in the order given."""

    def __init__(self, levels: Iterable[Figure]) -> None:
        self._levels = list(levels)
        self._valued: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._told: dict[tuple[object, ...], list[int]] = defaultdict(list)
        self._like: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number, level in enumerate(self._levels):
            self._valued[level.document, level.value].append(number)
            for word in content(level.subject) or {None}:
                self._like[(*_likeness(level), word)].append(number)
                for measured in _measured(level):
                    self._told[level.document, level.place, measured, word].append(number)

    def around(self, figure: Figure) -> list[Figure]:
        """At least those that a share or a growth may be of, or names as its whole."""
        found = set(self._valued.get((figure.document, _number_told(figure)), ()))
        about = (figure.document, figure.place, _measured_by(figure))
        for word in content(figure.subject) or {None}:
            found.update(self._told.get((*about, word), ()))
        return [self._levels[number] for number in sorted(found)]

    def like(self, level: Figure) -> list[Figure]:
        """At least those that may state a whole of which *level* is the part."""
        likeness = _likeness(level)
        found = {
            number for word in content(level.subject) for number in self._like.get((*likeness, word), ())
        }
        return [self._levels[number] for number in sorted(found)]


def _likeness(level: Figure) -> tuple[object, ...]:
    return (level.kind, unit_of(level), level.currency, indicator_compared(level), level.period)


def _share(
    share: Figure, levels: Sequence[Figure], like: Callable[[Figure], Iterable[Figure]]
) -> Iterator[Finding]:
    """What *share* implies with one of *levels*; *like* gives those among which a level's whole may be."""
    whole = _whole_told(share, levels)
    if whole:
        yield _implied_part(share, whole)
        return
    level = _level_of(share, levels)
    if level is None or share.member or _says_more(share, level):
        return
    if not _is_of_more(share):
        yield _implied_part(share, level)
        return
    implied = float(level.value or 0) / (float(share.value or 0) / 100)
    stated = next((one for one in like(level) if one.id != level.id and _is_whole(one, level, share)), None)
    details = (
        ("part", _printed(level)), ("share", share.value), ("fraction", round(float(share.value or 0) / 100,
        6)),
        ("whole", _like(level, implied)), ("about", share.share_of or "?"),
    )  # fmt: skip
    if stated is None:
        yield Finding("implied_whole", "information", tuple(sorted((share.id, level.id))), details)
        return
    allowed = interval_of(level).scaled(100 / float(share.value or 1))
    if not allowed.meets(interval_of(stated)):
        ids = tuple(sorted((share.id, level.id, stated.id)))
        yield Finding("implied_whole_disagrees", "error", ids, (*details, ("stated", _printed(stated))))


def _whole_told(share: Figure, levels: Sequence[Figure]) -> Figure | None:
    """The level that the share's own words name as its whole: « 58 % » of « 82,540 jobs »."""
    number = _number_told(share)
    return next(
        (
            one
            for one in levels
            if number is not None and one.value == number and one.document == share.document
        ),
        None,
    )


def _number_told(share: Figure) -> float | None:
    match = re.match(r"\D{0,12}?(\d[\d\s\u00a0\u202f.,]*\d|\d)", share.share_of or "")
    number = parse_number(match[1].strip(), share.language or "fr", counted=True) if match else None
    return None if number is None else float(number)


def _is_of_more(share: Figure) -> bool:
    """Whether the share is of something wider than the level beside it: a territory, a total."""
    told = phrase(share.share_of or "")
    keys = list(told)
    wider = lexicon().adjectives.keys() & set(keys) or set(keys) & {"total", "ensemble", "overall", "all"}
    return bool(wider) or next(lexicon().places.within(keys, 0, len(keys)), None) is not None


def _says_more(share: Figure, level: Figure) -> bool:
    """Whether the words of the share's whole name something that the level does not count (« manufacturing
    jobs »)."""
    known = content(level.subject) | content(level.member) | word_set("derived.measured")
    return bool(content(share.share_of) - known)


def _implied_part(share: Figure, whole: Figure) -> Finding:
    part = float(whole.value or 0) * float(share.value or 0) / 100
    details = (
        ("share", share.value), ("whole", _printed(whole)), ("fraction",
        round(float(share.value or 0) / 100, 6)),
        ("part", _like(whole, part)),
    )  # fmt: skip
    return Finding("implied_part", "information", tuple(sorted((share.id, whole.id))), details)


def _level_of(figure: Figure, levels: Sequence[Figure]) -> Figure | None:
    """The level of the same thing, nearest in the text: « 39,130 workers » for « 45 % of the workforce »."""
    of = _measured_by(figure)
    if not of:
        return None
    fitting = [one for one in levels if of in _measured(one) and _same_scope(one, figure)]
    return min(fitting, key=lambda one: (_distance(one, figure), one.id), default=None)


def _measured_by(figure: Figure) -> str:
    """What a share or a growth is of: « employment » for « share of employment »."""
    return figure.indicator.partition(" of ")[2]


def _measured(level: Figure) -> set[str]:
    """What *level* is a level of, as shares and growths name it."""
    found = {level.indicator}
    if unit_of(level) == "jobs":
        found.add("employment")
    if level.unit == "companies":
        found.add("companies")
    return found


def _same_scope(level: Figure, figure: Figure) -> bool:
    if level.document != figure.document or _distance(level, figure) > _NEAR:
        return False
    mine, theirs = content(level.subject), content(figure.subject)
    return (mine == theirs or bool(mine & theirs)) and (level.place == figure.place)


def _distance(one: Figure, other: Figure) -> int:
    if one.surface_start is None or other.surface_start is None:
        return 0
    return abs(one.surface_start - other.surface_start)


def _is_whole(candidate: Figure, level: Figure, share: Figure) -> bool:
    """Whether *candidate* states the level of what the share is of."""
    named = place_named(candidate.place)
    told = share.share_of or ""
    return (
        comparable(candidate, level)
        and named is not None
        and (named.fr in told or named.en in told)
        and named.en != getattr(place_named(level.place), "en", None)
        and bool(content(candidate.subject) & content(level.subject))
        and candidate.period == level.period
    )


def _growth(growth: Figure, levels: Sequence[Figure]) -> Iterator[Finding]:
    if not growth.period_start or not growth.period_end or growth.period_start == growth.period_end:
        return
    years = int(growth.period_end[:4]) - int(growth.period_start[:4])
    level = _level_of(growth, [one for one in levels if one.period in (None, growth.period_end)])
    if level is None or years < 1:
        return
    rate, end = float(growth.value or 0), float(level.value or 0)
    ids = tuple(sorted((growth.id, level.id)))
    common = (
        ("rate", growth.value),
        ("years", years),
        ("end", _printed(level)),
        ("year", growth.period_start),
    )
    if growth.unit == "percent per year":
        factor = (1 + rate / 100) ** years
        straight = end / (1 + rate / 100 * years)
        told = (
            ("start", _like(level, end / factor)),
            ("factor", round(factor, 3)),
            ("arithmetic", _like(level, straight)),
        )
        yield Finding("implied_start", "information", ids, common + told)
        return
    factor = 1 + rate / 100
    annual = round((factor ** (1 / years) - 1) * 100, 2)
    told_total = (("start", _like(level, end / factor)), ("factor", round(factor, 4)), ("annual", annual))
    yield Finding("implied_start_total", "information", ids, common + told_total)


def _printed(figure: Figure) -> tuple[str, str]:
    """The bare number and its unit, without qualifier, in both languages."""
    return _like(figure, figure.value or 0)


def _like(figure: Figure, value: Number) -> tuple[str, str]:
    """*value* in the unit of *figure*: money to three figures, things to the unit."""
    if figure.unit.startswith("currency"):
        rounded = _three_figures(float(value))
        return print_amount(rounded, figure.currency, "fr"), print_amount(rounded, figure.currency, "en")
    whole = round(float(value))
    fr = f"{print_number(whole, 'fr')}\u00a0{unit_name(figure.unit, whole, 'fr')}"
    return fr, f"{print_number(whole, 'en')} {unit_name(figure.unit, whole, 'en')}"


def _three_figures(value: float) -> Number:
    rounded = float(f"{value:.3g}")
    return int(rounded) if rounded.is_integer() else rounded
