"""An official table from its file to the hub: read, checked whole, stored, its growth put in the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.validators import slug_re
from django.db import transaction

from grappe.hub.observatory.actions.computing import keep_results
from grappe.hub.observatory.actions.tables import Content, Described, store_table
from grappe.hub.observatory.growing import growth_results
from grappe.hub.observatory.models import OfficialTable
from grappe.hub.people.models import User
from grappe.hub.registry.queries import codes_of
from grappe.measure.computed import fingerprint
from grappe.measure.official import read_titled
from grappe.measure.shifts import time_of
from grappe.measure.tables import require_value, rows_of
from grappe.statements.problems import GrappeError, Problem

#: More is a table to filter: pages compute on it while somebody waits.
MOST_CELLS = 300_000
_CELL = ("region", "industry", "period")
_SHOWN = 20


def load_official(
    *, path: Path, described: Described, actor: User | None, at: datetime
) -> OfficialTable | None:
    """Make the hub hold the table of the file *path* as *described*, and the growth of what it follows.

    None when it held exactly that. All or nothing: raises GrappeError for a file that is not as its office
    publishes it, a cell said twice, a region or an industry that it lacks; NotAllowed.
    """
    _refuse_description(described)
    content = read_content(path, described)
    with transaction.atomic():
        table = store_table(described=described, content=content, actor=actor, at=at)
        if table is not None:
            keep_results(results=growth_results(table), of=table, at=at)
    return table


def _refuse_description(described: Described) -> None:
    """An address is letters, digits and hyphens; what is followed is followed somewhere, for a sector."""
    problems = []
    if not slug_re.fullmatch(described.key):
        problems.append(Problem("bad_value", column="key", found=described.key, expected="slug"))
    if described.followed and not described.home_region:
        problems.append(Problem("missing_value", column="home_region", expected="text"))
    sectors = codes_of("sector")
    problems += [
        Problem("bad_value", column="follow", found=sector, expected=f"one_of:{', '.join(sectors)}")
        for sector in described.followed.values()
        if sector and sector not in sectors
    ]
    if problems:
        raise GrappeError(*problems)


def read_content(path: Path, described: Described) -> Content:
    """The cells of the file, each once. Raises GrappeError."""
    given = read_titled(path, described.layout, described.where)
    count = int(given.count().to_pyarrow().as_py())
    if count > MOST_CELLS:
        raise GrappeError(Problem("too_many_rows", path.name, found=f"{count:,}", expected=f"{MOST_CELLS:,}"))
    for column, values in described.named.items():
        for value in filter(None, values):
            require_value(given, column, value)
    rows = rows_of(given, *_CELL)
    _refuse_twice(rows, path.name)
    return Content(
        digest=fingerprint(path),
        cells=[(row["region"], row["industry"], row["period"], row["value"]) for row in rows],
        industries={row["industry"]: row["title"] for row in rows},
        regions=sorted({row["region"] for row in rows}),
        periods=sorted({row["period"] for row in rows}, key=time_of),
    )


def _refuse_twice(rows: Sequence[Mapping[str, Any]], name: str) -> None:
    """Two rows of one cell are not added: they may be a part and its whole."""
    seen, twice = set(), []
    for row in rows:
        cell = tuple(row[column] for column in _CELL)
        if cell in seen:
            twice.append(Problem("ambiguous_rows", name, found=" · ".join(cell)))
        seen.add(cell)
    if twice:
        raise GrappeError(*twice[:_SHOWN])
