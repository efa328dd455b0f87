"""What those who run a site see of it: today's work, what waits for them, how much was used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from grappe.hub.equipment.models import (
    Agreement,
    Booking,
    Capability,
    Closure,
    Equipment,
    Facility,
    FlowReview,
    FlowVersion,
    Qualification,
    Waiting,
)
from grappe.hub.equipment.queries.closures import standing_closures
from grappe.hub.equipment.queries.numbers import Utilisation, utilisation
from grappe.hub.equipment.queries.records import standing


@dataclass(frozen=True)
class SiteWork:
    """The bookings of a site between two instants, and what waits for its staff."""

    bookings: Sequence[Booking]
    closures: Sequence[Closure]
    asked: Sequence[Qualification]
    held: Sequence[Qualification]
    agreements: Sequence[Agreement]
    waiting: Sequence[Waiting]
    flows: Sequence[FlowVersion]


def work_of_site(facility: Facility, *, at: datetime, days: int) -> SiteWork:
    """What *facility* has to do in the *days* after *at*, and since a day before. Eight queries."""
    first, last = at - timedelta(days=1), at + timedelta(days=days)
    rows = standing(at).filter(equipment__facility=facility, ends_at__gt=first, starts_at__lt=last)
    people = Qualification.objects.filter(facility=facility).select_related("user")
    reviews = Prefetch("reviews", FlowReview.objects.filter(facility=facility), to_attr="said")
    in_review = FlowVersion.objects.filter(state=FlowVersion.State.REVIEW).prefetch_related(reviews)
    return SiteWork(
        list(rows.select_related("reservation__user", "equipment", "capability", "operator", "use")),
        list(standing_closures(at).filter(equipment__facility=facility)),
        list(people.filter(state=Qualification.State.ASKED)),
        list(people.filter(state=Qualification.State.HELD)),
        list(Agreement.objects.filter(facility=facility, ended_at=None)),
        list(
            Waiting.objects.filter(equipment__facility=facility, closed_at=None).select_related(
                "equipment", "user"
            )
        ),
        [each for each in in_review if facility.code in each.sites and not each.said],
    )


def bookable(facility: Facility) -> QuerySet[Equipment]:
    """What of *facility* can be booked or closed."""
    return facility.equipment.filter(removed_at=None)


def use_of_site(facility: Facility, start: datetime, end: datetime) -> list[tuple[Equipment, Utilisation]]:
    """What was done with the open time of each equipment of *facility*: four queries an equipment."""
    tools = bookable(facility).select_related("facility")
    return [(each, utilisation(each, start, end)) for each in tools]


def qualifications_offered() -> list[tuple[Facility, str]]:
    """(site, qualification) that some capability asks of an operator, by site. One query."""
    rows = Capability.objects.filter(removed_at=None).select_related("facility")
    asked = {(each.facility, each.record.get("qualification")) for each in rows}
    known = [(facility, code) for facility, code in asked if code]
    return sorted(known, key=lambda each: (each[0].name, each[1]))


def qualifications_of_person(user_id: int) -> QuerySet[Qualification]:
    """All that somebody asked for or was granted, the latest first."""
    return Qualification.objects.filter(user=user_id).select_related("facility")
