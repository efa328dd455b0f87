"""The mistakes of a list, as they were found when it was read."""

from grappe.editions.reading import PROBLEMS
from grappe.hub.registry.importing.files import folder_of, rows_of
from grappe.hub.registry.models import Import
from grappe.statements import Problem

_ORDER = 'severity, sheet NULLS FIRST, row NULLS FIRST, "column"'


def problems_of(brought: Import, *, offset: int, limit: int) -> list[Problem]:
    """The problems of a list as they were read, errors first."""
    path = folder_of(brought) / PROBLEMS
    rows = rows_of(path, "true", [], order=_ORDER, offset=offset, limit=limit)
    return [Problem(**{name: value for name, value in row.items() if name != "source"}) for row in rows]
