"""A folder of files → a first ``grappe.toml`` to correct: what each file is, what it says of itself."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grappe.intake.workspace import CONFIGURATION
from grappe.statements import Document, GrappeError, Source
from grappe.statements.text import fold

SPREADSHEETS = (".xlsx", ".xls", ".ods", ".csv", ".tsv")
DOCUMENTS = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
_TO_STATE = "à préciser · to be stated"


@dataclass(frozen=True)
class Entry:
    """One file found, and what could be told of it."""

    id: str
    path: str
    reader: str
    title: str
    language: str | None = None
    published: str | None = None
    note: str | None = None


def take_inventory(folder: Path) -> tuple[Entry, ...]:
    """The files of *folder* that a reader knows, sorted by path; hidden files and mappings are passed over.

    Raises GrappeError for a file that can't be opened.
    """
    return tuple(_entries(folder))


def describe_workspace(folder: Path, entries: tuple[Entry, ...], *, accessed: str) -> str:
    """The text of a first ``grappe.toml``: one source a file, what could not be told marked to be stated."""
    name = folder.resolve().name
    head = [
        "# What this workspace is made of. Correct it, then: grappe check, grappe build.",
        "",
        "[workspace]",
        f"id = {_quote(_slug(name))}",
        f"title_fr = {_quote(name)}",
        f"title_en = {_quote(name)}",
        'languages = ["fr", "en"]',
        f"as_of = {_quote(accessed)}",
        "",
        "# A cluster, a sector of activity or a value-chain stage is one block each:",
        "# [[cluster]]",
        '# id = "…"',
        '# name_fr = "…"',
        '# name_en = "…"',
    ]
    for entry in entries:
        head += ["", *_entry_lines(entry, accessed)]
    return "\n".join(head) + "\n"


def _entry_lines(entry: Entry, accessed: str) -> Iterator[str]:
    yield "[[source]]"
    if entry.note:
        yield f"# {entry.note}"
    for key in ("id", "path", "reader", "title", "language", "published"):
        value = getattr(entry, key)
        if value:
            yield f"{key} = {_quote(value)}"
    yield f"publisher = {_quote(_TO_STATE)}"
    yield f"licence = {_quote(_TO_STATE)}"
    yield f"accessed = {_quote(accessed)}"


def _entries(folder: Path) -> Iterator[Entry]:
    taken: set[str] = set()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        if path.name == CONFIGURATION or path.suffix.lower() not in SPREADSHEETS + DOCUMENTS:
            continue
        identity = _free(_slug(path.stem), taken)
        if path.suffix.lower() in SPREADSHEETS:
            yield Entry(identity, str(relative), "spreadsheet", path.stem)
        else:
            yield _document_entry(path, str(relative), identity)


def _document_entry(path: Path, relative: str, identity: str) -> Entry:
    from grappe.intake.documents import read_document

    source = Source(id=identity, title=path.stem, publisher=_TO_STATE, licence=_TO_STATE)
    try:
        first = next(iter(read_document(path, source)))
    except GrappeError as error:
        return Entry(identity, relative, "document", path.stem, note=error.problems[0].describe("fr"))
    if not isinstance(first, Document):
        return Entry(identity, relative, "document", path.stem)
    return Entry(identity, relative, "document", first.title or path.stem, first.language, first.published)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") or "source"


def _free(slug: str, taken: set[str]) -> str:
    candidate, number = slug, 2
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    taken.add(candidate)
    return candidate


def _quote(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
