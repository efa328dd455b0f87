"""A number found in a text + what the text around it says → a figure."""

from dataclasses import dataclass, field
from decimal import Decimal

from grappe.figures.citations import (
    cited,
    in_parentheses,
    is_signature,
    opens_quotation,
    speaker_after,
    study_in,
)
from grappe.figures.kinds import set_kind
from grappe.figures.lexicon import Language, PlaceName, generic_names, lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.notes import bound_note, mark_after, next_mark, section_source
from grappe.figures.outline import Block, Note, Outline
from grappe.figures.periods import Years, dateline_end, year_in_text, years_between, years_of
from grappe.figures.places import SectionPlaces, Spot, place_of, shown, spots
from grappe.figures.shares import indicator_of, ranked, scope_of, whole_span, whole_text
from grappe.figures.subjects import acting_before, actor_of, common_body, sector_near
from grappe.figures.tokens import Tokens, tokenize
from grappe.figures.topics import topic_for
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure, Number
from grappe.statements.records import Document
from grappe.statements.text import words

Period = tuple[str, str]
#: How many passages back a sector may have been named.
_SECTOR_BLOCKS = 6
#: A sentence that starts so speaks of what the one before spoke of.
_GOES_ON = word_set("attaching.goes_on")


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
                years_between(self.reading, opening, last),
                source,
                actor_of(self.reading, first, last),
            )
        return self.sentences[first]

    def lead(self) -> "Around | None":
        """The announcing line of this passage, read the same way."""
        if self.block.lead is None:
            return None
        if self._lead is None:
            block = self.plan.by_number[self.block.lead]
            reading = Reading(tokenize(self.plan.text, block.start, block.end), self.language)
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
        self._kept: tuple[int, Tokens | None] = (-1, None)

    def keep(self, block: Block, tokens: Tokens) -> None:
        """Tokens already read, so that they are not read twice."""
        self._kept = (block.number, tokens)

    def sector(self, block: Block) -> str | None:
        """The sector that *block* names last, or None."""
        if block.number not in self._sectors:
            if len(self._sectors) > 1_000:
                self._sectors.clear()
            reading = Reading(tokenize(self.plan.text, block.start, block.end), self.language)
            self._sectors[block.number] = _last_sector(reading, len(reading.tokens.words))
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
                tokens = tokenize(self.plan.text, block.start, block.end)
                self._all.add(tokens, spots(tokens, 0, len(tokens.keys)))
        return self._all.winner()

    def _count(self, block: Block) -> None:
        number, kept = self._kept
        tokens = kept if number == block.number and kept else tokenize(self.plan.text, block.start, block.end)
        opening = dateline_end(Reading(tokens, "fr"), 0) if "-" in tokens.keys[:16] else 0
        found = spots(tokens, opening, len(tokens.keys))
        if not found:
            return
        headings = (*block.headings, block.number) if block.kind == "heading" else block.headings
        for depth in range(1, len(headings) + 1):
            self.sections.setdefault(headings[:depth], SectionPlaces()).add(tokens, found)
        self.whole.add(tokens, found)


def attach(around: Around, number: int) -> Figure:
    """The figure that mention *number* of the passage is, with everything the text says of it."""
    mention = around.mentions[number]
    previous_end = around.mentions[number - 1].last if number else 0
    following = around.mentions[number + 1] if number + 1 < len(around.mentions) else None
    next_first = following.opening if following else len(around.reading.tokens.words)
    sentence = around.sentence(mention.first)
    kind = set_kind(around.reading, mention, previous_end, next_first)
    whole = whole_span(around.reading, mention, sentence.last)
    implied: list[str] = []
    note = _note(around, mention)
    source = _source(around, mention, sentence, note, implied)
    period = _period(around, mention, sentence, kind, previous_end, next_first, note, source, implied)
    place = _place(around, mention, sentence, whole, next_first, implied)
    subject = _subject(around, mention, sentence, implied)
    return _figure(
        around,
        mention,
        kind,
        whole,
        sentence,
        note,
        source,
        period,
        place,
        subject,
        implied,
        next_first,
        around.mentions[number - 1] if number else None,
    )


def _note(around: Around, mention: Mention) -> Note | None:
    return bound_note(around.plan, around.block, mark_after(around.reading, mention, around.block))


def _source(
    around: Around, mention: Mention, sentence: Sentence, note: Note | None, implied: list[str]
) -> str | None:
    """The body named for the figure: sentence, note, quotation, announcing line, section footer, press release."""
    if sentence.source:
        return sentence.source
    if note:
        return None if note.is_scope else note.text
    speaker = _speaker(around)
    if speaker:
        return speaker
    lead = around.lead()
    if lead and len(lead.reading.tokens.words):
        said = (
            study_in(around.plan.block_text(lead.block))
            or lead.sentence(len(lead.reading.tokens.words) - 1).source
        )
        if said:
            return said
    study = study_in(around.reading.tokens.span(sentence.first, sentence.last))
    if study:
        return study
    footer = section_source(around.plan, around.block)
    if footer is None:
        footer = bound_note(around.plan, around.block, next_mark(around.plan, around.block))
    if footer and not footer.is_scope:
        implied.append("source")
        return footer.text
    if around.press:
        implied.append("source")
    return around.press


