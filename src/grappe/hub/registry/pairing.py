"""From the registry to the queue of pairs, and from people's verdicts back to what linkage is worth here.

The core proposes and measures (``grappe.linkage.proposing``, ``grappe.linkage.reviewing``); this hands it
records and verdicts, and takes its proposals in.
"""

from dataclasses import dataclass
from datetime import datetime
from math import log1p, log2

from django.core.cache import cache

from grappe.hub.registry.actions.pairs import ProposedPair, propose_pairs
from grappe.hub.registry.comparing import all_records
from grappe.hub.registry.models import Judgement, Organisation, Pair, Record
from grappe.hub.registry.projecting import core_judgement
from grappe.linkage.proposing import Proposal
from grappe.linkage.proposing import propose_pairs as propose
from grappe.linkage.reviewing import Calibration, Quality, calibrate, measure, threshold_for

#: A threshold is worth accepting on its own at this precision.
LEAST_PRECISION = 0.98
_UNTIL_REVIEWED = 0.95
_NEARLY_SURE = "nearly-sure-pairs"
_VERDICTS = {Pair.State.SAME: True, Pair.State.DIFFERENT: False}


@dataclass(frozen=True)
class LinkageQuality:
    """What reviews say of linkage here: at an even chance, and at the lowest threshold that is safe."""

    reviewed: int
    pairs: int
    even: Quality | None
    safe: Quality | None
    calibration: Calibration


def fill_queue(*, at: datetime) -> dict[str, int]:
    """Propose the pairs of the registry as it stands; returns what changed in the queue."""
    linked = dict(Record.objects.exclude(organisation=None).values_list("entity", "organisation"))
    judgements = Judgement.objects.filter(retracted_at="").exclude(who__startswith="rule:")
    found = propose(
        all_records(linked),
        [core_judgement(each) for each in judgements],
        linked=linked,
        calibration=calibrate(_reviewed_logits()),
    )
    stakes = dict(Organisation.objects.values_list("id", "statement_count"))
    pairs = [_pair(each, linked, stakes) for each in found]
    return propose_pairs(pairs=pairs, model="records", at=at)


def nearly_sure_from() -> float:
    """From which score on pairs are nearly sure: the threshold that reviews show to be safe, else .95."""
    kept: float | None = cache.get(_NEARLY_SURE)
    if kept is None:
        safe = quality_of_linkage().safe
        kept = safe.threshold if safe else _UNTIL_REVIEWED
        cache.set(_NEARLY_SURE, kept, 600)
    return kept


def quality_of_linkage() -> LinkageQuality:
    """What the verdicts so far say of linkage on this registry: three queries."""
    scores = list(Pair.objects.values_list("score", flat=True))
    reviewed = [
        (score, _VERDICTS[Pair.State(state)])
        for score, state in Pair.objects.filter(state__in=_VERDICTS).values_list("score", "state")
    ]
    return LinkageQuality(
        reviewed=len(reviewed),
        pairs=len(scores),
        even=measure(scores, reviewed, 0.5) if scores else None,
        safe=threshold_for(scores, reviewed, LEAST_PRECISION),
        calibration=calibrate(_reviewed_logits()),
    )


def _reviewed_logits() -> list[tuple[float, bool]]:
    rows = Pair.objects.filter(state__in=_VERDICTS).values_list("logit", "state")
    return [(logit, _VERDICTS[Pair.State(state)]) for logit, state in rows]


def _pair(found: Proposal, linked: dict[str, str], stakes: dict[str, int]) -> ProposedPair:
    """The proposal with its place in the queue: uncertainty, in bits, × what hangs on the answer."""
    stake = sum(stakes.get(linked.get(each, ""), 0) for each in (found.left, found.right))
    return ProposedPair(
        left=found.left,
        right=found.right,
        score=found.score,
        logit=round(found.constant + sum(feature.weight for feature in found.features), 4),
        features=tuple((each.name, each.value, each.weight) for each in found.features),
        relation=found.related.relation,
        is_from_left=found.related.from_left,
        stake=stake,
        priority=round(_bits(found.score) * log1p(stake), 6),
    )


def _bits(p: float) -> float:
    """The entropy of a yes or no of probability *p*, in bits (Shannon 1948, eq. 7)."""
    return 0.0 if p in (0.0, 1.0) else -(p * log2(p) + (1 - p) * log2(1 - p))
