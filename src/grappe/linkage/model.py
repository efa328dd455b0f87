"""The models that come with the package: one a kind of list, each two forests and the scores from which it
decides.

The first forest weighs a pair alone. The second corrects that score by how the pair stands among the other
candidates of the same row: a namesake as good as itself makes a pair doubtful however alike it is. Both are
sums of evidence (see ``forest``), so that a pair's score is drawn as one waterfall.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import Any, Literal

from grappe.linkage.evidence import COLUMNS
from grappe.linkage.forest import Forest, Growth, read_forest

#: What the left rows are: names with addresses, names alone, short queries that may have no answer, free
#: texts; or the records of one ecosystem, weighed pair by pair without rivals.
Kind = Literal["addressed", "names", "query", "text", "records"]
KINDS: tuple[Kind, ...] = ("addressed", "names", "query", "text", "records")
#: Kinds of which one left row may be linked to several right ones.
MANY = frozenset(("text", "records"))
VERSION = 2

#: Features whose distance to the best of the row is a feature of its own.
COMPARED = (
    "both", "left", "right", "common", "named_weight", "acronym", "near_words", "near_letters", "held",
    "named",
    "run_in", "sorted",
)  # fmt: skip
#: Features that may only speak for a pair, and only against.
RISING = frozenset((
    "named", "near_words", "near_letters", "both", "left", "right", "common", "held", "same", "country",
    "city",
    "postal", "site", "phone", "acronym", "region", "code", "city_named", "country_named",
    "region_named", "street",
    "named_whole", "run_in", "sorted", "gap", *(f"{name}_behind" for name in COMPARED),
))  # fmt: skip
FALLING = frozenset(("left_over", "unheld", "right_over", "foreign"))
AMONG = ("alone", "gap", "rank", "within", "elsewhere", "elsewhere_sort", "nearest")
PAIR_COLUMNS = (*COLUMNS, *(f"{name}_behind" for name in COMPARED))
AMONG_COLUMNS = (*PAIR_COLUMNS, *AMONG)
PAIR_GROWTH = Growth(250, 0.06, RISING, FALLING)
AMONG_GROWTH = Growth(120, 0.05, RISING, FALLING)


@dataclass(frozen=True)
class Model:
    """Two forests of one kind of list.

    *match* and *review* are the least probabilities to accept and to propose. *accepting*: least precision
    → probability from which the model reached it on rows it had not learnt from; a precision it never
    reached is not there. *measured* says on how many rows, and what was found.
    """

    kind: Kind
    pair: Forest
    among: Forest
    match: float
    review: float
    accepting: Mapping[str, float]
    measured: Mapping[str, Any]

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return {"pair": self.pair.as_record(), "among": self.among.as_record(), "match": self.match,
                "review": self.review, "accepting": dict(self.accepting),
                "measured": dict(self.measured)}  # fmt: skip

    def at_precision(self, least: float) -> "Model":
        """The same model, accepting at a measured precision of *least* or more; nothing when it never
        reached it.
        """
        reached = [value for precision, value in self.accepting.items() if float(precision) >= least]
        match = min(reached, default=1.01)
        return Model(
            self.kind, self.pair, self.among, match, min(self.review, match), self.accepting, self.measured
        )


def behind_best(table: Any) -> Any:
    """The features of the candidates of one row (``COLUMNS``), then how far each is behind the best in
    ``COMPARED``.
    """
    import numpy as np

    if not len(table):
        return np.zeros((0, len(PAIR_COLUMNS)))
    compared = table[:, [COLUMNS.index(name) for name in COMPARED]]
    return np.hstack([table, compared - compared.max(axis=0)])


def among_table(logits: Sequence[float], table: Any, spans: Sequence[tuple[int, int]]) -> Any:
    """Of each candidate of one row, its features (``PAIR_COLUMNS``) and how it stands among the others
    (``AMONG``).

    ``alone``: its log-odds alone; ``gap``: those less the best rival's, among the candidates that speak of
    the same stretch of text; ``rank`` from 1; ``within``: its stretch lies inside a longer one's;
    ``elsewhere``: the best log-odds of another stretch, and ``elsewhere_sort`` what sort of organisation
    that is.
    """
    import numpy as np

    sorts = table[:, COLUMNS.index("sort")]
    near = table[:, COLUMNS.index("near_words")] + table[:, COLUMNS.index("near_letters")]
    order = sorted(range(len(logits)), key=lambda i: -logits[i])
    made = np.zeros((len(logits), len(AMONG)))
    for here, (logit, span) in enumerate(zip(logits, spans, strict=True)):
        others = [i for i in order if i != here]
        rivals = [logits[i] for i in others if _overlap(span, spans[i])]
        apart = next((i for i in others if not _overlap(span, spans[i])), None)
        inside = any(
            b[0] <= span[0] and span[1] <= b[1] and b[1] - b[0] > span[1] - span[0] > 0 for b in spans
        )
        made[here] = (
            logit,
            logit - rivals[0] if rivals else 8.0,
            1.0 + sum(other > logit for other in rivals),
            inside,
            logits[apart] if apart is not None else -8.0,
            sorts[apart] if apart is not None and logits[apart] > -1 else 0.0,
            near[here] >= near.max() > 0,
        )
    return np.hstack([table, made])


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    if one[0] == one[1] or other[0] == other[1]:
        return True
    return one[0] < other[1] and other[0] < one[1]


def probability(logit: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))


def write_models(models: Iterable[Model]) -> str:
    """The text of a model file: a line a tree."""
    record = {"version": VERSION, "models": {model.kind: model.as_record() for model in models}}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).replace("]],[[", "]],\n[[") + "\n"


def read_models(text: str) -> dict[str, Model]:
    """Kind → model, from the text of a model file. Raises ValueError on another version."""
    record = json.loads(text)
    if record.get("version") != VERSION:
        raise ValueError(f"model file of version {record.get('version')}, not {VERSION}")
    return {
        kind: Model(
            kind, read_forest(values["pair"]), read_forest(values["among"]), values["match"],
            values["review"],
            values["accepting"], values["measured"],
        )
        for kind, values in record["models"].items()
    }  # fmt: skip


@cache
def shipped_models() -> Mapping[str, Model]:
    """The models that come with the package."""
    return read_models(files("grappe.linkage").joinpath("models.json").read_text("utf-8"))


def models_from(path: Path | None) -> Mapping[str, Model]:
    """The models of *path*, or those that come with the package."""
    return read_models(path.read_text("utf-8")) if path else shipped_models()
