"""The ledger: proposed by documents, reviewed by people, loaded again without losing either."""

from datetime import timedelta
from itertools import product

import pytest

from grappe.hub.journal.models import Entry
from grappe.hub.observatory.actions.findings import reopen_finding, resolve_finding
from grappe.hub.observatory.actions.reviews import (
    NotLast,
    NotReadable,
    accept_figure,
    dispute_figure,
    fix_figure,
    reject_figure,
    undo_review,
)
from grappe.hub.observatory.actions.sheets import publish_sheet, withdraw_sheet
from grappe.hub.observatory.deriving import sector_of
from grappe.hub.observatory.models import FactSheet, Figure, FigureReview, Resolution
from grappe.hub.observatory.queries import found_among, last_review, visible_figures, visible_sheets
from grappe.hub.people.queries import NotAllowed
from grappe.hub.registry.models import Source
from grappe.statements.problems import GrappeError
from hub.desk_fixtures import person
from hub.figure_fixtures import TEXT, ledger, load_ledger, proposed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def figures(tmp_path, noon, db):
    load_ledger(tmp_path, noon)


@pytest.fixture
def editor(noon, figures):
    return person(noon, "editor")


def test_a_document_s_figures_are_drafts_in_the_ledger(tmp_path, figures):
    proposed = proposed_in(tmp_path)
    assert sorted(proposed) == ["1 200", "58 %", "82 540", "90", "900"]
    assert {figure.pk: figure.core for figure in Figure.objects.all()} == {
        figure.id: figure for figure in proposed.values()
    }
    assert set(Figure.objects.values_list("status", flat=True)) == {"draft"}


def test_loading_the_same_folder_again_changes_nothing(tmp_path, noon, figures):
    before, lines = ledger(), Entry.objects.count()
    assert load_ledger(tmp_path, noon + timedelta(days=1)) == {}
    assert (ledger(), Entry.objects.count()) == (before, lines)


def test_what_people_checked_stays_and_the_other_proposals_follow_the_document(tmp_path, noon, editor):
    kept, gone = Figure.objects.filter(period_start="2025")[:2]
    accept_figure(figure=kept, actor=editor, at=noon)
    without = TEXT.replace(TEXT.splitlines()[4], "Rien n’est dit des lasers.")
    assert load_ledger(tmp_path, noon, text=without) == {"new": 0, "changed": 3, "gone": 1}
    kept.refresh_from_db()
    assert (kept.status, kept.is_proposed, Figure.objects.filter(pk=gone.pk).count()) == ("checked", False, 0)
    assert load_ledger(tmp_path, noon) == {"new": 1, "changed": 4, "gone": 0}
    kept.refresh_from_db()
    assert (kept.status, kept.is_proposed, Figure.objects.count()) == ("checked", True, 5)


def test_a_checked_figure_that_moves_in_its_document_is_found_where_it_now_stands(tmp_path, noon, editor):
    figure = Figure.objects.get(period_start="2012")
    fix_figure(figure=figure, changes={"source": "Laser Québec inc."}, actor=editor, at=noon)
    load_ledger(tmp_path, noon, text=TEXT.replace("# Chiffres clés\n", "# Chiffres clés\n\nAvant-propos.\n"))
    moved = Figure.objects.get(pk=figure.pk)
    assert (moved.status, moved.core.source) == ("checked", "Laser Québec inc.")
    assert moved.start == figure.start + len("Avant-propos.\n\n")


