"""Writes on the people whom the staff of one cluster know: work contacts, read by them alone."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_write_contact, require
from grappe.hub.registry.actions.records import first_record, put_away
from grappe.hub.registry.models import Contact, Organisation


@dataclass(frozen=True)
class ContactCard:
    """Whom to call: a name, and how they are reached at work."""

    name: str
    job_title: str = ""
    email: str = ""
    phone: str = ""


@transaction.atomic
def add_contact(
    *, organisation: Organisation, cluster: str, card: ContactCard, actor: User, at: datetime
) -> Contact:
    """Write down *card* for the staff of *cluster*; returns the contact. Raises NotAllowed."""
    require(may_write_contact(actor, cluster))
    contact = Contact.objects.create(
        entity=first_record(organisation),
        cluster=cluster,
        name=card.name,
        job_title=card.job_title,
        email=card.email,
        phone=card.phone,
        author=actor,
        at=at,
    )
    _write_line(contact, "add_contact", actor, at)
    return contact


@transaction.atomic
def withdraw_contact(*, contact: Contact, actor: User, at: datetime) -> Contact:
    """Put *contact* out of sight; returns it. Raises NotAllowed."""
    require(may_write_contact(actor, contact.cluster))
    if put_away(contact, at):
        _write_line(contact, "withdraw_contact", actor, at)
    return contact


@transaction.atomic
def restore_contact(*, contact: Contact, actor: User, at: datetime) -> Contact:
    """Show a withdrawn contact again; returns it. Raises NotAllowed."""
    require(may_write_contact(actor, contact.cluster))
    if put_away(contact, None):
        _write_line(contact, "restore_contact", actor, at)
    return contact


def _write_line(contact: Contact, verb: str, actor: User, at: datetime) -> None:
    # The person stays out of the journal, which is kept longer than the contact.
    data = {"cluster": contact.cluster}
    record(actor=actor, at=at, verb=verb, object_kind="contact", object_id=contact.pk, data=data)
