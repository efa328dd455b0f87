"""Dots on the static map of southern Québec, drawn without any script.

The projection is equirectangular, true at 47.5° N, in SVG units; ``tools/basemap/build.py`` draws the land
with the same constants. A dot that a larger one would cover is counted in it.
"""

import math
from collections.abc import Iterable, Sequence
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
    """A circle in SVG units, the places it gathers (largest first), and whether its name is written."""

    x: float
    y: float
    count: int
    name: str
    codes: tuple[str, ...]
    radius: float = 0.0
    is_named: bool = False

    @property
    def name_y(self) -> float:
        """The baseline of the name under the dot, in SVG units."""
        return round(self.y + self.radius + 15, 1)

    @property
    def name_box(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the name, in SVG units."""
        half = 3.7 * len(self.name) + 3
        return self.x - half, self.x + half, self.name_y - 13, self.name_y + 5


def place_dots(places: Iterable[Place], around: str = "{}", named: int = 9) -> list[Dot]:
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
    shown: list[Dot] = []
    for dot in dots:
        if len(shown) < most and _is_clear(dot, dots, shown):
            shown.append(dot)
    return [replace(dot, is_named=dot in shown) for dot in dots]


def _is_clear(dot: Dot, dots: Sequence[Dot], named: Sequence[Dot]) -> bool:
    """Whether the name of *dot* stays in the view and covers neither another dot nor a name."""
    left, right, top, bottom = dot.name_box
    if left < VIEW[0] or right > VIEW[0] + VIEW[2] or bottom > VIEW[1] + VIEW[3]:
        return False
    for other in dots:
        nearest = (min(max(other.x, left), right), min(max(other.y, top), bottom))
        if other is not dot and math.dist(nearest, (other.x, other.y)) < other.radius:
            return False
    return not any(_overlap(dot.name_box, other.name_box) for other in named)


def _overlap(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]