def test_recorded_reviews_are_applied_once_and_taken_back_when_they_are_no_longer_recorded(tmp_path, noon):
    load_ledger(tmp_path, noon)
    key = Figure.objects.get(period_start="2012").pk
    line = f"{key},fix,demo:editors,lu,2026-11-01,laser\nabsent,accept,demo:editors,lu,2026-11-01,\n"
    assert load_ledger(tmp_path, noon, reviews=line) == {"new": 0, "changed": 1, "gone": 0}
    figure = Figure.objects.get(pk=key)
    assert (figure.status, figure.subject, figure.sector, figure.checked_by) == (
        *("checked", "laser", "laser", "demo:editors"),
    )
    assert load_ledger(tmp_path, noon, reviews=line) == {}
    assert FigureReview.objects.count() == 1
    assert load_ledger(tmp_path, noon) == {"new": 0, "changed": 1, "gone": 0}
    assert Figure.objects.get(pk=key).status == "draft"


def test_a_recorded_review_that_somebody_undid_stays_undone(tmp_path, noon, editor):
    key = Figure.objects.get(period_start="2012").pk
    line = f"{key},accept,demo:editors,lu,2026-11-01,\n"
    load_ledger(tmp_path, noon, reviews=line)
    undo_review(review=FigureReview.objects.get(), actor=editor, at=noon)
    assert load_ledger(tmp_path, noon, reviews=line) == {}
    assert Figure.objects.get(pk=key).status == "draft"


@pytest.mark.parametrize("deed", [accept_figure, reject_figure, dispute_figure, fix_figure])
def test_a_review_undone_leaves_the_ledger_as_it_was_and_two_lines_in_the_journal(noon, editor, deed):
    before, figure = ledger(), Figure.objects.first()
    words = {"changes": {"subject": "autre", "period": ""}} if deed is fix_figure else {}
    review = deed(figure=figure, why="lu", actor=editor, at=noon, **words)
    assert ledger() != before
    undo_review(review=review, actor=editor, at=noon)
    assert ledger() == before
    verbs = Entry.objects.filter(object_kind="figure").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [deed.__name__, "undo_review"]


def test_as_many_undoings_as_reviews_leave_nothing_whatever_was_said(noon, editor):
    before, figure = ledger(), Figure.objects.first()

    def fix(**words):
        return fix_figure(changes={"subject": words["why"], "value": "7"}, **words)

    for deeds in product((accept_figure, reject_figure, dispute_figure, fix), repeat=2):
        for minute, deed in enumerate(deeds):
            deed(figure=figure, why="lu", actor=editor, at=noon + timedelta(minutes=minute))
        for _ in deeds:
            undo_review(review=last_review(editor), actor=editor, at=noon)
        assert ledger() == before


def test_reviews_are_undone_from_the_last_one_on(noon, editor):
    figure = Figure.objects.first()
    first = fix_figure(figure=figure, changes={"subject": "autre"}, actor=editor, at=noon)
    second = dispute_figure(figure=figure, why="douteux", actor=editor, at=noon + timedelta(minutes=1))
    with pytest.raises(NotLast):
        undo_review(review=first, actor=editor, at=noon)
    assert last_review(editor) == second
    undo_review(review=second, actor=editor, at=noon)
    figure.refresh_from_db()
    assert (figure.status, figure.subject) == ("checked", "autre")
    assert last_review(editor) == first


@pytest.mark.parametrize("changes", [{"value": "beaucoup"}, {"kind": "guess"}, {"status": "checked"}])
def test_what_is_no_value_is_refused_and_nothing_is_written(noon, editor, changes):
    before = ledger()
    with pytest.raises(NotReadable):
        fix_figure(figure=Figure.objects.first(), changes=changes, actor=editor, at=noon)
    assert (ledger(), FigureReview.objects.count()) == (before, 0)


def test_a_figure_of_a_cluster_is_checked_by_that_cluster_s_editors_alone(noon, figures):
    Source.objects.filter(pk="chiffres").update(cluster="aero")
    Figure.objects.update(cluster="aero")
    figure = Figure.objects.first()
    for who in (person(noon, "viewer"), person(noon, "editor", "optonique")):
        with pytest.raises(NotAllowed):
            accept_figure(figure=figure, actor=who, at=noon)
    accept_figure(figure=figure, actor=person(noon, "editor", "aero"), at=noon)
    assert Figure.objects.get(pk=figure.pk).status == "checked"


