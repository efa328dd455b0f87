"""A document's text around a figure, in paragraphs, with what was read in it marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from grappe.hub.observatory.models import Figure
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.models import Passage
from grappe.hub.registry.queries import visible_documents

#: Characters of text shown before and after the figure that is looked at.
AROUND = 8_000


@dataclass(frozen=True)
class Piece:
    """A run of text; *figure* is what was read in it, *is_current* when it is the one looked at."""

    text: str
    figure: Figure | None = None
    is_current: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A passage in pieces; *kind* as in the document: heading, paragraph, item, cell or footer."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Reading:
    """The text shown; *is_whole* when it is all of the document."""

    title: str
    language: str
    paragraphs: tuple[Paragraph, ...]
    is_whole: bool


def read_around(user: Visitor, figure: Figure, others: Iterable[Figure]) -> Reading | None:
    """The text of *figure*'s document around it, with the excerpts of *others* marked: two queries.

    None when the document is gone, or may not be seen by *user*.
    """
    document = visible_documents(user).filter(pk=figure.document).first()
    if document is None:
        return None
    first, last = figure.start - AROUND, figure.start + AROUND
    near = Passage.objects.filter(document=document, end__gte=first, start__lte=last).order_by("number")
    marks = _marks(figure, others)
    paragraphs = tuple(
        Paragraph(each.kind, tuple(_pieces(document.text, each.start, each.end, marks, figure)))
        for each in near
        if document.text[each.start : each.end].strip()
    )
    is_whole = first <= 0 and last >= len(document.text)
    return Reading(document.title, document.language, paragraphs, is_whole)


def read_passage(user: Visitor, figure: Figure) -> Paragraph | None:
    """The passage that *figure* was read in, its words marked: two queries. None when it is gone."""
    document = visible_documents(user).filter(pk=figure.document).first() if figure.is_proposed else None
    if document is None:
        return None
    around = Passage.objects.filter(document=document, start__lte=figure.start, end__gt=figure.start).first()
    if around is None:
        return None
    marks = _marks(figure, ())
    return Paragraph(around.kind, tuple(_pieces(document.text, around.start, around.end, marks, figure)))


def _marks(current: Figure, others: Iterable[Figure]) -> list[tuple[int, int, Figure]]:
    """What to mark, in order, without overlap: the current figure's whole excerpt comes first."""
    kept = [(current.proposed["start"], current.proposed["end"], current)]
    for each in others:
        start, end = each.proposed["surface_start"], each.proposed["surface_end"]
        if start is not None and all(end <= a or start >= b for a, b, _ in kept):
            kept.append((start, end, each))
    return sorted(((a, b, each) for a, b, each in kept if a is not None), key=lambda mark: mark[:2])


def _pieces(
    text: str, start: int, end: int, marks: list[tuple[int, int, Figure]], current: Figure
) -> Iterable[Piece]:
    at = start
    for first, last, figure in marks:
        first, last = max(first, at), min(last, end)  # noqa: PLW2901
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first])
        yield Piece(text[first:last], figure, figure.pk == current.pk)
        at = last
    if at < end:
        yield Piece(text[at:end])
