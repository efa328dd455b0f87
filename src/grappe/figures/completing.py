"""A mention and what was attached to it → a figure, with its indicator, its member and its offsets."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grappe.figures.around import Around, Sentence
from grappe.figures.lexicon import generic_names, lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.outline import Note
from grappe.figures.places import shown
from grappe.figures.shares import indicator_of, scope_of, whole_text
from grappe.figures.tokens import Tokens
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure, Number
from grappe.statements.text import words

Period = tuple[str, str]
_NARROWING = word_set("completing.narrowing")


@dataclass(slots=True)
class Attached:
    """What the text around a mention says of it; *whole* and *next_first* are indexes of tokens."""

    kind: str
    whole: tuple[int, int] | None
    next_first: int
    before: Mention | None
    note: Note | None
    source: str | None
    period: Period | None
    place: str | None
    subject: str | None
    implied: list[str]


def made_figure(around: Around, mention: Mention, sentence: Sentence, told: Attached) -> Figure:
    """The figure that *mention* comes to with what was attached; ``told.implied`` gains what is guessed."""
    tokens = around.reading.tokens
    scope = scope_of(mention, sentence.spots)
    implied = told.implied
    currency = mention.currency
    if currency == "$":
        currency = "CAD"
        implied.append("currency")
    if "words" in mention.marks:
        implied.append("unit")
    includes, excludes = _scope_limits(told.note)
    period = told.period
    return Figure(
        indicator=_indicator(around, mention, told, sentence),
        kind=told.kind,  # type: ignore[arg-type]
        unit=mention.unit or "units",
        value=as_number(mention.value),
        lower=as_number(mention.lower),
        upper=as_number(mention.upper),
        qualifier=mention.qualifier,  # type: ignore[arg-type]
        currency=currency,
        subject=told.subject,
        includes=includes,
        excludes=excludes,
        member=_member(around, mention),
        share_of=whole_text(around.reading, told.whole)
        or _part_of_previous(around, mention, told.before)
        or (shown(scope.place, around.language) if scope else None),
        place=told.place,
        period_start=period[0] if period else None,
        period_end=period[1] if period else None,
        period_kind=None if period is None else "year" if period[0] == period[1] else "span",
        magnitude=mention.power,
        decimals=mention.decimals,
        source=told.source,
        document=around.document.id,
        language=around.language,
        implied_fields=tuple(sorted(set(implied))),
        confidence=_confidence(mention, implied),
        note=_mended(tokens, sentence, mention),
        **_offsets(tokens, mention, told),
    )


def _scope_limits(note: Note | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a footnote includes and what it excludes."""
    if note is None or not note.is_scope:
        return (), ()
    without = note.text.lower().startswith(("ex", "hors", "sauf"))
    return ((), (note.text,)) if without else ((note.text,), ())


def _offsets(tokens: Tokens, mention: Mention, told: Attached) -> dict[str, Any]:
    """Where the excerpt and the number stand in the document's text, and both texts."""
    closing = told.whole[1] if told.whole else mention.closing
    end = tokens.ends[max(min(closing, told.next_first), mention.last) - 1]
    start, surface_start = tokens.starts[mention.opening], tokens.starts[mention.first]
    surface_end = tokens.ends[mention.last - 1]
    return {
        "start": start,
        "end": end,
        "excerpt": tokens.text[start:end],
        "surface": tokens.text[surface_start:surface_end],
        "surface_start": surface_start,
        "surface_end": surface_end,
    }


def _mended(tokens: Tokens, sentence: Sentence, mention: Mention) -> str | None:
    """Which digits of the sentence were letters, so that a person looks twice."""
    typed = [
        tokens.words[at]
        for at in range(sentence.first, sentence.last)
        if tokens.numeric[at] and any(char in "OoIl" for char in tokens.words[at])
    ]
    if typed:
        return f"letters typed for digits: {', '.join(typed)}"
    return "mended number" if "typed" in mention.marks else None


def _member(around: Around, mention: Mention) -> str | None:
    """« water (18 %) » in a list of such: the member of a breakdown."""
    reading = around.reading
    if mention.form == "count" and mention.noun is not None:
        return _kind_of_thing(reading, mention)
    if mention.form != "percent" or reading.key(mention.first - 1) != "(" or reading.key(mention.last) != ")":
        return None
    start = mention.first - 1
    while (
        start > 0
        and reading.key(start - 1) not in (",", ";", ":", ")", ".", "(")
        and mention.first - start < 8
    ):
        start -= 1
    return reading.tokens.span(start, mention.first - 1) or None


def _kind_of_thing(reading: Reading, mention: Mention) -> str | None:
    """« manufacturers » among companies: the noun and its adjectives, unless it is the unit's own name."""
    start = mention.last
    while start < mention.closing - 1 and (
        reading.key(start) in ("de", "d'", "of", "-")
        or reading.key(start) in lexicon().magnitudes[reading.language]
    ):
        start += 1
    end = mention.closing
    while reading.language == "fr" and reading.key(end) in _NARROWING:
        end += 1
    told = reading.tokens.span(start, end)
    return None if set(words(told)) <= generic_names(mention.unit or "") else told or None


def _part_of_previous(around: Around, mention: Mention, previous: Mention | None) -> str | None:
    """« 82,540 jobs …, of which 58 % », « dont 58 % »: the figure that the share is of."""
    reading = around.reading
    if previous is None or mention.form != "percent" or previous.form not in ("count", "amount"):
        return None
    at = mention.opening - 1
    of_which = reading.key(at) == "dont" or (reading.key(at) == "which" and reading.key(at - 1) == "of")
    if not of_which or previous.first < reading.tokens.sentence_at(mention.first)[0]:
        return None
    return reading.tokens.span(previous.first, previous.closing)


def _indicator(around: Around, mention: Mention, told: Attached, sentence: Sentence) -> str:
    """In English: « employment », « number of companies », « share of exports », « growth of sales »,
    « rank »."""
    if told.kind == "rank":
        return "rank"
    if mention.form in ("count", "measure"):
        return mention.indicator or "number"
    until = min(sentence.last, max(told.next_first, mention.last))
    of = indicator_of(around.reading, mention, sentence.first, until, told.whole)
    if mention.form == "amount":
        return of or "amount"
    lead = {
        "share": "share",
        "growth": "growth",
        "rate": "rate",
        "comparison": "comparison",
        "ratio": "ratio",
    }.get(told.kind, "growth" if mention.form == "times" else "share")
    return f"{lead} of {of}" if of else lead


def _confidence(mention: Mention, implied: list[str]) -> float:
    """A rule of thumb from 0 to 1: less for each thing inferred, for mended digits and lone superlatives."""
    base = 0.95 - 0.05 * len(set(implied) - {"currency"})
    base -= 0.15 * bool(mention.marks & {"typed", "superlative"})
    return round(max(0.3, base), 2)


def as_number(value: Decimal | None) -> Number | None:
    """*value* as a whole number when it is one."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
