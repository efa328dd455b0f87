"""Tables to link, as files hold them → rows under canonical headers, with what was guessed of each column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from grappe.intake.encodings import detect_encoding
from grappe.statements import GrappeError, Problem
from grappe.statements.text import clean, words

#: Canonical header → other titles it is known by, folded.
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("identifiant", "identifier", "key", "cle", "no", "numero"),
    "name": ("nom", "raison sociale", "organisation", "organization", "company", "entreprise", "denomination",
             "organisme", "company name", "nom de l entreprise", "legal name", "nom legal"),
    "text": ("affiliation", "mention", "texte"),
    "aliases": ("alias", "autres noms", "other names", "trade name", "nom commercial"),
    "acronyms": ("acronym", "acronyme", "acronymes", "sigle", "sigles"),
    "address": ("adresse", "street", "rue", "street address"),
    "city": ("ville", "municipalite", "municipality", "town"),
    "region": ("province", "state", "etat"),
    "postal_code": ("postal code", "code postal", "postcode", "zip", "zip code"),
    "country": ("pays", "country code", "code pays"),
    "website": ("site", "site web", "web", "url", "site internet", "domain"),
    "phone": ("telephone", "tel", "phone number", "numero de telephone"),
    "industry": ("naics", "scian", "code scian", "naics code", "industry code", "code d industrie"),
    "neq": ("numero d entreprise du quebec",), "bn": ("business number", "ne"), "lei": (), "ror": ("ror id",),
}  # fmt: skip
#: Letters beyond this number in one cell are not read.
MOST_LETTERS = 10_000
#: Problems beyond this number are not kept.
MOST_PROBLEMS = 1000


@dataclass(frozen=True)
class LinkTable:
    """*rows* under canonical headers; *columns*: canonical header → the file's title; *problems*:
    warnings.
    """

    rows: tuple[Mapping[str, str], ...]
    columns: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class LinkStream:
    """A table being read: *rows* come one by one, *problems* is filled as they do."""

    rows: Iterator[Mapping[str, str]]
    columns: Mapping[str, str]
    problems: list[Problem]


def read_link_table(path: Path, mapping: Mapping[str, str] | None = None) -> LinkTable:
    """The rows of a CSV, TSV, Parquet or XLSX file that have an id and a name or text.

    *mapping*: canonical header → title, corrects the guess. A file without an id column is numbered by row.
    Raises GrappeError: no column of names, a mapped column that is missing, an id that stands twice.
    """
    stream = open_link_table(path, mapping)
    rows = tuple(stream.rows)
    return LinkTable(rows, stream.columns, tuple(stream.problems))


def open_link_table(path: Path, mapping: Mapping[str, str] | None = None) -> LinkStream:
    """The same rows as :func:`read_link_table`, one by one; an id that stands twice raises when it is met."""
    lines = _lines_of(path)
    titles = next(lines, None)
    if titles is None:
        raise GrappeError(Problem("file_empty", file=path.name, expected="name, text"))
    columns = _columns(path, titles, mapping or {})
    if not columns.keys() & {"name", "text"}:
        raise GrappeError(Problem("no_header", file=path.name, expected="name, text"))
    places = {header: titles.index(title) for header, title in columns.items()}
    problems: list[Problem] = []
    return LinkStream(_checked(path, lines, places, problems), columns, problems)


def _checked(
    path: Path, rows: Iterator[Sequence[str]], places: Mapping[str, int], problems: list[Problem]
) -> Iterator[Mapping[str, str]]:
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):
        row = {
            header: clean(cells[place][:MOST_LETTERS])
            for header, place in places.items()
            if place < len(cells)
        }
        row.setdefault("id", str(number))
        if not row["id"] or not (words(row.get("name", "")) or words(row.get("text", ""))):
            if any(row.values()) and len(problems) < MOST_PROBLEMS:
                missing = "id" if not row["id"] else "name"
                problems.append(
                    Problem("missing_value", path.name, row=number, expected=missing, severity="warning")
                )
            continue
        if row["id"] in seen:
            where = f"{seen[row['id']]}"
            raise GrappeError(
                Problem("duplicate_key", path.name, row=number, found=row["id"], expected=where)
            )
        seen[row["id"]] = number
        yield row


def _columns(path: Path, titles: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    absent = sorted(title for title in mapping.values() if title not in titles)
    if absent:
        raise GrappeError(*(
            Problem("missing_column", path.name, found=", ".join(titles), expected=title) for title in absent
        ))  # fmt: skip
    folded = {" ".join(words(title.replace("_", " "))): title for title in reversed(titles)}
    guessed = {}
    for header, others in HEADERS.items():
        names = (header.replace("_", " "), *others)
        found = next((folded[name] for name in names if name in folded), None)
        if found is not None:
            guessed[header] = found
    return {**guessed, **mapping}


def _lines_of(path: Path) -> Iterator[Sequence[str]]:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(path)
    elif suffix in (".xlsx", ".xls", ".ods"):
        yield from _workbook(path)
    else:
        yield from _delimited(path)


def _delimited(path: Path) -> Iterator[Sequence[str]]:
    with path.open(encoding=detect_encoding(path), newline="") as handle:
        first = handle.readline()
        handle.seek(0)
        delimiter = max(",;\t", key=first.count)
        try:
            yield from (row for row in csv.reader(handle, delimiter=delimiter) if row)
        except csv.Error as error:
            raise GrappeError(Problem("damaged_file", path.name, found=str(error))) from error


def _parquet(path: Path) -> Iterator[Sequence[str]]:
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        file = pq.ParquetFile(path)
        yield file.schema_arrow.names
        for batch in file.iter_batches(20_000):
            columns = [column.to_pylist() for column in batch.columns]
            yield from ([_cell(value) for value in row] for row in zip(*columns, strict=True))
    except ArrowException as error:
        raise GrappeError(Problem("damaged_file", path.name, found=str(error))) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _workbook(path: Path) -> Iterator[Sequence[str]]:
    """The first sheet, opened with the guards of every workbook (archive limits, damage, passwords)."""
    from grappe.intake.spreadsheets.workbook import open_sheets

    for sheet in islice(open_sheets(path), 1):
        for row in sheet.rows:
            yield row.cells
