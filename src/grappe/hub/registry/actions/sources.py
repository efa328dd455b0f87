"""Writes on sources: retract one with all it says, bring it back, say when its next edition is due."""

from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_retract_source, require
from grappe.hub.registry.deriving import derive_again, one_at_a_time
from grappe.hub.registry.indexing import index_on_commit
from grappe.hub.registry.models import Record, Source, Statement


@transaction.atomic
def retract_source(*, source: Source, why: str, actor: User, at: datetime) -> set[str]:
    """Let nothing that *source* says stand any more; returns the canonical ids it touched.

    Its statements stay stored: ``restore_source`` brings them back. Raises NotAllowed.
    """
    require(may_retract_source(actor))
    if source.retracted_at:
        return set()
    source.retracted_at, source.retracted_why = at.date().isoformat(), why
    return _save(source, "retract_source", {"why": why}, actor, at)


@transaction.atomic
def restore_source(*, source: Source, actor: User, at: datetime) -> set[str]:
    """Let *source* stand again; returns the canonical ids it touched. Raises NotAllowed."""
    require(may_retract_source(actor))
    if not source.retracted_at:
        return set()
    source.retracted_at = source.retracted_why = ""
    return _save(source, "restore_source", {}, actor, at)


@transaction.atomic
def set_due_months(*, source: Source, months: int, actor: User, at: datetime) -> Source:
    """Expect the next edition of *source* after *months*; returns it. Raises NotAllowed, ValueError."""
    require(may_retract_source(actor))
    if not 1 <= months <= 240:
        raise ValueError(months)
    if source.due_months != months:
        former, source.due_months = source.due_months, months
        source.save(update_fields=["due_months"])
        data = {"title": source.title, "former": former, "months": months}
        record(
            actor=actor, at=at, verb="set_due_months", object_kind="source", object_id=source.pk, data=data
        )
    return source


def _save(source: Source, verb: str, data: dict[str, object], actor: User, at: datetime) -> set[str]:
    one_at_a_time()
    source.save(update_fields=["retracted_at", "retracted_why"])
    said_of = Statement.objects.filter(source=source, retracted_at="").values("entity")
    touched = derive_again(set(Record.objects.filter(entity__in=said_of).values_list("entity", flat=True)))
    index_on_commit()
    data = {"title": source.title, "touched": len(touched), **data}
    record(actor=actor, at=at, verb=verb, object_kind="source", object_id=source.pk, data=data)
    return touched
