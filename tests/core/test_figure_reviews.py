"""Reviews of figures: taken back they leave nothing; what they change follows the words."""

from pathlib import Path

import pytest

from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from grappe.statements.figure_reviews import (
    FigureReview,
    apply_reviews,
    read_reviews,
    recorded_reviews,
    review_row,
    review_rows,
)
from grappe.statements.figures import Figure, read_figures
from grappe.statements.problems import GrappeError

DEMO = Path(__file__).parents[2] / "demo" / "quebec"
JOBS = Figure(
    indicator="employment",
    kind="level",
    unit="jobs",
    value=7_500,
    lower=7_500,
    qualifier="more_than",
    subject="photonique",
    period_start="2012",
    period_end="2012",
    period_kind="year",
    implied_fields=("period", "subject"),
)


def review(verdict, **changes):
    return FigureReview(JOBS.id, verdict, "demo:editors", "lu", "2026-11-01", tuple(changes.items()))


def test_each_verdict_has_its_status_and_its_author():
    found = {verdict: apply_reviews(JOBS, [review(verdict)]) for verdict in ("accept", "reject", "dispute")}
    statuses = {verdict: figure.status for verdict, figure in found.items()}
    assert statuses == {"accept": "checked", "reject": "withdrawn", "dispute": "disputed"}
    assert {(f.checked_by, f.checked_at, f.id) for f in found.values()} == {
        ("demo:editors", "2026-11-01", JOBS.id)
    }


def test_a_fix_changes_what_it_says_and_nothing_is_inferred_of_it_any_more():
    fixed = apply_reviews(JOBS, [review("fix", period="2013-05/2014", value="8000", subject="")])
    assert (fixed.period, fixed.value, fixed.lower, fixed.subject) == ("2013-05/2014", 8_000, 8_000, None)
    assert (fixed.implied_fields, fixed.status) == ((), "checked")
    exact = apply_reviews(JOBS, [review("fix", qualifier="exact")])
    assert (exact.value, exact.lower, exact.upper) == (7_500, None, None)
    wide = apply_reviews(JOBS, [review("fix", qualifier="range", lower="7000", upper="8000")])
    assert (wide.value, wide.lower, wide.upper) == (None, 7_000, 8_000)


@pytest.mark.parametrize(
    "changes", [{"value": "beaucoup"}, {"kind": "guess"}, {"status": "checked"}, {"value": "nan"}]
)
def test_what_is_no_value_of_its_field_is_refused(changes):
    with pytest.raises(ValueError, match=r".+"):
        apply_reviews(JOBS, [review("fix", **changes)])


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("figure,verdict,who,why,at\nabc,perhaps,x,y,2026-01-01", "perhaps, 2026-01-01"),
        ("figure,verdict,who,why,at\nabc,accept,x,y,hier", "accept, hier"),
        ("figure,verdict,who\nabc,accept,x", "why, at"),
        ("figure,verdict,who,why,at,value\n{id},fix,x,y,2026-01-01,beaucoup", None),
        ("figure,verdict,who,why,at,kind\n{id},fix,x,y,2026-01-01,guess", "kind: guess"),
    ],
)
def test_a_review_that_can_t_be_read_is_named_with_its_row(tmp_path, lines, found):
    path = tmp_path / "reviews.csv"
    path.write_text(lines.format(id=JOBS.id), "utf-8")
    with pytest.raises(GrappeError) as refused:
        review_rows(path, [JOBS])
    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.row) == ("review_unreadable", "reviews.csv", 2)
    assert found in (None, problem.found)


def test_a_review_of_what_nothing_proposes_is_kept_and_told(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(
        f"figure,verdict,who,why,at\nabc,accept,x,y,2026-01-01\n{JOBS.id},accept,x,y,2026-01-01\n", "utf-8"
    )
    rows, unmatched = review_rows(path, [JOBS])
    assert [row["figure"] for row in rows] == ["abc", JOBS.id]
    assert [(p.code, p.row, p.severity) for p in unmatched] == [("review_unmatched", 2, "warning")]


def test_the_demonstrations_reviews_are_all_of_figures_that_its_documents_give(tmp_path):
    build(load_workspace(DEMO), tmp_path / "demo")
    proposed = {figure.id: figure for figure in read_figures(tmp_path / "demo")}
    recorded = list(recorded_reviews(tmp_path / "demo"))
    assert recorded == list(read_reviews(DEMO / "figure-reviews.csv"))
    assert {each.figure for each in recorded} - set(proposed) == set()
    assert len({review_row(each)["id"] for each in recorded}) == len(recorded)
    assert {figure.status for figure in proposed.values()} == {"draft"}
    assert len(proposed) > len({each.figure for each in recorded}) > 30
    said = {key: [each for each in recorded if each.figure == key] for key in proposed}
    checked = [apply_reviews(figure, said[key]) for key, figure in proposed.items() if said[key]]
    sales = [each for each in checked if (each.indicator, each.subject) == ("sales", "aérospatiale")]
    # A series: one thing, told for several years by sources of their own.
    assert {(each.period, each.value, each.source) for each in sales} == {
        ("2016", 15_500_000_000, "Ministère de l’Économie, de la Science et de l’Innovation, 2016"),
        ("2018", 15_300_000_000, "Investissement Québec, page « Aérospatiale »"),
        ("2019", 17_800_000_000, "Aéro Montréal, rapport d’activités 2019"),
    }
    assert {(each.status, each.place) for each in sales} == {("checked", "Québec")}
