"""A stored figure from its proposal and its reviews: the columns that lists filter by follow the record."""

from collections.abc import Iterable, Mapping
from typing import Any

from grappe.figures.scopes import content
from grappe.hub.observatory.models import Figure, FigureReview
from grappe.statements import figure_reviews as core
from grappe.statements.figures import figure_row, read_figure

_DERIVED = ("indicator", "kind", "subject", "place", "period_start", "period_end", "checked_by", "checked_at")
#: What a derivation writes, for bulk updates.
WRITTEN = (*_DERIVED, "record", "record_id", "status", "start", "sector")
SectorNames = Mapping[str, tuple[str, ...]]


def core_review(review: FigureReview) -> core.FigureReview:
    """The stored review as the core's record."""
    changes = tuple((name, value) for name, value in review.changes)
    at = review.at.isoformat(timespec="seconds")
    return core.FigureReview(review.figure_id, review.verdict, review.who, review.why, at, changes)  # type: ignore[arg-type]


def derive(figure: Figure, reviews: Iterable[FigureReview], *, sectors: SectorNames) -> Figure:
    """*figure* with its record made again from its proposal and *reviews*; not saved.

    Raises ValueError or TypeError when a change is no value of its field.
    """
    record = core.apply_reviews(read_figure(figure.proposed), [core_review(each) for each in reviews])
    row: dict[str, Any] = figure_row(record)
    for name in _DERIVED:
        setattr(figure, name, row[name] or "")
    figure.record, figure.record_id, figure.status = row, record.id, record.status
    figure.start = record.start or 0
    if not figure.result:
        figure.sector = sector_of(record.subject, sectors)
    elif record.status == "draft":
        # Nobody read it anywhere: there is nothing to check it against, and it says how it was made.
        figure.status = Figure.Status.COMPUTED
    return figure


def sector_of(subject: str | None, sectors: SectorNames) -> str:
    """The sector whose name says most nearly what *subject* says; "" when none shares all its words."""
    said = _stems(subject)
    best: tuple[float, str] = (0.0, "")
    for code, names in sectors.items():
        for name in names:
            words = _stems(name)
            if words and said and (words <= said or said <= words):
                likeness = len(words & said) / len(words | said)
                best = max(best, (likeness, code), key=lambda each: each[0])
    return best[1]


def _stems(text: str | None) -> frozenset[str]:
    """The words that say something, without the mark of their plural."""
    return frozenset(word.rstrip("sx") for word in content(text))
