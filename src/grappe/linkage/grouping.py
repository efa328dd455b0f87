"""One list → groups of rows that name one organisation.

Every decision looks at two rows alone, with fixed word weights: adding an unrelated row changes no
group. Two rows whose strong identifiers contradict one another never share a group.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from grappe.linkage.clusters import Clusters
from grappe.linkage.evidence import Alignment, Comparer
from grappe.linkage.lexicon import shipped_lexicon
from grappe.linkage.parties import Party
from grappe.linkage.weights import STOP_WORDS, WordWeights, shipped_weights

#: A block shared by more distinct names than this is not compared pair by pair.
MOST_IN_BLOCK = 300
_TELLING = 5.5
_SPELT_ALIKE = 0.5
#: Weight, in nats, of the words two names begin with alike for them to be one; less if one holds the other.
_BEGINS_ALIKE = 8.5
_HELD = 6.0


def group(parties: Sequence[Party]) -> dict[str, str]:
    """Row id → cluster id, the smallest id of its group. The order of rows does not matter."""
    ordered = sorted(parties, key=lambda one: one.id)
    clusters = Clusters({one.id: dict(one.identifiers) for one in ordered if one.identifiers})
    _gather_equal(ordered, clusters)
    weights = shipped_weights()
    comparer = Comparer(weights, shipped_lexicon())
    heads = {_key(one): one for one in reversed(ordered)}
    for left, right in sorted(_pairs(heads, weights)):
        if are_one(comparer, weights, heads[left], heads[right]) and clusters.may_join(
            heads[left].id, heads[right].id
        ):
            clusters.join(heads[left].id, heads[right].id)
    return {one.id: clusters.root(one.id) for one in ordered}


def _gather_equal(ordered: Sequence[Party], clusters: Clusters) -> None:
    """Rows of one identifier, then rows of one name and place."""
    for keys in (lambda one: one.identifiers, lambda one: (_key(one),)):
        blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for one in ordered:
            for key in keys(one):
                blocks[key].append(one.id)
        for _, ids in sorted(blocks.items()):
            clusters.gather(ids)


def _key(one: Party) -> tuple[str, ...]:
    return (one.names[0].compact if one.names else one.id, one.postal, one.city)


def _pairs(
    heads: dict[tuple[str, ...], Party], weights: WordWeights
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    blocks: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for key, one in heads.items():
        for name in one.names[:4]:
            telling = [word for word in name.tokens if word not in STOP_WORDS]
            blocks["^" + name.compact[:5]].add(key)
            for word in telling:
                if weights.weight(word) >= _TELLING:
                    blocks[word[:6]].add(key)
            if telling[:2]:
                blocks[" ".join(telling[:2])].add(key)
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for _, keys in sorted(blocks.items()):
        inside = sorted(keys)[:MOST_IN_BLOCK]
        seen.update((a, b) for i, a in enumerate(inside) for b in inside[i + 1 :])
    yield from seen


def are_one(comparer: Comparer, weights: WordWeights, left: Party, right: Party) -> bool:
    """Whether two rows' names, and places when both are known, speak of one organisation."""
    near = bool(left.postal) and left.postal[:3] == right.postal[:3]
    if left.city and right.city and left.city != right.city and not near:
        return False
    return any(
        _names_agree(comparer, weights, comparer.align(here.tokens, there.tokens), here.tokens, there.tokens)
        for here in left.names[:4] for there in right.names[:4]
    )  # fmt: skip


def _names_agree(
    comparer: Comparer, weights: WordWeights, aligned: Alignment, left: Sequence[str], right: Sequence[str]
) -> bool:
    if aligned.left > 0.85 and aligned.right > 0.85:
        return True
    # One name continues the other: a branch or a fuller name, when what they share is telling.
    shared = 0.0
    for here, there in zip(left, right, strict=False):
        if here != there and comparer.likeness(here, there)[0] < _SPELT_ALIKE:
            break
        shared += weights.weight(here)
    held = max(aligned.left, aligned.right) > 0.93 and shared >= _HELD
    return shared >= _BEGINS_ALIKE or held
