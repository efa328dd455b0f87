"""Completeness and freshness of an organisation at a glance: what is missing, when it was last confirmed."""

from datetime import date

from grappe.hub.registry.models import Organisation, Source

#: What every organisation's page should say: code → the column that says it.
ESSENTIAL = {
    "kind": "kind",
    "description": "description_fr",
    "website": "website",
    "place": "municipality",
    "sector": "sectors",
    "size": "size",
}
#: After so many months without a statement, what is shown should be confirmed.
STALE_MONTHS = 18
_UNKNOWN = 0


def missing_of(organisation: Organisation) -> tuple[str, ...]:
    """The codes of ``ESSENTIAL`` that *organisation* does not say, in order."""
    return tuple(code for code, column in ESSENTIAL.items() if not getattr(organisation, column))


def completeness_of(organisation: Organisation) -> int:
    """How many of ``ESSENTIAL`` it says, 0 to 6."""
    return len(ESSENTIAL) - len(missing_of(organisation))


def month_number(iso: str) -> int:
    """The months since year 0 of a partial ISO date, a year alone counting to its December; 0 if unknown."""
    year, _, rest = iso.partition("-")
    if not year.isdigit():
        return _UNKNOWN
    month = rest[:2]
    return int(year) * 12 + (int(month) - 1 if month.isdigit() else 11)


def oldest_fresh(today: date) -> int:
    """The month number before which a statement is stale on *today*."""
    return today.year * 12 + today.month - 1 - STALE_MONTHS


def is_stale(organisation: Organisation, today: date) -> bool:
    """Whether nobody confirmed anything of *organisation* for 18 months (or it is unknown when)."""
    return month_number(organisation.last_stated) < oldest_fresh(today)


def due_on(source: Source) -> str:
    """The month in which the next edition of *source* is due ("2027-10"), "" when its date is unknown."""
    known = month_number(source.published or source.accessed)
    if known == _UNKNOWN:
        return ""
    due = known + source.due_months
    return f"{due // 12:04d}-{due % 12 + 1:02d}"


def is_due(source: Source, today: date) -> bool:
    """Whether the next edition of *source* should have come by *today*."""
    due = due_on(source)
    return bool(due) and due <= f"{today.year:04d}-{today.month:02d}"
