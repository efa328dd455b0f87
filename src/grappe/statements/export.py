"""An ecosystem folder's tables as files other programs open, with their licences and attributions."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from grappe.statements.ecosystem import read_manifest, read_rows

Format = Literal["csv", "jsonl", "parquet"]
#: What a reader of the export needs; texts of documents are not exported (their licences differ).
EXPORTED = ("organisations", "statements", "sources", "identities", "judgements", "codes")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_tables(folder: Path, out: Path, form: Format) -> list[Path]:
    """Write the public tables of *folder* under *out*, and ``ATTRIBUTION.md``; returns the files written.

    Statements that are not public are left out.
    """
    read_manifest(folder)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for table in EXPORTED:
        target = out / f"{table}.{form}"
        if form == "parquet" and table not in ("statements", "sources"):
            shutil.copyfile(folder / f"{table}.parquet", target)
        else:
            _write(_public_rows(folder, table), table, target, form)
        written.append(target)
    attribution = out / "ATTRIBUTION.md"
    attribution.write_text("".join(_attributions(folder)), "utf-8")
    return [*written, attribution]


def defuse_formula(text: str) -> str:
    """*text* so that a spreadsheet shows it and never runs it: a quote before ``= + - @``, tab or return.

    Plain numbers are left as they are.
    """
    if not text.startswith(_FORMULA_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _public_rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    rows = read_rows(folder, table)
    return (row for row in rows if row.get("visibility", "public") == "public")


def _write(rows: Iterator[dict[str, Any]], table: str, target: Path, form: Format) -> None:
    from grappe.statements.ecosystem import TableWriter
    from grappe.statements.tables import TABLES

    if form == "parquet":
        writer = TableWriter(target, table)
        for row in rows:
            writer.write(row)
        writer.close()
        return
    with target.open("w", encoding="utf-8", newline="") as stream:
        if form == "jsonl":
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            return
        sheet = csv.writer(stream)
        sheet.writerow(TABLES[table])
        sheet.writerows([_cell(value) for value in row.values()] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return defuse_formula("; ".join(str(item) for item in value))
    return defuse_formula(str(value))


def _attributions(folder: Path) -> Iterator[str]:
    manifest = read_manifest(folder)["workspace"]
    yield f"# {manifest['title_fr']} · {manifest['title_en']}\n\n"
    for source in _public_rows(folder, "sources"):
        line = source["attribution"] or f"{source['publisher']}: {source['title']}"
        address = f" <{source['url']}>" if source["url"] else ""
        yield f"- {line} ({source['licence']}){address}\n"