def _speaker(around: Around) -> str | None:
    text = around.plan.block_text(around.block)
    if not opens_quotation(text):
        return None
    said = speaker_after(text)
    if said:
        return said
    after = around.plan.next_block(around.block)
    if after and is_signature(around.plan.block_text(after)):
        return around.plan.block_text(after).strip(" –—-")
    return None


def _period(
    around: Around, mention: Mention, sentence: Sentence, kind: str, previous_end: int, next_first: int,
    note: Note | None, source: str | None, implied: list[str],
) -> Period | None:  # fmt: skip
    """The years of the sentence, the announcing line, the note, the heading, the source; None stays None."""
    own = years_of(mention, sentence.years, max(previous_end, sentence.first), next_first)
    if own:
        return own.period
    lead = around.lead()
    if lead and lead.reading.tokens.words:
        years = [y for y in years_between(lead.reading, 0, len(lead.reading.tokens.words)) if not y.founding]
        if years:
            implied.append("period")
            return years[-1].period
    if note and (found := year_in_text(note.text)):
        implied.append("period")
        return found
    if sentence.source and (found := year_in_text(sentence.source)):
        return found
    for heading in reversed(around.block.headings):
        found = year_in_text(around.plan.headings.get(heading, ""))
        if found:
            implied.append("period")
            return found
    if kind in ("rank", "distance") or "source" not in implied or source is None or source == around.press:
        return None
    marked = section_source(around.plan, around.block)
    found = year_in_text(source) if marked else None
    if found:
        implied.append("period")
    return found


def _place(
    around: Around, mention: Mention, sentence: Sentence, whole: tuple[int, int] | None, next_first: int,
    implied: list[str],
) -> str | None:  # fmt: skip
    """The place the sentence gives, else the announcing line's, the section's, the whole's or the scope's."""
    wholes = around.wholes + [
        (scope.at, scope.at + 1)
        for rank in around.mentions
        if (scope := scope_of(rank, sentence.spots)) and rank is not mention
    ]
    own = place_of(around.reading, mention, sentence.spots, wholes, next_first)
    if own is None and sentence.first and around.reading.key(sentence.first) in _GOES_ON:
        before = around.sentence(sentence.first - 1)
        own = place_of(around.reading, mention, before.spots, wholes, next_first)
    if own:
        return shown(own, around.language)
    lead = around.lead()
    if lead and lead.reading.tokens.words:
        found = [
            spot
            for spot in spots(lead.reading.tokens, 0, len(lead.reading.tokens.words))
            if spot.place.level in ("city", "region", "province")
        ]
        if found:
            implied.append("place")
            return shown(found[-1].place, around.language)
    section = around.votes.place(around.block)
    inside = [spot for spot in sentence.spots if whole and whole[0] <= spot.at < whole[1]]
    if inside and (section is None or _narrower(inside[-1].place, section)):
        return shown(inside[-1].place, around.language)
    implied.append("place")
    if section:
        return shown(section, around.language)
    scope = scope_of(mention, sentence.spots)
    world = [spot for spot in sentence.spots if spot.place.level in ("world", "continent")]
    fallback = scope or (world[0] if world else None)
    if fallback is None:
        implied.remove("place")
    return shown(fallback.place, around.language) if fallback else None


_ORDER = ("city", "region", "province", "country", "continent", "world")


def _narrower(one: PlaceName, other: PlaceName) -> bool:
    return _ORDER.index(one.level) <= _ORDER.index(other.level)


def _subject(around: Around, mention: Mention, sentence: Sentence, implied: list[str]) -> str | None:
    """The sector of the sentence, the body that acts in it, the announcing line's, else the section's topic."""
    reading = around.reading
    named = sector_near(reading, mention, sentence.first, sentence.last)
    if named:
        return named
    actor = acting_before(reading, mention, sentence.first) or sentence.actor
    if actor:
        return actor
    implied.append("subject")
    lead = around.lead()
    if lead and lead.reading.tokens.words:
        end = len(lead.reading.tokens.words)
        far = Mention(end, end, end, end, "count", Decimal(0))
        said = sector_near(lead.reading, far, 0, end) or actor_of(lead.reading, 0, end)
        if said:
            return said
    topic = topic_for(around.plan, around.block, around.document.title)
    if topic:
        narrower = _narrower_subject(around, mention, sentence)
        return f"{topic} ({narrower})" if narrower else topic
    before = _sector_before(around, sentence)
    if before is None:
        implied.remove("subject")
        return common_body(around.reading, sentence.first, sentence.last)
    return before


