"""A number found in a text + what the text around it says → a figure."""

from decimal import Decimal

from grappe.figures.around import Around, Sentence, last_sector
from grappe.figures.citations import is_signature, opens_quotation, speaker_after, study_in
from grappe.figures.completing import Attached, Period, made_figure
from grappe.figures.kinds import set_kind
from grappe.figures.lexicon import PlaceName
from grappe.figures.mentions import Mention
from grappe.figures.notes import bound_note, mark_after, next_mark, section_source
from grappe.figures.outline import Note
from grappe.figures.periods import is_dated, year_in_text, years_between, years_of
from grappe.figures.places import place_of, shown, spots
from grappe.figures.scopes import containers
from grappe.figures.shares import ranked, scope_of, whole_span
from grappe.figures.subjects import acting_before, actor_of, common_body, domain_near, sector_near
from grappe.figures.topics import names_domain, topic_for
from grappe.figures.wordsets import word_set
from grappe.statements.figures import Figure

#: How many passages back a sector may have been named.
_SECTOR_BLOCKS = 6
#: How many tokens before its subject a sentence may open with.
_OPENING = 3
#: A sentence that starts so speaks of what the one before spoke of.
_GOES_ON = word_set("attaching.goes_on")
#: « Cette année-là », « durant la même période ».
_SAME = frozenset({"cette", "ces", "meme", "memes", "that", "same", "those"})
_TIMES = frozenset({"annee", "annee-la", "annees", "annees-la", "periode", "year", "years", "period"})


def attach(around: Around, number: int) -> Figure:
    """The figure that mention *number* of the passage is, with everything the text says of it."""
    mention = around.mentions[number]
    previous_end = around.mentions[number - 1].last if number else 0
    following = around.mentions[number + 1] if number + 1 < len(around.mentions) else None
    next_first = following.opening if following else len(around.reading.tokens.words)
    sentence = around.sentence(mention.first)
    kind = set_kind(around.reading, mention, previous_end, next_first)
    whole = whole_span(around.reading, mention, sentence.last)
    if kind == "share" and whole is None:
        kind = _joined_growth(around, number) or kind
    if kind == "level" and _joins_forecast(around, number):
        kind = "forecast"
    around.kinds[number] = kind, mention.unit
    implied: list[str] = []
    note = _note(around, mention)
    source = _source(around, sentence, note, implied)
    period = _period(around, mention, sentence, kind, previous_end, next_first, note, source, implied)
    place = _place(around, mention, sentence, whole, next_first, implied)
    subject = _subject(around, mention, sentence, implied)
    before = around.mentions[number - 1] if number else None
    return made_figure(
        around,
        mention,
        sentence,
        Attached(kind, whole, next_first, before, note, source, period, place, subject, implied),
    )


def _joined_growth(around: Around, number: int) -> str | None:
    """« a augmenté de 8 % par année en jeu vidéo et de 28 % en effets visuels »: growth as the one before."""
    mention = around.mentions[number]
    kind, unit = around.kinds.get(number - 1, ("", None))
    if mention.form != "percent" or kind != "growth" or unit is None or not unit.startswith("percent"):
        return None
    previous = around.mentions[number - 1]
    near = [around.reading.key(at) for at in range(max(previous.last, mention.opening - 2), mention.opening)]
    same = around.reading.tokens.sentence_at(mention.first)[0] <= previous.first
    if not same or not near or near[0] not in ("et", "and") or near[-1] in ("est", "is"):
        return None
    mention.unit = unit
    return kind


def _joins_forecast(around: Around, number: int) -> bool:
    """« permettra de soutenir 60 entreprises et de créer 400 emplois »: to come, as the one before."""
    mention, reading = around.mentions[number], around.reading
    if around.kinds.get(number - 1, ("", None))[0] != "forecast":
        return False
    previous = around.mentions[number - 1]
    if previous.first < reading.tokens.sentence_at(mention.first)[0]:
        return False
    between = [reading.key(at) for at in range(previous.last, mention.opening)][-5:]
    made = any(key.endswith(("er", "ir", "re")) and len(key) > 4 for key in between)
    return made and "et" in between and not {"de", "d'"}.isdisjoint(between)


def _note(around: Around, mention: Mention) -> Note | None:
    return bound_note(around.plan, around.block, mark_after(around.reading, mention))


