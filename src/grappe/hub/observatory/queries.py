"""Reads of the ledger. What a user may see comes first; pages ask a fixed, small number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Count, QuerySet

from grappe.figures.findings import Finding
from grappe.figures.ledger import check_ledger
from grappe.figures.scopes import comparable, same_place, same_subject
from grappe.hub.journal.queries import until_written
from grappe.hub.observatory.models import (
    FactSheet,
    Figure,
    FigureReview,
    MeasuredSearch,
    Measurement,
    OfficialCell,
    OfficialTable,
    Resolution,
)
from grappe.hub.people.models import User
from grappe.hub.people.queries import Visitor, may
from grappe.hub.registry.queries import visible_documents, visible_sources
from grappe.statements.figures import read_figure
from grappe.statements.records import hash_id

#: Findings say that a figure is old with one of these.
STALE = frozenset({"stale", "forecast_past", "review_due"})
#: Figures that only stand beside one another grow as the square of the ledger: this many are kept.
MOST_RELATED = 2_000
_STATUS = Figure.Status
_PUBLISHED = (_STATUS.CHECKED, _STATUS.COMPUTED)


def visible_figures(user: Visitor) -> QuerySet[Figure]:
    """The figures that *user* may see: all of the sources they read for staff, published ones for others."""
    found = Figure.objects.filter(source__in=visible_sources(user)).select_related("source")
    if may(user, "consult", "figure"):
        return found
    return found.filter(status__in=_PUBLISHED)


def published_figures(user: Visitor) -> QuerySet[Figure]:
    """Those that have a public page, the same for everybody: people checked them, or they are computed
    here.
    """
    return visible_figures(user).filter(status__in=_PUBLISHED)


def checked_figures(user: Visitor) -> QuerySet[Figure]:
    """Those that people checked: what lists of key figures show."""
    return visible_figures(user).filter(status=_STATUS.CHECKED)


def may_check(user: Visitor, figure: Figure) -> bool:
    """Whether *user* may say what *figure* is worth; one of no cluster is in the care of all of them."""
    return may(user, "check", "figure", figure.cluster or None)


def may_publish(user: Visitor, cluster: str = "") -> bool:
    """Whether *user* may publish fact sheets for *cluster* ("": of any of theirs)."""
    return may(user, "publish", "figure", cluster or None)


def standing_reviews(figure: Figure) -> QuerySet[FigureReview]:
    """What is said of *figure* and was not taken back, in order."""
    return figure.reviews.filter(undone_at=None)


def visible_reviews(user: Visitor) -> QuerySet[FigureReview]:
    """The reviews that stand, of the figures that *user* may see."""
    return FigureReview.objects.filter(figure__in=visible_figures(user), undone_at=None)


def last_review(user: User) -> FigureReview | None:
    """The latest review by *user* that stands and that nobody's review follows."""
    mine = FigureReview.objects.filter(actor=user, undone_at=None).select_related("figure")
    latest = mine.order_by("-at", "-id").first()
    if latest is None:
        return None
    last = standing_reviews(latest.figure).last()
    return latest if last == latest else None


def next_to_check(user: Visitor, after: Figure | None = None) -> Figure | None:
    """The next figure to check, in the order of documents, after *after*; then from the start again."""
    waiting = visible_figures(user).filter(status=_STATUS.DRAFT, is_proposed=True)
    if after is not None:
        place = (after.document, after.start, after.pk)
        keys = list(waiting.exclude(pk=after.pk).values_list("document", "start", "pk"))
        later = next((key for key in keys if key > place), keys[0] if keys else None)
        return waiting.filter(pk=later[2]).first() if later else None
    return waiting.first()


def count_statuses(user: Visitor) -> dict[str, int]:
    """Status → how many figures: one query."""
    counted = visible_figures(user).order_by().values("status").annotate(total=Count("id"))
    return dict(counted.values_list("status", "total"))


def readable_documents(user: Visitor, keys: Iterable[str]) -> dict[str, str]:
    """Document → its title, of those that *user* may read: one query."""
    found = visible_documents(user).filter(pk__in=set(keys)).only("id", "title")
    return {each.pk: each.title or each.pk for each in found.select_related(None)}


@dataclass(frozen=True)
class Found:
    """What a check found about figures that may be seen, and why it is no matter, when somebody said so."""

    finding: Finding
    key: str
    figures: tuple[Figure, ...]
    resolution: Resolution | None = None


def finding_key(finding: Finding) -> str:
    """What makes a finding distinct: its kind, its figures and the numbers compared."""
    return hash_id(*finding.order)


def findings_on(figures: QuerySet[Figure], day: date) -> list[Finding]:
    """What the checks find among *figures* on *day*: one query when nothing was written since, else two."""
    return until_written(_key("findings", figures, day), lambda: _check(figures, day))


def doubts_on(figures: QuerySet[Figure], day: date) -> list[Finding]:
    """Those of the findings that speak against a figure: what it implies, or stands beside, is left out."""
    every = partial(findings_on, figures, day)
    return until_written(
        _key("doubts", figures, day), lambda: [each for each in every() if each.severity != "information"]
    )


def _key(name: str, figures: QuerySet[Figure], day: date) -> str:
    return f"{name}-{hash_id(str(figures.query), day.isoformat())}"


