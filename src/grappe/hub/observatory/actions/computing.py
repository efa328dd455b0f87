"""Writes on figures that are computed here: kept, computed again, taken away with what they come from.

What a person accepted was a number: another number is nobody's yet, and says which one it supersedes. What a
person rejected or disputed stays so, for that speaks of the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.deriving import derive
from grappe.hub.observatory.models import Figure, FigureReview, Measurement, OfficialTable
from grappe.hub.observatory.queries import standing_reviews
from grappe.hub.registry.models import Source
from grappe.statements import figures as core
from grappe.statements.records import hash_id

_OF_A_NUMBER = (FigureReview.Verdict.ACCEPT, FigureReview.Verdict.FIX)
#: What may differ without the result being another one.
_ASIDE = {"id", "supersedes", "period_start", "period_end"}


@dataclass(frozen=True)
class Result:
    """A computed figure: its *name* among the results of what it is computed from, and what it is about."""

    name: str
    figure: core.Figure
    source: Source
    subject_en: str = ""
    sector: str = ""
    cluster: str = ""


@transaction.atomic
def keep_results(*, results: Sequence[Result], of: Measurement | OfficialTable, at: datetime) -> int:
    """Make the ledger hold *results* as all that is computed from *of*; returns how many figures changed.

    The same results change nothing, not even the journal.
    """
    known = {figure.result: figure for figure in of.figures.all()}
    changed = sum(_keep(result, known.pop(result.name, None), of, at) for result in results)
    for gone in known.values():
        told = {"result": gone.result, "record": gone.record_id}
        key = gone.pk
        gone.delete()
        record(actor=None, at=at, verb="remove_figure", object_kind="figure", object_id=key, data=told)
    return changed + len(known)


def _keep(result: Result, former: Figure | None, of: Measurement | OfficialTable, at: datetime) -> bool:
    row = core.figure_row(result.figure)
    if former is None:
        figure = Figure(id=_key(of, result.name), result=result.name, **_owner(of))
    elif _same(former.proposed, row):
        return False
    else:
        figure = former
        is_other = former.proposed["id"] != row["id"]
        row["supersedes"] = former.proposed["id"] if is_other else former.proposed["supersedes"]
    value = None if former is None else former.proposed["value"]
    figure.proposed, figure.source = row, result.source
    figure.subject_en, figure.sector, figure.cluster = result.subject_en, result.sector, result.cluster
    if former is not None and value != row["value"]:
        _take_back(former, at)
    # A figure has a key of its own: reviews are looked for without its being stored.
    derive(figure, standing_reviews(figure), sectors={})
    figure.save()
    told = {
        "result": result.name,
        "value": row["value"],
        "record": row["id"],
        "supersedes": row["supersedes"],
    }
    record(actor=None, at=at, verb="compute_figure", object_kind="figure", object_id=figure.pk, data=told)
    return True


def _same(former: dict[str, Any], row: dict[str, Any]) -> bool:
    return all(former.get(name) == value for name, value in row.items() if name not in _ASIDE)


def _take_back(figure: Figure, at: datetime) -> None:
    said = standing_reviews(figure).filter(verdict__in=_OF_A_NUMBER)
    said.update(undone_at=at, undone_by="grappe")


def _key(of: Measurement | OfficialTable, name: str) -> str:
    return hash_id("computed", type(of).__name__, of.pk, name)


def _owner(of: Measurement | OfficialTable) -> dict[str, Any]:
    return {"measurement": of} if isinstance(of, Measurement) else {"table": of}
