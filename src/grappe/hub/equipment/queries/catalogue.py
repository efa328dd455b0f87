"""Reads of catalogues. What sites publish is public; each page asks a fixed, small number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from grappe.fabrication import equipment as core
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.equipment import Catalogue
from grappe.fabrication.matching import Verdict, Wish, find_capabilities
from grappe.fabrication.taxonomy import ancestry
from grappe.hub.equipment.models import (
    Booking,
    Capability,
    Closure,
    Equipment,
    Facility,
    Rate,
    Search,
    Transfer,
)
from grappe.hub.journal.queries import until_written

_STANDING = Q(removed_at=None)


def sites() -> QuerySet[Facility]:
    """Every site, with how many instruments and capabilities it publishes; real ones first, by name."""
    return Facility.objects.annotate(
        instruments=Count(
            "equipment",
            filter=Q(equipment__removed_at=None, equipment__kind=Equipment.Kind.INSTRUMENT),
            distinct=True,
        ),
        can=Count("capabilities", filter=Q(capabilities__removed_at=None), distinct=True),
    ).order_by("is_fictional", "name")


def capabilities_of(facility: Facility) -> QuerySet[Capability]:
    """What *facility* can do, with its equipment."""
    return facility.capabilities.filter(_STANDING).select_related("equipment", "facility")


def published_equipment() -> QuerySet[Equipment]:
    """The instruments, and staff, that sites still have."""
    return Equipment.objects.filter(_STANDING).select_related("facility")


def published_catalogue(language: str) -> Catalogue:
    """What all sites publish, names in *language* where both are known, without bookings; kept until the next
    write. Five queries, one when kept."""
    return until_written(f"equipment-{language}", lambda: catalogue_from_json(catalogue_rows(language)))


def catalogue_rows(language: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of the catalogue of all sites, as ``catalogue_from_json`` reads them. Five queries."""
    standing = {
        "equipment": Equipment.objects.filter(_STANDING, kind=Equipment.Kind.INSTRUMENT),
        "capabilities": Capability.objects.filter(_STANDING),
    }
    found = {"facilities": Facility.objects.all(), **standing, "rates": Rate.objects.all()}
    rows = {
        part: [in_language(row, language) for row in each.values_list("record", flat=True)]
        for part, each in found.items()
    }
    rows["transfers"] = list(Transfer.objects.values_list("record", flat=True))
    return rows


def in_language(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """*row* under its name in *language*, when it has one."""
    return {**row, "name": row.get(f"name_{language}") or row.get("name") or row["id"]}


@dataclass(frozen=True)
class Answer:
    """What a search found: who can, who of the same process cannot and why, how many do something else."""

    can: tuple[Verdict, ...]
    cannot: tuple[Verdict, ...]
    elsewhere: int


def search_capabilities(wish: Wish, *, on: date, language: str) -> Answer:
    """Who can do *wish* on the day *on*."""
    verdicts = find_capabilities(wish, published_catalogue(language), on=on)
    related = [each for each in verdicts if all(reason.code != "other_process" for reason in each.reasons)]
    return Answer(
        tuple(each for each in related if each.can),
        tuple(each for each in related if not each.can),
        len(verdicts) - len(related),
    )


def rows_by_code(codes: set[str]) -> dict[str, Capability]:
    """The stored capabilities of *codes*, with their equipment and site: one query."""
    found = Capability.objects.filter(code__in=codes).select_related("equipment", "facility")
    return {each.code: each for each in found}


def processes_offered() -> list[tuple[str, int]]:
    """(top process, how many capabilities are of it or of a kind of it), the most first. One query."""
    counts: dict[str, int] = {}
    for code in Capability.objects.filter(_STANDING).values_list("process", flat=True):
        top = ancestry("processes", code)[-1]
        counts[top] = counts.get(top, 0) + 1
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def was_searched(text: str, day: date) -> bool:
    """Whether *text* was looked for on *day*: it is counted once a day."""
    return Search.objects.filter(text=text, day=day).exists()


def catalogue_between(start: datetime, end: datetime, language: str) -> Catalogue:
    """What all sites publish, with the bookings and closures between two instants. Seven queries, three when
    the catalogue is kept."""
    bookings = Booking.objects.filter(released_at=None, ends_at__gt=start, starts_at__lt=end)
    closures = Closure.objects.filter(withdrawn_at=None, ends_at__gt=start, starts_at__lt=end)
    span = ("equipment__code", "starts_at", "ends_at")
    busy = [core.Booking(*row) for row in bookings.values_list(*span)]
    busy += [core.Booking(*row) for row in closures.values_list(*span, "kind")]
    return replace(published_catalogue(language), bookings=tuple(busy))


def asked_wishes(*, since: date) -> list[str]:
    """What was looked for since a day, as it was written: a line a day each."""
    return list(Search.objects.filter(day__gte=since).values_list("text", flat=True))
