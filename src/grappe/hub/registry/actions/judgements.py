"""Writes on identity: what people decide about two organisations is a stored edge, applied at once."""

from datetime import datetime
from typing import get_args

from django.db import transaction
from django.db.models import QuerySet

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_judge_all, require
from grappe.hub.registry.deriving import derive_again
from grappe.hub.registry.indexing import index_on_commit
from grappe.hub.registry.models import Judgement, Organisation, Record
from grappe.linkage.judging import IDENTITY
from grappe.statements import Judgement as CoreJudgement
from grappe.statements.records import Relation

RELATIONS: tuple[str, ...] = get_args(Relation)


class NotObeyed(Exception):  # noqa: N818
    """The judgement is stored nowhere, for another one forbids what it says (*judgements*)."""

    def __init__(self, judgements: list[Judgement]) -> None:
        super().__init__([str(judgement) for judgement in judgements])
        self.judgements = judgements


class NotOurs(Exception):  # noqa: N818
    """A judgement that a workspace brought is taken back there, not here."""


@transaction.atomic
def merge_organisations(
    *, first: Organisation, second: Organisation, why: str, actor: User, at: datetime
) -> Organisation:
    """Judge *first* and *second* to be one; returns what they become. The id no longer used redirects.

    Managers of a cluster of each may. What was said here to the contrary is taken back. Raises NotAllowed;
    NotObeyed when a workspace's own judgement keeps them apart.
    """
    left, right = _records(first)[0], _records(second)[0]
    judge_records(left=left, right=right, relation="same_as", why=why, actor=actor, at=at)
    return Organisation.objects.get(records=left)


@transaction.atomic
def judge_records(*, left: str, right: str, relation: str, why: str, actor: User, at: datetime) -> Judgement:
    """Store what the records *left* and *right*, of two organisations, are to one another; returns it.

    ``same_as`` merges their organisations. What was said here to the contrary is taken back. Managers of a
    cluster of each may. Raises NotAllowed; NotObeyed when a workspace's own judgement keeps them apart;
    ValueError for a relation that does not exist or records that are of one organisation already.
    """
    if relation not in RELATIONS:
        raise ValueError(relation)
    first, second = (Organisation.objects.get(records=each) for each in (left, right))
    require(may_judge_all(actor, [first, second]))
    if first == second:
        raise ValueError("records of two organisations are expected")
    mine, other = _records(first), _records(second)
    contrary = _between(mine, other, "same_as" if relation == "different" else "different")
    if relation in IDENTITY:
        _take_back(contrary.filter(origin="hub"), actor, at)
    judgement = _store(left, right, relation, why, actor, at)
    _apply([*mine, *other])
    if relation == "same_as":
        became = Record.objects.filter(entity__in=[*mine, *other]).values_list("organisation", flat=True)
        if len(set(became)) > 1:
            raise NotObeyed(list(contrary.filter(retracted_at="")))
    _write_line(judgement, [first, second], "judge", actor, at)
    return judgement


@transaction.atomic
def split_records(
    *, organisation: Organisation, entity: str, why: str, actor: User, at: datetime
) -> Judgement:
    """Judge the record *entity* not to be what the rest of *organisation* is; returns the judgement.

    The record leaves with those that were joined to it. Raises NotAllowed; ValueError when it is alone.
    """
    require(may_judge_all(actor, [organisation]))
    others = [each for each in _records(organisation) if each != entity]
    if len(others) == len(_records(organisation)) or not others:
        raise ValueError("a record of an organisation that has others is expected")
    _take_back(_between([entity], others, "same_as").filter(origin="hub"), actor, at)
    judgement = _store(entity, others[0], "different", why, actor, at)
    _apply([entity, *others])
    _write_line(judgement, [organisation], "judge", actor, at)
    return judgement


