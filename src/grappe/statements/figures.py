"""A key figure: a number that somebody gives about something, somewhere, in some period.

What is unknown is None, never today's date nor a guess; what a reader inferred is named in *implied_fields*.
Rooms that extract, check and publish figures share this record, hence it lives here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from grappe.statements.records import hash_id

Number: TypeAlias = int | float
FigureKind = Literal[
    "level",
    "share",
    "growth",
    "rank",
    "rate",
    "ratio",
    "comparison",
    "distance",
    "forecast",
    "target",
    "cumulative",
    "other",
]
Qualifier = Literal[
    "exact", "more_than", "at_least", "less_than", "up_to", "almost", "approx", "range", "within_top"
]
FigureMethod = Literal["cited", "computed", "estimated"]
FigureStatus = Literal["draft", "checked", "disputed", "withdrawn"]
PeriodKind = Literal["year", "span", "month", "day"]
KINDS: tuple[str, ...] = FigureKind.__args__  # type: ignore[attr-defined]
QUALIFIERS: tuple[str, ...] = Qualifier.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Figure:
    """One key figure, as proposed, checked or published.

    *value* is absolute, in *unit*: 15.5 billion is 15500000000, 45 % is 45, a rank an integer; None for a
    range, whose ends are *lower* and *upper*. For other qualifiers the bound that the words give is set
    (« more than »: *lower*; « almost », « up to », « within the top »: *upper*). A decline is negative.

    *indicator* and *unit* are in English; *subject*, *share_of*, *place*, *source* in the language of the
    page. *includes* and *excludes* limit the scope, *classification* names the nomenclature and its version.
    *breakdown* is a dimension and *member* its part (« segment », « water »); *multi_response* is True when
    one respondent may count in several members, so that shares need not add to 100.
    *period_start* and *period_end* are ISO 8601, as precise as known, equal for one year.
    *magnitude* is the power of ten printed (9 for billions), *decimals* the decimals printed.
    *source* names the body that says it, as printed; *chain* runs producer → publisher → relay.
    *document*, *start*, *end* (excerpt) and *surface_start*, *surface_end* (the number) lead back to the
    text. *formula* and *inputs* (ids of figures) say how a computed figure was made; *uncertainty* is a
    half-width in *unit*. *status* is ``draft`` until a person checks it; *review_by* is the day it should be
    looked at again.
    """

    indicator: str
    kind: FigureKind
    unit: str
    value: Number | None
    lower: Number | None = None
    upper: Number | None = None
    qualifier: Qualifier = "exact"
    currency: str | None = None
    definition: str | None = None
    subject: str | None = None
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    classification: str | None = None
    breakdown: str | None = None
    member: str | None = None
    multi_response: bool | None = None
    share_of: str | None = None
    rank_of: str | None = None
    place: str | None = None
    boundary_vintage: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    period_kind: PeriodKind | None = None
    magnitude: int = 0
    decimals: int = 0
    price_basis: str | None = None
    source: str | None = None
    chain: tuple[str, ...] = ()
    document: str | None = None
    start: int | None = None
    end: int | None = None
    surface: str | None = None
    surface_start: int | None = None
    surface_end: int | None = None
    excerpt: str | None = None
    language: str | None = None
    method: FigureMethod = "cited"
    formula: str | None = None
    inputs: tuple[str, ...] = ()
    seed: int | None = None
    uncertainty: float | None = None
    status: FigureStatus = "draft"
    implied_fields: tuple[str, ...] = ()
    confidence: float = 1.0
    checked_by: str | None = None
    checked_at: str | None = None
    review_by: str | None = None
    supersedes: str | None = None
    note: str | None = None

    @cached_property
    def id(self) -> str:
        """What makes it distinct: who says (source, document) what (value, unit, kind, indicator) about what
        (subject, scope, breakdown, whole, place, period). Where it stands in the text, how far it is checked
        and how it was printed are no part of it."""
        told = (
            self.indicator,
            self.kind,
            self.unit,
            self.qualifier,
            self.currency,
            self.subject,
            self.breakdown,
            self.member,
        )
        about = (
            self.classification,
            self.share_of,
            self.rank_of,
            self.place,
            self.period_start,
            self.period_end,
        )
        numbers = (_told(self.value), _told(self.lower), _told(self.upper))
        scope = (*self.includes, "\x1e", *self.excludes)
        return hash_id(self.source, self.document, *told, *numbers, *about, *scope)

    @property
    def period(self) -> str | None:
        """« 2016 », « 1991/2016 », or None when unknown."""
        if self.period_start is None or self.period_start == self.period_end:
            return self.period_start or self.period_end
        return f"{self.period_start}/{self.period_end or ''}"

    def with_changes(self, **changes: Any) -> "Figure":
        """A copy with *changes*; its id follows."""
        return replace(self, **changes)


_FIELDS = frozenset(field.name for field in fields(Figure))


def _told(number: Number | None) -> str | None:
    if number is None:
        return None
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e18 else repr(float(number))


def figure_row(figure: Figure) -> dict[str, Any]:
    """The fields of a figure by name, ``id`` first, tuples as lists: a row of the ``figures`` table."""
    row = {field.name: getattr(figure, field.name) for field in fields(figure)}
    return {
        "id": figure.id,
        **{name: list(value) if isinstance(value, tuple) else value for name, value in row.items()},
    }


def read_figures(folder: Path) -> Iterator[Figure]:
    """The proposed figures of an ecosystem folder, as its documents and their texts are ordered.

    None for a folder that was built before figures were read.
    """
    from grappe.statements.ecosystem import read_rows

    if (folder / "figures.parquet").is_file():
        yield from (read_figure(row) for row in read_rows(folder, "figures"))


def read_figure(row: dict[str, Any]) -> Figure:
    """The figure that *row* (as written by :func:`figure_row`, or a part of it) holds.

    *period* « 2016 » or « 1991/2016 » may stand for its two ends. Unknown keys are left out.
    Raises TypeError when a required field is missing, ValueError when a number or a closed list is not
    respected.
    """
    values = {name: value for name, value in row.items() if name in _FIELDS and value not in (None, "")}
    period = row.get("period")
    if period and "period_start" not in values:
        start, _, end = str(period).partition("/")
        values["period_start"], values["period_end"] = start, end or start
    for name in ("value", "lower", "upper", "confidence", "uncertainty"):
        if name in values:
            values[name] = _number(values[name])
    for name in ("start", "end", "surface_start", "surface_end", "magnitude", "decimals", "seed"):
        if name in values:
            values[name] = int(values[name])
    for name in ("includes", "excludes", "chain", "inputs", "implied_fields"):
        if name in values:
            found = values[name]
            values[name] = tuple(found.split("|") if isinstance(found, str) else found)
    if "multi_response" in values:
        values["multi_response"] = values["multi_response"] in (True, "true", "True", "1", 1)
    values.setdefault("value", None)
    values.setdefault("indicator", "")
    return _checked(Figure(**values))


def _number(value: Any) -> Number:
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(f"not a number: {value}")
    return int(number) if number.is_integer() else number


def _checked(figure: Figure) -> Figure:
    if figure.kind not in KINDS:
        raise ValueError(f"kind: {figure.kind}")
    if figure.qualifier not in QUALIFIERS:
        raise ValueError(f"qualifier: {figure.qualifier}")
    if figure.value is None and (figure.lower is None and figure.upper is None):
        raise ValueError("value: a figure has a value or bounds")
    return figure
