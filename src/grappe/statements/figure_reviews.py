"""What people say of a proposed figure: accepted, fixed, rejected, disputed.

The figure as it stands is derived: a review is a stored edge and the proposal is never rewritten, so that
one taken back leaves the figure exactly as it was.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from grappe.statements.figures import Figure, figure_row, read_figure
from grappe.statements.problems import GrappeError, Problem
from grappe.statements.records import hash_id

Verdict = Literal["accept", "fix", "reject", "dispute"]
VERDICTS: tuple[str, ...] = Verdict.__args__  # type: ignore[attr-defined]
_STATUS = {"accept": "checked", "fix": "checked", "reject": "withdrawn", "dispute": "disputed"}
#: What a person may change of a proposal; *period* stands for its two ends.
FIXABLE = (
    "indicator", "kind", "value", "lower", "upper", "qualifier", "unit", "currency", "subject", "share_of",
    "place", "period", "source", "breakdown", "member", "multi_response", "review_by", "note",
)  # fmt: skip
_LOWER = frozenset({"more_than", "at_least"})
_UPPER = frozenset({"less_than", "up_to", "almost", "within_top"})
_FIXED_COLUMNS = ("figure", "verdict", "who", "why", "at")


@dataclass(frozen=True)
class FigureReview:
    """*who* gives the proposal of id *figure* a *verdict* at the ISO moment *at*, and says *why*.

    *changes* are pairs of a field (one of ``FIXABLE``) and what it should say; "" empties it.
    """

    figure: str
    verdict: Verdict
    who: str
    why: str
    at: str
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """What makes it distinct: everything but the reason."""
        told = (part for change in self.changes for part in change)
        return hash_id(self.figure, self.verdict, self.who, self.at, *told)


def apply_reviews(proposed: Figure, reviews: Iterable[FigureReview]) -> Figure:
    """The figure that *proposed* has become under *reviews*, in their order; itself when there is none.

    Raises ValueError or TypeError when a change is no value of its field.
    """
    figure = proposed
    for review in reviews:
        figure = _changed(figure, dict(review.changes)) if review.verdict == "fix" else figure
        figure = figure.with_changes(
            status=_STATUS[review.verdict], checked_by=review.who, checked_at=review.at
        )
    return figure


def _changed(figure: Figure, changes: dict[str, str]) -> Figure:
    if unknown := set(changes) - set(FIXABLE):
        raise ValueError(f"not a field to fix: {', '.join(sorted(unknown))}")
    row: dict[str, Any] = {**figure_row(figure), **changes}
    if "period" in changes:
        row["period_start"] = row["period_end"] = row["period_kind"] = None
    if changes.keys() & {"value", "qualifier"}:
        _bound(row, changes)
    # What a person says is no longer inferred.
    row["implied_fields"] = [name for name in figure.implied_fields if name not in changes]
    return read_figure(row)


def _bound(row: dict[str, Any], changes: dict[str, str]) -> None:
    """Bounds follow the words, unless they are given."""
    qualifier, value = row["qualifier"], row["value"]
    if qualifier == "range":
        row["value"] = None
        return
    for name, words in (("lower", _LOWER), ("upper", _UPPER)):
        if name not in changes:
            row[name] = value if qualifier in words else None


def read_reviews(path: Path) -> Iterator[FigureReview]:
    """The reviews recorded in a CSV: figure, verdict, who, why, at; a column named for a field of a figure
    holds what it should say, and others (*printed*) are for people who read the file.

    Raises GrappeError naming the row when its verdict, its moment or a column can't be read.
    """
    if not path.is_file():
        raise GrappeError(Problem("file_missing", file=str(path)))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            missing = [name for name in _FIXED_COLUMNS if row.get(name) is None]
            if missing or row["verdict"] not in VERDICTS or not _is_moment(row["at"]):
                found = ", ".join(missing) or f"{row['verdict']}, {row['at']}"
                raise GrappeError(Problem("review_unreadable", file=path.name, row=number, found=found))
            yield _review(row, tuple((name, row[name]) for name in FIXABLE if row.get(name)))


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def review_rows(path: Path | None, proposed: Iterable[Figure]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The rows of ``figure_reviews`` for the file *path* (none without one), tried on the *proposed* figures,
    and warnings for reviews of figures that nothing proposes.

    Raises GrappeError for a review that can't be read, or whose changes are no values of their fields.
    """
    if path is None:
        return [], []
    figures = {figure.id: figure for figure in proposed}
    rows, unmatched = [], []
    for number, review in enumerate(read_reviews(path), 2):
        figure = figures.get(review.figure)
        where = {"file": path.name, "row": number}
        if figure is None:
            unmatched.append(Problem("review_unmatched", found=review.figure, severity="warning", **where))  # type: ignore[arg-type]
        else:
            try:
                figures[review.figure] = apply_reviews(figure, [review])
            except (TypeError, ValueError) as error:
                raise GrappeError(Problem("review_unreadable", found=str(error), **where)) from error  # type: ignore[arg-type]
        rows.append(review_row(review))
    return rows, unmatched


def review_row(review: FigureReview) -> dict[str, Any]:
    """A row of the ``figure_reviews`` table."""
    row = {name: getattr(review, name) for name in _FIXED_COLUMNS}
    changes = [{"name": name, "value": value} for name, value in review.changes]
    return {"id": review.id, **row, "changes": changes}


def recorded_reviews(folder: Path) -> Iterator[FigureReview]:
    """The recorded reviews of an ecosystem folder, in order; none for one built before they were kept."""
    from grappe.statements.ecosystem import read_rows

    if not (folder / "figure_reviews.parquet").is_file():
        return
    for row in read_rows(folder, "figure_reviews"):
        changes = tuple((each["name"], each["value"]) for each in row["changes"] or ())
        yield _review(row, changes)


def _review(row: Mapping[str, Any], changes: tuple[tuple[str, str], ...]) -> FigureReview:
    return FigureReview(row["figure"], row["verdict"], row["who"], row["why"], row["at"], changes)
