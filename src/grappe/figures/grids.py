"""A number in a table → a figure: its header and its row's label say what it measures, when and where."""

from dataclasses import dataclass

from grappe.figures.around import Votes
from grappe.figures.completing import as_number
from grappe.figures.exclusions import is_year
from grappe.figures.lexicon import lexicon
from grappe.figures.mentions import Mention, Reading, set_bounds
from grappe.figures.notes import section_source
from grappe.figures.numerals import read_numeral
from grappe.figures.outline import Block, Outline
from grappe.figures.periods import year_in_text
from grappe.figures.places import shown, spots
from grappe.figures.quantities import opening_of
from grappe.figures.scanning import scan
from grappe.figures.tokens import Tokens, tokenize
from grappe.figures.topics import topic_for
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure
from grappe.statements.records import Document

_PERCENT = word_set("grids.percent")
_GROWTH = word_set("grids.growth")
#: A cell with more than a number and its sign is a sentence, or another thing.
_MOST_TOKENS = 4


@dataclass(frozen=True)
class Side:
    """The words beside a cell, from its column's header or its row's label."""

    text: str
    tokens: Tokens

    @property
    def keys(self) -> list[str]:
        """Its folded words and signs."""
        return self.tokens.keys

    def measures(self) -> bool:
        """Whether it says what is counted, rather than of what, when or where."""
        words = lexicon()
        named = next(words.indicators.within(self.keys, 0, len(self.keys)), None)
        return (
            bool(named)
            or not {"$", "%"}.isdisjoint(self.keys)
            or any(key in words.nouns for key in self.keys)
        )


def cell_blocks(plan: Outline) -> dict[tuple[int, int, int], Block]:
    """The cells of every table of the page, by table, row and column."""
    return {block.cell: block for block in plan.blocks if block.cell}


def cell_figure(
    document: Document, plan: Outline, votes: Votes, cells: dict[tuple[int, int, int], Block], block: Block
) -> Figure | None:
    """The figure of the cell *block*; None when it holds no number, or nothing says what is counted."""
    table, row, column = block.cell or (0, 0, 0)
    beside = [cells.get((table, row, 0)), cells.get((table, 0, column))]
    if not row or not column or None in beside:
        return None
    sides = [_side(plan, one) for one in beside if one]
    reading = Reading(votes.tokens(block), votes.language)
    mention = _mention(reading, block, sides) if 0 < len(reading.tokens.words) <= _MOST_TOKENS else None
    return _figure(document, plan, votes, block, reading.tokens, mention, sides) if mention else None


def _side(plan: Outline, block: Block) -> Side:
    text = plan.block_text(block)
    return Side(text, tokenize(text))


def _mention(reading: Reading, block: Block, sides: list[Side]) -> Mention | None:
    told = scan(reading, block.start, block.end)
    if told:
        return told[0]
    at = next((at for at, numeric in enumerate(reading.tokens.numeric) if numeric), None)
    numeral = read_numeral(reading, at) if at is not None else None
    if at is None or numeral is None:
        return None
    first, opening, qualifier = opening_of(reading, at)
    count = len(reading.tokens.words)
    more = reading.key(numeral.last) == "+"
    if opening or numeral.last + more != count:
        return None
    keys = [key for side in sides for key in side.keys]
    mention = Mention(first, count, opening, count, "count", numeral.value, decimals=numeral.decimals)
    mention.qualifier = "more_than" if more else qualifier
    if not _PERCENT.isdisjoint(keys):
        mention.form, mention.unit = "percent", "percent"
    elif "$" in keys or "dollars" in keys:
        powers = lexicon().magnitudes[reading.language]
        mention.power = numeral.power or max((powers[key] for key in keys if key in powers), default=0)
        mention.form, mention.unit, mention.currency = "amount", "currency", "$"
        mention.value = numeral.value * 10 ** (mention.power - numeral.power)
    else:
        noun = next((lexicon().nouns[key] for key in keys if key in lexicon().nouns), None)
        if noun is None or (is_year(reading, at) and noun.unit == "years"):
            return None
        mention.unit, mention.indicator = noun.unit, noun.indicator
    return set_bounds(mention)


def _figure(
    document: Document, plan: Outline, votes: Votes, block: Block, tokens: Tokens, mention: Mention,
    sides: list[Side],
) -> Figure:  # fmt: skip
    implied = [] if mention.currency != "$" else ["currency"]
    keys = [key for side in sides for key in side.keys]
    note = section_source(plan, block)
    period = next((found for side in sides if (found := year_in_text(side.text))), None)
    if period is None and note:
        period = year_in_text(note.text)
        implied += ["period"] if period else []
    implied += ["source"] if note else []
    start, end = tokens.starts[mention.first], tokens.ends[mention.last - 1]
    return Figure(
        indicator=_indicator(mention, keys),
        kind=_kind(mention, keys),  # type: ignore[arg-type]
        unit=mention.unit or "units",
        value=as_number(mention.value),
        lower=as_number(mention.lower),
        upper=as_number(mention.upper),
        qualifier=mention.qualifier,  # type: ignore[arg-type]
        currency="CAD" if mention.currency == "$" else mention.currency,
        subject=_subject(document, plan, block, sides, implied),
        place=_place(votes, block, sides, implied),
        period_start=period[0] if period else None,
        period_end=period[1] if period else None,
        period_kind=None if period is None else "year" if period[0] == period[1] else "span",
        magnitude=mention.power,
        decimals=mention.decimals,
        source=note.text if note else None,
        document=document.id,
        start=block.start,
        end=block.end,
        surface=tokens.text[start:end],
        surface_start=start,
        surface_end=end,
        excerpt=tokens.text[block.start : block.end],
        language=votes.language,
        implied_fields=tuple(sorted(implied)),
        confidence=0.75,
    )


def _kind(mention: Mention, keys: list[str]) -> str:
    if mention.form == "rank":
        return "rank"
    if mention.form == "percent":
        return "share" if _GROWTH.isdisjoint(keys) else "growth"
    return "level"


def _indicator(mention: Mention, keys: list[str]) -> str:
    if mention.form == "rank":
        return "rank"
    if mention.form in ("count", "measure"):
        return mention.indicator or "number"
    named = next((found.name for _, _, found in lexicon().indicators.within(keys, 0, len(keys))), None)
    if mention.form == "amount":
        return named or "amount"
    kind = _kind(mention, keys)
    return f"{kind} of {named}" if named else kind


def _subject(
    document: Document, plan: Outline, block: Block, sides: list[Side], implied: list[str]
) -> str | None:
    """The side that says of what: neither a measure, a year nor a place; else the section's topic."""
    for side in sides:
        dated = year_in_text(side.text) is not None
        placed = bool(spots(side.tokens, 0, len(side.keys)))
        if not (dated or placed or side.measures()) and any(key.isalpha() for key in side.keys):
            return side.text
    topic = topic_for(plan, block, document.title)
    implied += ["subject"] if topic else []
    return topic


def _place(votes: Votes, block: Block, sides: list[Side], implied: list[str]) -> str | None:
    for side in sides:
        found = spots(side.tokens, 0, len(side.keys))
        if found:
            return shown(found[0].place, votes.language)
    voted = votes.place(block)
    implied += ["place"] if voted else []
    return shown(voted, votes.language)
