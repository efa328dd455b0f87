"""Writes on the notes that the staff of one cluster keep to themselves."""

from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_withdraw_note, may_write_note, require
from grappe.hub.registry.actions.records import first_record, put_away
from grappe.hub.registry.models import Note, Organisation


@transaction.atomic
def write_note(*, organisation: Organisation, cluster: str, text: str, actor: User, at: datetime) -> Note:
    """Add a note that only the staff of *cluster* reads; returns it. Raises NotAllowed."""
    require(may_write_note(actor, cluster))
    entity = first_record(organisation)
    note = Note.objects.create(entity=entity, cluster=cluster, text=text, author=actor, at=at)
    _write_line(note, "write_note", actor, at)
    return note


@transaction.atomic
def withdraw_note(*, note: Note, actor: User, at: datetime) -> Note:
    """Put *note* out of sight; returns it. Its author or a manager of its cluster may. Raises NotAllowed."""
    require(may_withdraw_note(actor, note))
    if put_away(note, at):
        _write_line(note, "withdraw_note", actor, at)
    return note


@transaction.atomic
def restore_note(*, note: Note, actor: User, at: datetime) -> Note:
    """Show a withdrawn note again; returns it. Raises NotAllowed."""
    require(may_withdraw_note(actor, note))
    if put_away(note, None):
        _write_line(note, "restore_note", actor, at)
    return note


def _write_line(note: Note, verb: str, actor: User, at: datetime) -> None:
    # The text stays out of the journal, which more people read than the note.
    record(
        actor=actor, at=at, verb=verb, object_kind="note", object_id=note.pk, data={"cluster": note.cluster}
    )