@transaction.atomic
def relate_organisations(
    *, left: Organisation, right: Organisation, relation: str, why: str, actor: User, at: datetime
) -> Judgement:
    """Store that *left* is different from, a branch of, renamed to… *right*; returns the judgement.

    Nothing is merged: ``merge_organisations`` does that. Raises NotAllowed; ValueError for ``same_as`` or a
    relation that does not exist.
    """
    if relation == "same_as":
        raise ValueError(relation)
    mine, other = _records(left)[0], _records(right)[0]
    return judge_records(left=mine, right=other, relation=relation, why=why, actor=actor, at=at)


@transaction.atomic
def retract_judgement(*, judgement: Judgement, actor: User, at: datetime) -> Judgement:
    """Take *judgement* back and derive again what it had done; returns it.

    Raises NotAllowed; NotOurs for one that a workspace brought. One already taken back stays as it is.
    """
    if judgement.origin != "hub":
        raise NotOurs
    concerned = _organisations_of(judgement)
    require(may_judge_all(actor, concerned))
    if not judgement.retracted_at:
        _take_back(Judgement.objects.filter(pk=judgement.pk), actor, at)
        judgement.refresh_from_db()
        _apply([judgement.left, judgement.right])
        _write_line(judgement, concerned, "retract_judgement", actor, at)
    return judgement


@transaction.atomic
def restore_judgement(*, judgement: Judgement, actor: User, at: datetime) -> Judgement:
    """Let a judgement that was taken back stand again; returns it. Raises NotAllowed, NotOurs."""
    if judgement.origin != "hub":
        raise NotOurs
    concerned = _organisations_of(judgement)
    require(may_judge_all(actor, concerned))
    if judgement.retracted_at:
        judgement.retracted_at = judgement.retracted_by = ""
        judgement.at = _stamp(at)
        judgement.save(update_fields=["retracted_at", "retracted_by", "at"])
        _apply([judgement.left, judgement.right])
        _write_line(judgement, concerned, "restore_judgement", actor, at)
    return judgement


def _records(organisation: Organisation) -> list[str]:
    return list(organisation.records.order_by("entity").values_list("entity", flat=True))


def _organisations_of(judgement: Judgement) -> list[Organisation]:
    records = Record.objects.filter(entity__in=[judgement.left, judgement.right])
    return list(Organisation.objects.filter(id__in=records.values("organisation")))


def _between(mine: list[str], other: list[str], relation: str) -> QuerySet[Judgement]:
    pairs = Judgement.objects.filter(relation=relation, retracted_at="")
    one_way = pairs.filter(left__in=mine, right__in=other)
    return one_way | pairs.filter(left__in=other, right__in=mine)


def _take_back(judgements: QuerySet[Judgement], actor: User, at: datetime) -> None:
    judgements.update(retracted_at=_stamp(at), retracted_by=actor.get_username())


def _store(left: str, right: str, relation: str, why: str, actor: User, at: datetime) -> Judgement:
    core = CoreJudgement(
        left=left,
        right=right,
        relation=relation,  # type: ignore[arg-type]
        who=actor.get_username(),
        why=why,
        at=_stamp(at),
    )
    values = {"left": core.left, "right": core.right, "relation": relation, "who": core.who, "why": why}
    stored, _ = Judgement.objects.update_or_create(
        id=core.id,
        defaults={**values, "at": core.at or "", "origin": "hub", "retracted_at": "", "retracted_by": ""},
    )
    return stored


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _apply(entities: list[str]) -> None:
    derive_again(entities)
    index_on_commit()


def _write_line(
    judgement: Judgement, organisations: list[Organisation], verb: str, actor: User, at: datetime
) -> None:
    data = {
        "relation": judgement.relation,
        "why": judgement.why,
        "left": judgement.left,
        "right": judgement.right,
        "organisations": [{"id": each.pk, "name": str(each)} for each in organisations],
    }
    record(actor=actor, at=at, verb=verb, object_kind="judgement", object_id=judgement.pk, data=data)