def _source(around: Around, sentence: Sentence, note: Note | None, implied: list[str]) -> str | None:
    """The body named for the figure: sentence, note, quotation, announcing line, section footer, press
    release."""
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
    years = [
        one
        for one in sentence.years
        if not _in_another_clause(around, mention, one.at)
        and not (one.founding and kind in ("share", "rate"))
    ]
    own = years_of(mention, years, max(previous_end, sentence.first), next_first)
    if own:
        return own.period
    said = _years_said_before(around, sentence) or _years_of_leads(around)
    if said:
        implied.append("period")
        return said
    if note and (found := year_in_text(note.text)):
        implied.append("period")
        return found
    if sentence.source and (found := year_in_text(sentence.source)):
        return found
    for heading in reversed(around.block.headings):
        title = around.plan.headings.get(heading, "")
        found = year_in_text(title)
        if found and not is_dated(title):
            implied.append("period")
            return found
    if kind in ("rank", "distance") or "source" not in implied or source is None or source == around.press:
        return None
    marked = section_source(around.plan, around.block)
    found = year_in_text(source) if marked else None
    if found:
        implied.append("period")
    return found


def _in_another_clause(around: Around, mention: Mention, at: int) -> bool:
    """Whether a semicolon stands between the mention and a year after it."""
    return any(around.reading.key(index) == ";" for index in range(mention.last, at))


def _years_of_leads(around: Around) -> Period | None:
    """The years of the line that announces this one, or of the line that announces that one."""
    lead = around.lead()
    while lead and lead.reading.tokens.words:
        years = [y for y in years_between(lead.reading, 0, len(lead.reading.tokens.words)) if not y.founding]
        if years:
            return years[-1].period
        lead = lead.lead()
    return None


def _years_said_before(around: Around, sentence: Sentence) -> Period | None:
    """« Cette année-là », « that same year »: the years of the sentence before."""
    opening = [around.reading.key(at) for at in range(sentence.first, min(sentence.first + 8, sentence.last))]
    if not (_SAME & set(opening) and _TIMES & set(opening)):
        return None
    before = sentence
    while before.first:
        before = around.sentence(before.first - 1)
        if before.years:
            return before.years[-1].period
    return None


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
    inside = [spot for spot in sentence.spots if whole and whole[0] <= spot.at < whole[1]]
    if own:
        narrower = inside and own.en in containers(inside[-1].place.en)
        return shown(inside[-1].place if narrower else own, around.language)
    before_it = _place_before(around, sentence)
    if before_it:
        implied.append("place")
        return shown(before_it, around.language)
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


def _place_before(around: Around, sentence: Sentence) -> PlaceName | None:
    """The place that an earlier sentence of the passage speaks of, as its own subject; None."""
    before = sentence
    while before.first:
        before = around.sentence(before.first - 1)
        first = next(iter(before.spots), None)
        subject = first and not first.adjective and first.at - before.first <= _OPENING
        opens = first and around.reading.key(before.first) in ("au", "en", "aux", "in")
        levels = ("city", "region", "province", "country") if opens else ("city", "region", "province")
        if first and subject and first.place.level in levels:
            return first.place
    return None


_ORDER = ("city", "region", "province", "country", "continent", "world")


def _narrower(one: PlaceName, other: PlaceName) -> bool:
    return _ORDER.index(one.level) <= _ORDER.index(other.level)


def _subject(around: Around, mention: Mention, sentence: Sentence, implied: list[str]) -> str | None:
    """The sector of the sentence, the body that acts in it, the announcing line's, else the section's
    topic."""
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
    before = None
    if topic is None or not names_domain(topic):
        before = _sector_before(around, sentence)
        if before is None and topic is None:
            before = domain_near(around.reading, mention, sentence.first, sentence.last) or domain_near(
                around.reading, mention, 0, sentence.first
            )
    if topic and before is None:
        narrower = _narrower_subject(around, mention, sentence)
        return f"{topic} ({narrower})" if narrower else topic
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
        sentence.sector_before = last_sector(around.reading, sentence.first) if sentence.first else None
    if sentence.sector_before:
        return sentence.sector_before
    for block in around.plan.blocks_before(around.block, _SECTOR_BLOCKS):
        said = around.votes.sector(block)
        if said:
            return said
    return None
