"""Points and boundaries, in plain degrees."""

from collections.abc import Iterable, Sequence

Box = tuple[float, float, float, float]


def inside_rings(x: float, y: float, rings: Iterable[Sequence[float]]) -> bool:
    """Whether a point lies inside an odd number of *rings*, each x₁, y₁, x₂, y₂… closed (ray casting)."""
    inside = False
    for ring in rings:
        x1, y1 = ring[-2], ring[-1]
        for i in range(0, len(ring), 2):
            x2, y2 = ring[i], ring[i + 1]
            if (y1 > y) != (y2 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2:
                inside = not inside
            x1, y1 = x2, y2
    return inside


def region_of_point(
    rings: Iterable[tuple[str, Box, Sequence[float]]], latitude: float, longitude: float
) -> str | None:
    """The region whose rings hold a point (degrees), or None; a region's holes are rings of its own."""
    odd: dict[str, bool] = {}
    for region, (west, south, east, north), ring in rings:
        if (
            west <= longitude <= east
            and south <= latitude <= north
            and inside_rings(longitude, latitude, [ring])
        ):
            odd[region] = not odd.get(region, False)
    return next((region for region, holds in odd.items() if holds), None)
