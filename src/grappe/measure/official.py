"""Official tables as their offices publish them → region, industry, value, period, what is suppressed kept
so.

A layout (``layouts/*.toml``) says which columns hold what and which status hides a value, whatever number is
printed beside it: BLS prints 0 where it discloses nothing.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from ibis import Table

from grappe.measure.offices import Layout, layouts
from grappe.measure.tables import SUPPRESSED, connect, quoted, refuse_rows, source_of, unreadable
from grappe.statements.problems import GrappeError, Problem


def read_official(path: Path, layout: str, where: Mapping[str, str] | None = None) -> Table:
    """The rows of an office's file as a long Ibis table on DuckDB: region, industry, value, period; a
    suppressed value is null.

    *where*: column → the one value to keep (a size class, an indicator, an ownership). Raises GrappeError for
    an unknown layout, a missing column, a *where* that keeps nothing, a value that is neither a number nor a
    mark of suppression.
    """
    return read_titled(path, layout, where).drop("title")


def read_titled(path: Path, layout: str, where: Mapping[str, str] | None = None) -> Table:
    """:func:`read_official` with the ``title`` of each industry as published, without its code."""
    known = layouts()
    if layout not in known:
        raise GrappeError(
            Problem("bad_value", column="layout", found=layout, expected=f"one_of:{', '.join(known)}")
        )
    one, database = known[layout], connect()
    source, titles = source_of(path, database.con)
    kept = _kept(path, titles, where or {})
    region, industry, value = (_first(path, titles, names) for names in (one.region, one.industry, one.value))
    flags = [f"coalesce(trim({quoted(title)}), '')" for title in one.status if title in titles]
    marks = ", ".join(f"'{mark}'" for mark in SUPPRESSED)
    hidden = f"trim({quoted(value)}) IN ({marks}) OR {quoted(value)} IS NULL"
    if flags:
        letters = ", ".join(f"'{mark}'" for mark in one.hidden)
        hidden += f" OR list_has_any([{letters}], str_split({' || chr(32) || '.join(flags)}, ' '))"
    number = f"CASE WHEN {hidden} THEN NULL ELSE TRY_CAST(trim({quoted(value)}) AS DOUBLE) END"
    query = (
        f"CREATE TABLE given AS SELECT trim({quoted(region)}) AS region, {_code(one, industry)} AS industry, "
        f"{_title(one, industry)} AS title, {number} AS value, {_period(titles, one)} AS period, "
        f"{hidden} AS _hidden, {quoted(value)} AS _raw "
        f"FROM {source}{kept}"
    )
    try:
        database.con.execute(query).fetchall()
    except duckdb.Error as error:
        raise GrappeError(unreadable(path, error)) from error
    wrong = "(value IS NULL AND NOT _hidden) OR value < 0 OR NOT isfinite(value)"
    refuse_rows(
        database.con, path, f"(SELECT * FROM {source}{kept})", [("value", value, wrong, "not_negative")]
    )
    found: Table = database.table("given").select("region", "industry", "title", "value", "period")
    return found


def _first(path: Path, titles: Sequence[str], names: Sequence[str]) -> str:
    title = next((name for name in names if name in titles), None)
    if title is None:
        raise GrappeError(
            Problem("missing_column", path.name, found=", ".join(titles), expected=" / ".join(names))
        )
    return title


def _period(titles: Sequence[str], layout: Layout) -> str:
    stand = [title for title in layout.period if title in titles]
    if not stand:
        return "''"
    joined = stand if len(stand) == len(layout.period) else stand[:1]
    return " || '-' || ".join(f"trim({quoted(title)})" for title in joined)


def _code(layout: Layout, industry: str) -> str:
    text = f"trim({quoted(industry)})"
    if not layout.code:
        return text
    pattern = layout.code.replace("'", "''")
    return f"coalesce(nullif(regexp_extract({text}, '{pattern}', 1), ''), {text})"


def _title(layout: Layout, industry: str) -> str:
    text = f"trim({quoted(industry)})"
    if not layout.code:
        return text
    pattern = layout.code.replace("'", "''")
    return f"coalesce(nullif(trim(regexp_replace({text}, '{pattern}', '')), ''), {text})"


def _kept(path: Path, titles: Sequence[str], where: Mapping[str, str]) -> str:
    absent = [title for title in where if title not in titles]
    if absent:
        raise GrappeError(
            *(Problem("missing_column", path.name, found=", ".join(titles), expected=one) for one in absent)
        )
    wanted = [
        f"trim({quoted(title)}) = '{re.sub(chr(39), chr(39) * 2, value)}'" for title, value in where.items()
    ]
    return f" WHERE {' AND '.join(wanted)}" if wanted else ""
