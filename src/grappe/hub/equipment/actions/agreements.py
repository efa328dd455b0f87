"""Writes on access agreements between an organisation and a site."""

from datetime import date, datetime

from django.db import transaction

from grappe.hub.equipment.actions.refusing import NotStanding
from grappe.hub.equipment.models import Agreement, Facility
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require


@transaction.atomic
def record_agreement(
    *, facility: Facility, organisation: str, tier: str, signed_on: date, expires_on: date | None = None,
    cleared_until: date | None = None, actor: User, at: datetime,
) -> Agreement:  # fmt: skip
    """Write down that *organisation* signed for access to *facility* at *tier*; *cleared_until* is the last
    day on which it may use what is under export control (None: not screened). Returns the row.

    Those who run the site may. Raises NotAllowed, ValueError when it ends before it is signed or is for
    nobody.
    """
    require(may_run(actor, facility))
    if not organisation or (expires_on is not None and expires_on < signed_on):
        raise ValueError(organisation or "organisation")
    found = Agreement.objects.create(
        facility=facility, organisation=organisation, tier=tier, signed_on=signed_on, expires_on=expires_on,
        cleared_until=cleared_until, recorded_by=actor, recorded_at=at,
    )  # fmt: skip
    _write_line(found, "record_agreement", actor, at)
    return found


@transaction.atomic
def end_agreement(*, agreement: Agreement, actor: User, at: datetime) -> Agreement:
    """The agreement counts no more, from now on; returns it. Raises NotAllowed, NotStanding."""
    require(may_run(actor, agreement.facility))
    found = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if found.ended_at is not None:
        raise NotStanding("ended")
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    _write_line(found, "end_agreement", actor, at)
    return found


def _write_line(found: Agreement, verb: str, actor: User, at: datetime) -> None:
    data = {"facility": found.facility.code, "organisation": found.organisation, "tier": found.tier}
    record(actor=actor, at=at, verb=verb, object_kind="agreement", object_id=found.pk, data=data)
