"""Undo: each kind of journal line has its inverse, an action like any other that leaves its own line."""

from collections.abc import Callable
from datetime import datetime

from grappe.hub.journal.models import Entry
from grappe.hub.journal.queries import entries_about
from grappe.hub.people.models import User
from grappe.hub.registry.actions import bulk, contacts, judgements, memberships, notes, sources, statements
from grappe.hub.registry.models import Contact, Judgement, Membership, Note, Source, Statement


class NotLast(Exception):  # noqa: N818
    """Something else was done since to the same object: undo that first."""


def undo(*, entry: Entry, actor: User, at: datetime) -> None:
    """Do the inverse of *entry*, the latest of its kind about its object.

    Raises NotLast; KeyError for a line that has no inverse; and what the inverse raises.
    """
    inverse = _INVERSES[entry.verb]
    latest = entries_about(entry.object_kind, entry.object_id).filter(verb__in=UNDOABLE).first()
    if latest is None or latest.pk != entry.pk:
        raise NotLast
    inverse(entry.object_id, actor, at)


def _retract_statement(key: str, actor: User, at: datetime) -> None:
    found = Statement.objects.get(pk=key)
    statements.retract_statement(statement=found, reason="", actor=actor, at=at)


def _restore_statement(key: str, actor: User, at: datetime) -> None:
    statements.restore_statement(statement=Statement.objects.get(pk=key), actor=actor, at=at)


def _retract_judgement(key: str, actor: User, at: datetime) -> None:
    judgements.retract_judgement(judgement=Judgement.objects.get(pk=key), actor=actor, at=at)


def _restore_judgement(key: str, actor: User, at: datetime) -> None:
    judgements.restore_judgement(judgement=Judgement.objects.get(pk=key), actor=actor, at=at)


def _retract_source(key: str, actor: User, at: datetime) -> None:
    sources.retract_source(source=Source.objects.get(pk=key), why="", actor=actor, at=at)


def _restore_source(key: str, actor: User, at: datetime) -> None:
    sources.restore_source(source=Source.objects.get(pk=key), actor=actor, at=at)


def _withdraw_note(key: str, actor: User, at: datetime) -> None:
    notes.withdraw_note(note=Note.objects.get(pk=key), actor=actor, at=at)


def _restore_note(key: str, actor: User, at: datetime) -> None:
    notes.restore_note(note=Note.objects.get(pk=key), actor=actor, at=at)


def _withdraw_contact(key: str, actor: User, at: datetime) -> None:
    contacts.withdraw_contact(contact=Contact.objects.get(pk=key), actor=actor, at=at)


def _restore_contact(key: str, actor: User, at: datetime) -> None:
    contacts.restore_contact(contact=Contact.objects.get(pk=key), actor=actor, at=at)


def _withdraw_membership(key: str, actor: User, at: datetime) -> None:
    memberships.withdraw_membership(membership=Membership.objects.get(pk=key), actor=actor, at=at)


def _restore_membership(key: str, actor: User, at: datetime) -> None:
    memberships.restore_membership(membership=Membership.objects.get(pk=key), actor=actor, at=at)


_INVERSES: dict[str, Callable[[str, User, datetime], None]] = {
    "correct_value": _retract_statement,
    "restore_statement": _retract_statement,
    "retract_statement": _restore_statement,
    "judge": _retract_judgement,
    "restore_judgement": _retract_judgement,
    "retract_judgement": _restore_judgement,
    "retract_source": _restore_source,
    "restore_source": _retract_source,
    "write_note": _withdraw_note,
    "restore_note": _withdraw_note,
    "withdraw_note": _restore_note,
    "add_contact": _withdraw_contact,
    "restore_contact": _withdraw_contact,
    "withdraw_contact": _restore_contact,
    "record_membership": _withdraw_membership,
    "restore_membership": _withdraw_membership,
    "withdraw_membership": _restore_membership,
    "correct_many": bulk.retract_batch,
}
#: The verbs of the journal that have an inverse.
UNDOABLE = frozenset(_INVERSES)
