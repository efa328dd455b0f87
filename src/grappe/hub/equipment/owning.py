"""A site's catalogue speaks of that site alone: what it may not name, said before anything is stored."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug

from grappe.hub.equipment.models import Capability, Equipment, Facility, Rate
from grappe.statements.problems import Problem

_PARTS: tuple[tuple[str, Any], ...] = (
    ("equipment", Equipment),
    ("capabilities", Capability),
    ("rates", Rate),
)
_LONGEST_CODE, _LONGEST_NAME = 120, 300


def with_owners(rows: Mapping[str, Any]) -> dict[str, Any]:
    """*rows*, rates that name no site given to the one of the file when there is only one."""
    sites = [row["id"] for row in rows.get("facilities", ())]
    if len(sites) != 1:
        return dict(rows)
    rates = [{**row, "facility": row.get("facility") or sites[0]} for row in rows.get("rates", ())]
    return {**rows, "rates": rates}


def strangers(rows: Mapping[str, Any]) -> Iterator[Problem]:
    """What of *rows* is not of the sites that they describe, or can't be addressed: three queries."""
    sites = {row["id"] for row in rows.get("facilities", ())}
    for number, row in enumerate(rows.get("facilities", ()), 1):
        if not _is_address(row["id"]):
            yield _problem("facilities", number, row["id"], "address")
    owners: dict[tuple[str, str], str] = {}
    for part, model in _PARTS:
        found = list(enumerate(rows.get(part, ()), 1))
        stored = dict(
            model.objects.filter(code__in=[row["id"] for _, row in found]).values_list(
                "code", "facility__code"
            )
        )
        for number, row in found:
            owner = row.get("facility", "")
            owners[part, row["id"]] = owner
            if owner not in sites or stored.get(row["id"], owner) != owner:
                yield _problem(part, number, row["id"], "own_row")
            elif len(row["id"]) > _LONGEST_CODE or len(str(row.get("name", ""))) > _LONGEST_NAME:
                yield _problem(part, number, row["id"][:_LONGEST_CODE], "text")
    yield from _borrowed(rows, owners)
    yield from _ways(rows, sites)


def _borrowed(rows: Mapping[str, Any], owners: Mapping[tuple[str, str], str]) -> Iterator[Problem]:
    """Capabilities on an equipment, or at a rate, of another site."""
    for number, row in enumerate(rows.get("capabilities", ()), 1):
        for part, name in (("equipment", "equipment"), ("rates", "rate")):
            told = row.get(name)
            if told is not None and owners.get((part, told)) != row["facility"]:
                yield _problem("capabilities", number, told, "own_row")


def _ways(rows: Mapping[str, Any], sites: set[str]) -> Iterator[Problem]:
    """Ways that begin elsewhere, or lead to a site that nobody knows."""
    known = sites | set(Facility.objects.values_list("code", flat=True))
    for number, row in enumerate(rows.get("transfers", ()), 1):
        if row["from"] not in sites:
            yield _problem("transfers", number, row["from"], "own_row")
        elif row["to"] not in known:
            yield _problem("transfers", number, row["to"], "facility")


def _is_address(code: str) -> bool:
    try:
        validate_slug(code)
    except ValidationError:
        return False
    return len(code) <= Facility._meta.get_field("code").max_length  # type: ignore[operator]


def _problem(part: str, number: int, found: str, expected: str) -> Problem:
    return Problem("bad_value", sheet=part, row=number, found=found, expected=expected)
