"""Recipes: what is known of one kind of official file, in a folder of ``sources/`` anyone can read and mend.

``recipe.toml`` says who publishes the file, under which licence, how it is laid out, which column says which
property, and what must hold of the whole (``[assert]``). A ``reader.py`` beside it is for layouts that a
column map can't express: it yields :class:`Entry`, the rest is the same.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grappe.statements import GrappeError, Problem
from grappe.statements.vocabulary import properties

if TYPE_CHECKING:
    from grappe.intake.register_files import RegisterFiles

Format = Literal["csv", "json", "classification", "files"]
Reader = Callable[["RegisterFiles", "Recipe"], Iterator["Entry"]]


class Fact(NamedTuple):
    """One thing an entry says, as printed. *at* completes the entry's locator (``.names[0].value``)."""

    property: str
    text: str
    qualifier: str | None = None
    language: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    at: str = ""


class Entry(NamedTuple):
    """What one row or item of a register says of the entity ``<scheme>:<key>``.

    *main* entries are those that ``[assert]`` counts and whose keys may have to be unique.
    """

    key: str
    locator: str
    facts: Iterable[Fact]
    main: bool = True


@dataclass(frozen=True)
class ColumnMap:
    """One ``[[column]]``: where a property's text stands and how it is read.

    *source*: a column, several to be joined (*join*), or a JSON path with ``[]`` (``names[].value``).
    *values* maps the publisher's codes to ours; other codes are refused, or skipped with
    ``others = "skip"``. *matching*: a regular expression that the text must match, else it is skipped.
    """

    source: tuple[str, ...]
    property: str
    qualifier: str | None = None
    qualifier_from: str | None = None
    qualifiers: Mapping[str, str] | None = None
    language: str | None = None
    language_from: str | None = None
    split: str | None = None
    join: str = " "
    values: Mapping[str, str] | None = None
    others: Literal["refuse", "skip"] = "refuse"
    matching: str | None = None
    optional: bool = False


@dataclass(frozen=True)
class Assertions:
    """What must hold of a whole register; *min_filled* is the share of entries that say a property."""

    min_rows: int = 1
    max_rows: int | None = None
    unique_key: bool = True
    max_refused: float = 0.01
    min_filled: Mapping[str, float] = field(default_factory=dict)
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """One kind of official file. *yields* says whether its entries are organisations or codes of a list;
    *folder* is where the recipe lies."""

    name: str
    folder: Path
    publisher: str
    title: str
    licence: str
    url: str
    format: Format
    scheme: str
    key: str
    version: str = "1"
    yields: Literal["organisations", "codes"] = "organisations"
    key_property: str | None = None
    key_form: Literal["text", "slug"] = "text"
    attribution: str | None = None
    note: str | None = None
    language: str | None = None
    encodings: tuple[str, ...] = ("utf-8-sig",)
    delimiter: str = ","
    member: str | None = None
    empty: tuple[str, ...] = ("",)
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[ColumnMap, ...] = ()
    assertions: Assertions = Assertions()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def reader(self) -> Reader | None:
        """The ``read`` function of ``reader.py``, or None when the column map is enough."""
        path = self.folder / "reader.py"
        return _load_reader(path) if path.exists() else None


def recipe_names() -> tuple[str, ...]:
    """The recipes that ship with Grappe, sorted."""
    return tuple(sorted(path.parent.name for path in shipped_folder("sources").glob("*/recipe.toml")))


@cache
def load_recipe(name: str) -> Recipe:
    """The recipe *name*. Raises :class:`GrappeError` when there is none or when it is badly written."""
    path = shipped_folder("sources") / name / "recipe.toml"
    if name not in recipe_names():
        raise GrappeError(
            Problem("bad_configuration", found=f"recipe = {name}", expected=", ".join(recipe_names()))
        )
    return read_recipe(path)


def read_recipe(path: Path) -> Recipe:
    """The recipe written in the ``recipe.toml`` at *path*. Raises :class:`GrappeError`."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise GrappeError(Problem("damaged_file", file=str(path), found=str(error))) from error
    assertions = _assertions(written.pop("assert", {}), path)
    columns = tuple(_column(block, path) for block in written.pop("column", []))
    known = {f.name for f in fields(Recipe)} - {"name", "folder", "columns", "assertions"}
    _refuse_unknown(written, known, path)
    where = {column: _tuple(allowed) for column, allowed in written.pop("where", {}).items()}
    for plural in ("encodings", "empty"):
        if plural in written:
            written[plural] = _tuple(written[plural])
    try:
        return Recipe(
            path.parent.name, path.parent, columns=columns, assertions=assertions, where=where, **written
        )
    except TypeError as error:
        raise _badly_written(
            path, str(error), "publisher, title, licence, url, format, scheme, key"
        ) from error


def _column(block: dict[str, Any], path: Path) -> ColumnMap:
    block = {"source" if key == "from" else key: value for key, value in block.items()}
    _refuse_unknown(block, {f.name for f in fields(ColumnMap)}, path)
    if block.get("property") not in properties():
        raise _badly_written(path, f"property = {block.get('property')}", ", ".join(properties()))
    if not block.get("source"):
        raise _badly_written(path, f"property = {block['property']}", "from = …")
    return ColumnMap(**{**block, "source": _tuple(block["source"])})


def _assertions(block: dict[str, Any], path: Path) -> Assertions:
    _refuse_unknown(block, {f.name for f in fields(Assertions)}, path)
    allowed = {column: _tuple(values) for column, values in block.pop("allowed", {}).items()}
    return Assertions(**block, allowed=allowed)


def _refuse_unknown(block: Mapping[str, Any], known: set[str], path: Path) -> None:
    unknown = sorted(set(block) - known)
    if unknown:
        raise _badly_written(path, ", ".join(unknown), ", ".join(sorted(known)))


def _badly_written(path: Path, found: str, expected: str) -> GrappeError:
    return GrappeError(Problem("bad_recipe", file=path.parent.name, found=found, expected=expected))


def _tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def _load_reader(path: Path) -> Reader:
    spec = spec_from_file_location(f"grappe_recipe_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise GrappeError(Problem("file_missing", file=str(path)))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    reader: Reader = module.read
    return reader


@cache
def shipped_folder(name: str) -> Path:
    """``grappe/_shipped/<name>`` of an installed wheel, ``<name>/`` of a repository otherwise."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "_shipped" / name
    return shipped if shipped.is_dir() else package.parents[1] / name
