"""Writes on qualifications: asked, granted with a level and an end, refused, revoked, recognised."""

from datetime import date, datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import NotStanding
from grappe.hub.equipment.models import Facility, Qualification, Recognition
from grappe.hub.equipment.queries.access import may_qualify, may_run
from grappe.hub.equipment.queries.wishes import local_day
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

_State, _Level = Qualification.State, Qualification.Level


@transaction.atomic
def ask_qualification(
    *, facility: Facility, code: str, level: int = _Level.AUTONOMOUS, why: str = "", actor: User, at: datetime
) -> Qualification:
    """*actor* asks *facility* for the qualification *code*; returns the row. Asking twice asks once."""
    found, is_new = Qualification.objects.get_or_create(
        user=actor, facility=facility, code=code, state=_State.ASKED,
        defaults={"level": _Level(level), "asked_at": at, "why": why},
    )  # fmt: skip
    if is_new:
        _write_line(found, "ask_qualification", actor, at)
    return found


@transaction.atomic
def grant_qualification(
    *, user: User, facility: Facility, code: str, level: int, expires_on: date | None = None, why: str = "",
    actor: User, at: datetime,
) -> Qualification:  # fmt: skip
    """Let *user* work with *code* at *facility* up to *level*, until *expires_on*; returns the row.

    Those who run the site may; so may trainers of that code there, for others, below their own level. What
    was asked is answered by it, what was held is replaced. Raises NotAllowed.
    """
    _require_to_qualify(actor, user, facility, code, level, at)
    rows = Qualification.objects.select_for_update().filter(user=user, facility=facility, code=code)
    rows.filter(state=_State.HELD).update(state=_State.REVOKED, decided_at=at, decided_by=actor)
    granted = rows.filter(state=_State.ASKED).first() or Qualification(
        user=user, facility=facility, code=code, asked_at=at
    )
    granted.level, granted.expires_on = _Level(level), expires_on
    return _decide(granted, _State.HELD, "grant_qualification", why, actor, at)


@transaction.atomic
def refuse_qualification(
    *, qualification: Qualification, why: str, actor: User, at: datetime
) -> Qualification:
    """Refuse what was asked; returns the row. Raises NotAllowed, NotStanding when it was decided already."""
    found = _still(qualification, _State.ASKED)
    _require_to_qualify(actor, found.user, found.facility, found.code, found.level, at)
    return _decide(found, _State.REFUSED, "refuse_qualification", why, actor, at)


@transaction.atomic
def revoke_qualification(
    *, qualification: Qualification, why: str, actor: User, at: datetime
) -> Qualification:
    """Take back what was granted; returns the row. Bookings made with it stand: the site cancels those it
    must. Raises NotAllowed, NotStanding when it is not held."""
    found = _still(qualification, _State.HELD)
    _require_to_qualify(actor, found.user, found.facility, found.code, found.level, at)
    return _decide(found, _State.REVOKED, "revoke_qualification", why, actor, at)


@transaction.atomic
def recognise_qualification(
    *, facility: Facility, other: Facility, other_code: str, code: str, level: int, actor: User, at: datetime
) -> Recognition:
    """*facility* takes *other_code* of *other* as its own *code*, up to *level*; returns the row. Saying it
    again replaces the level. Those who run *facility* may. Raises NotAllowed."""
    require(may_run(actor, facility))
    same = {"facility": facility, "other": other, "other_code": other_code, "code": code}
    Recognition.objects.filter(**same, ended_at=None).update(ended_at=at)
    found = Recognition.objects.create(**same, level=_Level(level), since=at)
    _write_recognition(found, "recognise_qualification", actor, at)
    return found


@transaction.atomic
def end_recognition(*, recognition: Recognition, actor: User, at: datetime) -> Recognition:
    """Recognise it no more, from now on; returns the row. Raises NotAllowed."""
    require(may_run(actor, recognition.facility))
    if recognition.ended_at is None:
        recognition.ended_at = at
        recognition.save(update_fields=["ended_at"])
        _write_recognition(recognition, "end_recognition", actor, at)
    return recognition


def _require_to_qualify(
    actor: User, user: User, facility: Facility, code: str, level: int, at: datetime
) -> None:
    if may_run(actor, facility):
        return
    trains = may_qualify(actor, facility, code, local_day(facility, at))
    require(trains and actor.pk != user.pk and level < _Level.TRAINER)


def _still(qualification: Qualification, state: Qualification.State) -> Qualification:
    rows = Qualification.objects.select_for_update(of=("self",)).select_related("user", "facility")
    found = rows.get(pk=qualification.pk)
    if found.state != state:
        raise NotStanding(found.state)
    return found


def _decide(
    found: Qualification, state: Qualification.State, verb: str, why: str, actor: User, at: datetime
) -> Qualification:
    found.state, found.why, found.decided_at, found.decided_by = state, why, at, actor
    found.save()
    _write_line(found, verb, actor, at)
    enqueue_on_commit("grappe.hub.equipment.jobs.tell_qualification", found.pk)
    return found


def _write_line(found: Qualification, verb: str, actor: User, at: datetime) -> None:
    data = {
        "facility": found.facility.code, "code": found.code, "level": found.level,
        "expires_on": found.expires_on.isoformat() if found.expires_on else None,
    }  # fmt: skip
    record(actor=actor, at=at, verb=verb, object_kind="qualification", object_id=found.pk, data=data)


def _write_recognition(found: Recognition, verb: str, actor: User, at: datetime) -> None:
    data = {
        "facility": found.facility.code, "other": found.other.code, "other_code": found.other_code,
        "code": found.code, "level": found.level,
    }  # fmt: skip
    record(actor=actor, at=at, verb=verb, object_kind="recognition", object_id=found.pk, data=data)
