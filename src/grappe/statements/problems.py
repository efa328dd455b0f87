"""What is wrong with an input, said so that the person who owns the file can mend it.

A problem names the file and the place in it, what was found and what was expected; its wording exists in
French and English (``problems.toml``). Errors carry problems; only the CLI and the hub's views turn them
into exit codes and pages.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One thing to mend. *code* is a key of ``problems.toml``; *row* and *page* count from 1.

    *expected* is a key of the file's ``[expected]`` table, alone (``date``) or with a detail
    (``one_of:company, research``; ``one_of:Entreprise|Company`` when the detail depends on the language,
    French first); any other text is shown as it is.
    """

    code: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    page: int | None = None
    found: str | None = None
    expected: str | None = None
    severity: Severity = "error"

    def describe(self, language: str = "fr") -> str:
        """One sentence or two: where, what was found, what was expected, what to do."""
        wording = _wordings()[self.code][language]
        values = {"found": _shorten(self.found), "expected": _expectation(self.expected, language)}
        return f"{self._where(language)}{wording.format(**values)}"

    def _where(self, language: str) -> str:
        labels = _wordings()["where"][language].split("|")
        values = (self.file, self.sheet, self.row, self.column, self.page)
        parts = [
            f"{label} {value}".strip()
            for label, value in zip(labels, values, strict=True)
            if value is not None
        ]
        if not parts:
            return ""
        return ", ".join(parts) + ("\u00a0: " if language == "fr" else ": ")


class GrappeError(Exception):
    """An input that can't be accepted as it is; nothing was changed. Carries at least one problem."""

    exit_code = 3

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("an error says what is wrong")
        self.problems = problems
        super().__init__("; ".join(problem.describe("en") for problem in problems[:5]))


@dataclass(frozen=True)
class Findings:
    """Problems gathered while reading on, so that a person mends them all at once."""

    problems: tuple[Problem, ...] = ()

    def refuse_errors(self) -> None:
        """Raise :class:`GrappeError` with every problem of severity "error"; none, and it returns."""
        errors = errors_of(self.problems)
        if errors:
            raise GrappeError(*errors)


def errors_of(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those of *problems* that refuse the input."""
    return tuple(problem for problem in problems if problem.severity == "error")


def problem_codes() -> frozenset[str]:
    """Every code that has a wording."""
    return frozenset(_wordings()) - {"where", "expected"}


def expectation_keys() -> frozenset[str]:
    """Every key that :attr:`Problem.expected` may use to be worded in both languages."""
    return frozenset(_wordings()["expected"])


def _expectation(expected: str | None, language: str) -> str:
    if not expected:
        return ""
    key, _, detail = expected.partition(":")
    wording = _wordings()["expected"].get(key)
    if wording is None:
        return expected
    fr, _, en = detail.partition("|")
    return str(wording[language]).format(detail=en or fr if language == "en" else fr)


@cache
def _wordings() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("grappe.statements").joinpath("problems.toml").read_text("utf-8"))


def _shorten(text: str | None, most: int = 80) -> str:
    if text is None:
        return ""
    shown = text if len(text) <= most else text[: most - 1] + "…"
    return "".join(char if char.isprintable() or char in "\u00a0\u202f" else "·" for char in shown)