def _check(figures: QuerySet[Figure], day: date) -> list[Finding]:
    every = [(read_figure(row), result) for row, result in figures.order_by().values_list("record", "result")]
    made = {figure.id for figure, result in every if result}
    return check_ledger(
        (figure for figure, _ in every), as_of=day, most_related=MOST_RELATED, of_one_making=made
    )


def seen_findings(user: Visitor, day: date) -> list[Finding]:
    """Every finding about figures that *user* may see and nobody rejected."""
    return findings_on(_standing(user), day)


def seen_doubts(user: Visitor, day: date) -> list[Finding]:
    """Those that speak against a figure."""
    return doubts_on(_standing(user), day)


def _standing(user: Visitor) -> QuerySet[Figure]:
    return visible_figures(user).exclude(status=_STATUS.WITHDRAWN)


def standing_resolutions() -> dict[str, Resolution]:
    """Finding → why it is no matter: one query."""
    return {each.finding: each for each in Resolution.objects.filter(withdrawn_at=None)}


def with_figures(user: Visitor, findings: Iterable[Finding], said: Mapping[str, Resolution]) -> list[Found]:
    """*findings* with their figures and what was *said* of each: one query."""
    listed = list(findings)
    named = {record for finding in listed for record in finding.figures}
    visible = _standing(user).filter(record_id__in=named)
    by_record = {each.record_id: each for each in visible}
    return [
        Found(each, key, tuple(by_record[one] for one in each.figures if one in by_record), said.get(key))
        for each in listed
        for key in (finding_key(each),)
    ]


def found_among(user: Visitor, day: date) -> list[Found]:
    """Every finding that *user* may see, with its figures and what was said of it: four queries at most."""
    return with_figures(user, seen_findings(user, day), standing_resolutions())


def open_and_resolved(
    findings: Iterable[Finding], said: Mapping[str, Resolution]
) -> tuple[list[Finding], list[Finding]]:
    """Those of *findings* that nobody resolved, and the others, in order."""
    open_ones: list[Finding] = []
    resolved: list[Finding] = []
    codes = {each.code for each in said.values()}
    for each in findings:
        # Hashing thousands of findings takes a while: most are of a kind that nobody resolved.
        is_resolved = each.code in codes and finding_key(each) in said
        (resolved if is_resolved else open_ones).append(each)
    return open_ones, resolved


def codes_against(findings: Iterable[Finding], said: Mapping[str, Resolution]) -> dict[str, set[str]]:
    """Id of a figure as it stands → the codes of the findings about it that nobody resolved."""
    against: dict[str, set[str]] = {}
    for finding in open_and_resolved(findings, said)[0]:
        for record in finding.figures:
            against.setdefault(record, set()).add(finding.code)
    return against


def same_series(user: Visitor, figure: Figure) -> list[Figure]:
    """The published figures of the indicator, subject and place of *figure*, itself included, by period."""
    mine = figure.core
    alike = published_figures(user).filter(kind=figure.kind, indicator=figure.indicator)
    found = [
        each
        for each in alike
        if each.pk == figure.pk
        or (
            comparable(each.core, mine)
            and same_subject(each.core, mine)
            and same_place(each.core, mine)
            and each.core.member == mine.member
        )
    ]
    return sorted(found, key=lambda each: (each.period_end, each.period_start, each.pk))


def visible_sheets(user: Visitor) -> QuerySet[FactSheet]:
    """The fact sheets that stand: public for everybody."""
    return FactSheet.objects.filter(withdrawn_at=None)


def may_load_tables(user: Visitor) -> bool:
    """Whether *user* may load official tables, and take them away."""
    return may(user, "load", "table")


def visible_tables(user: Visitor) -> QuerySet[OfficialTable]:
    """The official tables whose source *user* may see and stands."""
    return OfficialTable.objects.filter(source__in=visible_sources(user)).select_related("source")


def cells_of(table: OfficialTable, periods: Collection[str]) -> list[tuple[str, str, str, float | None]]:
    """(region, industry, period, value) of the cells of *periods*, None for a suppressed one: one query."""
    found = OfficialCell.objects.filter(table=table, period__in=periods)
    return list(found.values_list("region", "industry", "period", "value"))


def tables_following(user: Visitor, sector: str) -> list[OfficialTable]:
    """The tables that follow an industry of *sector*: one query."""
    return [table for table in visible_tables(user) if sector in table.followed.values()]


def figures_from(of: Measurement | OfficialTable, user: Visitor) -> dict[str, Figure]:
    """Result → the published figure computed from it: one query."""
    return {each.result: each for each in published_figures(user).filter(pk__in=of.figures.values("pk"))}


def measurement_of(user: Visitor, kind: str, code: str) -> Measurement | None:
    """What a sector or cluster measured last, from public statements: for everybody. One query."""
    return Measurement.objects.filter(pk=f"{kind}:{code}").first()


def visible_searches(user: Visitor) -> QuerySet[MeasuredSearch]:
    """The searches that are measured: for everybody, as what they find is."""
    return MeasuredSearch.objects.all()


def measured_groups(user: Visitor) -> dict[str, Measurement]:
    """What every sector and cluster measured last, by group: for everybody. One query."""
    return Measurement.objects.in_bulk()
