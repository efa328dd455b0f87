"""Whether two figures are about the same thing, and how they differ when not."""

from functools import lru_cache

from grappe.figures.lexicon import PlaceName, lexicon
from grappe.figures.tokens import phrase
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure
from grappe.statements.text import words

_IDLE = (
    word_set("subjects.empty")
    | word_set("subjects.heads_fr")
    | word_set("subjects.heads_en")
    | word_set("scopes.idle")
)
#: Headcounts are comparable whatever they call the people.
_SAME_UNITS = {"workers": "jobs", "employees": "jobs", "facilities": "establishments"}
Difference = tuple[str, str]


@lru_cache(maxsize=65_536)
def content(text: str | None) -> frozenset[str]:
    """The words of a subject that say something: « industrie québécoise de la mode » → {mode}."""
    adjectives = lexicon().adjectives
    return frozenset(
        word for word in words(text or "") if word not in _IDLE and word not in adjectives and len(word) > 1
    )


@lru_cache(maxsize=65_536)
def place_named(text: str | None) -> PlaceName | None:
    """The place of the lexicon that *text* names, or None."""
    if not text:
        return None
    keys = list(phrase(text))
    found = lexicon().places.at(keys, 0) if keys else None
    return found[1] if found and found[0] == len(keys) else None


def unit_of(figure: Figure) -> str:
    """The unit as compared: workers and employees are jobs."""
    return _SAME_UNITS.get(figure.unit, figure.unit)


def comparable(one: Figure, other: Figure) -> bool:
    """Same indicator (by name or by unit), kind and currency: they may be compared at all."""
    return (
        one.kind == other.kind
        and unit_of(one) == unit_of(other)
        and one.currency == other.currency
        and indicator_compared(one) == indicator_compared(other)
    )


def indicator_compared(figure: Figure) -> str:
    """The indicator as compared: of jobs, one is as another."""
    return "jobs" if unit_of(figure) == "jobs" else figure.indicator


def periods_meet(one: Figure, other: Figure) -> bool:
    """Whether both may describe the same time: an unknown period may be any."""
    if one.period_start is None or other.period_start is None:
        return True
    first, last = (one.period_start, one.period_end or one.period_start)
    start, end = (other.period_start, other.period_end or other.period_start)
    return first[:4] <= end[:4] and start[:4] <= last[:4]


def differences(one: Figure, other: Figure) -> tuple[Difference, ...]:
    """How the scopes of two comparable figures differ, as pairs of French and English words; () when they
    don't."""
    found: list[Difference] = []
    if not same_subject(one, other):
        found.append(
            (
                f"sujet ({one.subject or '?'} ; {other.subject or '?'})",
                f"subject ({one.subject or '?'}; {other.subject or '?'})",
            )
        )
    if not same_place(one, other):
        found.append(
            (
                f"lieu ({one.place or '?'} ; {other.place or '?'})",
                f"place ({one.place or '?'}; {other.place or '?'})",
            )
        )
    if not periods_meet(one, other):
        found.append((f"période ({one.period} ; {other.period})", f"period ({one.period}; {other.period})"))
    for name, fr, en in (
        ("member", "catégorie", "category"),
        ("share_of", "ensemble", "whole"),
        ("includes", "inclusions", "inclusions"),
        ("excludes", "exclusions", "exclusions"),
        ("classification", "nomenclature", "classification"),
    ):
        mine, theirs = getattr(one, name), getattr(other, name)
        if not _alike(mine, theirs):
            found.append(
                (f"{fr} ({_told(mine)} ; {_told(theirs)})", f"{en} ({_told(mine)}; {_told(theirs)})")
            )
    return tuple((fr.replace(" ;", "\u00a0;"), en) for fr, en in found)


def same_subject(one: Figure, other: Figure) -> bool:
    """Whether both subjects say the same, sector words and places apart."""
    return content(one.subject) == content(other.subject)


def same_place(one: Figure, other: Figure) -> bool:
    """Whether both name the same place, in either language."""
    mine, theirs = place_named(one.place), place_named(other.place)
    if mine and theirs:
        return mine.en == theirs.en
    return words(one.place or "") == words(other.place or "")


def _alike(mine: object, theirs: object) -> bool:
    if isinstance(mine, str) and isinstance(theirs, str):
        return content(mine) == content(theirs)
    return mine == theirs


def _told(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "—")


@lru_cache(maxsize=1024)
def containers(name: str) -> tuple[str, ...]:
    """The English names of the places that contain the place of English name *name*, the nearest first."""
    by_name = _by_name()
    chain: list[str] = []
    place = by_name.get(name)
    while place and place.inside and place.inside not in chain:
        chain.append(place.inside)
        place = by_name.get(place.inside)
    return tuple(chain)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, PlaceName]:
    return {place.en: place for place in lexicon().place_names}
