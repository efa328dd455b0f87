"""``grappe.toml``: a folder of files becomes a workspace of sources, clusters and sectors."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from grappe.statements import GrappeError, Problem, Source

CONFIGURATION = "grappe.toml"
READERS = ("spreadsheet", "document", "register")
_SOURCE_FIELDS = {f.name for f in fields(Source)}


@dataclass(frozen=True)
class SourceFile:
    """One file of the workspace and how to read it."""

    source: Source
    path: Path
    reader: str
    recipe: str | None = None
    mapping: Path | None = None
    include: str = "all"
    tolerate_refused: int = 0


@dataclass(frozen=True)
class Code:
    """A cluster, sector or value-chain stage of the workspace, with its texts in both languages."""

    list: str
    code: str
    name_fr: str | None
    name_en: str | None
    parent: str | None = None
    position: int = 0
    text_fr: str | None = None
    text_en: str | None = None
    source: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Workspace:
    """What ``grappe.toml`` says. *as_of* is the day the workspace speaks of; the clock is never read."""

    folder: Path
    id: str
    title_fr: str
    title_en: str
    languages: tuple[str, ...] = ("fr", "en")
    place: str | None = None
    jurisdiction: str | None = None
    as_of: str | None = None
    sources: tuple[SourceFile, ...] = ()
    codes: tuple[Code, ...] = ()
    judgements: Path | None = None
    figure_reviews: Path | None = None
    privacy_officer: Mapping[str, str] = field(default_factory=dict)

    def code_labels(self) -> dict[str, dict[str, dict[str, str]]]:
        """The workspace's own code lists: cluster | sector | stage → code → {fr, en}."""
        labels: dict[str, dict[str, dict[str, str]]] = {"cluster": {}, "sector": {}, "stage": {}}
        for code in self.codes:
            names = {"fr": code.name_fr or code.name_en, "en": code.name_en or code.name_fr}
            labels[code.list][code.code] = {lang: name for lang, name in names.items() if name}
        return labels


def load_workspace(folder: Path) -> Workspace:
    """Read ``folder/grappe.toml``; every source gets the SHA-256 of its file.

    Raises GrappeError naming each entry to correct.
    """
    path = folder / CONFIGURATION
    if not path.is_file():
        raise GrappeError(Problem("file_missing", file=str(path)))
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GrappeError(Problem("damaged_file", file=str(path), found=str(error))) from error
    problems = list(_check(content, folder))
    if problems:
        raise GrappeError(*problems)
    return _workspace(folder, content)


def _workspace(folder: Path, content: Mapping[str, Any]) -> Workspace:
    head = content["workspace"]
    judgements, reviews = head.get("judgements"), head.get("figure_reviews")
    return Workspace(
        folder=folder,
        id=head["id"],
        title_fr=head.get("title_fr") or head["title_en"],
        title_en=head.get("title_en") or head["title_fr"],
        languages=tuple(head.get("languages", ("fr", "en"))),
        place=head.get("place"),
        jurisdiction=head.get("jurisdiction"),
        as_of=head.get("as_of"),
        sources=tuple(_source_file(entry, folder) for entry in content.get("source", ())),
        codes=tuple(_codes(content)),
        judgements=folder / judgements if judgements else None,
        figure_reviews=folder / reviews if reviews else None,
        privacy_officer=head.get("privacy_officer", {}),
    )


def _check(content: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    head = content.get("workspace", {})
    if not head.get("id") or not (head.get("title_fr") or head.get("title_en")):
        yield _wrong("[workspace]", "id, title_fr / title_en")
    seen: set[str] = set()
    for entry in content.get("source", ()):
        name = str(entry.get("id", entry.get("path", "?")))
        missing = [
            key for key in ("id", "path", "reader", "title", "publisher", "licence") if not entry.get(key)
        ]
        if missing:
            yield _wrong(f"[[source]] {name}", ", ".join(missing))
            continue
        yield from _check_source(entry, folder, seen)
        seen.add(entry["id"])
    for kind in ("cluster", "sector", "stage"):
        for entry in content.get(kind, ()):
            if not entry.get("id") or not (entry.get("name_fr") or entry.get("name_en")):
                yield _wrong(f"[[{kind}]] {entry.get('id', '?')}", "id, name_fr / name_en")


def _check_source(entry: Mapping[str, Any], folder: Path, seen: set[str]) -> Iterator[Problem]:
    if entry["id"] in seen:
        yield Problem("duplicate_key", file=CONFIGURATION, found=entry["id"], expected="[[source]]")
    if entry["reader"] not in READERS:
        yield _wrong(f"reader = {entry['reader']}", " | ".join(READERS))
    if entry["reader"] == "register" and not entry.get("recipe"):
        yield _wrong(f"[[source]] {entry['id']}", "recipe")
    if not (folder / entry["path"]).exists():
        yield Problem("file_missing", file=str(folder / entry["path"]))
    mapping = entry.get("mapping")
    if mapping and not (folder / mapping).is_file():
        yield Problem("file_missing", file=str(folder / mapping))


def _wrong(found: str, expected: str) -> Problem:
    return Problem("bad_configuration", found=found, expected=expected)


def _source_file(entry: Mapping[str, Any], folder: Path) -> SourceFile:
    path = folder / entry["path"]
    reader, recipe = entry["reader"], entry.get("recipe")
    known = {key: value for key, value in entry.items() if key in _SOURCE_FIELDS}
    source = Source(**{**known, "chain": tuple(entry.get("chain", ()))})
    source = replace(source, content_hash=hash_file(path), reader=f"{reader}:{recipe}" if recipe else reader)
    mapping = entry.get("mapping")
    return SourceFile(
        source=source,
        path=path,
        reader=reader,
        recipe=recipe,
        mapping=folder / mapping if mapping else None,
        include=entry.get("include", "all"),
        tolerate_refused=int(entry.get("tolerate_refused", 0)),
    )


def hash_file(path: Path) -> str:
    """The SHA-256 of a file, or of the names and contents of a folder's files in order."""
    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        if path.is_dir():
            digest.update(str(file.relative_to(path)).encode() + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _codes(content: Mapping[str, Any]) -> Iterator[Code]:
    texts = {"cluster": "word", "sector": "summary", "stage": "summary"}
    for kind, text in texts.items():
        known = {"id", "name_fr", "name_en", "parent", "order", "source", f"{text}_fr", f"{text}_en"}
        for position, entry in enumerate(content.get(kind, ()), start=1):
            yield Code(
                list=kind,
                code=entry["id"],
                name_fr=entry.get("name_fr"),
                name_en=entry.get("name_en"),
                parent=entry.get("parent"),
                position=entry.get("order", position),
                text_fr=entry.get(f"{text}_fr"),
                text_en=entry.get(f"{text}_en"),
                source=entry.get("source"),
                extra={key: value for key, value in entry.items() if key not in known},
            )
