"""Sectors and clusters measured from the registry's own establishments: places in, the core's results out.

Each organisation counts once, where its sources place it; sites are all the placed organisations of the
province.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grappe import __version__
from grappe.hub.observatory.models import MeasuredSearch
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import codes_of
from grappe.hub.registry.search import find_organisations
from grappe.measure.chains import coverage, value_chain
from grappe.measure.density import Density, k_density
from grappe.measure.envelopes import Bands
from grappe.measure.neighbours import Within, share_within
from grappe.measure.resampling import bootstrap_quotients
from grappe.statements import GrappeError
from grappe.statements.records import hash_id

PROVINCE = "QC"
PRECISE = ("point", "postal_area", "municipality")
RADIUS_KM = 30.0
SIMULATIONS = 1_000
SEED = 1
_DISTANCES_KM = np.arange(0.0, 301.0, 5.0)
_FEWEST = 5
_TOWNS = 3
_ELSE = ""


@dataclass(frozen=True)
class Site:
    """A placed organisation: its id, degrees, region, town, groups (``sector:laser``) and stages."""

    id: str
    latitude: float
    longitude: float
    region: str
    town: str
    groups: frozenset[str]
    stages: tuple[str, ...]


def found_by(searches: Iterable[MeasuredSearch]) -> dict[str, frozenset[str]]:
    """Group of each search → the ids of the organisations that it finds. Raises IndexMissing."""
    most = max(Organisation.objects.count(), 1)
    return {
        each.group: frozenset(find_organisations(each.words, each.filters, limit=most).ids)
        for each in searches
    }


def sites_of(found: Mapping[str, frozenset[str]] | None = None) -> list[Site]:
    """Every organisation of the province placed at least by its municipality, by id: one query.

    *found*: more groups, and the ids that each has.
    """
    more = found or {}
    rows = Organisation.objects.filter(
        province=PROVINCE, precision__in=PRECISE, latitude__isnull=False, longitude__isnull=False
    ).order_by("pk")
    return [
        Site(
            each.pk,
            each.latitude or 0.0,
            each.longitude or 0.0,
            each.region_code,
            each.municipality,
            frozenset(
                (
                    *(f"sector:{code}" for code in each.sectors),
                    *(f"cluster:{code}" for code in each.clusters),
                    *(group for group, ids in more.items() if each.pk in ids),
                )
            ),
            tuple(each.stages),
        )
        for each in rows
    ]


def fingerprint(sites: Sequence[Site], group: str) -> str:
    """The hash of all that :func:`measure` reads for *group*."""
    told = [[s.id, s.latitude, s.longitude, s.region, group in s.groups, sorted(s.stages)] for s in sites]
    return hash_id(group, __version__, json.dumps(told))


def measure(sites: Sequence[Site], group: str) -> dict[str, Any]:
    """What *group* measures among *sites*, as JSON: ``concentration`` (None below five plants, or when all
    stand in one place), ``near``, ``quotients`` by region code, ``stages`` with their ``coverage``.
    """
    plants = [site for site in sites if group in site.groups]
    points = [
        {"lat": s.latitude, "lon": s.longitude, "industry": group if group in s.groups else _ELSE}
        for s in sites
    ]
    stages, told = list(codes_of("stage")), _stage_rows(plants)
    # Where no source says a stage, nothing is known of gaps.
    chain = value_chain(told, stages) if told and stages else []
    found = {
        "sites": len(sites),
        "plants": len(plants),
        "concentration": _concentration(points, group) if len(plants) >= _FEWEST else None,
        "near": _near(points, plants, group),
        "quotients": _quotients(sites, group) if plants else [],
        "stages": [asdict(stage) for stage in chain],
        "coverage": coverage(chain),
        "software": f"grappe {__version__}",
    }
    return {name: _finite(value) for name, value in found.items()}


def _finite(value: Any) -> Any:
    """*value* with None for what is no number: JSON has no other word for it."""
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _concentration(points: list[dict[str, Any]], group: str) -> dict[str, Any] | None:
    try:
        found = k_density(points, group, distances=_DISTANCES_KM, simulations=SIMULATIONS, seed=SEED)
    except GrappeError:
        return None
    if found.bands is None:
        return None
    return {
        "rows": _curve(found, found.bands),
        "bandwidth": found.bandwidth,
        "p_value": found.bands.p_value,
        "localisation": found.localisation,
        "dispersion": found.dispersion,
        "method": found.method,
        "measured_error": found.measured_error,
        "projection_error": found.projection_error,
        "simulations": SIMULATIONS,
        "seed": found.seed,
    }


def _curve(found: Density, bands: Bands) -> list[dict[str, float]]:
    columns = {
        "distance_km": found.distances,
        "k": found.k,
        **{name: getattr(bands, name) for name in ("local_lo", "local_hi", "global_lo", "global_hi")},
    }
    rows = zip(*(np.asarray(each, float).tolist() for each in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _near(points: list[dict[str, Any]], plants: Sequence[Site], group: str) -> list[dict[str, Any]]:
    """The share about each of the towns that have the most plants."""
    towns = Counter(site.town for site in plants if site.town)
    ranked = sorted(towns.items(), key=lambda each: (-each[1], each[0]))[:_TOWNS]
    return [_about(points, plants, group, town) for town, _ in ranked]


def _about(points: list[dict[str, Any]], plants: Sequence[Site], group: str, town: str) -> dict[str, Any]:
    there = [(site.latitude, site.longitude) for site in plants if site.town == town]
    centre = float(np.mean([y for y, _ in there])), float(np.mean([x for _, x in there]))
    found: Within = share_within(points, RADIUS_KM, group, centre=centre)[0]
    return {"town": town, **asdict(found)}


def _quotients(sites: Sequence[Site], group: str) -> list[dict[str, Any]]:
    rows = [
        {"industry": group if group in s.groups else _ELSE, "region": s.region, "size": 1.0}
        for s in sites
        if s.region
    ]
    found = [each for each in bootstrap_quotients(rows, seed=SEED) if each.industry == group]
    return [asdict(each) for each in sorted(found, key=lambda each: (-each.lq, each.region))]


def _stage_rows(plants: Iterable[Site]) -> list[Mapping[str, str]]:
    return [
        {"organisation": site.id, "stage": stage, "region": site.region}
        for site in plants
        for stage in site.stages
    ]
