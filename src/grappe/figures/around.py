"""What surrounds a figure while it is attached: its passage and sentence, its section's place and sector."""

from dataclasses import dataclass, field
from decimal import Decimal

from grappe.figures.citations import cited, in_parentheses, published_in
from grappe.figures.lexicon import Language, PlaceName
from grappe.figures.mentions import Mention, Reading
from grappe.figures.outline import Block, Outline
from grappe.figures.periods import Years, dateline_end, years_between
from grappe.figures.places import SectionPlaces, Spot, spots
from grappe.figures.shares import whole_span
from grappe.figures.subjects import actor_of, sector_near
from grappe.figures.tokens import Tokens, tokenize
from grappe.statements.records import Document

#: Blocks whose tokens are kept: a passage, the announcing line and the few before it are looked at again.
_MOST_KEPT = 64


@dataclass
class Sentence:
    """What one sentence names: places, years, its source; read once for all its figures."""

    first: int
    last: int
    spots: list[Spot]
    years: list[Years]
    source: str | None
    actor: str | None
    sector_before: str | None = ""


@dataclass
class Around:
    """One passage while its figures are attached, and what its document and section give by default."""

    document: Document
    plan: Outline
    language: Language
    block: Block
    reading: Reading
    mentions: list[Mention]
    votes: "Votes"
    press: str | None = None
    sentences: dict[int, Sentence] = field(default_factory=dict)
    wholes: list[tuple[int, int]] = field(default_factory=list)
    kinds: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    _lead: "Around | None" = None

    def __post_init__(self) -> None:
        for mention in self.mentions:
            last = self.reading.tokens.sentence_at(mention.first)[1]
            whole = whole_span(self.reading, mention, last)
            if whole:
                self.wholes.append(whole)

    def sentence(self, index: int) -> Sentence:
        """The sentence that holds token *index*."""
        first, last = self.reading.tokens.sentence_at(index)
        if first not in self.sentences:
            tokens = self.reading.tokens
            named = cited(self.reading, first, last)
            text = tokens.span(first, last)
            source = tokens.span(*named).strip(" ,“”«»\u00a0") if named else in_parentheses(text)
            opening = dateline_end(self.reading, first) if first == 0 else first
            found = [
                spot
                for spot in spots(tokens, opening, last)
                if not (named and named[0] <= spot.at < named[1])
            ]
            self.sentences[first] = Sentence(
                first,
                last,
                found,
                self._years(opening, last, text),
                source,
                actor_of(self.reading, first, last),
            )
        return self.sentences[first]

    def _years(self, first: int, last: int, text: str) -> list[Years]:
        """The years of the sentence; those of a publication in parentheses only when there are no others."""
        found = years_between(self.reading, first, last)
        starts = self.reading.tokens.starts
        cited_at = [
            (match.start() + starts[first], match.end() + starts[first]) for match in published_in(text)
        ]
        own = [one for one in found if not any(a <= starts[one.at] < b for a, b in cited_at)]
        return own or found

    def lead(self) -> "Around | None":
        """The announcing line of this passage, read the same way."""
        if self.block.lead is None:
            return None
        if self._lead is None:
            block = self.plan.by_number[self.block.lead]
            reading = Reading(self.votes.tokens(block), self.language)
            self._lead = Around(self.document, self.plan, self.language, block, reading, [], self.votes)
        return self._lead


class Votes:
    """The place of each section and of the document so far, counted when asked for."""

    def __init__(self, plan: Outline, language: Language) -> None:
        self.plan, self.language = plan, language
        self._sectors: dict[int, str | None] = {}
        self.sections: dict[tuple[int, ...], SectionPlaces] = {}
        self.whole = SectionPlaces()
        self._done = 0
        self._all: SectionPlaces | None = None
        self._kept: dict[int, Tokens] = {}

    def tokens(self, block: Block) -> Tokens:
        """The tokens of *block*; those of the blocks read last are kept, so that they are not read twice."""
        if block.number not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[block.number] = tokenize(self.plan.text, block.start, block.end)
        return self._kept[block.number]

    def sector(self, block: Block) -> str | None:
        """The sector that *block* names last, or None."""
        if block.number not in self._sectors:
            if len(self._sectors) > 1_000:
                self._sectors.clear()
            reading = Reading(self.tokens(block), self.language)
            self._sectors[block.number] = last_sector(reading, len(reading.tokens.words))
        return self._sectors[block.number]

    def place(self, block: Block) -> PlaceName | None:
        """What the block's section, then the document, speaks of most, up to this block."""
        while self._done < len(self.plan.blocks) and self.plan.blocks[self._done].number <= block.number:
            self._count(self.plan.blocks[self._done])
            self._done += 1
        winners = [
            section.winner()
            for depth in range(len(block.headings), 0, -1)
            if (section := self.sections.get(block.headings[:depth]))
        ]
        named = [winner for winner in [*winners, self.whole.winner()] if winner]
        # A sub-section that only says « in Canada » compares; the section around it says where it is.
        return (
            next((place for place in named if place.level != "country"), None)
            or next(iter(named), None)
            or self._of_all()
        )

    def _of_all(self) -> PlaceName | None:
        """A title comes before any sentence: what the whole document speaks of."""
        if self._all is None:
            self._all = SectionPlaces()
            for block in self.plan.blocks[:200]:
                tokens = self.tokens(block)
                self._all.add(tokens, spots(tokens, 0, len(tokens.keys)))
        return self._all.winner()

    def _count(self, block: Block) -> None:
        tokens = self.tokens(block)
        opening = dateline_end(Reading(tokens, "fr"), 0) if "-" in tokens.keys[:16] else 0
        found = spots(tokens, opening, len(tokens.keys))
        if not found:
            return
        headings = (*block.headings, block.number) if block.kind == "heading" else block.headings
        for depth in range(1, len(headings) + 1):
            self.sections.setdefault(headings[:depth], SectionPlaces()).add(tokens, found)
        self.whole.add(tokens, found)


def last_sector(reading: Reading, end: int) -> str | None:
    """The sector named last before token *end*."""
    return sector_near(reading, Mention(end, end, end, end, "count", Decimal(0)), 0, end)
