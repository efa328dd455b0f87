"""Writes on who is a member of which cluster, since when, and whether dues are known to be paid."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_record_membership, require
from grappe.hub.registry.actions.records import first_record, put_away
from grappe.hub.registry.models import Membership, Organisation


@dataclass(frozen=True)
class Terms:
    """The kind of a membership, its days, and what is known of the dues."""

    kind: str
    starts_on: date
    ends_on: date | None = None
    dues: str = Membership.Dues.UNKNOWN


@transaction.atomic
def record_membership(
    *, organisation: Organisation, cluster: str, terms: Terms, actor: User, at: datetime
) -> Membership:
    """Say that *organisation* is a member of *cluster* on *terms*; returns the membership.

    Raises NotAllowed; ValueError when it ends before it begins.
    """
    require(may_record_membership(actor, cluster))
    _check(terms)
    membership = Membership.objects.create(
        entity=first_record(organisation), cluster=cluster, recorded_at=at, **vars(terms)
    )
    _write_line(membership, "record_membership", actor, at)
    return membership


@transaction.atomic
def change_membership(*, membership: Membership, terms: Terms, actor: User, at: datetime) -> Membership:
    """Let *membership* be on *terms*; returns it. The journal keeps the former. Raises as recording does."""
    require(may_record_membership(actor, membership.cluster))
    _check(terms)
    former = {name: str(getattr(membership, name) or "") for name in vars(terms)}
    changed = {name: value for name, value in vars(terms).items() if str(value or "") != former[name]}
    if changed:
        for name, value in changed.items():
            setattr(membership, name, value)
        membership.save(update_fields=list(changed))
        _write_line(membership, "change_membership", actor, at, former)
    return membership


@transaction.atomic
def withdraw_membership(*, membership: Membership, actor: User, at: datetime) -> Membership:
    """Take back a membership recorded by mistake (one that ended keeps its end); returns it."""
    require(may_record_membership(actor, membership.cluster))
    if put_away(membership, at):
        _write_line(membership, "withdraw_membership", actor, at)
    return membership


@transaction.atomic
def restore_membership(*, membership: Membership, actor: User, at: datetime) -> Membership:
    """Let a membership taken back stand again; returns it. Raises NotAllowed."""
    require(may_record_membership(actor, membership.cluster))
    if put_away(membership, None):
        _write_line(membership, "restore_membership", actor, at)
    return membership


def _check(terms: Terms) -> None:
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise ValueError("a membership ends after it begins")


def _write_line(
    membership: Membership, verb: str, actor: User, at: datetime, former: dict[str, str] | None = None
) -> None:
    data = {
        "cluster": membership.cluster,
        "kind": membership.kind,
        "starts_on": str(membership.starts_on),
        "ends_on": str(membership.ends_on or ""),
        "dues": membership.dues,
        **({"former": former} if former else {}),
    }
    record(actor=actor, at=at, verb=verb, object_kind="membership", object_id=membership.pk, data=data)
