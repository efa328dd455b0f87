"""A sheet as its rows of texts, whatever file it came from, with what the file says about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache


@dataclass(frozen=True)
class Row:
    """One row that holds something; *number* counts from 1, *cells* from column A. *carried* are the columns
    (from 0) whose value comes from a row above, by a merge; *printed* what stands in the file where a person
    amended it."""

    number: int
    cells: tuple[str, ...]
    carried: frozenset[int] = frozenset()
    printed: Mapping[int, str] = field(default_factory=dict)

    def cell(self, column: int) -> str:
        """The text in the column counted from 0; "" beyond the last cell."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True)
class Merge:
    """A merged block; rows from 1, columns from 0, all inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class SheetFacts:
    """What the values alone don't tell. Rows count from 1, columns from 0.

    *valueless* holds the cells whose formula has no stored value, or an error for value: (row, column) →
    the formula or the error.
    """

    name: str
    last_row: int = 0
    last_column: int = -1
    cells: int = 0
    hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    valueless: dict[tuple[int, int], str] = field(default_factory=dict)

    def extend(self, row: int, column: int) -> None:
        """Make the cell part of the area in use."""
        self.cells += 1
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)


@dataclass(frozen=True)
class Sheet:
    """One sheet; *rows* can be run through once, blank rows left out."""

    facts: SheetFacts
    rows: Iterator[Row]

    @property
    def name(self) -> str:
        """The sheet's name; ``csv`` for a delimited file."""
        return self.facts.name


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """The letters of a column counted from 0: ``A``, ``Z``, ``AA``."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The column counted from 0 of ``A``, ``Z``, ``AA``. Raises ValueError."""
    if not (letters.isascii() and letters.isalpha()):
        raise ValueError(letters)
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def ranges(numbers: list[int]) -> str:
    """Numbers in order as « 3–5, 9 », the first twenty ranges."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{first}–{last}" if last > first else str(first) for first, last in runs[:20]]
    return ", ".join(shown) + (", …" if len(runs) > 20 else "")
