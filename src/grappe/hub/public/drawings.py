"""Maps and bars as SVG documents that stand alone: title, legend, date, credit, no other file needed.

A document is in the page's language, in its light colours; its fonts are asked by name and fall back to
those of the reader's system.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from grappe.hub.public import static_map
from grappe.hub.public.static_map import Place
from grappe.hub.public.typography import write_number

_LAND = Path(__file__).parents[1] / "static" / "grappe" / "map" / "south.svg"
_HEAD, _FOOT = 64.0, 62.0
_BAR_STEP, _BAR_LEFT, _BAR_WIDTH = 28.0, 290.0, 360.0


@dataclass(frozen=True)
class Caption:
    """What surrounds a drawing: its title, until when it holds, and whose it is."""

    title: str
    date: str
    credit: str


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart."""

    label: str
    count: int


def map_svg(places: Sequence[Place], caption: Caption) -> str:
    """The map of *places* as an SVG document, in the active language."""
    left, top, width, height = static_map.VIEW
    dots = static_map.place_dots(places, gettext("{} and around"))
    outside = sum(place.count for place in places) - sum(dot.count for dot in dots)
    legend = gettext("The area of a dot is proportional to its organisations.") if len(dots) > 1 else ""
    if outside:
        left_out = gettext("Outside the map: %s.") % _number(outside)
        legend = f"{legend} {left_out}".strip()
    return _render(
        "map",
        {
            "caption": caption,
            "dots": [(dot, _number(dot.count)) for dot in dots],
            "land": _land(),
            "left": left,
            "top": top,
            "width": width,
            "height": height,
            "box": (left, top - _HEAD, width, _HEAD + height + _FOOT),
            "legend": legend,
            "boundaries": gettext("Boundaries: Statistics Canada, 2016, adapted; Natural Earth."),
        },
    )


def bars_svg(bars: Sequence[Bar], caption: Caption, note: str = "") -> str:
    """*bars* in their order as an SVG document, in the active language; *note* stands under them."""
    most = max((bar.count for bar in bars), default=1)
    lines = [
        {
            "label": bar.label,
            "number": _number(bar.count),
            "y": _HEAD + place * _BAR_STEP,
            "length": round(_BAR_WIDTH * bar.count / most, 1),
            "after": round(_BAR_WIDTH * bar.count / most + 8, 1),
        }
        for place, bar in enumerate(bars)
    ]
    height = _HEAD + len(bars) * _BAR_STEP
    return _render(
        "bars",
        {
            "caption": caption,
            "lines": lines,
            "from": _BAR_LEFT,
            "foot": height,
            "box": (0.0, 0.0, static_map.VIEW[2], height + _FOOT),
            "note": note,
        },
    )


def _render(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"hub/drawings/{name}.svg", {**context, "language": get_language() or "fr"})


def _number(count: int) -> str:
    return write_number(count, (get_language() or "fr")[:2])


@cache
def _land() -> SafeString:
    """The shapes of the base map, for ``<use>`` in the same document."""
    shapes = re.search(r"<defs>.*</defs>", _LAND.read_text("utf-8"), re.DOTALL)
    if shapes is None:
        raise ValueError(f"{_LAND.name} holds no shapes")
    return mark_safe(shapes[0])  # noqa: S308 - our own file
