"""Dots on the static map of southern Québec, drawn without any script.

The projection is equirectangular, true at 47.5° N, in SVG units; ``tools/basemap/build.py`` draws the land with
the same constants.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


def place_dots(places: Iterable[tuple[float, float, int, str, str | None]], named: int = 8) -> list[Dot]:
    """The dots of *places* (latitude, longitude, count, name, address) that lie on the map, largest first.

    Area is proportional to the count. The *named* largest get their name, unless it would cover another.
    """
    inside = [p for p in places if WEST < p[1] < EAST and SOUTH < p[0] < NORTH]
    ordered = sorted(inside, key=lambda p: (-p[2], p[3]))
    most = ordered[0][2] if ordered else 1
    dots: list[Dot] = []
    for latitude, longitude, count, name, url in ordered:
        x = round((longitude - WEST) * STRETCH * SCALE, 1)
        y = round((NORTH - latitude) * SCALE, 1)
        radius = round(max(7.0, 38.0 * math.sqrt(count / most)), 1)
        is_named = sum(d.is_named for d in dots) < named and _is_clear(x, y + radius + 10, dots)
        dots.append(Dot(x, y, radius, count, name, url, is_named))
    return dots


def _is_clear(x: float, y: float, dots: Sequence[Dot]) -> bool:
    """Whether a name centred at (x, y) covers neither a dot nor a name."""
    for dot in dots:
        if math.hypot(x - dot.x, y - dot.y) < dot.radius + 12:
            return False
        if dot.is_named and abs(x - dot.x) < 120 and abs(y - dot.name_y) < 20:
            return False
    return True