def test_the_public_sees_checked_figures_of_public_sources_that_stand(tmp_path, noon, editor):
    visitor = person(noon, "representative")
    assert visible_figures(visitor).count() == 0
    accept_figure(figure=Figure.objects.first(), actor=editor, at=noon)
    assert list(visible_figures(visitor)) == [Figure.objects.first()]
    Source.objects.filter(pk="chiffres").update(retracted_at="2026-11-20")
    assert (visible_figures(visitor).count(), visible_figures(editor).count()) == (0, 0)


def test_a_finding_resolved_with_a_reason_stays_so_and_comes_back_when_the_figures_change(noon, editor):
    day = noon.date()
    old = next(f for f in found_among(editor, day) if f.finding.code == "stale")
    made = resolve_finding(found=old, why="chiffre historique", actor=editor, at=noon)
    again = {each.key: each for each in found_among(editor, day)}[old.key]
    assert (again.resolution, again.resolution.why) == (made, "chiffre historique")
    assert resolve_finding(found=old, why="encore", actor=editor, at=noon) == made
    fix_figure(figure=old.figures[0], changes={"value": "950"}, actor=editor, at=noon)
    stale = [f for f in found_among(editor, day) if f.finding.code == "stale"]
    assert [f.resolution for f in stale] == [None]
    undo_review(review=last_review(editor), actor=editor, at=noon)
    back = {each.key: each for each in found_among(editor, day)}[old.key]
    reopen_finding(found=back, actor=editor, at=noon)
    assert Resolution.objects.filter(withdrawn_at=None).count() == 0


def test_a_sheet_is_refused_while_a_figure_can_t_be_defended_and_no_reason_is_given(noon, editor):
    manager, day = person(noon, "manager"), noon.date()
    fresh, old = Figure.objects.filter(period_start="2025").first(), Figure.objects.get(period_start="2012")
    words = {"titles": ("Les lasers", "Lasers"), "cluster": "", "as_of": day, "actor": manager, "at": noon}
    with pytest.raises(GrappeError) as refused:
        publish_sheet(figures=[fresh, old], reasons=("", ""), **words)
    assert sorted(p.expected for p in refused.value.problems) == [
        *("stale_figure", "unchecked_figure", "unchecked_figure"),
    ]
    for figure in (fresh, old):
        accept_figure(figure=figure, actor=editor, at=noon)
    fresh, old = Figure.objects.get(pk=fresh.pk), Figure.objects.get(pk=old.pk)
    assert publish_sheet(figures=[fresh], reasons=("", ""), **words).reason_fr == ""
    sheet = publish_sheet(figures=[fresh, old], reasons=("Le recul sert.", "Hindsight serves."), **words)
    assert [key for key, _ in sheet.figures] == [fresh.pk, old.pk]
    assert (sheet.reason_fr, sheet.reason_en) == ("Le recul sert.", "Hindsight serves.")
    withdraw_sheet(sheet=sheet, actor=manager, at=noon)
    assert visible_sheets(manager).count() == 1
    with pytest.raises(NotAllowed):
        publish_sheet(figures=[fresh], reasons=("", ""), **{**words, "actor": editor})
    assert FactSheet.objects.count() == 2


@pytest.mark.parametrize(
    ("subject", "sector"),
    [
        ("industrie de la photonique", "photonics"),
        ("Photonique pour la santé", "health"),
        ("TIC", "ict"),
        ("la chasse", ""),
        (None, ""),
    ],
)
def test_a_subject_is_of_the_sector_whose_name_says_the_same(subject, sector):
    names = {
        "photonics": ("Photonique", "Photonics"),
        "health": ("Photonique pour la santé", "Photonics for health"),
        "ict": ("Technologies de l’information (TIC)", "Information technology"),
    }
    assert sector_of(subject, names) == sector
