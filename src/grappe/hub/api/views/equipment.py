"""Pooled equipment: sites, equipment, capabilities, who can, when it is free, the plan of a flow."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from grappe.hub.api import booking
from grappe.hub.api import equipment_shapes as shapes
from grappe.hub.api.caller import Caller
from grappe.hub.api.paging import next_url, page_of
from grappe.hub.api.problems import Refused
from grappe.hub.api.shapes import Json
from grappe.hub.api.views.asked import Key, Paging
from grappe.hub.equipment import models

router = Router(tags=["equipment"])
_Code = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=120)]
Number = Path(..., ge=1, le=2**31)
#: Planning takes seconds of the processor: each counts as so many calls.
_PLANS: dict[str, Any] = {
    "auth": Caller("read", needs_token=True, weight=20),
    "openapi_extra": {"x-needs-token": True},
}


class Offered(Schema):
    """Of which site, which process."""

    facility: _Code = Field("", description="Code of a site.")
    process: _Code = Field("", description="Code of a process.")


class Around(Schema):
    """Between which instants."""

    since: _Code = Field("", alias="from", description="ISO 8601 with its offset; now when empty.")
    until: _Code = Field("", description="ISO 8601 with its offset; two weeks on when empty.")


class Question(Schema):
    """What is asked, in words."""

    q: _Code = Field(min_length=1, description="“etch 300 nm LNOI on 100 mm wafers”, in French or English.")
    on: _Code = Field("", description="The day, today when empty.")


@router.get("facilities", response=shapes.Facilities, summary="List sites")
def list_facilities(request: HttpRequest, paging: Query[Paging]) -> Json:
    """The sites that share their equipment, by code."""
    rows, cursor = page_of(models.Facility.objects.all(), ("code",), paging.cursor, paging.limit)
    today = timezone.now().date()
    return {"items": [booking.facility(each, today) for each in rows], "next": next_url(request, cursor)}


@router.get("facilities/{code}", response=shapes.Facility, summary="One site")
def get_facility(request: HttpRequest, code: str = Key) -> Json:
    """One site: its hours are those of its equipment’s free time."""
    found = models.Facility.objects.filter(code=code).first()
    if found is None:
        raise Refused("not-found")
    return booking.facility(found, timezone.now().date())


@router.get("equipment", response=shapes.EquipmentList, summary="List equipment")
def list_equipment(request: HttpRequest, asked: Query[Offered], paging: Query[Paging]) -> Json:
    """What can be booked, by code: of a site, or that does a process."""
    rows = models.Equipment.objects.filter(removed_at=None).select_related("facility")
    rows = rows.filter(facility__code=asked.facility) if asked.facility else rows
    if asked.process:
        doing = models.Capability.objects.filter(process=asked.process, removed_at=None)
        rows = rows.filter(pk__in=doing.values("equipment"))
    found, cursor = page_of(rows, ("code",), paging.cursor, paging.limit)
    return {"items": [booking.equipment(each) for each in found], "next": next_url(request, cursor)}


@router.get("equipment/{equipment_id}", response=shapes.Equipment, summary="One equipment")
def get_equipment(request: HttpRequest, equipment_id: int = Number) -> Json:
    """One equipment, as its site’s catalogue says it."""
    return booking.equipment(_equipment(equipment_id))


@router.get("equipment/{equipment_id}/busy", response=shapes.FreeBusy, summary="When it is free")
def get_busy(request: HttpRequest, asked: Query[Around], equipment_id: int = Number) -> Json:
    """When its site is open and when its units are taken, without names."""
    now = timezone.now()
    start, end = booking.between(asked.since, asked.until, now)
    return booking.free_busy(_equipment(equipment_id), start, end, now)


@router.get("capabilities", response=shapes.Capabilities, summary="List capabilities")
def list_capabilities(request: HttpRequest, asked: Query[Offered], paging: Query[Paging]) -> Json:
    """What can be done, by code: at a site, of a process."""
    rows = models.Capability.objects.filter(removed_at=None).select_related("facility", "equipment")
    rows = rows.filter(facility__code=asked.facility) if asked.facility else rows
    rows = rows.filter(process=asked.process) if asked.process else rows
    found, cursor = page_of(rows, ("code",), paging.cursor, paging.limit)
    return {"items": [booking.capability(each) for each in found], "next": next_url(request, cursor)}


@router.get("capabilities/search", response=shapes.Verdicts, summary="Who can")
def find_capability(request: HttpRequest, asked: Query[Question]) -> Json:
    """Who can do what is asked, at which limits; for the others, every reason why not."""
    now = timezone.now()
    return booking.search(asked.q, booking.day_of(asked.on, now), now)


@router.post("flows/plan", response=shapes.Plan, summary="Plan a flow", **_PLANS)
def plan_flow(request: HttpRequest, said: shapes.NewPlan) -> Json:
    """Routes over the sites with what is booked today, from the fastest to the cheapest; or what blocks them
    all. What you are qualified for counts as held. Reserve a route by sending its placements."""
    return booking.plan(said.flow, said.objective, request.user, timezone.now())


def _equipment(key: int) -> models.Equipment:
    found = models.Equipment.objects.filter(pk=key, removed_at=None).select_related("facility").first()
    if found is None:
        raise Refused("not-found")
    return found
