"""Routes drawn in time, a line an equipment; and the days of one equipment, a column each."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

if TYPE_CHECKING:
    from grappe.fabrication.planning import Placement, Plan, Route

_WIDTH, _LEFT, _ROW, _TOP = 1040, 330, 44, 34
_MOST = 46
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def plan_svg(plan: "Plan", route: "Route", language: str) -> str:
    """The drawing, with a title for those who can't see it: the table beside says the same."""
    catalogue = plan.choices.catalogue
    rows: dict[tuple[str, str], list[Placement]] = {}
    for one in sorted(route.placements, key=lambda each: each.start):
        site = catalogue.facilities[one.capability.facility].name
        rows.setdefault((site, one.capability.name), []).append(one)
    first = min(one.start for one in route.placements)
    begin = first.replace(hour=0, minute=0, second=0, microsecond=0)
    end = max(one.end for one in route.placements)
    height, title = _TOP + _ROW * len(rows) + 12, gettext("The route in time")
    numbers = {step.id: at for at, step in enumerate(plan.flow.steps, 1)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'lang="{language}" font-family="Atkinson Hyperlegible Next, sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_days(begin, end, height),
    ]
    for at, ((site, name), placements) in enumerate(rows.items()):
        y = _TOP + at * _ROW
        parts.append(f'<line x1="0" x2="{_WIDTH}" y1="{y}" y2="{y}" stroke="#e3dfd6"/>')
        parts.append(f'<text x="8" y="{y + 19}" fill="#1c1a24">{escape(_short(name))}</text>')
        parts.append(f'<text x="8" y="{y + 36}" fill="#585463">{escape(_short(site))}</text>')
        for one in placements:
            x, width = _span(one, begin, end)
            bar = f'x="{x:.1f}" y="{y + 12}" width="{width:.1f}" height="{_ROW - 24}"'
            parts.append(f'<rect {bar} rx="2" fill="#5a2a83"><title>{escape(one.step)}</title></rect>')
            parts.append(
                f'<text x="{x + width + 4:.1f}" y="{y + 27}" fill="#585463">{numbers[one.step]}</text>'
            )
    return "".join([*parts, "</svg>"])


def _x(instant: datetime, begin: datetime, end: datetime) -> float:
    whole = max((end - begin).total_seconds(), 1.0)
    return _LEFT + (instant - begin).total_seconds() / whole * (_WIDTH - _LEFT - 30)


def _span(one: "Placement", begin: datetime, end: datetime) -> tuple[float, float]:
    left, right = _x(one.start, begin, end), _x(one.end, begin, end)
    return left, max(right - left, 3.0)


def _days(begin: datetime, end: datetime, height: int) -> list[str]:
    """The days along the top: as many labels as there is room for."""
    count = (end.date() - begin.date()).days + 1
    every = max(1, -(-count * 62 // (_WIDTH - _LEFT)))
    parts = []
    for number in range(0, count + 1, every):
        day = datetime.fromordinal(begin.toordinal() + number).replace(tzinfo=begin.tzinfo)
        x = _x(day, begin, end)
        if _LEFT <= x <= _WIDTH - 40:
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="22" y2="{height}" stroke="#e3dfd6"/>')
            parts.append(f'<text x="{x + 3:.1f}" y="18" fill="#585463">{day:%m-%d}</text>')
    return parts


def _short(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"


def week_svg(
    site: Mapping[str, Any], spans: Iterable[tuple[datetime, datetime, str]], start: datetime, days: int
) -> str:
    """The days from *start* on, each a column of twenty-four hours: open, booked, closed. *site* is the row
    of its facility."""
    zone = ZoneInfo(str(site.get("timezone", "America/Montreal")))
    width, top, hour = 62, 26, 9
    height, title = top + 24 * hour + 6, gettext("When it is free: the table says the same")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {40 + width * days} {height}" role="img" '
        'font-family="Atkinson Hyperlegible Next, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
    ]
    for at in range(0, 25, 6):
        y = top + at * hour
        parts.append(f'<text x="0" y="{y + 4}" class="soft">{at}\u00a0h</text>')
    for number in range(days):
        day = start.astimezone(zone).date() + timedelta(days=number)
        x = 40 + number * width
        parts.append(f'<text x="{x + 4}" y="16" class="soft">{day:%m-%d}</text>')
        parts.append(f'<rect x="{x}" y="{top}" width="{width - 4}" height="{24 * hour}" class="shut"/>')
        if day.isoformat() not in site.get("closed_on", ()):
            for span in site.get("openings", {}).get(_DAYS[day.weekday()], ()):
                opens, shuts = (_hours(part) for part in span.split("-"))
                parts.append(_block(x, top + opens * hour, width - 4, (shuts - opens) * hour, "open"))
    for begin, end, kind in spans:
        parts += _taken(begin.astimezone(zone), end.astimezone(zone), kind, start.astimezone(zone), days)
    return "".join([*parts, "</svg>"])


def _taken(begin: datetime, end: datetime, kind: str, start: datetime, days: int) -> Iterator[str]:
    """The part of a span that falls on each day drawn."""
    for number in range(days):
        day = start.date() + timedelta(days=number)
        first = 0.0 if begin.date() < day else begin.hour + begin.minute / 60 if begin.date() == day else 24.0
        last = 24.0 if end.date() > day else end.hour + end.minute / 60 if end.date() == day else 0.0
        if first < last:
            yield _block(40 + number * 62, 26 + first * 9, 58, max((last - first) * 9, 2), kind)


def _block(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:g}" y="{y:.1f}" width="{width:g}" height="{height:.1f}" class="{kind}"/>'


def _hours(told: str) -> float:
    hour, minute = told.split(":")
    return int(hour) + int(minute) / 60
