"""A document's plan as figures need it: what each passage stands under, which footers speak for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from grappe.statements.records import Document, Passage
from grappe.statements.text import fold

_NUMBER_ONLY = re.compile(
    r"[+~≈>$€£\s\u00a0\u202f]*\d[\d\s\u00a0\u202f.,]*\s*(?:%|\+|[kKMG]?\s?[$€]|milliards?|millions?|billion"
    r"|million|M|K|k|G)?(?: (?:de )?dollars| \$)?\s*\+?\*{0,3}"
)
_SENTENCE_END = re.compile(r"[.!?…][»”\"’')\]\s]*(?:\d|\[\d+\])?\s*$")
_SOURCE = re.compile(r"\(?(?:sources?|références?|references?)\s*(?:\([^)]*\))?\s*:\s*", re.IGNORECASE)
_NOTE = re.compile(r"(\*{1,4}|\[\d{1,3}\]|\(\d{1,3}\)|[¹²³⁴⁵⁶⁷⁸⁹]|\d{1,2}[.)]?(?=\s))\s*")
_SCOPE = re.compile(
    r"(?:including|excluding|incluant|excluant|y compris|sauf|à l.exclusion|excepté|hors |exclut|inclut"
    r"|comprend|except)",
    re.IGNORECASE,
)
_FIGURE_LINE = re.compile(
    r"(?:^|\s)[+$~]?\s?\d[\d\s\u00a0\u202f.,]*(?:%|\s?\+|\s?[kMG]?\$|\s(?:[a-zà-ÿ]{3,}|PME|SMEs))|\d\s?[%$]"
)
#: Beyond it a passage is cut: nobody writes a longer paragraph, and memory stays bounded.
MOST_CHARACTERS = 20_000
_MOST_SHORT = 160
_LEAST_PROSE = 90


@dataclass(slots=True)
class Block:
    """One passage, or two that make one (« 30 000 » over « emplois directs »): ``text[start:end]``."""

    number: int
    kind: str
    start: int
    end: int
    headings: tuple[int, ...]
    prose: bool
    cell: tuple[int, int, int] | None = None
    lead: int | None = None


@dataclass(slots=True)
class Note:
    """A footer: *mark* that binds it (« ** »), or None for a section's source; *text* without mark and
    label."""

    mark: str | None
    text: str
    block: int
    is_scope: bool
    after: int = 0


@dataclass(slots=True)
class Outline:
    """The blocks in order, the notes by section (the tuple of headings) and by mark, the headings' texts."""

    text: str
    blocks: list[Block] = field(default_factory=list)
    notes: dict[tuple[int, ...], list[Note]] = field(default_factory=dict)
    marked: dict[str, list[Note]] = field(default_factory=dict)
    lines: dict[tuple[tuple[int, ...], int, int], bool] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    by_number: dict[int, Block] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    sections: dict[tuple[int, ...], list[Block]] = field(default_factory=dict)

    def in_section(self, headings: tuple[int, ...]) -> list[Block]:
        """The blocks right under *headings*, in order."""
        return self.sections.get(headings, [])

    def next_block(self, block: Block) -> Block | None:
        """The block after *block*, or None."""
        at = self.places[block.number] + 1
        return self.blocks[at] if at < len(self.blocks) else None

    def blocks_before(self, block: Block, most: int) -> list[Block]:
        """At most *most* blocks before *block*, the nearest first."""
        at = self.places[block.number]
        return self.blocks[max(0, at - most) : at][::-1]

    def section_notes(self, block: Block) -> list[Note]:
        """The notes of the block's section, or of the one it stands in."""
        for depth in range(len(block.headings), -1, -1):
            found = self.notes.get(block.headings[:depth])
            if found:
                return found
        return []

    def block_text(self, block: Block) -> str:
        """What the block says."""
        return self.text[block.start : block.end]


