"""Instruments as PIDINST 1.0 JSON (Krahl et al. 2022, doi:10.15497/RDA00070), read and written."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from grappe.fabrication.equipment import Equipment, Party
from grappe.statements.problems import GrappeError, Problem


def equipment_from_pidinst(record: Mapping[str, Any], file: str | None = None) -> Equipment:
    """The equipment that a PIDINST record describes; its facility is the first owner's name.

    Raises GrappeError when the name or the owner is missing, or a date is none.
    """
    try:
        return _read(record)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        found = str(error).strip("'") or "PIDINST"
        raise GrappeError(Problem("missing_value", file=file, found=found, expected="pidinst")) from error
    except ValueError as error:
        raise GrappeError(Problem("bad_value", file=file, found=str(error), expected="date")) from error


def is_pidinst(raw: Any) -> bool:
    """Whether parsed JSON looks like a record of PIDINST, or a list of them."""
    records = raw if isinstance(raw, list) else [raw]
    return bool(records) and all(isinstance(one, Mapping) and "owners" in one for one in records)


def _read(record: Mapping[str, Any]) -> Equipment:
    identifier = record.get("identifier") or {}
    owners = tuple(_party(each, "owner") for each in _all(record["owners"]))
    dates = {each["dateType"]: each["date"] for each in _all(record.get("dates"))}
    model = record.get("model") or {}
    return Equipment(
        id=identifier.get("identifierValue") or record["name"],
        name=record["name"],
        facility=owners[0].name,
        identifier=identifier.get("identifierValue"),
        identifier_type=identifier.get("identifierType"),
        landing_page=record.get("landingPage"),
        owners=owners,
        manufacturers=tuple(_party(each, "manufacturer") for each in _all(record.get("manufacturers"))),
        model=model.get("modelName"),
        description=record.get("description"),
        instrument_types=tuple(each["instrumentTypeName"] for each in _all(record.get("instrumentTypes"))),
        measured_variables=tuple(
            each["measuredVariable"] if isinstance(each, Mapping) else str(each)
            for each in _all(record.get("measuredVariables"))
        ),
        commissioned_on=_day(dates.get("Commissioned")),
        decommissioned_on=_day(dates.get("DeCommissioned")),
        related=tuple(
            (each["relatedIdentifierValue"], each["relatedIdentifierType"], each["relationType"])
            for each in _all(record.get("relatedIdentifiers"))
        ),
        serial_numbers=tuple(
            each["alternateIdentifierValue"]
            for each in _all(record.get("alternateIdentifiers"))
            if each.get("alternateIdentifierType") == "SerialNumber"
        ),
    )


def _all(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _party(raw: Mapping[str, Any], role: str) -> Party:
    told = raw.get(f"{role}Identifier") or {}
    if isinstance(told, str):
        return Party(raw[f"{role}Name"], told, raw.get(f"{role}IdentifierType"))
    return Party(raw[f"{role}Name"], told.get(f"{role}IdentifierValue"), told.get(f"{role}IdentifierType"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def equipment_to_pidinst(equipment: Equipment) -> dict[str, Any]:
    """The PIDINST 1.0 record of *equipment*; what is unknown is left out."""
    record: dict[str, Any] = {
        "schemaVersion": "1.0",
        "identifier": {
            "identifierValue": equipment.identifier,
            "identifierType": equipment.identifier_type,
        }
        if equipment.identifier
        else None,
        "landingPage": equipment.landing_page,
        "name": equipment.name,
        "owners": [_told(each, "owner") for each in equipment.owners or (Party(equipment.facility),)],
        "manufacturers": [_told(each, "manufacturer") for each in equipment.manufacturers],
        "model": {"modelName": equipment.model} if equipment.model else None,
        "description": equipment.description,
        "instrumentTypes": [{"instrumentTypeName": each} for each in equipment.instrument_types],
        "measuredVariables": [{"measuredVariable": each} for each in equipment.measured_variables],
        "dates": [
            {"date": day.isoformat(), "dateType": kind}
            for kind, day in (
                ("Commissioned", equipment.commissioned_on),
                ("DeCommissioned", equipment.decommissioned_on),
            )
            if day
        ],
        "relatedIdentifiers": [
            {"relatedIdentifierValue": value, "relatedIdentifierType": kind, "relationType": relation}
            for value, kind, relation in equipment.related
        ],
        "alternateIdentifiers": [
            {"alternateIdentifierValue": each, "alternateIdentifierType": "SerialNumber"}
            for each in equipment.serial_numbers
        ],
    }
    return {name: value for name, value in record.items() if value}


def _told(party: Party, role: str) -> dict[str, Any]:
    told: dict[str, Any] = {f"{role}Name": party.name}
    if party.identifier:
        told[f"{role}Identifier"] = {
            f"{role}IdentifierValue": party.identifier,
            f"{role}IdentifierType": party.identifier_type,
        }
    return told
