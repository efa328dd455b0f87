"""Documents → proposed figures: the grammar's numbers, with what the text around them says attached.

The room takes plain records; people confirm. What was inferred rather than read is named in
``implied_fields``.
"""

from collections.abc import Iterator, Sequence

from grappe.figures.around import Around, Votes
from grappe.figures.attaching import attach
from grappe.figures.grids import cell_blocks, cell_figure
from grappe.figures.mentions import Reading
from grappe.figures.outline import Outline, outline
from grappe.figures.releases import release_source
from grappe.figures.repeats import without_repeats
from grappe.figures.scanning import may_hold_figures, scan
from grappe.statements.figures import Figure
from grappe.statements.records import Document, Passage


def extract_figures(document: Document, passages: Sequence[Passage]) -> list[Figure]:
    """The figures of *document*, in the order of its text, each with its offsets, as drafts.

    A figure said again in the same document (same number, unit, kind and subject) is given once, where it
    stands first.
    """
    return without_repeats(_figures(document, outline(document, passages)))


def _figures(document: Document, plan: Outline) -> Iterator[tuple[Figure, bool]]:
    language = document.language or "fr"
    votes = Votes(plan, language)
    press = release_source(document, plan)
    cells = cell_blocks(plan)
    for block in plan.blocks:
        if block.cell:
            in_table = cell_figure(document, plan, votes, cells, block)
            if in_table:
                yield in_table, False
            continue
        if not may_hold_figures(tokens := votes.tokens(block)):
            continue
        reading = Reading(tokens, language)
        mentions = scan(reading, block.start, block.end)
        around = Around(document, plan, language, block, reading, mentions, votes, press)
        for number in range(len(mentions)):
            yield attach(around, number), block.kind == "heading"
