"""Reads of catalogues. What sites publish is public; each page asks a fixed, small number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.equipment import Catalogue
from grappe.fabrication.matching import Verdict, Wish, find_capabilities
from grappe.fabrication.taxonomy import ancestry
from grappe.hub.equipment.models import (
    Capability,
    Equipment,
    Facility,
    Search,
)
from grappe.hub.equipment.queries.records import catalogue_rows
from grappe.hub.journal.queries import until_written

_STANDING = Q(removed_at=None)
#: Searches that are counted in a day: what a machine asks a thousand times is no demand.
MOST_COUNTED = 1_000


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


def may_count_search(text: str, day: date) -> bool:
    """Whether *text* is to be counted on *day*: once a day, and so many a day at the most."""
    today = Search.objects.filter(day=day)
    return not today.filter(text=text).exists() and today.count() < MOST_COUNTED


def asked_wishes(*, since: date) -> list[str]:
    """What was looked for since a day, as it was written: a line a day each."""
    return list(Search.objects.filter(day__gte=since).values_list("text", flat=True))
