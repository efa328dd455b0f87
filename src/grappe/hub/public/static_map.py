"""Dots on the static map of southern Québec, drawn without any script.

The projection is equirectangular, true at 47.5° N, in SVG units; ``tools/basemap/build.py`` draws the land
with the same constants. A dot that a larger one would cover is counted in it.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

WEST, NORTH, EAST, SOUTH, WIDTH = -80.2, 51.2, -61.2, 44.6, 1000.0
STRETCH = math.cos(math.radians(47.5))
SCALE = WIDTH / ((EAST - WEST) * STRETCH)
#: The part of the drawing that is shown: left, top, width, height.
VIEW = (110.0, 120.0, 740.0, 384.0)
_LARGEST, _SMALLEST = 36.0, 6.0


@dataclass(frozen=True)
class Place:
    """*count* organisations at a point (degrees, WGS84), under one code."""

    latitude: float
    longitude: float
    count: int
    name: str
    code: str = ""


@dataclass(frozen=True)
class Dot:
    """A circle in SVG units, the places it gathers (largest first), and where its name is written."""

    x: float
    y: float
    count: int
    name: str
    codes: tuple[str, ...]
    radius: float = 0.0
    label: "Label | None" = None

    @property
    def holds_its_count(self) -> bool:
        """Whether the count, written with thousands apart, fits inside the circle."""
        return self.radius > _SMALLEST * 2 and self.radius * 2 > 8.2 * len(f"{self.count:,}") + 2


@dataclass(frozen=True)
class Label:
    """Where a name is written: its anchor (start, middle, end) and baseline, in SVG units."""

    anchor: str
    x: float
    y: float
    width: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom, in SVG units."""
        left = self.x - {"start": 0.0, "middle": self.width / 2, "end": self.width}[self.anchor]
        return left - 3, left + self.width + 3, self.y - 13, self.y + 5


def place_dots(places: Iterable[Place], around: str = "{}", named: int = 11) -> list[Dot]:
    """The dots of *places* that lie in the view, largest first; area is proportional to the count.

    *around* is the name of a dot that gathers its neighbours ("{} et environs"). The *named* largest get
    their name, unless it would cover something or leave the view.
    """
    dots = sorted(filter(_is_in_view, map(_dot, places)), key=lambda dot: (-dot.count, dot.name))
    gathered: list[Dot] = []
    most = max((dot.count for dot in dots), default=1)
    for dot in dots:
        within = next(
            (g for g in gathered if math.dist((g.x, g.y), (dot.x, dot.y)) < _radius(g.count, most)), None
        )
        if within is None:
            gathered.append(dot)
        else:
            gathered[gathered.index(within)] = _gather(within, dot)
    most = max((dot.count for dot in gathered), default=1)
    sized = [replace(dot, radius=_radius(dot.count, most), name=_name(dot, around)) for dot in gathered]
    return _with_names(sorted(sized, key=lambda dot: (-dot.count, dot.name)), named)


def _dot(place: Place) -> Dot:
    x = round((place.longitude - WEST) * STRETCH * SCALE, 1)
    y = round((NORTH - place.latitude) * SCALE, 1)
    return Dot(x, y, place.count, place.name, (place.code,))


def _is_in_view(dot: Dot) -> bool:
    left, top, width, height = VIEW
    return left < dot.x < left + width and top < dot.y < top + height


def _radius(count: int, most: int) -> float:
    largest = min(_LARGEST, 7.0 + 4.0 * math.sqrt(most))
    return round(max(_SMALLEST, largest * math.sqrt(count / most)), 1)


def _distance(one: Dot, two: Dot) -> float:
    return math.dist((one.x, one.y), (two.x, two.y))


def _gather(dot: Dot, other: Dot) -> Dot:
    return replace(dot, count=dot.count + other.count, codes=(*dot.codes, *other.codes))


def _name(dot: Dot, around: str) -> str:
    return around.format(dot.name) if len(dot.codes) > 1 else dot.name


def _with_names(dots: list[Dot], most: int) -> list[Dot]:
    written: list[Label] = []
    shown = []
    for dot in dots:
        free = (label for label in _labels(dot) if _is_clear(label, dot, dots, written))
        label = next(free, None) if len(written) < most else None
        if label is not None:
            written.append(label)
        shown.append(replace(dot, label=label))
    return shown


def _labels(dot: Dot) -> Iterator[Label]:
    """Under the dot, then right, left and above."""
    width = 7.4 * len(dot.name)
    yield Label("middle", dot.x, round(dot.y + dot.radius + 15, 1), width)
    yield Label("start", round(dot.x + dot.radius + 5, 1), round(dot.y + 5, 1), width)
    yield Label("end", round(dot.x - dot.radius - 5, 1), round(dot.y + 5, 1), width)
    yield Label("middle", dot.x, round(dot.y - dot.radius - 6, 1), width)


def _is_clear(label: Label, dot: Dot, dots: Sequence[Dot], written: Sequence[Label]) -> bool:
    """Whether *label* stays in the view and covers neither another dot nor a name."""
    left, right, top, bottom = label.box
    if left < VIEW[0] or right > VIEW[0] + VIEW[2] or top < VIEW[1] or bottom > VIEW[1] + VIEW[3]:
        return False
    for other in dots:
        nearest = (min(max(other.x, left), right), min(max(other.y, top), bottom))
        if other is not dot and math.dist(nearest, (other.x, other.y)) < other.radius:
            return False
    return not any(_overlap(label.box, other.box) for other in written)


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]