def outline(document: Document, passages: Sequence[Passage]) -> Outline:
    """The plan of *document*; passages that continue one another are joined, leads are found."""
    plan = Outline(document.text)
    last: Block | None = None
    chains = _Chains()
    for given in passages:
        text = document.text[given.start : given.end]
        passage = chains.follow(given, text)
        if passage.kind == "heading":
            plan.headings[passage.number] = text
        if passage.kind == "footer" or (passage.kind != "heading" and _SOURCE.match(text)):
            _add_note(plan, passage, text)
            last = None
            continue
        block = _block(passage, text)
        if last and _continues(plan, last, block, text):
            last.end, last.prose = block.end, last.prose or block.prose
            continue
        plan.blocks.append(block)
        last = block
    _find_leads(plan)
    for place, block in enumerate(plan.blocks):
        plan.by_number[block.number] = block
        plan.places[block.number] = place
        plan.sections.setdefault(block.headings, []).append(block)
    return plan


class _Chains:
    """The headings above each passage, less lines of figures that look like headings (« 39 130
    travailleurs »)."""

    def __init__(self) -> None:
        self.current: tuple[int, ...] = ()
        self.false: dict[int, tuple[int, ...]] = {}

    def follow(self, passage: Passage, text: str) -> Passage:
        """The passage with its true headings; a line of figures becomes a paragraph."""
        headings = self._true(passage.headings)
        if passage.kind == "heading" and self.current and _FIGURE_LINE.search(text):
            self.false[passage.number] = headings or self.current
            return replace(passage, kind="paragraph", headings=headings or self.current)
        if passage.kind == "heading":
            self.current = (*headings, passage.number)
        return replace(passage, headings=headings) if headings != passage.headings else passage

    def _true(self, headings: tuple[int, ...]) -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for number in headings:
            found = self.false.get(number, (*found, number))
        return found


def _block(passage: Passage, text: str) -> Block:
    cell = None
    if passage.kind == "cell" and None not in (passage.table, passage.row, passage.column):
        cell = (passage.table or 0, passage.row or 0, passage.column or 0)
    prose = (
        passage.kind == "paragraph" and bool(_SENTENCE_END.search(text[-20:])) and len(text) > _LEAST_PROSE
    )
    prose = prose or (passage.kind == "paragraph" and len(text) > 2 * _MOST_SHORT)
    return Block(
        passage.number,
        passage.kind,
        passage.start,
        min(passage.end, passage.start + MOST_CHARACTERS),
        passage.headings,
        prose,
        cell,
    )


def _continues(plan: Outline, last: Block, block: Block, text: str) -> bool:
    """A number alone over its label, or a line that goes on in lower case."""
    if last.cell or block.cell or last.kind == "item" or block.end - last.start > 2_000:
        return False
    before = plan.block_text(last)
    if len(before) > 200 or before.endswith((":", ";", ".", "!", "?")):
        return False
    if _NUMBER_ONLY.fullmatch(before):
        return not text[:1].isdigit() and len(text) < 400
    return text[:1].islower() and block.kind != "item" and bool(re.search(r"\d", before))


def _add_note(plan: Outline, passage: Passage, text: str) -> None:
    section = passage.headings
    notes = plan.notes.setdefault(section, [])
    for line in re.split(r"\n(?=\s*(?:\*|\[\d|\(\d|[¹²³⁴-⁹]|\d{1,2}\. ))", text):
        label = _SOURCE.match(line.strip())
        body = line.strip()[label.end() :] if label else line.strip()
        mark = None if label else _NOTE.match(body)
        shown = body[mark.end() :].strip() if mark else body.strip()
        if not shown:
            continue
        inner = _SOURCE.match(shown)
        shown = shown[inner.end() :] if inner else shown
        name = mark[1].strip("[]().") if mark else None
        is_source = bool(label) or mark is not None or inner is not None
        if is_source:
            note = Note(name, shown.strip(), passage.number, _SCOPE.match(shown) is not None)
            notes.append(note)
            if name:
                plan.marked.setdefault(name, []).append(note)


