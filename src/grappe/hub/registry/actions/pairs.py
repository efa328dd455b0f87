"""Writes on the queue of pairs: proposed by linkage, held by one reviewer at a time, judged, undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_judge_all, require
from grappe.hub.registry.actions.judgements import judge_records, retract_judgement
from grappe.hub.registry.models import Judgement, Pair
from grappe.hub.registry.queries import organisation_of

#: How long a pair is before one reviewer alone.
HELD = timedelta(minutes=10)
_State = Pair.State
_KEPT = ("score", "logit", "relation", "is_from_left", "stake", "priority")


@dataclass(frozen=True)
class ProposedPair:
    """A pair as linkage proposes it; *features* are (feature, value, weight in the log-odds)."""

    left: str
    right: str
    score: float
    logit: float
    features: tuple[tuple[str, float, float], ...]
    relation: str
    is_from_left: bool
    stake: int
    priority: float


@transaction.atomic
def propose_pairs(*, pairs: Sequence[ProposedPair], model: str, at: datetime) -> dict[str, int]:
    """Make the queue be *pairs*; returns how many are new, and how many are no longer proposed.

    What people judged stays judged. Called by the background task that proposes. Twice the same changes
    nothing.
    """
    known = {(pair.left, pair.right): pair for pair in Pair.objects.all()}
    fresh, changed = [], []
    for proposed in pairs:
        values: dict[str, Any] = {name: getattr(proposed, name) for name in _KEPT}
        values |= {"features": [list(each) for each in proposed.features], "model": model}
        found = known.pop((proposed.left, proposed.right), None)
        if found is None:
            fresh.append(Pair(left=proposed.left, right=proposed.right, proposed_at=at, **values))
        elif found.state in (_State.WAITING, _State.GONE):
            for name, value in values.items():
                setattr(found, name, value)
            found.state = _State.WAITING
            changed.append(found)
    gone = [pair.pk for pair in known.values() if pair.state == _State.WAITING]
    Pair.objects.bulk_create(fresh, batch_size=1_000)
    Pair.objects.bulk_update(changed, [*_KEPT, "features", "model", "state"], batch_size=500)
    Pair.objects.filter(pk__in=gone).update(state=_State.GONE)
    counts = {"new": len(fresh), "gone": len(gone), "waiting": len(fresh) + len(changed)}
    if fresh or gone:
        record(actor=None, at=at, verb="propose_pairs", object_kind="queue", object_id=model, data=counts)
    return counts


@transaction.atomic
def hold_pair(*, pair: Pair, actor: User, at: datetime) -> bool:
    """Put *pair* before *actor* alone for ten minutes; whether it could be: somebody else may have it."""
    free = Q(held_by=None) | Q(held_by=actor) | Q(held_until__lt=at)
    mine = Pair.objects.filter(free, pk=pair.pk, state=_State.WAITING)
    return bool(mine.update(held_by=actor, held_until=at + HELD))


@transaction.atomic
def judge_pair(*, pair: Pair, relation: str, why: str, actor: User, at: datetime) -> Pair:
    """Store the verdict *relation* on *pair* as a judgement, applied at once; returns the pair.

    Managers of a cluster of each may. A pair that somebody judged meanwhile stays as they judged it. Raises
    NotAllowed, NotObeyed.
    """
    pair = Pair.objects.select_for_update().get(pk=pair.pk)
    first, second = organisation_of(pair.left), organisation_of(pair.right)
    require(first is not None and second is not None and may_judge_all(actor, [first, second]))
    if pair.state != _State.WAITING or first == second:
        return pair
    judgement = judge_records(
        left=pair.left, right=pair.right, relation=relation, why=why, actor=actor, at=at
    )
    pair.state = relation if relation in _State.values else _State.DIFFERENT
    pair.judged_at, pair.judged_by, pair.judgement = at, actor, judgement.pk
    pair.held_by = pair.held_until = None
    pair.save()
    _let_go_of_merged(pair, relation)
    return pair


@transaction.atomic
def judge_pairs(*, pairs: Sequence[Pair], relation: str, why: str, actor: User, at: datetime) -> list[Pair]:
    """The same verdict on each of *pairs*, for those that are obvious; returns them. Raises as for one."""
    return [judge_pair(pair=pair, relation=relation, why=why, actor=actor, at=at) for pair in pairs]


@transaction.atomic
def take_back_verdict(*, pair: Pair, actor: User, at: datetime) -> Pair:
    """Undo the verdict on *pair*: what it merged is as before, and the pair waits again; returns it."""
    pair = Pair.objects.select_for_update().get(pk=pair.pk)
    judgement = Judgement.objects.filter(pk=pair.judgement).first()
    if pair.state in (_State.WAITING, _State.GONE) or judgement is None:
        return pair
    retract_judgement(judgement=judgement, actor=actor, at=at)
    pair.state, pair.judgement = _State.WAITING, ""
    pair.judged_at = pair.judged_by = None
    pair.save()
    return pair


def _let_go_of_merged(pair: Pair, relation: str) -> None:
    """After a merge, other pairs of the same two organisations ask nothing any more."""
    if relation != "same_as":
        return
    became = organisation_of(pair.left)
    entities = list(became.records.values_list("entity", flat=True)) if became else []
    within = Pair.objects.filter(state=_State.WAITING, left__in=entities, right__in=entities)
    within.update(state=_State.GONE)
