"""What checks found, resolved with a reason: it stays said until the figures or the numbers change."""

from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.models import Resolution
from grappe.hub.observatory.queries import Found, may_check
from grappe.hub.people.models import User
from grappe.hub.registry.access import require


@transaction.atomic
def resolve_finding(*, found: Found, why: str, actor: User, at: datetime) -> Resolution:
    """Say *why* what was found is no matter. Those who may check each of its figures. Raises NotAllowed."""
    require(bool(found.figures) and all(may_check(actor, figure) for figure in found.figures))
    said = Resolution.objects.filter(finding=found.key, withdrawn_at=None).first()
    if said is not None:
        return said
    made = Resolution.objects.create(
        finding=found.key,
        code=found.finding.code,
        figures=[figure.pk for figure in found.figures],
        why=why,
        who=actor.get_username(),
        at=at,
    )
    data = {"code": made.code, "figures": made.figures, "why": why}
    record(actor=actor, at=at, verb="resolve_finding", object_kind="finding", object_id=found.key, data=data)
    return made


@transaction.atomic
def reopen_finding(*, found: Found, actor: User, at: datetime) -> None:
    """Take back why *found* was said to be no matter. Raises NotAllowed."""
    require(bool(found.figures) and all(may_check(actor, figure) for figure in found.figures))
    if Resolution.objects.filter(finding=found.key, withdrawn_at=None).update(withdrawn_at=at):
        data = {"code": found.finding.code}
        record(
            actor=actor, at=at, verb="reopen_finding", object_kind="finding", object_id=found.key, data=data
        )