def _find_leads(plan: Outline) -> None:
    """For each short line, the sentence that announces it (« En 2016, c'est : », « … inventoried »)."""
    lead: Block | None = None
    for block in plan.blocks:
        if lead and (lead.headings != block.headings or block.kind == "heading"):
            lead = None
        if block.kind == "heading":
            continue
        text = plan.block_text(block)
        announces = text.rstrip().endswith((":", "c’est", "c'est")) or (
            block.kind == "paragraph"
            and len(text) > 40
            and text[-1].isalpha()
            and not text[:1].isdigit()
            and len(text.split()) > 8
            and not re.match(r"[\W\d]", text)
        )
        if lead and not block.prose and not (announces and block.kind == "paragraph"):
            block.lead = lead.number
        elif block.prose and not announces:
            lead = None
        if announces:
            lead = block


@lru_cache(maxsize=4096)
def topic_of(heading: str) -> str | None:
    """What a heading is about, without « Excellence en », « Chiffres clés de », parentheses; None when
    generic."""
    text = re.sub(r"\s*\((?![A-ZÉ]{2,6}\))[^)]*\)", "", heading).strip(" :–—-\u00a0")
    text = re.sub(r"^[\d.]+\s+", "", text)
    previous = None
    while previous != text:
        previous = text
        text = _LEADS.sub("", text).strip(" :–—-\u00a0")
    text = _PLACE_END.sub("", text)
    folded = fold(text)
    if re.match(
        r"(?:dans|avec|pour|sur|par|de|en|with|for|on|by|why|pourquoi|comment|how|top)\b", folded
    ) or re.search(r"\d", folded):
        return None
    if not folded or _GENERIC.fullmatch(folded) or len(folded) < 2:
        return None
    return text


_PLACE_END = re.compile(
    r"\s+(?:au|du|à|in|of|de|dans le|en)\s+(?:Québec|Quebec|Canada|(?:Grand |Greater )?Montréal"
    r"|Amérique du Nord)$"
)
_LEADS = re.compile(
    r"^(?:excellence (?:in|en|dans)|(?:le |la |les |l['’]|notre |nos |our |the |un |une )|(?:about"
    r"|à propos)(?: de la| de l['’]| du| des| de| d['’])?|(?:secteurs?|industries?|sector|industry|portrait"
    r"|profil|profile|aperçu|overview|survol|état|présentation|chiffres[- ]clés|quelques chiffres"
    r"|faits saillants"
    r"|key figures|key facts|facts and figures|snapshot|presentation|panorama|bilan|statistiques|statistics"
    r"|grappes?|cluster|écosystème|ecosystem|filière|pôle|domaine|marché|market)(?: (?:in|of|on|for|sur|de"
    r"|des|du|en)\b(?: la| le| les| the)?| d['’]| de l['’])\s*)\s*",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:bref|chiffres|(?:la |notre )?grappe|(?:le |l' ?)?(?:secteur|industrie) en (?:bref|chiffres)"
    r"|retombees economiques|chiffres?(?: |-)cles?|en chiffres"
    r"|quelques chiffres|en bref|faits saillants|key (?:figures|facts"
    r"|numbers)|facts (?:and|&) figures|quick facts|at a glance|overview|apercu|survol|portrait|introduction"
    r"|conclusion|contexte|context"
    r"|mission|notre mission|vision|qui sommes-nous|who (?:are we|we are)|a propos|about(?: us)?|sommaire"
    r"|table des matieres|contents|(?:few|quelques) (?:words|mots) .*|.*mots? (?:du|de la|de l'|des|d'"
    r"|de) .*|a few words from .*|le mot .*|un mot .*|sources?|notes?|contact|resume|summary|highlights"
    r"|statistiques|statistics|nos membres|industrie|industry|l'industrie|industry profile"
    r"|profil de l'industrie|secteur|sector"
    r"|le secteur|notre industrie|un secteur|main-d'oeuvre|workforce|emplois?|jobs|employment|exportations"
    r"|ventes|projets|projects|partenaires|partners|leaders|documents?|press release|communique|nouvelles"
    r"|news|faits|impacts?|retombees|results|resultats|formation|talents?|innovation|financement|economie"
    r"|economy)"
)
