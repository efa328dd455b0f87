"""Dots on the static map of southern Québec, drawn without any script.

The projection is equirectangular, true at 47.5° N, in SVG units; ``tools/basemap/build.py`` draws the land
with the same constants.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

WEST, NORTH, EAST, SOUTH, WIDTH = -80.2, 51.2, -61.2, 44.6, 1000.0
STRETCH = math.cos(math.radians(47.5))
SCALE = WIDTH / ((EAST - WEST) * STRETCH)
HEIGHT = (NORTH - SOUTH) * SCALE


@dataclass(frozen=True)
class Dot:
    """*count* organisations at a place: centre and radius in SVG units, its name and where a click leads."""

    x: float
    y: float
    radius: float
    count: int
    name: str
    url: str | None = None
    is_named: bool = False

    @property
    def name_y(self) -> float:
        """The baseline of the name under the dot, in SVG units."""
        return round(self.y + self.radius + 15, 1)

    @property
    def name_box(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the name, in SVG units."""
        half = 3.6 * len(self.name) + 3
        return self.x - half, self.x + half, self.name_y - 13, self.name_y + 5


def place_dots(places: Iterable[tuple[float, float, int, str, str | None]], named: int = 9) -> list[Dot]:
    """The dots of *places* (latitude, longitude, count, name, address) that lie on the map, largest first.

    Area is proportional to the count. The *named* largest get their name, unless it would cover another.
    """
    inside = [p for p in places if WEST < p[1] < EAST and SOUTH < p[0] < NORTH]
    ordered = sorted(inside, key=lambda p: (-p[2], p[3]))
    most = max((place[2] for place in ordered), default=1)
    largest = min(36.0, 7.0 + 4.0 * math.sqrt(most))
    dots: list[Dot] = []
    for latitude, longitude, count, name, url in ordered:
        x = round((longitude - WEST) * STRETCH * SCALE, 1)
        y = round((NORTH - latitude) * SCALE, 1)
        radius = round(max(6.0, largest * math.sqrt(count / most)), 1)
        dots.append(Dot(x, y, radius, count, name, url))
    return _with_names(dots, named)


def _with_names(dots: list[Dot], most: int) -> list[Dot]:
    shown: list[Dot] = []
    for dot in dots:
        if len(shown) < most and _is_clear(dot, dots, shown):
            shown.append(dot)
    return [replace(dot, is_named=dot in shown) for dot in dots]


def _is_clear(dot: Dot, dots: Sequence[Dot], named: Sequence[Dot]) -> bool:
    """Whether the name of *dot* covers neither another dot nor a name already shown."""
    left, right, top, bottom = dot.name_box
    for other in dots:
        nearest = (min(max(other.x, left), right), min(max(other.y, top), bottom))
        if other is not dot and math.dist(nearest, (other.x, other.y)) < other.radius:
            return False
    return not any(
        left < other.name_box[1] and other.name_box[0] < right and top < other.name_box[3] and other.name_box[2] < bottom
        for other in named
    )
