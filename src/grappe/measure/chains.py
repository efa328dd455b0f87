"""Value chains and cooperation: which stages a region covers, and how its organisations are tied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, shortest_path

from grappe.measure.tables import LINKS, STAGES, as_table, require_value, rows_of

_MOST_PATHS = 3000


@dataclass(frozen=True)
class Stage:
    """One stage of a value chain: *organisations* of the region on it, their *share* of its placed
    organisations, *reference_share* elsewhere or in the whole, *ratio* of both (None: undefined), *gap*:
    fewer than the least number.
    """

    stage: str
    organisations: int
    share: float | None
    reference_share: float | None
    ratio: float | None
    gap: bool


def value_chain(
    data: Any, stages: list[str] | None = None, *, region: str | None = None, least: int = 1
) -> list[Stage]:
    """Each stage in the order of *stages* (None: those of the table, by name), for *region* against the whole
    table.

    *data*: organisation, stage, region; an organisation on two stages counts on both, once each. A stage in
    *stages* that nobody is on is a gap with 0 organisations. Coverage is the share of stages that are no gap.
    """
    table = as_table(data, STAGES)
    if region is not None:
        require_value(table, "region", region)
    placed = {(row["organisation"], row["stage"], row["region"]) for row in rows_of(table.distinct())}
    everyone = {(who, stage) for who, stage, _ in placed}
    ours = {(who, stage) for who, stage, where in placed if region is None or where == region}
    names = stages or sorted({stage for _, stage in everyone})
    found = []
    for name in names:
        here, whole = (sum(stage == name for _, stage in group) for group in (ours, everyone))
        share = here / len(ours) if ours else None
        reference = whole / len(everyone) if everyone else None
        ratio = share / reference if share is not None and reference else None
        found.append(Stage(name, here, share, reference, ratio, here < least))
    return found


def coverage(stages: list[Stage]) -> float | None:
    """The share of *stages* that are no gap, 0 to 1; None for no stage."""
    return sum(not stage.gap for stage in stages) / len(stages) if stages else None


@dataclass(frozen=True)
class Tie:
    """One organisation in a network: *degree* (partners), *strength* (sum of weights), *closeness* (harmonic,
    0 to 1), *component* (rank of its component, the largest is 0).
    """

    organisation: str
    degree: int
    strength: float
    closeness: float | None
    component: int


@dataclass(frozen=True)
class Network:
    """A network of cooperation: *density* (ties over possible ties), *clustering* (share of closed triples),
    *components*, *largest* (share of organisations in the largest), and its organisations by falling degree.
    """

    organisations: int
    ties: int
    density: float | None
    clustering: float | None
    components: int
    largest: float | None
    members: tuple[Tie, ...]


def cooperation(data: Any) -> Network:
    """The network of *data* (organisation, partner, weight): undirected, repeated ties added, ties to oneself
    left out.

    Closeness is None above 3,000 organisations. Sources: Wasserman and Faust (1994) for density and
    transitivity (equation 6.23); Marchiori and Latora (2000) for harmonic closeness.
    """
    rows = rows_of(as_table(data, LINKS))
    names = sorted({row[side] for row in rows for side in ("organisation", "partner")})
    weights = _ties({name: place for place, name in enumerate(names)}, rows)
    n = len(names)
    if not n:
        return Network(0, 0, None, None, 0, None, ())
    ends = np.array(list(weights), int).reshape(-1, 2).T
    values = np.array(list(weights.values()), float)
    tied = coo_array((np.ones(len(values)), (ends[0], ends[1])), shape=(n, n))
    tied = (tied + tied.T).tocsr()
    strong = coo_array((values, (ends[0], ends[1])), shape=(n, n))
    degree = np.asarray(tied.sum(1)).ravel()
    strength = np.asarray((strong + strong.T).sum(1)).ravel()
    count, labels = connected_components(tied, directed=False)
    sizes = np.bincount(labels)
    ranks = np.empty(count, int)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(count)
    near = _closeness(tied, n)
    members = [
        Tie(
            name,
            int(degree[k]),
            float(strength[k]),
            None if near is None else float(near[k]),
            int(ranks[labels[k]]),
        )
        for k, name in enumerate(names)
    ]
    triples = float((degree * (degree - 1)).sum())
    closed = float((tied @ tied).multiply(tied).sum())
    return Network(
        n,
        len(values),
        len(values) / (n * (n - 1) / 2) if n > 1 else None,
        closed / triples if triples else None,
        count,
        float(sizes.max() / n),
        tuple(sorted(members, key=lambda one: (-one.degree, one.organisation))),
    )


def _ties(rank: Mapping[str, int], rows: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], float]:
    """The lower and the higher rank of each two who are tied → the sum of their ties."""
    weights: dict[tuple[int, int], float] = {}
    for row in rows:
        one, other = sorted((rank[row["organisation"]], rank[row["partner"]]))
        if one != other:
            weights[one, other] = weights.get((one, other), 0.0) + (row["weight"] or 0.0)
    return weights


def _closeness(tied: Any, n: int) -> Any:
    if n > _MOST_PATHS or n < 2:
        return None
    with np.errstate(divide="ignore"):
        inverse = 1 / shortest_path(tied, directed=False, unweighted=True)
    np.fill_diagonal(inverse, 0)
    return inverse.sum(1) / (n - 1)