def _narrower_subject(around: Around, mention: Mention, sentence: Sentence) -> str | None:
    """What a rank is in, or whom a rate is for, within the section's topic."""
    if mention.form == "rank":
        return ranked(around.reading, mention, sentence.last)
    if mention.form in ("percent", "times") and around.reading.key(mention.last) in ("for", "pour"):
        at = mention.last + 1
        end = at
        while end < min(sentence.last, at + 5) and around.reading.key(end)[0].isalpha():
            end += 1
        return around.reading.tokens.span(at, end) or None
    return None


def _sector_before(around: Around, sentence: Sentence) -> str | None:
    """The sector named last before this sentence, in the passage or the ones before."""
    if sentence.sector_before == "":
        sentence.sector_before = _last_sector(around.reading, sentence.first) if sentence.first else None
    if sentence.sector_before:
        return sentence.sector_before
    for block in around.plan.blocks_before(around.block, _SECTOR_BLOCKS):
        said = around.votes.sector(block)
        if said:
            return said
    return None


def _last_sector(reading: Reading, end: int) -> str | None:
    return sector_near(reading, Mention(end, end, end, end, "count", Decimal(0)), 0, end)


def _figure(
    around: Around, mention: Mention, kind: str, whole: tuple[int, int] | None, sentence: Sentence, note: Note | None,
    source: str | None, period: Period | None, place: str | None, subject: str | None, implied: list[str], next_first: int,
    before: Mention | None,
) -> Figure:  # fmt: skip
    tokens = around.reading.tokens
    scope = scope_of(mention, sentence.spots)
    currency = mention.currency
    if currency == "$":
        currency = "CAD"
        implied.append("currency")
    if "words" in mention.marks:
        implied.append("unit")
    closing = whole[1] if whole else mention.closing
    closing = max(min(closing, next_first), mention.last)
    typed = [
        tokens.words[at]
        for at in range(sentence.first, sentence.last)
        if tokens.numeric[at] and any(c in "OoIl" for c in tokens.words[at])
    ]
    start, surface_start = tokens.starts[mention.opening], tokens.starts[mention.first]
    return Figure(
        indicator=_indicator(around, mention, kind, whole, previous=sentence, next_first=next_first),
        kind=kind,  # type: ignore[arg-type]
        unit=mention.unit or "units",
        value=_number(mention.value),
        lower=_number(mention.lower),
        upper=_number(mention.upper),
        qualifier=mention.qualifier,  # type: ignore[arg-type]
        currency=currency,
        subject=subject,
        includes=(note.text,)
        if note and note.is_scope and not note.text.lower().startswith(("ex", "hors", "sauf"))
        else (),
        excludes=(note.text,)
        if note and note.is_scope and note.text.lower().startswith(("ex", "hors", "sauf"))
        else (),
        member=_member(around, mention),
        share_of=whole_text(around.reading, whole)
        or _part_of_previous(around, mention, before)
        or (shown(scope.place, around.language) if scope else None),
        place=place,
        period_start=period[0] if period else None,
        period_end=period[1] if period else None,
        period_kind=None if period is None else "year" if period[0] == period[1] else "span",
        magnitude=mention.power,
        decimals=mention.decimals,
        source=source,
        document=around.document.id,
        start=start,
        end=tokens.ends[closing - 1],
        surface=tokens.text[surface_start : tokens.ends[mention.last - 1]],
        surface_start=surface_start,
        surface_end=tokens.ends[mention.last - 1],
        excerpt=tokens.text[start : tokens.ends[closing - 1]],
        language=around.language,
        implied_fields=tuple(sorted(set(implied))),
        confidence=_confidence(mention, implied),
        note=f"letters typed for digits: {', '.join(typed)}"
        if typed
        else "mended number"
        if "typed" in mention.marks
        else None,
    )


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
    told = reading.tokens.span(start, mention.closing)
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


def _indicator(
    around: Around,
    mention: Mention,
    kind: str,
    whole: tuple[int, int] | None,
    previous: Sentence,
    next_first: int,
) -> str:
    """In English: « employment », « number of companies », « share of exports », « growth of sales », « rank »."""
    if kind == "rank":
        return "rank"
    if mention.form in ("count", "measure"):
        return mention.indicator or "number"
    of = indicator_of(
        around.reading, mention, previous.first, min(previous.last, max(next_first, mention.last)), whole
    )
    if mention.form == "amount":
        return of or "amount"
    lead = {
        "share": "share",
        "growth": "growth",
        "rate": "rate",
        "comparison": "comparison",
        "ratio": "ratio",
    }.get(kind, "share")
    return f"{lead} of {of}" if of else lead


def _confidence(mention: Mention, implied: list[str]) -> float:
    """A rule of thumb from 0 to 1: less for each thing inferred, for mended digits and lone superlatives."""
    base = 0.95 - 0.05 * len(set(implied) - {"currency"})
    base -= 0.15 * bool(mention.marks & {"typed", "superlative"})
    return round(max(0.3, base), 2)


def _number(value: Decimal | None) -> Number | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
