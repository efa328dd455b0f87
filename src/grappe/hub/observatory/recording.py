"""What a sector or cluster measured, as figures: formula, inputs, seed, software, interval."""

from collections.abc import Mapping
from typing import Any

from grappe.hub.observatory.actions.computing import Result
from grappe.hub.observatory.measuring import RADIUS_KM, SEED
from grappe.hub.observatory.models import MeasuredSearch, Measurement
from grappe.hub.registry.actions.statements import MEASURES_SOURCE, own_source
from grappe.hub.registry.models import Code, Source
from grappe.intake.gazetteer import REGIONS
from grappe.measure.computed import Computation
from grappe.statements.figures import Figure


def results_of(made: Measurement, name_of: Code | MeasuredSearch) -> list[Result]:
    """The share within the radius of each town, and the location quotient of the region that leads.

    They hold on the day of the measurement: the registry says what it says now.
    """
    source, (kind, _, code) = own_source(MEASURES_SOURCE), made.group.partition(":")
    found = {f"near/{each['town']}": _near(made, each) for each in made.result["near"]}
    if made.result["quotients"]:
        lead = made.result["quotients"][0]
        found[f"quotient/{lead['region']}"] = _quotient(made, lead)
    return [
        Result(
            name,
            _about(figure, made, name_of, source),
            source,
            subject_en=name_of.name_en or name_of.name_fr,
            sector=code if kind == "sector" else "",
            cluster=code if kind == "cluster" else "",
        )
        for name, figure in found.items()
    ]


def _near(made: Measurement, each: Mapping[str, Any]) -> Figure:
    counted = {"inside": str(each["inside"]), "plants": str(each["plants"])}
    asked = {"radius_km": f"{RADIUS_KM:g}", **counted, **_from(made)}
    computed = Computation("radius", {}, asked, None, "Wilson 95 %")
    figure = computed.figure(each["share"], place=each["town"], lower=each["lower"], upper=each["upper"])
    return figure.with_changes(breakdown="radius", member=f"{RADIUS_KM:g} km")


def _quotient(made: Measurement, each: Mapping[str, Any]) -> Figure:
    asked = {"resamples": "1000", "counted": "organisations", **_from(made)}
    computed = Computation("lq", {}, asked, SEED, "bootstrap 95 %")
    place = REGIONS.get(each["region"], each["region"])
    return computed.figure(each["lq"], place=place, lower=each["lower"], upper=each["upper"])


def _from(made: Measurement) -> dict[str, str]:
    """The places and groups that it was computed from, by their fingerprint."""
    return {"group": made.group, "registry_blake2b": made.inputs}


def _about(figure: Figure, made: Measurement, name_of: Code | MeasuredSearch, source: Source) -> Figure:
    day = made.made_at.date().isoformat()
    return figure.with_changes(
        subject=name_of.name_fr or name_of.name_en,
        language="fr",
        period_start=day,
        period_end=day,
        period_kind="day",
        source=source.title,
    )
