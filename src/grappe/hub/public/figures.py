"""What public pages show of key figures: each with its words, its state, how to cite it, its series."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from grappe.figures.findings import Finding
from grappe.figures.naming import indicator_name
from grappe.figures.printing import print_value
from grappe.hub.observatory.models import Figure
from grappe.hub.observatory.queries import (
    STALE,
    checked_figures,
    codes_against,
    doubts_on,
    standing_resolutions,
)
from grappe.hub.observatory.wording import language, spoken
from grappe.hub.public.typography import NBSP, write_date
from grappe.statements.figures import Figure as Record

#: Figures on a sector's page; the list has them all.
ON_A_SECTOR = 6
#: What a check finds that a reader should know, beside age.
_DOUBTS = frozenset(
    {
        "contradiction",
        "part_exceeds_whole",
        "region_exceeds_country",
        "implied_whole_disagrees",
        "share_above_100",
    }
)


@dataclass(frozen=True)
class Shown:
    """A figure as a line or a card shows it; *state*: what a reader should know, in words, "" if nothing."""

    figure: Figure
    record: Record
    state: str = ""

    @property
    def period(self) -> str:
        """Its period, or that nobody says."""
        return (self.record.period or "").replace("/", "–") or gettext("period unknown")


def shown(figures: Iterable[Figure], findings: Iterable[Finding], resolved: Mapping[str, Any]) -> list[Shown]:
    """*figures* with their state, from what the checks find and nobody resolved."""
    codes = codes_against(findings, resolved)
    return [Shown(each, spoken(each), _state(codes.get(each.record_id, set()))) for each in figures]


def figures_of_sector(request: HttpRequest, code: str) -> list[Shown]:
    """The checked figures of sector *code*, the latest first: one query when there are none, else four."""
    every = checked_figures(request.user)
    found = list(every.filter(sector=code).order_by("-period_end", "indicator", "pk")[:ON_A_SECTOR])
    if not found:
        return []
    return shown(found, doubts_on(every, timezone.localdate()), standing_resolutions())


def _state(codes: set[str]) -> str:
    if codes & _DOUBTS:
        return gettext("contradicted")
    if codes & STALE:
        return gettext("out of date")
    return ""


def citation(figure: Figure, record: Record, site: str, url: str) -> str:
    """How to cite *figure*, in the page's language, as one sentence."""
    about = ", ".join(part for part in (record.subject, record.place, record.period) if part)
    told = print_value(record, language()) + (f" ({about})" if about else "")
    says = record.source or figure.source.publisher
    colon = f"{NBSP}:" if language() == "fr" else ":"
    named = indicator_name(record.indicator, language())
    return f"{says}. {named}{colon} {told}. {site}, {vouched(record)}. {url}"


def vouched(record: Record) -> str:
    """When a person checked it; else, that it was computed."""
    if record.checked_at:
        return gettext("checked %s") % write_date(record.checked_at, language())
    return gettext("computed, method on the page")


def how_computed(record: Record) -> list[tuple[str, str]]:
    """(label, what it says) of how a figure was computed: formula with its source, interval, inputs, seed,
    software.
    """
    formula, _, origin = (record.formula or "").partition(": ")
    software, *told = (record.note or "").split("; ")
    lines = [
        (gettext("Formula"), origin),
        *(_told(each) for each in reversed(told)),
        (gettext("Seed"), "" if record.seed is None else str(record.seed)),
        (gettext("Command"), f"grappe measure {formula.partition('/')[0]}"),
        (gettext("Software"), software),
        (gettext("Takes the place of"), record.supersedes or ""),
    ]
    return [(label, said) for label, said in lines if label and said]


def _told(part: str) -> tuple[str, str]:
    """A part of a note in the page's words: a parameter, the hash of a file, or an interval."""
    labels = {
        "counted": gettext("Counted"),
        # The figure says its subject already.
        "group": "",
        "inside": gettext("Inside"),
        "plants": gettext("In all"),
        "period_end": pgettext("period", "To"),
        "period_start": gettext("From"),
        "radius_km": gettext("Radius (km)"),
        "region": gettext("Region"),
        "registry_blake2b": gettext("Fingerprint of the places (BLAKE2b)"),
        "resamples": gettext("Resamples"),
    }
    name, sign, value = part.partition("=")
    if sign:
        return labels.get(name, name), value
    name, _, digest = part.partition(" sha256:")
    if digest:
        return gettext("Fingerprint of the file (SHA-256)"), digest
    name, sign, ends = part.partition(": ")
    if not sign:
        return gettext("Note"), part
    if language() == "fr":
        ends = ends.replace(".", ",")
    return gettext("Interval"), f"{ends} ({name})"


def bibtex(figure: Figure, record: Record, site: str, url: str) -> str:
    """The same as a BibTeX entry."""
    title = f"{indicator_name(record.indicator, language())}: {print_value(record, language())}"
    rows = {
        "author": "{" + (record.source or figure.source.publisher) + "}",
        "title": " — ".join(part for part in (title, record.subject) if part),
        "year": (record.period_end or "")[:4],
        "howpublished": site,
        "note": vouched(record),
        "url": url,
    }
    lines = [f"  {name} = {{{_escaped(value)}}}" for name, value in rows.items() if value]
    return f"@misc{{grappe-{figure.pk},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(text: str) -> str:
    """What BibTeX would read as a command is written out."""
    return "".join(f"\\{char}" if char in "%&$#_" else char for char in text)


@dataclass(frozen=True)
class Point:
    """A value of a series on its drawing; *low* and *high* are the ends of what the words leave open."""

    shown: Shown
    x: float
    y: float
    label: str
    year: str
    anchor: str


WIDTH, HEIGHT = 640.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 24.0, 24.0, 48.0, 40.0


def series_points(series: Iterable[Shown]) -> list[Point]:
    """Where each dated value of *series* stands: years across, zero at the foot. [] under two dates."""
    dated = [
        (int(each.record.period_end[:4]), float(each.record.value), each)
        for each in series
        if each.record.period_end and each.record.value is not None
    ]
    years = [year for year, _, _ in dated]
    if len(set(years)) < 2:
        return []
    first, last = min(years), max(years)
    top = max(0.0, *(value for _, value, _ in dated)) or 1.0
    foot = min(0.0, *(value for _, value, _ in dated))
    across, up = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    points = []
    for year, value, each in dated:
        x = _LEFT + across * (year - first) / (last - first)
        y = _TOP + up * (1 - (value - foot) / (top - foot))
        anchor = "start" if year == first else "end" if year == last else "middle"
        told = print_value(each.record, language())
        points.append(Point(each, round(x, 1), round(y, 1), told, str(year), anchor))
    return points
