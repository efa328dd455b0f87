"""Quantities with units, read from text and compared in one base unit each (``units.toml``)."""

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grappe.statements.problems import GrappeError, Problem

_NUMBER = r"[-−+]?\d+(?:[\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?:[eE][-+]?\d+)?"


@dataclass(frozen=True)
class Range:
    """From *low* to *high*, both included, in the base unit of *quantity*; None is an open side."""

    low: float | None
    high: float | None
    quantity: str = "length"

    def __post_init__(self) -> None:
        """Refuse a range whose ends are inverted."""
        if self.low is not None and self.high is not None and self.low > self.high:
            raise GrappeError(
                Problem("bad_value", found=f"{self.low:g} – {self.high:g}", expected="ordered_range")
            )

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends as numbers, open ones infinite."""
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )

    def holds(self, other: "Range") -> bool:
        """Whether all of *other* is inside."""
        (low, high), (start, end) = self.ends, other.ends
        return _at_most(low, start) and _at_most(end, high)

    def meets(self, other: "Range") -> bool:
        """Whether some value is in both."""
        (low, high), (start, end) = self.ends, other.ends
        return _at_most(low, end) and _at_most(start, high)


def _at_most(a: float, b: float) -> bool:
    # 4 in is 101.6 mm whatever the order of the multiplications.
    return a <= b or math.isclose(a, b, rel_tol=1e-9)


@dataclass(frozen=True)
class Found:
    """A quantity in a text: the range it says, and where it stands."""

    range: Range
    start: int
    end: int


@cache
def _units() -> dict[str, tuple[str, float, float]]:
    """Name → (quantity, factor, offset)."""
    table = tomllib.loads(files("grappe.fabrication").joinpath("units.toml").read_text("utf-8"))
    units = {}
    for quantity, names in table.items():
        for name, value in names.items():
            if name != "base":
                factor, offset = value if isinstance(value, list) else (value, 0.0)
                units[name] = (quantity, float(factor), float(offset))
    return units


@cache
def base_unit(quantity: str) -> str:
    """The unit in which a quantity is kept."""
    table = tomllib.loads(files("grappe.fabrication").joinpath("units.toml").read_text("utf-8"))
    return str(table[quantity]["base"])


def in_base(value: float, unit: str) -> tuple[float, str]:
    """*value* of *unit* in its base unit, and the quantity. Raises GrappeError on an unknown unit."""
    if unit not in _units():
        raise GrappeError(Problem("unknown_unit", found=unit, expected=", ".join(sorted(_units()))))
    quantity, factor, offset = _units()[unit]
    return value * factor + offset, quantity


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_units(), key=len, reverse=True))
    between = r"\s*(?:-|–|—|to|à|a|et|and|\.\.)\s*"
    return re.compile(
        rf"(?P<bound><=|>=|≤|≥|<|>)?\s*(?P<low>{_NUMBER})(?:\s*(?P<unit1>{names})?{between}(?P<high>{_NUMBER}))?"
        rf"[\s\u00a0\u202f-]*(?P<unit>{names})(?![^\W\d_])"
    )


def quantities_in(text: str) -> Iterator[Found]:
    """The quantities with a known unit in *text*, in order: points, ranges (``25–150 mm``) and bounds
    (``< 5 nm``)."""
    for match in _pattern().finditer(text):
        low, quantity = in_base(read_number(match["low"]), match["unit1"] or match["unit"])
        high = low
        if match["high"]:
            high, quantity = in_base(read_number(match["high"]), match["unit"])
        bound = match["bound"] or ""
        least = None if "<" in bound or "≤" in bound else low
        most = None if ">" in bound or "≥" in bound else high
        begin = match.start("bound") if bound else match.start("low")
        yield Found(Range(least, most, quantity), begin, match.end())


def read_number(text: str) -> float:
    """A number with a decimal point or comma, thousands apart by spaces."""
    return float(re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".").replace("−", "-"))


def read_range(text: str, unit: str) -> Range:
    """The range that a cell says: ``25-150``, ``≤ 300 nm``, ``100``; *unit* when the cell names none.

    Raises GrappeError on an unknown unit, an inverted range, or a text that says no quantity.
    """
    cell = text.strip()
    unit_named = re.search(r"[^\W\d_°]|[°\"″]", re.sub(r"\bto\b|\bà\b", "", cell))
    full = cell if unit_named else f"{cell} {unit}"
    found = list(quantities_in(full))
    if len(found) != 1:
        named = re.search(r"([^\W\d_°µμÅ]+|[°µμÅ]\w*)\s*$", cell)
        if named and named[1] not in _units():
            raise GrappeError(Problem("unknown_unit", found=named[1], expected=", ".join(sorted(_units()))))
        raise GrappeError(Problem("bad_value", found=text, expected="range"))
    return found[0].range


def write_range(one: Range) -> str:
    """A range as a cell that :func:`read_range` reads as the same: ``300.0 nm``, ``25.0 to 150.0 mm``."""
    ends = [end for end in (one.low, one.high) if end is not None]
    units = [("mm", 1e6), ("µm", 1e3)] if one.quantity == "length" else []
    unit, factor = next(
        (
            (name, size)
            for name, size in units
            if all(abs(end) >= size and end / size * size == end for end in ends)
        ),
        (base_unit(one.quantity), 1.0),
    )
    low, high = (
        None
        if end is None
        else repr(float(end / factor)).replace("-", "−", 1)
        if end < 0
        else repr(end / factor)
        for end in (one.low, one.high)
    )
    if low is None or high is None:
        return f"≤ {high} {unit}" if low is None else f"≥ {low} {unit}"
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def show_range(one: Range, language: str) -> str:
    """A range in readable units: ``300 nm``, ``25–150 mm``, ``≤ 5 nm``."""
    shown_unit, factor = _readable(one)
    numbers = [_shown(end / factor, language) if end is not None else None for end in (one.low, one.high)]
    space = "\u00a0"
    if numbers[0] is None or numbers[1] is None:
        sign, number = ("≤", numbers[1]) if numbers[0] is None else ("≥", numbers[0])
        return f"{sign}{space}{number}{space}{shown_unit}"
    joined = numbers[0] if numbers[0] == numbers[1] else f"{numbers[0]}–{numbers[1]}"
    return f"{joined}{space}{shown_unit}"


def _readable(one: Range) -> tuple[str, float]:
    if one.quantity != "length":
        return base_unit(one.quantity), 1.0
    size = min(abs(end) for end in (one.low, one.high) if end) if one.low or one.high else 0.0
    for unit, factor in (("mm", 1e6), ("µm", 1e3)):
        if size >= factor:
            return unit, factor
    return "nm", 1.0


def _shown(value: float, language: str) -> str:
    text = f"{value:.6g}"
    return text.replace(".", ",") if language == "fr" else text
