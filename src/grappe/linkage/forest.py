"""A score as a sum of evidence: boosted regression trees of which every step down is a bar of the
waterfall.

logit P(same) = constant + Σ over trees of the leaf reached (Friedman, 2001, Greedy function approximation).
Going down a tree, each step changes the tree's mean from a node to its child; that change belongs to the
feature asked (Saabas, 2014, Interpreting random forests), so that the bars of a pair sum exactly to its
log-odds. Trees are grown by LightGBM at training only; scoring needs numpy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Features = Mapping[str, float]
#: Rows scored at once: memory stays bounded.
_BATCH = 4096


@dataclass(frozen=True)
class Tree:
    """Nodes in parallel lists, the root first. *feature*: position among the forest's, -1 in a leaf; a row
    goes *low* when its value is at most *threshold*, else *high*; *value*: mean of the node, in log-odds.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    value: tuple[float, ...]

    def path(self, row: Sequence[float]) -> list[int]:
        """The nodes a row passes, from the root to its leaf."""
        node, passed = 0, [0]
        while self.feature[node] >= 0:
            low = row[self.feature[node]] <= self.threshold[node]
            node = self.low[node] if low else self.high[node]
            passed.append(node)
        return passed


@dataclass(frozen=True)
class Forest:
    """Trees over named *features*; ``Forest((), ())`` gives 0 to every row."""

    features: tuple[str, ...]
    trees: tuple[Tree, ...]

    @property
    def constant(self) -> float:
        """What a pair has before anything is asked of it, in log-odds."""
        return sum(tree.value[0] for tree in self.trees)

    def logits(self, table: Any, names: Sequence[str]) -> Any:
        """The log-odds of each row of *table*, an array whose columns are *names*."""
        import numpy as np

        places = [names.index(name) for name in self.features]
        total = np.zeros(len(table))
        for start in range(0, len(table), _BATCH):
            total[start : start + _BATCH] = self._batch(table[start : start + _BATCH, places])
        return total

    def _batch(self, columns: Any) -> Any:
        import numpy as np

        rows = np.arange(len(columns))
        total = np.zeros(len(columns))
        for tree in self._arrays():
            feature, threshold, low, high, value, depth = tree
            node = np.zeros(len(columns), np.intp)
            for _ in range(depth):
                goes_low = columns[rows, feature[node]] <= threshold[node]
                node = np.where(goes_low, low[node], high[node])
            total += value[node]
        return total

    def _arrays(self) -> Any:
        """Each tree as arrays whose leaves lead to themselves."""
        import numpy as np

        known = self.__dict__.get("_cached")
        if known is None:
            known = []
            for tree in self.trees:
                feature = np.array(tree.feature)
                own = np.arange(len(feature))
                leaf = feature < 0
                known.append((
                    np.where(leaf, 0, feature), np.array(tree.threshold), np.where(leaf, own, tree.low),
                    np.where(leaf, own, tree.high), np.array(tree.value), _depth(tree),
                ))  # fmt: skip
            self.__dict__["_cached"] = known
        return known

    def explained(self, table: Any, names: Sequence[str]) -> Any:
        """:meth:`contributions` of each row of *table*, whose columns are *names*: a column a feature."""
        import numpy as np

        columns = table[:, [names.index(name) for name in self.features]]
        parts = np.zeros(columns.shape)
        rows = np.arange(len(columns))
        for feature, threshold, low, high, value, depth in self._arrays():
            node = np.zeros(len(columns), np.intp)
            for _ in range(depth):
                asked = feature[node]
                child = np.where(columns[rows, asked] <= threshold[node], low[node], high[node])
                # A leaf leads to itself: it adds nothing.
                parts[rows, asked] += value[child] - value[node]
                node = child
        return parts

    def contributions(self, row: Features) -> dict[str, float]:
        """Feature → its part of the log-odds of one row; with the constant they sum to it."""
        found = dict.fromkeys(self.features, 0.0)
        values = [row[name] for name in self.features]
        for tree in self.trees:
            passed = tree.path(values)
            for node, child in pairwise(passed):
                found[self.features[tree.feature[node]]] += tree.value[child] - tree.value[node]
        return found

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        trees = [[t.feature, t.threshold, t.low, t.high, t.value] for t in self.trees]
        return {"features": self.features, "trees": trees}


def read_forest(record: Mapping[str, Any]) -> Forest:
    """The forest that :meth:`Forest.as_record` described."""
    trees = tuple(Tree(*(tuple(part) for part in tree)) for tree in record["trees"])
    return Forest(tuple(record["features"]), trees)


def _depth(tree: Tree, node: int = 0) -> int:
    if tree.feature[node] < 0:
        return 0
    return 1 + max(_depth(tree, tree.low[node]), _depth(tree, tree.high[node]))


@dataclass(frozen=True)
class Growth:
    """How a forest is grown. *rising* and *falling*: features that may only speak for, or only against."""

    trees: int = 250
    rate: float = 0.06
    rising: frozenset[str] = frozenset()
    falling: frozenset[str] = frozenset()


def grow(
    features: Sequence[str], table: Any, truth: Any, growth: Growth, *, start: Any = None, weights: Any = None
) -> Forest:
    """The forest that LightGBM grows on *table*, a column a feature; *start*: log-odds that it corrects;
    *weights*: of the rows, 1 unless given.

    The same rows give the same forest.
    """
    import lightgbm

    signs = [1 if name in growth.rising else -1 if name in growth.falling else 0 for name in features]
    parameters = {
        "objective": "binary", "learning_rate": growth.rate, "num_leaves": 8, "min_data_in_leaf": 20,
        "lambda_l2": 5.0, "feature_fraction": 0.5, "seed": 1, "deterministic": True, "force_row_wise": True,
        "monotone_constraints": signs, "num_threads": 1, "verbose": -1, "boost_from_average": start is None,
    }  # fmt: skip
    data = lightgbm.Dataset(table, truth, weight=weights, init_score=start, free_raw_data=True)
    grown = lightgbm.train(parameters, data, growth.trees).dump_model()
    return Forest(tuple(features), tuple(_tree(each["tree_structure"]) for each in grown["tree_info"]))


def _tree(root: Mapping[str, Any]) -> Tree:
    feature: list[int] = []
    threshold: list[float] = []
    low: list[int] = []
    high: list[int] = []
    value: list[float] = []

    def add(node: Mapping[str, Any]) -> int:
        at = len(feature)
        inner = "split_feature" in node
        feature.append(node["split_feature"] if inner else -1)
        threshold.append(float(f"{node['threshold']:.6g}") if inner else 0.0)
        value.append(round(node["internal_value"] if inner else node["leaf_value"], 5))
        low.append(0)
        high.append(0)
        if inner:
            low[at], high[at] = add(node["left_child"]), add(node["right_child"])
        return at

    add(root)
    return Tree(tuple(feature), tuple(threshold), tuple(low), tuple(high), tuple(value))
