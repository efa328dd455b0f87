"""Classification files (NAICS/SCIAN, NOC/CNP) as tables of codes with their titles and parents.

A code is the entity ``naics:334511``: its titles are names, its definition a description, its parent
``part_of``. The French and the English file are two sources about the same entities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grappe.intake.recipes import Recipe, load_recipe
from grappe.intake.register_files import RegisterFiles
from grappe.statements import GrappeError, Problem


@dataclass(frozen=True)
class Code:
    """One class: *level* counts from 1, *parent* is None at the top, *row* as a spreadsheet shows it."""

    code: str
    title: str
    level: int
    parent: str | None
    definition: str | None
    language: str
    row: int


def read_classification(path: Path, recipe: Recipe | str) -> list[Code]:
    """All codes of a classification file, in its order. Raises :class:`GrappeError`."""
    recipe = load_recipe(recipe) if isinstance(recipe, str) else recipe
    files = RegisterFiles(path, recipe.encodings, recipe.delimiter, recipe.member)
    return list(read_levels(files, recipe))


def read_levels(files: RegisterFiles, recipe: Recipe) -> Iterator[Code]:
    """The codes of *files*, each with the nearest class of the level above; the column names, French or
    English, are those of ``[codes.fr]`` and ``[codes.en]``."""
    columns: dict[str, str] = {}
    language = "en"
    above: list[str] = []
    for number, row in files.rows():
        if not columns:
            language, columns = _find_columns(list(row), recipe, files.path.name)
        level, code = row[columns["level"]].strip(), row[columns["code"]].strip()
        if not (level.isdigit() and 0 < int(level) <= len(above) + 1 and code):
            raise GrappeError(
                Problem("damaged_file", file=files.path.name, row=number, found=f"{level} {code}")
            )
        del above[int(level) - 1 :]
        yield Code(
            code,
            row[columns["title"]].strip(),
            int(level),
            above[-1] if above else None,
            row.get(columns.get("definition", ""), "").strip() or None,
            language,
            number,
        )
        above.append(code)


def _find_columns(header: list[str], recipe: Recipe, file: str) -> tuple[str, dict[str, str]]:
    for language, names in recipe.codes.items():
        columns = {
            role: next((column for column in header if column.startswith(prefix)), "")
            for role, prefix in names.items()
        }
        if columns["level"] and columns["code"] and columns["title"]:
            return language, columns
    expected = " / ".join(", ".join(names.values()) for names in recipe.codes.values())
    raise GrappeError(Problem("missing_column", file=file, found=", ".join(header), expected=expected))
