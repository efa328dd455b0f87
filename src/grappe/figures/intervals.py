"""What values a figure allows, from its qualifier and from how it was printed."""

from dataclasses import dataclass
from math import inf

from grappe.statements.figures import Figure

#: How far « environ » and « près de » may be from the number, as a share of it.
APPROXIMATE = 0.10


@dataclass(frozen=True)
class Interval:
    """From *low* to *high*, both included."""

    low: float
    high: float

    def meets(self, other: "Interval") -> bool:
        """Whether some value is in both."""
        return self.low <= other.high and other.low <= self.high

    def scaled(self, factor: float) -> "Interval":
        """Every value times *factor* (positive)."""
        return Interval(self.low * factor, self.high * factor)


def interval_of(figure: Figure) -> Interval:
    """The values that *figure* allows.

    An exact number stands for those that round to it as printed (15.5 billion: 15.45 to 15.55). « More than »
    has no upper end; « almost » goes ten percent below, « about » ten percent either side; « up to » starts
    at 0 (or has no lower end when negative).
    """
    if figure.value is None:
        return Interval(
            -inf if figure.lower is None else figure.lower, inf if figure.upper is None else figure.upper
        )
    value = float(figure.value)
    margin = abs(value) * APPROXIMATE
    ends = {
        "more_than": (value, inf),
        "at_least": (value, inf),
        "less_than": (min(0.0, -inf if value < 0 else 0.0), value),
        "up_to": (min(0.0, -inf if value < 0 else 0.0), value),
        "almost": (value - margin, value),
        "approx": (value - margin, value + margin),
        "within_top": (1.0, value),
    }
    low, high = ends.get(figure.qualifier, (value - rounding(figure), value + rounding(figure)))
    return Interval(low, high)


def rounding(figure: Figure) -> float:
    """Half of the last place printed, in the figure's unit; 0 for a rank or a plain whole number."""
    if figure.unit == "rank" or (
        figure.magnitude == 0 and figure.decimals == 0 and not figure.unit.startswith("percent")
    ):
        return 0.0
    return 0.5 * 10.0 ** (figure.magnitude - figure.decimals)
