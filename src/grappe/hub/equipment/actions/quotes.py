"""A quote accepted is booked as it is, over all its sites: all of it, or nothing."""

from datetime import datetime

from django.db import transaction

from grappe.hub.equipment.actions.holding import book
from grappe.hub.equipment.actions.requests import open_quote
from grappe.hub.equipment.models import AccessRequest, Capability, Quote, Reservation
from grappe.hub.equipment.queries.asking import may_ask_for
from grappe.hub.equipment.queries.wishes import BookingWish
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require


@transaction.atomic
def accept_quote(*, quote: Quote, actor: User, at: datetime) -> Reservation:
    """Accept *quote* and book every step of its route; returns it. The request becomes a project.

    Raises NotAllowed; QuoteGone when it can't be accepted any more; BookingRefused with every reason: then
    nothing is accepted nor booked.
    """
    require(may_ask_for(actor, quote.request.organisation))
    found = open_quote(quote, at)
    request = found.request
    made = book(
        wishes=_wishes(found), organisation=request.organisation, tier=request.tier, title=request.title,
        request=request, actor=actor, at=at,
    )  # fmt: skip
    Quote.objects.filter(pk=found.pk).update(accepted_at=at, accepted_by=actor)
    AccessRequest.objects.filter(pk=request.pk).update(stage=AccessRequest.Stage.PROJECT)
    told = {"title": request.title, "number": found.number, "total_cad": str(found.total_cad)}
    record(
        actor=actor, at=at, verb="accept_quote", object_kind="request", object_id=request.pk, data=told
    )  # fmt: skip
    return made


def _wishes(quote: Quote) -> list[BookingWish]:
    placements = quote.route["placements"]
    doing = Capability.objects.select_related("equipment__facility", "facility").in_bulk(
        [one["capability"] for one in placements], field_name="code"
    )
    return [
        BookingWish(
            doing[one["capability"]].equipment,
            datetime.fromisoformat(one["start"]),
            datetime.fromisoformat(one["end"]),
            doing[one["capability"]],
            step=one["step"],
            wafers=one["wafers"],
            runs=one["runs"],
        )
        for one in placements
    ]
