"""Benchmark cluster definitions as data: which industry codes make which cluster, in which edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
from ibis import Table

from grappe.measure.tables import LONG, Columns, as_table, read_table, rows_of

_CODES = Columns(("code", "cluster"), ())


@dataclass(frozen=True)
class Definition:
    """*clusters*: industry code → cluster, of one edition (*version*: the file's name)."""

    version: str
    clusters: Mapping[str, str]


def read_definition(path: Path) -> Definition:
    """The definition in a CSV or Parquet file with the columns code, cluster. A code that stands twice keeps
    the last.
    """
    return Definition(path.stem, {row["code"]: row["cluster"] for row in rows_of(read_table(path, _CODES))})


def by_cluster(
    data: Any, definition: Definition, *, keep: tuple[str, ...] = (), rest: str | None = "other"
) -> Table:
    """The rows of *data* with the cluster of their code as industry; a cluster adds its codes.

    Codes of no cluster become *rest* (None: left out); those in *keep* (a total's) stay as they are. A
    suppressed code makes its cluster's value suppressed.
    """
    table = as_table(data, LONG)
    named = {**{code: code for code in keep}, **definition.clusters}
    cluster = table.industry.cases(*named.items(), else_=ibis.null("string") if rest is None else rest)
    found = table.mutate(industry=cluster)
    return found if rest is not None else found.filter(found.industry.notnull())
