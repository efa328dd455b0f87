"""Which column says what, as a TOML file that a person corrects and keeps."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from grappe.intake.spreadsheets.carry import carry_down
from grappe.intake.spreadsheets.headers import ROLES, header_row, recognise
from grappe.intake.spreadsheets.sheets import Row, column_letters
from grappe.intake.spreadsheets.workbook import open_sheets
from grappe.statements import GrappeError, Problem
from grappe.statements.text import fold
from grappe.statements.vocabulary import properties

#: What every row may say by default besides properties.
ROW_DEFAULTS = frozenset({"cluster_role"})
#: How many rows that hold something are looked at to find the titles.
LOOKED_AT = 40
_OPENING = """\
# Which column says what. Correct it and keep it beside the file.
# property: a property of the vocabulary (name, website, sector…), or key, source, source_url, stated_on,
# licence, cluster_role, person_role; "ignore" to leave the column out; "" is undecided and is reported.
# qualifier: the kind of a name (legal, trade, former, acronym, translation) or the role in a cluster.
# language: "fr" or "en". split: what stands between several values (";" "|" and line breaks otherwise).
"""


@dataclass(frozen=True)
class Column:
    """What one column says. *property* is "" as long as nobody has decided."""

    header: str
    letter: str
    property: str = ""
    qualifier: str | None = None
    language: str | None = None
    split: str | None = None

    def title(self) -> str:
        """How a person finds it: « B (Ville) »."""
        return f"{self.letter} ({self.header})" if self.header else self.letter


@dataclass(frozen=True)
class SheetMapping:
    """The titles' row (from 1) of a sheet and its columns; an ignored sheet is left out in silence."""

    name: str
    header_row: int
    columns: tuple[Column, ...] = ()
    ignore: bool = False


@dataclass(frozen=True)
class Mapping:
    """The sheets that are read, and what every row says by default (property → value)."""

    sheets: tuple[SheetMapping, ...]
    defaults: dict[str, str] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetMapping | None:
        """The mapping of the sheet of that name, or None."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


def guess_sheet(name: str, rows: Sequence[Row], *, titles_at: int | None = None) -> SheetMapping | None:
    """The mapping of one sheet from its first *rows*, or None when no row of titles is recognised.

    *titles_at* is the number of the row that holds the titles, when a person says so. A second column that
    would say the same single thing stays undecided.
    """
    titles = (
        header_row(rows)
        if titles_at is None
        else next((row for row in rows if row.number == titles_at), None)
    )
    return SheetMapping(name, titles.number, _guess_columns(titles)) if titles else None


def _guess_columns(titles: Row) -> tuple[Column, ...]:
    columns: list[Column] = []
    taken: set[tuple[str, str | None, str | None]] = set()
    for at, title in enumerate(titles.cells):
        meaning = recognise(title)
        what = (meaning.property, meaning.qualifier, meaning.language) if meaning else ("", None, None)
        if not title.strip():
            continue
        if what in taken and _is_single(what[0]):
            what = ("", None, None)
        taken.add(what)
        columns.append(Column(" ".join(title.split()), column_letters(at), *what))
    return tuple(columns)


def recall_mapping(guessed: SheetMapping, kept: "Mapping") -> SheetMapping:
    """*guessed*, each column saying what the one of the same title said in *kept*: last year's mapping, on a
    file whose sheets may be named otherwise and whose columns may have moved."""
    known: dict[str, Column] = {}
    for sheet in sorted(kept.sheets, key=lambda sheet: sheet.name == guessed.name):
        known |= {fold(column.header): column for column in sheet.columns}
    columns = tuple(
        replace(said, header=column.header, letter=column.letter)
        if (said := known.get(fold(column.header)))
        else column
        for column in guessed.columns
    )
    former = kept.sheet(guessed.name)
    return replace(guessed, columns=columns, ignore=former.ignore if former else guessed.ignore)


def guess_mapping(path: Path) -> Mapping:
    """The mapping of every sheet of *path* whose titles are recognised.

    Raises GrappeError when the file can't be read.
    """
    guesses = (guess_sheet(name, rows) for name, rows in first_rows(path))
    return Mapping(tuple(guess for guess in guesses if guess))


def first_rows(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """The name of each sheet of *path* with its first rows that hold something, ``LOOKED_AT`` at most.

    Raises GrappeError when the file can't be read.
    """
    for sheet in open_sheets(path):
        yield sheet.name, list(islice(carry_down(sheet), LOOKED_AT))


def write_mapping(mapping: Mapping, path: Path) -> None:
    """Write *mapping* as commented TOML that :func:`load_mapping` reads back the same."""
    lines = [_OPENING, "[defaults]"]
    lines += [f"{code} = {_quoted(value)}" for code, value in mapping.defaults.items()]
    for sheet in mapping.sheets:
        lines += ["", "[[sheet]]", f"name = {_quoted(sheet.name)}", f"header_row = {sheet.header_row}"]
        lines += ["ignore = true"] if sheet.ignore else []
        for column in sheet.columns:
            lines += ["", "[[sheet.column]]"]
            for key in ("header", "letter", "property", "qualifier", "language", "split"):
                value = getattr(column, key)
                lines += [f"{key} = {_quoted(value)}"] if value is not None else []
    path.write_text("\n".join(lines) + "\n", "utf-8")


def load_mapping(path: Path) -> Mapping:
    """The mapping in *path*. Raises GrappeError: ``file_missing``, ``bad_mapping`` (one for each fault)."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise GrappeError(Problem("file_missing", file=path.name)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GrappeError(
            Problem("bad_mapping", file=path.name, found=str(error), expected="toml")
        ) from error
    try:
        mapping = read_mapping(content)
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise GrappeError(Problem("bad_mapping", path.name, found=str(error), expected="mapping")) from error
    problems = list(_faults(mapping, path.name))
    if problems:
        raise GrappeError(*problems)
    return mapping


