"""Footnotes and section footers: which note a figure's mark binds it to, which source speaks for a
section."""

import re
from bisect import bisect_left, bisect_right
from itertools import islice

from grappe.figures.mentions import Mention, Reading
from grappe.figures.outline import Block, Note, Outline

_SUPERSCRIPT = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")
_CLOSING = re.compile(r"(?<!\*)(\*{1,4})\s*$")
_BRACKETED = re.compile(r"\[(?:footnoteRef:)?(\d{1,3})\]")


def mark_after(reading: Reading, mention: Mention) -> str | None:
    """The first footnote mark after the number, in its sentence or right at its end: « ** », « 2 »."""
    tokens = reading.tokens
    _, last = tokens.sentence_at(mention.first)
    at = mention.last
    count = len(tokens.words)
    while at < min(last + 3, count):
        word = tokens.words[at]
        if word == "*":
            stars = 1
            while at + stars < count and tokens.words[at + stars] == "*":
                stars += 1
            return "*" * stars
        if word in "¹²³⁴⁵⁶⁷⁸⁹":
            return word.translate(_SUPERSCRIPT)
        if word == "[":
            match = _BRACKETED.match(tokens.text, tokens.starts[at])
            return match[1] if match else None
        if (
            word.isdigit()
            and len(word) <= 2
            and tokens.glued(at)
            and tokens.words[at - 1][-1].isalpha()
            and len(tokens.words[at - 1]) > 3
        ):
            return word
        if (
            len(word) == 5
            and word.isdigit()
            and word[:2] in ("19", "20")
            and tokens.keys[at - 1] in ("en", "in")
        ):
            return word[4]
        at += 1
    closing = _CLOSING.search(tokens.text[tokens.starts[0] : tokens.ends[-1]][-12:])
    return closing[1] if closing else None


def bound_note(plan: Outline, block: Block, mark: str | None) -> Note | None:
    """The note that *mark* names, in the block's section or anywhere below it in the document."""
    if mark is None:
        return None
    under = plan.notes.get((*block.headings, block.number), []) if block.kind == "heading" else []
    for note in [*under, *plan.section_notes(block)]:
        if note.mark == mark and note.block > block.number:
            return note
    marked = plan.marked.get(mark, [])
    after = bisect_right(marked, block.number, key=_block_of)
    return marked[after] if after < len(marked) else None


def _block_of(note: Note) -> int:
    return note.block


def section_source(plan: Outline, block: Block) -> Note | None:
    """The unmarked source that ends the block's section, when it speaks for this block.

    Where a section has lines of key figures, its source is theirs, not that of the prose around.
    """
    headings = (*block.headings, block.number) if block.kind == "heading" else block.headings
    notes = plan.notes.get(headings) or plan.section_notes(block)
    after = bisect_right(notes, block.number, key=_block_of)
    note = next((note for note in islice(notes, after, None) if note.mark is None), None)
    if note is None:
        return None
    before = bisect_left(notes, block.number, key=_block_of)
    previous = notes[before - 1].block if before else -1
    if block.prose and _has_lines(plan, block.headings, previous, note.block):
        return None
    return note


def _has_lines(plan: Outline, headings: tuple[int, ...], after: int, before: int) -> bool:
    """Whether two lines of figures or more stand between two passages of a section; told once a pair."""
    asked = (headings, after, before)
    if asked not in plan.lines:
        blocks = plan.in_section(headings)
        start = bisect_right(blocks, after, key=lambda block: block.number)
        stop = bisect_left(blocks, before, key=lambda block: block.number)
        told = (
            block
            for block in islice(blocks, start, stop)
            if not block.prose and block.kind != "heading" and re.search(r"\d", plan.block_text(block))
        )
        plan.lines[asked] = len(list(islice(told, 2))) == 2
    return plan.lines[asked]


def next_mark(plan: Outline, block: Block) -> str | None:
    """In a section whose every source is marked, the mark of the lines that follow an unmarked one."""
    notes = plan.notes.get(block.headings, [])
    if not notes or any(note.mark is None for note in notes):
        return None
    at = plan.places[block.number]
    for other in plan.blocks[at + 1 : at + 3]:
        if other.headings == block.headings and other.number <= block.number + 2:
            match = re.search(r"(\*{1,4})\s*$", plan.block_text(other))
            if match:
                return match[1]
    return None
