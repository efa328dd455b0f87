"""What people judge of records already linked, applied at once: linked records + judgements → organisations.

The invariant: the answer depends only on what the rules linked and on the judgements that stand, never on
former answers. So a judgement taken back leaves no trace.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grappe.linkage.clusters import Clusters
from grappe.statements import Judgement
from grappe.statements.identifiers import mint_canonical_id

#: The relations that say whether two records are one organisation; the others say how two are related.
IDENTITY = frozenset({"same_as", "different"})


@dataclass(frozen=True)
class Judged:
    """*identities*: record → canonical id; *redirects*: canonical id no longer used → the one instead."""

    identities: Mapping[str, str] = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)


def judge_identities(
    linked: Mapping[str, str], judgements: Iterable[Judgement], taken: Collection[str] = ()
) -> Judged:
    """The organisations that *linked* records come to once *judgements* are obeyed.

    *linked* gives each record the canonical id that the rules gave it. About one pair the first judgement is
    obeyed: people's come first, the latest before the earlier, then the rules'. Records that people keep
    apart stay apart, whoever joins them. *taken* are canonical ids that may not be minted again.
    """
    obeyed = _obeyed(linked, judgements)
    different = [(j.left, j.right) for j in obeyed if j.relation == "different"]
    clusters = Clusters({}, different)
    for judgement in obeyed:
        if judgement.relation == "same_as" and clusters.may_join(judgement.left, judgement.right):
            clusters.join(judgement.left, judgement.right)
    for records in _by_organisation(linked).values():
        clusters.gather(records)
    roots = {record: clusters.root(record) for record in linked}
    kept, redirects = _keep_ids(linked, roots)
    minted = _mint(sorted(set(roots.values()) - set(kept)), {*taken, *linked.values()})
    ids = kept | minted
    return Judged({record: ids[root] for record, root in roots.items()}, redirects)


def _obeyed(linked: Mapping[str, str], judgements: Iterable[Judgement]) -> list[Judgement]:
    first: dict[tuple[str, str], Judgement] = {}
    for judgement in judgements:
        known = judgement.left in linked and judgement.right in linked
        if known and judgement.retracted_at is None and judgement.relation in IDENTITY:
            first.setdefault((judgement.left, judgement.right), judgement)
    return list(first.values())


def _by_organisation(linked: Mapping[str, str]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for record, organisation in sorted(linked.items()):
        gathered.setdefault(organisation, []).append(record)
    return gathered


def _keep_ids(linked: Mapping[str, str], roots: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """As in a build: an id goes where most of its records are; of several the one with most records stays."""
    holds = Counter((roots[record], organisation) for record, organisation in linked.items())
    won: dict[str, tuple[int, str]] = {}
    for (root, organisation), records in sorted(holds.items()):
        if organisation not in won or records > won[organisation][0]:
            won[organisation] = (records, root)
    kept: dict[str, str] = {}
    # From the greatest id down: of equals, the smallest id is written last and stays.
    for organisation, (_, root) in sorted(won.items(), key=lambda item: item[0], reverse=True):
        if root not in kept or won[organisation][0] >= won[kept[root]][0]:
            kept[root] = organisation
    redirects = {
        organisation: kept[root]
        for organisation, (_, root) in sorted(won.items())
        if kept[root] != organisation
    }
    return kept, redirects


def _mint(roots: Sequence[str], taken: set[str]) -> dict[str, str]:
    minted: dict[str, str] = {}
    for root in roots:
        attempts = (mint_canonical_id(root if n == 1 else f"{root}#{n}") for n in range(1, 10))
        minted[root] = next(each for each in attempts if each not in taken)
        taken.add(minted[root])
    return minted