def mapping_content(mapping: Mapping) -> dict[str, Any]:
    """*mapping* as plain values, as its TOML file has them: what :func:`read_mapping` reads back."""
    sheets = [
        {
            "name": sheet.name,
            "header_row": sheet.header_row,
            "ignore": sheet.ignore,
            "column": [asdict(column) for column in sheet.columns],
        }
        for sheet in mapping.sheets
    ]
    return {"defaults": dict(mapping.defaults), "sheet": sheets}


def read_mapping(content: AbstractMapping[str, Any]) -> Mapping:
    """The mapping that plain values say. Raises KeyError, TypeError or ValueError when they say none."""
    sheets = [
        SheetMapping(
            name=str(block["name"]),
            header_row=int(block.get("header_row", 1)),
            columns=tuple(
                Column(**{"header": "", "letter": "", **column}) for column in block.get("column", ())
            ),
            ignore=bool(block.get("ignore", False)),
        )
        for block in content.get("sheet", ())
    ]
    defaults = {str(code): str(value) for code, value in content.get("defaults", {}).items()}
    return Mapping(tuple(sheets), defaults)


def _faults(mapping: Mapping, file: str) -> list[Problem]:
    known = set(properties()) | ROLES | {""}
    faults = [
        Problem(
            "bad_mapping",
            file=file,
            sheet=sheet.name,
            column=column.title(),
            found=column.property,
            expected="property",
        )
        for sheet in mapping.sheets
        for column in sheet.columns
        if column.property not in known
    ]
    return faults + [
        Problem("bad_mapping", file=file, found=code, expected="property")
        for code in mapping.defaults
        if code not in properties() and code not in ROW_DEFAULTS
    ]


def _is_single(code: str) -> bool:
    prop = properties().get(code)
    return code in ROLES or (prop is not None and prop.single)


def _quoted(text: str) -> str:
    """A JSON string is a TOML string, but for DEL and lone surrogates, which no title holds."""
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)
