"""A whole catalogue in one JSON file: facilities, equipment, capabilities, transfers, bookings, rates.

Dates are ISO 8601, times of day local to the facility, limits as in a table's cells (``"25-150 mm"``), money
a string or a whole number of dollars.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grappe.fabrication.equipment import (
    CONTAMINATION,
    Booking,
    Capability,
    Catalogue,
    Equipment,
    Facility,
    Opening,
    Party,
    Transfer,
)
from grappe.fabrication.matching import nominal_diameter, properties, published
from grappe.fabrication.quantities import Range, read_range
from grappe.fabrication.rates import RateRule, Steps, Tariff
from grappe.fabrication.record_reading import RecordReader
from grappe.fabrication.taxonomy import terms
from grappe.statements.problems import GrappeError, Problem

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def catalogue_from_json(raw: Any, file: str | None = None) -> Catalogue:
    """The catalogue that *raw* (parsed JSON) holds.

    Raises GrappeError that names the part and the value: an unknown field's place, an inverted range, an
    unknown unit, opening hours that overlap, a reference to nothing.
    """
    if not isinstance(raw, Mapping):
        raise GrappeError(Problem("bad_value", file=file, found=type(raw).__name__, expected="catalogue"))
    reader = RecordReader(file)
    facilities = reader.by_id(raw, "facilities", _facility)
    equipment = reader.by_id(raw, "equipment", _equipment)
    catalogue = Catalogue(
        facilities,
        equipment,
        tuple(reader.each(raw, "capabilities", _capability)),
        tuple(reader.each(raw, "transfers", _transfer)),
        tuple(reader.each(raw, "bookings", lambda row: _booking(row, equipment, facilities))),
        reader.by_id(raw, "rates", _rate),
    )
    reader.problems += list(_loose_ends(catalogue, file))
    reader.refuse()
    return catalogue


def _facility(row: Mapping[str, Any]) -> Facility:
    zone = row.get("timezone", "America/Montreal")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise GrappeError(Problem("bad_value", found=zone, expected="timezone")) from error
    return Facility(
        row["id"], row.get("name", row["id"]), row.get("city", ""), row.get("ror"), zone,
        tuple(_openings(row.get("openings", {}))),
        frozenset(date.fromisoformat(day) for day in row.get("closed_on", ())),
        _day(row.get("confirmed_on")),
        int(row.get("stale_after_days", 365)),
        bool(row.get("online", True)),
    )  # fmt: skip


def _openings(raw: Mapping[str, Any]) -> Iterator[Opening]:
    for day, spans in raw.items():
        last: time | None = None
        for span in sorted(spans):
            start, end = (time.fromisoformat(part) for part in span.split("-"))
            if start >= end or (last is not None and start < last):
                raise GrappeError(Problem("bad_value", found=f"{day} {span}", expected="openings"))
            last = end
            yield Opening(_DAYS.index(day), start, end)


def _equipment(row: Mapping[str, Any]) -> Equipment:
    capacity = int(row.get("capacity", 1))
    if capacity < 1:
        raise GrappeError(Problem("bad_value", found=str(capacity), expected="quantity"))
    types, variables, serials = (
        tuple(row.get(name, ())) for name in ("instrument_types", "measured_variables", "serial_numbers")
    )
    return Equipment(
        row["id"], row.get("name", row["id"]), row["facility"], row.get("identifier"),
        row.get("identifier_type"), row.get("landing_page"), tuple(_parties(row, "owners")),
        tuple(_parties(row, "manufacturers")), row.get("model"), row.get("description"), types, variables,
        _day(row.get("commissioned_on")), _day(row.get("decommissioned_on")),
        tuple((one["value"], one["type"], one["relation"]) for one in row.get("related", ())),
        serials, capacity,
    )  # fmt: skip


def _parties(row: Mapping[str, Any], role: str) -> Iterator[Party]:
    for one in row.get(role, ()):
        yield Party(one["name"], one.get("identifier"), one.get("identifier_type"))


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _capability(row: Mapping[str, Any]) -> Capability:
    for name in ("materials_allowed", "materials_forbidden"):
        for code in row.get(name, ()):
            _known(code, terms("materials"), "material")
    _known(row["process"], terms("processes"), "process")
    contamination = row.get("contamination")
    if contamination is not None:
        _known(contamination, CONTAMINATION, f"one_of:{', '.join(CONTAMINATION)}")
    dates = {name: date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if row.get(name)}
    p50, p90 = row.get("queue_days", (0, 0))
    if not 0 <= p50 <= p90:
        raise GrappeError(Problem("bad_value", found=f"{p50} – {p90}", expected="ordered_range"))
    return Capability(
        row["id"], row["facility"], row["process"], row.get("name", row["id"]), row.get("equipment"),
        {name: limit_of(name, text) for name, text in row.get("limits", {}).items()},
        frozenset(row.get("materials_allowed", ())), frozenset(row.get("materials_forbidden", ())),
        tuple(wafer_of(one) for one in row.get("wafer_mm", ())), contamination,
        row.get("batch"), int(row.get("setup_min", 0)), int(row.get("run_min", 60)), (p50, p90),
        row.get("qualification"), row.get("rate"), dates.get("valid_from"), dates.get("valid_to"),
        row.get("as_of"), row.get("source"),
    )  # fmt: skip


def _known(code: str, known: Any, expected: str) -> None:
    if code not in known:
        raise GrappeError(Problem("bad_value", found=str(code), expected=expected))


def limit_of(name: str, told: Any) -> Range:
    """The range published for a property. Raises GrappeError on an unknown property, unit or quantity."""
    _known(name, properties(), f"one_of:{', '.join(properties())}")
    found = read_range(str(told), properties()[name]["unit"])
    if found.quantity != properties()[name]["quantity"]:
        raise GrappeError(Problem("bad_value", found=str(told), expected="range"))
    return published(name, found)


def wafer_of(told: Any) -> Range:
    """The diameters that a cell says, millimetres unless it names another unit."""
    return nominal_diameter(read_range(str(told), "mm"))


def _transfer(row: Mapping[str, Any]) -> Transfer:
    days, customs = int(row["days"]), int(row.get("customs_days", 0))
    if min(days, customs) < 0:
        raise GrappeError(Problem("bad_value", found=str(min(days, customs)), expected="quantity"))
    return Transfer(row["from"], row["to"], days, customs, Decimal(str(row.get("price_cad", 0))))


def _booking(
    row: Mapping[str, Any], equipment: Mapping[str, Equipment], facilities: Mapping[str, Facility]
) -> Booking:
    _known(row["equipment"], equipment, "equipment")
    site = facilities.get(equipment[row["equipment"]].facility)
    zone = ZoneInfo(site.timezone if site else "America/Montreal")
    start, end = (
        told if told.tzinfo else told.replace(tzinfo=zone)
        for told in (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    )
    if start >= end:
        raise GrappeError(Problem("bad_value", found=f"{start} – {end}", expected="ordered_range"))
    return Booking(row["equipment"], start, end, row.get("kind", "booking"))


def _rate(row: Mapping[str, Any]) -> RateRule:
    tiers = {name: _tariff(told) for name, told in row["tiers"].items()}
    told = [tuple(row.get(name, ())) for name in ("on_request", "notes")]
    return RateRule(
        row["id"], row.get("name", row["id"]), row.get("facility", ""), tiers, told[0], told[1],
        row.get("source"), row.get("as_of"),
    )  # fmt: skip


def _tariff(row: Mapping[str, Any]) -> Tariff:
    def money(name: str) -> Decimal | None:
        return Decimal(str(row[name])) if row.get(name) is not None else None

    surcharges = {name: Decimal(str(amount)) for name, amount in row.get("surcharges", {}).items()}
    block, most = row.get("block"), row.get("most_per_period")
    return Tariff(
        row["unit"], Decimal(str(row["amount"])), first_amount=money("first_amount"),
        minimum=money("minimum") or Decimal(0), setup=money("setup") or Decimal(0),
        increment=money("increment"), surcharges=surcharges, added_to=row.get("added_to"),
        in_cap=bool(row.get("in_cap", True)),
        steps=_steps(row["steps"]) if row.get("steps") else None,
        block=(Decimal(str(block[0])), Decimal(str(block[1]))) if block else None,
        most_per_period=(Decimal(str(most[0])), str(most[1])) if most else None,
    )  # fmt: skip


def _steps(row: Mapping[str, Any]) -> Steps:
    return Steps(*(Decimal(str(row[name])) for name in ("included", "size", "amount")))


def _loose_ends(catalogue: Catalogue, file: str | None) -> Iterator[Problem]:
    for capability in catalogue.capabilities:
        refs = (
            (capability.facility, catalogue.facilities, "facility"),
            (capability.equipment, catalogue.equipment, "equipment"),
            (capability.rate, catalogue.rates, "rate"),
        )
        for told, known, expected in refs:
            if told is not None and told not in known:
                yield Problem(
                    "bad_value", file=file, sheet="capabilities", column=capability.id, found=told,
                    expected=expected,
                )  # fmt: skip
