"""Cells that would reveal a firm: too few of them, or one that is most of the total."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grappe.figures.findings import Finding
from grappe.statements.figures import Figure, Number

#: The usual threshold rule of statistical offices: at least three contributors.
FEWEST_FIRMS = 3
#: The usual dominance rule: no contributor above this share of the total.
LARGEST_SHARE = 0.8


@dataclass(frozen=True)
class Cell:
    """A value computed from *firms* contributors, the largest of which is *largest_share* (0 to 1) of it."""

    key: str
    value: Number
    firms: int
    largest_share: float = 0.0


def must_suppress(cell: Cell, *, fewest: int = FEWEST_FIRMS, largest: float = LARGEST_SHARE) -> bool:
    """Whether *cell* would reveal a firm: fewer than *fewest* contributors, or one above *largest* of the
    total.

    An empty cell (no firm) reveals nobody.
    """
    return 0 < cell.firms < fewest or (cell.firms > 0 and cell.largest_share > largest)


def suppress(
    cells: Iterable[Cell], *, fewest: int = FEWEST_FIRMS, largest: float = LARGEST_SHARE
) -> dict[str, Number | None]:
    """Key → value, None where it must not be published.

    When exactly one cell is hidden, the next smallest is hidden too, else a total would give it back.
    """
    listed = sorted(cells, key=lambda cell: cell.key)
    hidden = {cell.key for cell in listed if must_suppress(cell, fewest=fewest, largest=largest)}
    rest = [cell for cell in listed if cell.key not in hidden and cell.firms]
    if len(hidden) == 1 and rest:
        hidden.add(min(rest, key=lambda cell: (cell.value, cell.key)).key)
    return {cell.key: None if cell.key in hidden else cell.value for cell in listed}


def check_suppression(figures: Iterable[Figure]) -> Iterator[Finding]:
    """``suppressed`` for each computed count of fewer than three firms."""
    for figure in sorted(figures, key=lambda figure: figure.id):
        few = figure.value is not None and 0 < figure.value < FEWEST_FIRMS
        if figure.method == "computed" and figure.unit in ("companies", "establishments") and few:
            yield Finding(
                "suppressed", "error", (figure.id,), (("least", FEWEST_FIRMS), ("count", figure.value))
            )
