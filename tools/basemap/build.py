"""Builds the offline base map from public boundaries; see README.md. Needs Node (npx mapshaper)."""

import json
import math
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "src/grappe/hub/static/grappe/map"
#: Moved from Montérégie to Estrie on 28 July 2021 (the boundaries read here are of 2016).
MOVED_TO_ESTRIE = {"2446": "2430", "2447": "2430"}
REGION_NAMES = {"2410": "Gaspésie–Îles-de-la-Madeleine", "2475": "Saguenay–Lac-Saint-Jean"}

#: The static map: an equirectangular projection true at 47.5° N, in SVG units.
WEST, NORTH, EAST, SOUTH, WIDTH = -80.2, 51.2, -61.2, 44.6, 1000.0
STRETCH = math.cos(math.radians(47.5))
SCALE = WIDTH / ((EAST - WEST) * STRETCH)


def main(boundaries: Path, atlas: Path) -> None:
    """Write the four files of ``static/grappe/map`` from the folder of boundaries and the world atlas."""
    STATIC.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_regions(boundaries / "qc_census_divisions.geojson", work / "divisions.json")
        provinces = boundaries / "canada_provinces.geojson"
        mapshaper(
            f"{provinces} -filter-islands min-area=12km2 -simplify weighted interval=900 keep-shapes -filter-fields pruid -o {STATIC}/provinces.geojson precision=0.001"
        )
        mapshaper(
            f"{atlas}/countries-50m.json -target countries -clip bbox=-170,-5,-8,84 -filter this.id!=='124'&&this.id!=='643' -simplify weighted interval=4000 keep-shapes -filter-fields -o {STATIC}/neighbours.geojson format=geojson precision=0.01"
        )
        mapshaper(
            f"{work}/divisions.json -clean gap-fill-area=60km2 snap-interval=0.003 -dissolve region copy-fields=name -filter-slivers min-area=20km2 -simplify weighted interval=500 keep-shapes -filter-islands min-area=8km2 -o {work}/regions.json -o {STATIC}/regions.geojson precision=0.001"
        )
        mapshaper(
            f"{atlas}/countries-50m.json -target countries -clip bbox={WEST},{SOUTH},{EAST},{NORTH} -filter this.id!=='124' -simplify weighted interval=1800 -filter-fields -o {work}/near.json format=geojson"
        )
        mapshaper(
            f"{provinces} -clip bbox={WEST},{SOUTH},{EAST},{NORTH} -filter-islands min-area=30km2 -simplify weighted interval=1800 keep-shapes -filter-fields pruid -o {work}/land.json"
        )
        mapshaper(
            f"{work}/regions.json -innerlines -clip bbox={WEST},{SOUTH},{EAST},{NORTH} -simplify weighted interval=1800 -o {work}/lines.json"
        )
        write_svg(work)


def write_regions(source: Path, target: Path) -> None:
    """Copy the census divisions with the administrative region each lies in today."""
    collection = json.loads(source.read_text("utf-8"))
    names = {
        f["properties"]["eruid"]: f["properties"]["ername"] for f in collection["features"]
    } | REGION_NAMES
    for feature in collection["features"]:
        fields = feature["properties"]
        region = MOVED_TO_ESTRIE.get(fields["cduid"], fields["eruid"])
        feature["properties"] = {"region": region[2:], "name": names[region]}
    target.write_text(json.dumps(collection), "utf-8")


def write_svg(work: Path) -> None:
    """Write ``south.svg``: the symbols ``abroad``, ``land``, ``quebec`` and ``lines`` of the static map."""
    land = json.loads((work / "land.json").read_text("utf-8"))["features"]
    quebec = [f["geometry"] for f in land if f["properties"]["pruid"] == "24"]
    others = [f["geometry"] for f in land if f["properties"]["pruid"] != "24"]
    abroad = json.loads((work / "near.json").read_text("utf-8"))["geometries"]
    lines = json.loads((work / "lines.json").read_text("utf-8"))["geometries"]
    height = round((NORTH - SOUTH) * SCALE)
    parts = {"abroad": abroad, "land": others, "quebec": quebec, "lines": lines}
    body = "".join(f'<path id="{name}" d="{path_of(geometries)}"/>' for name, geometries in parts.items())
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height}"><defs>{body}</defs></svg>\n'
    (STATIC / "south.svg").write_text(svg, "utf-8")
    print(f"south.svg: viewBox 0 0 {WIDTH:.0f} {height}, scale {SCALE:.4f}")


def path_of(geometries: list[dict]) -> str:
    """The SVG path of polygons and lines, in relative tenths of a unit."""
    return "".join(_ring(ring, closed) for geometry in geometries for ring, closed in rings_of(geometry))


def rings_of(geometry: dict):
    """Each ring or line of *geometry*, and whether it closes."""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield coordinates, False
    elif kind == "MultiLineString":
        yield from ((line, False) for line in coordinates)
    elif kind == "Polygon":
        yield from ((ring, True) for ring in coordinates)
    else:
        yield from ((ring, True) for polygon in coordinates for ring in polygon)


def _ring(points: list[list[float]], closed: bool) -> str:
    projected = [
        (round((x - WEST) * STRETCH * SCALE, 1), round((NORTH - y) * SCALE, 1)) for x, y, *_ in points
    ]
    steps = [f"M{projected[0][0]:g} {projected[0][1]:g}"]
    for (left, top), (x, y) in pairwise(projected):
        if (x, y) != (left, top):
            steps.append(f"l{x - left:.1f} {y - top:.1f}".replace(".0", "").replace("-0 ", "0 "))
    return "".join(steps) + ("z" if closed else "")


def mapshaper(command: str) -> None:
    """Run one mapshaper command; raises CalledProcessError when it fails."""
    subprocess.run(["npx", "--yes", "mapshaper@0.7.70", *command.split()], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
