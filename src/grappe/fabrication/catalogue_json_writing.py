"""A catalogue as the JSON that ``catalogue_from_json`` reads; what is unknown, or usual, is left out."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from grappe.fabrication.equipment import Booking, Capability, Catalogue, Equipment, Facility, Party, Transfer
from grappe.fabrication.quantities import write_range
from grappe.fabrication.rates import RateRule, Tariff

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def catalogue_to_json(catalogue: Catalogue) -> dict[str, Any]:
    """Everything that *catalogue* holds, ready for ``json.dumps``; money is text, exact."""
    return {
        "facilities": [_facility(one) for one in catalogue.facilities.values()],
        "equipment": [_equipment(one) for one in catalogue.equipment.values()],
        "capabilities": [_capability(one) for one in catalogue.capabilities],
        "transfers": [_transfer(one) for one in catalogue.transfers],
        "bookings": [_booking(one) for one in catalogue.bookings],
        "rates": [_rate(one) for one in catalogue.rates.values()],
    }


def _plain(record: Any, *left_out: str) -> dict[str, Any]:
    """The fields of a record that are not what they are unless said."""
    told = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name not in left_out and value != one.default and value not in ((), frozenset(), {}):
            told[one.name] = _simple(value)
    return told


def _simple(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(_simple(each) for each in value)
    if isinstance(value, tuple):
        return [_simple(each) for each in value]
    if isinstance(value, Mapping):
        return {name: _simple(each) for name, each in value.items()}
    return value


def _facility(one: Facility) -> dict[str, Any]:
    openings: dict[str, list[str]] = {}
    for span in one.openings:
        openings.setdefault(_DAYS[span.weekday], []).append(
            f"{span.start.isoformat()}-{span.end.isoformat()}"
        )
    return _plain(one, "openings") | ({"openings": openings} if openings else {})


def _equipment(one: Equipment) -> dict[str, Any]:
    told = _plain(one, "owners", "manufacturers", "related")
    for role in ("owners", "manufacturers"):
        parties: tuple[Party, ...] = getattr(one, role)
        if parties:
            told[role] = [_plain(each) for each in parties]
    if one.related:
        told["related"] = [
            dict(zip(("value", "type", "relation"), each, strict=True)) for each in one.related
        ]
    return told


def _capability(one: Capability) -> dict[str, Any]:
    told = _plain(one, "limits", "wafer_mm", "queue_days")
    if one.limits:
        told["limits"] = {name: write_range(limit) for name, limit in one.limits.items()}
    if one.wafer_mm:
        told["wafer_mm"] = [write_range(each) for each in one.wafer_mm]
    if one.queue_days != (0, 0):
        told["queue_days"] = list(one.queue_days)
    return told | {"name": one.name}


def _transfer(one: Transfer) -> dict[str, Any]:
    return {"from": one.origin, "to": one.destination} | _plain(one, "origin", "destination")


def _booking(one: Booking) -> dict[str, Any]:
    return _plain(one, "start", "end") | {"start": one.start.isoformat(), "end": one.end.isoformat()}


def _rate(one: RateRule) -> dict[str, Any]:
    return _plain(one, "tiers") | {"tiers": {name: _tariff(each) for name, each in one.tiers.items()}}


def _tariff(one: Tariff) -> dict[str, Any]:
    return _plain(one, "steps") | ({"steps": _plain(one.steps)} if one.steps else {})
