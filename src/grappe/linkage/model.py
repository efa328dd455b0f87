"""The models that come with the package: one a kind of list, each two scorecards and two thresholds.

The first scorecard weighs a pair alone. The second weighs it among the other candidates of the same row:
a namesake as good as itself makes a pair doubtful however alike it is. Thresholds are chosen on labelled
pairs (see ``training``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from grappe.linkage.scorecard import Scorecard, Term, read_scorecard

#: What the left rows are: names with addresses, names alone, free texts, or one list compared with itself.
Kind = Literal["addressed", "names", "text", "dedupe"]
KINDS: tuple[Kind, ...] = ("addressed", "names", "text", "dedupe")
VERSION = 1

_SHARE = (0.0, 0.25, 0.5, 0.7, 0.85, 0.95, 1.0)
_ALIKE = (0.2, 0.5, 0.7, 0.85, 0.95, 1.0)
_WEIGHT = (0.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0)
_PHRASE = (0.0, 0.1, 4.0, 8.0, 15.0, 25.0)
_AGREE = (-1.0, 0.0, 1.0)
_YES = (0.0, 1.0)
_NEAR = (0.0, 1.0, 2.0, 3.0, 6.0)
_KNOTS: dict[str, tuple[float, ...]] = {
    "left": _SHARE, "right": _SHARE, "both": _SHARE, "common": (0, 3, 6, 9, 13, 18, 25),
    "left_over": _WEIGHT, "right_over": _WEIGHT, "translated": (0, 0.5, 1), "in_order": (0, 0.5, 1),
    "sorted": _ALIKE, "run_in": _ALIKE, "same": _YES, "first": _YES, "numbers": (-1, -0.5, 0, 1),
    "kinds": (0, 1, 2), "unplaced": (0, 1, 2, 4, 6), "segment": _YES,
    "acronym": (0, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1), "site": (0, 0.3, 0.6, 0.75, 0.85, 0.95, 1),
    "numbered": (0, 1, 2), "length": (1, 2, 3, 5, 10), "postal": (-1, 0, 0.5, 1), "street": (-1, 0, 1, 2),
    "city": _AGREE, "country": _AGREE, "region": _AGREE, "alone_there": _NEAR,
    "city_named": (0, 0.5, 1), "country_named": _AGREE, "phrase": (0, 2, 4, 7, 10, 14, 20, 25),
}  # fmt: skip
_TABLES: tuple[tuple[tuple[str, str], tuple[tuple[float, ...], tuple[float, ...]]], ...] = (
    (("both", "common"), ((0, 0.4, 0.6, 0.8, 0.95, 1), (0, 4, 8, 14, 25))),
    (("both", "alone_there"), ((0, 0.3, 0.6, 0.9, 1), _NEAR)),
    (("site", "alone_there"), ((0, 0.6, 0.85, 1), (0, 1, 2, 6))),
    (("left", "postal"), ((0, 0.3, 0.6, 0.9, 1), (-1, 0, 0.5, 1))),
    (("right", "postal"), ((0, 0.3, 0.6, 0.9, 1), (-1, 0, 0.5, 1))),
    (("run_in", "street"), ((0.2, 0.5, 0.8, 1), (-1, 0, 1, 2))),
    (("acronym", "length"), ((0, 0.5, 0.7, 0.8, 0.9, 1), (1, 2, 3, 5))),
    (("both", "city"), ((0, 0.4, 0.7, 0.9, 1), _AGREE)),
    (("numbered", "alone_there"), ((0, 1, 2), _NEAR)),
    (("acronym", "postal"), ((0, 0.5, 0.7, 0.9, 1), (-1, 0, 0.5, 1))),
    (("phrase", "country_named"), (_PHRASE, _AGREE)),
    (("phrase", "city_named"), (_PHRASE, (0, 0.5, 1))),
    (("phrase", "left"), (_PHRASE, (0, 0.4, 0.8, 1))),
    (("segment", "left"), (_YES, (0, 0.5, 0.8, 1))),
)
PAIR_TERMS = (
    *(Term((name,), (knots,)) for name, knots in _KNOTS.items()),
    *(Term(names, knots) for names, knots in _TABLES),
)
_LOGIT = (-8.0, -5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0, 8.0)
_GAP = (-5.0, -2.0, -0.5, 0.0, 0.5, 2.0, 4.0, 8.0)
AMONG_TERMS = (
    Term(("logit",), (_LOGIT,)),
    Term(("gap",), (_GAP,)),
    Term(("rank",), ((1, 2, 3, 6),)),
    Term(("within",), (_YES,)),
    Term(("same",), (_YES,)),
    Term(("phrase",), (_PHRASE,)),
    Term(("country_named",), (_AGREE,)),
    Term(("left_over",), (_WEIGHT,)),
    Term(("left",), (_SHARE,)),
    Term(("logit", "gap"), ((-5, -2, 0, 2, 5), (-2, 0, 1, 3, 8))),
    Term(("gap", "country_named"), ((-2, 0, 1, 4), _AGREE)),
)


@dataclass(frozen=True)
class Model:
    """Pair and among scorecards of one kind; *match* and *review* are the least probabilities to accept and
    to propose; *measured* says on what they were chosen, and what was found."""

    kind: Kind
    pair: Scorecard
    among: Scorecard | None
    match: float
    review: float
    measured: Mapping[str, Any]

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        among = self.among.as_record() if self.among else None
        return {"pair": self.pair.as_record(), "among": among, "match": self.match,
                "review": self.review, "measured": dict(self.measured)}  # fmt: skip


def among_features(
    logits: Sequence[float], pairs: Sequence[Mapping[str, float]], spans: Sequence[tuple[int, int]]
) -> list[dict[str, float]]:
    """Of each candidate of one row, how it stands among those that speak of the same stretch of text.

    ``gap``: its log-odds less the best rival's; ``rank`` from 1; ``within``: its stretch lies inside a
    longer one's.
    """
    made = []
    for here, (logit, features, span) in enumerate(zip(logits, pairs, spans, strict=True)):
        rivals = [logits[i] for i in range(len(logits)) if i != here and _overlap(span, spans[i])]
        inside = any(
            b[0] <= span[0] and span[1] <= b[1] and b[1] - b[0] > span[1] - span[0] > 0 for b in spans
        )
        made.append({
            **{name: features[name] for name in ("same", "phrase", "country_named", "left_over", "left")},
            "logit": logit,
            "gap": logit - max(rivals, default=logit - 8.0),
            "rank": 1.0 + sum(other > logit for other in rivals),
            "within": float(inside),
        })  # fmt: skip
    return made


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    if one[0] == one[1] or other[0] == other[1]:
        return True
    return one[0] < other[1] and other[0] < one[1]


def write_models(models: Iterable[Model]) -> str:
    """The text of a model file."""
    record = {"version": VERSION, "models": {model.kind: model.as_record() for model in models}}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"') + "\n"


def read_models(text: str) -> dict[str, Model]:
    """Kind → model, from the text of a model file. Raises ValueError on another version."""
    record = json.loads(text)
    if record.get("version") != VERSION:
        raise ValueError(f"model file of version {record.get('version')}, not {VERSION}")
    return {kind: _read_model(kind, values) for kind, values in record["models"].items()}


def _read_model(kind: Any, values: Mapping[str, Any]) -> Model:
    among = read_scorecard(values["among"]) if values["among"] else None
    return Model(
        kind, read_scorecard(values["pair"]), among, values["match"], values["review"], values["measured"]
    )


@cache
def shipped_models() -> Mapping[str, Model]:
    """The models that come with the package."""
    return read_models(files("grappe.linkage").joinpath("models.json").read_text("utf-8"))


def models_from(path: Path | None) -> Mapping[str, Model]:
    """The models of *path*, or those that come with the package."""
    return read_models(path.read_text("utf-8")) if path else shipped_models()
