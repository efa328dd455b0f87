"""Figures past their time at a given day: levels after 24 months, ranks after 13, forecasts at their date."""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date

from grappe.figures.findings import Finding
from grappe.statements.figures import Figure

#: Months after the end of its period when a figure of a kind is stale.
MONTHS = {"rank": 13}
DEFAULT_MONTHS = 24


def check_staleness(figures: Iterable[Figure], as_of: date) -> Iterator[Finding]:
    """``stale``, ``forecast_past``, ``review_due`` or ``period_unknown`` for each figure concerned at
    *as_of*."""
    for figure in sorted(figures, key=lambda figure: figure.id):
        found = _stale(figure, as_of)
        if found:
            yield found


def _stale(figure: Figure, as_of: date) -> Finding | None:
    if figure.review_by and figure.review_by < as_of.isoformat():
        return Finding("review_due", "error", (figure.id,), (("due", figure.review_by),))
    end = period_end(figure)
    if end is None:
        return Finding("period_unknown", "question", (figure.id,))
    told = ("period", (figure.period or "").replace("/", "–"))
    if figure.kind in ("forecast", "target"):
        return Finding("forecast_past", "error", (figure.id,), (told,)) if end < as_of else None
    months = MONTHS.get(figure.kind, DEFAULT_MONTHS)
    due = add_months(end, months)
    if due >= as_of:
        return None
    return Finding("stale", "error", (figure.id,), (told, ("due", due.isoformat()), ("months", months)))


def period_end(figure: Figure) -> date | None:
    """The last day of the figure's period, or None when unknown."""
    text = figure.period_end or figure.period_start
    if not text:
        return None
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)


def add_months(day: date, months: int) -> date:
    """The same day *months* later, or the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
