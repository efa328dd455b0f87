"""What is computed here stands in the ledger: made again when it changes, gone with what it comes from."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grappe.hub.journal.models import Entry
from grappe.hub.observatory.actions.measurements import remove_measurement, store_measurement
from grappe.hub.observatory.actions.reviews import accept_figure, reject_figure
from grappe.hub.observatory.actions.tables import remove_table
from grappe.hub.observatory.jobs import measure_groups
from grappe.hub.observatory.loading import load_figures
from grappe.hub.observatory.measuring import fingerprint, measure, sites_of
from grappe.hub.observatory.models import Figure, Measurement
from grappe.hub.observatory.queries import count_statuses, next_to_check, seen_doubts
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Code, Organisation
from hub.desk_fixtures import person
from hub.figure_fixtures import build_figures, load_ledger
from hub.table_fixtures import load_table, table_text
from hub.test_measures import members
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
PAGE = "/fr/secteurs/laser/mesures/"


@pytest.fixture
def measured(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=members())
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    measure_all(noon)


#: Hash of what was measured → its result: each is measured once for all the tests.
_RESULTS = {}


def measure_all(at):
    """Measure the groups that changed, then put the results in the ledger as the task does."""
    sites = sites_of()
    kept = dict(Measurement.objects.values_list("group", "inputs"))
    for group in ("sector:laser", "cluster:optonique", "cluster:aero"):
        inputs = fingerprint(sites, group)
        if inputs not in _RESULTS:
            _RESULTS[inputs] = measure(sites, group)
        if kept.get(group) != inputs:
            store_measurement(group=group, inputs=inputs, result=_RESULTS[inputs], at=at)
    assert measure_groups.func() == 0


def near():
    """The share of lasers within 30 km of Québec."""
    return Figure.objects.get(measurement="sector:laser", result="near/Québec")


def move_one_laser():
    """One of those that are in Québec goes to Montréal."""
    gone = Organisation.objects.filter(name_fr__startswith="Laser fictif", municipality="Québec")[0]
    Organisation.objects.filter(pk=gone.pk).update(latitude=45.5, longitude=-73.6, municipality="Montréal")


def test_results_enter_the_ledger_with_how_they_were_made(measured):
    found = near().core
    assert (found.value, found.unit, found.method, found.kind) == (
        pytest.approx(12 / 13 * 100),
        "%",
        "computed",
        "share",
    )
    assert found.formula == "radius: Wilson (1927)"
    assert found.note.startswith("grappe ")
    made = Measurement.objects.get(pk="sector:laser")
    assert f"registry_blake2b={made.inputs}" in found.note
    (about,) = [each for each in made.result["near"] if each["town"] == "Québec"]
    assert found.uncertainty == pytest.approx((about["upper"] - about["lower"]) / 2 * 100)
    lead = Figure.objects.get(measurement="sector:laser", result__startswith="quotient/")
    assert (lead.core.value, lead.core.seed) == (made.result["quotients"][0]["lq"], 1)
    assert {each.status for each in Figure.objects.all()} == {"computed"}


def test_a_changed_registry_changes_the_figure_which_says_what_it_supersedes(measured, noon):
    before = near()
    move_one_laser()
    measure_all(noon)
    after = near()
    assert (after.pk, after.core.value) == (before.pk, pytest.approx(11 / 13 * 100))
    assert after.core.supersedes == before.core.id != after.core.id
    line = Entry.objects.filter(verb="compute_figure", object_id=after.pk).order_by("-pk")[0]
    assert line.data["supersedes"] == before.core.id


def test_nothing_changed_writes_nothing(measured):
    figures, lines = list(Figure.objects.order_by("pk").values()), Entry.objects.count()
    assert measure_groups.func() == 0
    assert (list(Figure.objects.order_by("pk").values()), Entry.objects.count()) == (figures, lines)


def test_results_measured_before_there_was_a_ledger_enter_it(measured):
    keys = set(Figure.objects.values_list("pk", flat=True))
    Figure.objects.all().delete()
    assert measure_groups.func() == 0
    assert set(Figure.objects.values_list("pk", flat=True)) == keys


def test_loading_the_workspace_lets_documents_figures_go_and_these_stay(tmp_path, noon, site):
    load_ledger(tmp_path / "first", noon)
    measure_groups.func()
    of_documents, computed = (
        Figure.objects.filter(result="").count(),
        Figure.objects.exclude(result="").count(),
    )
    assert (of_documents, computed > 0) == (5, True)
    folder = build_figures(tmp_path / "second", text="# Rien\n\nAucun chiffre ici.\n")
    load_ecosystem(folder=folder, actor=None, at=noon)
    assert load_figures(folder=folder, actor=None, at=noon)["gone"] == 5
    left = Figure.objects.values_list("result", flat=True)
    assert (len(left), all(left)) == (computed, True)


def test_the_review_does_not_ask_about_them(measured, noon):
    editor = person(noon, "editor")
    assert next_to_check(editor) is None
    assert count_statuses(editor) == {"computed": Figure.objects.count()}
    assert seen_doubts(editor, noon.date()) == []


def test_what_was_accepted_is_a_number_and_what_was_rejected_a_result(measured, noon):
    editor, other = (
        person(noon, "editor"),
        Figure.objects.get(measurement="sector:laser", result="near/Lévis"),
    )
    accept_figure(figure=near(), actor=editor, at=noon)
    reject_figure(figure=other, why="Trop petit.", actor=editor, at=noon)
    assert near().status == "checked"
    move_one_laser()
    measure_all(noon)
    other.refresh_from_db()
    assert (near().status, other.status) == ("computed", "withdrawn")
    assert near().reviews.get().undone_by == "grappe"


def test_what_was_accepted_stands_while_its_number_does(measured, noon):
    before = near()
    accept_figure(figure=before, actor=person(noon, "editor"), at=noon)
    mill = Organisation.objects.filter(name_fr__startswith="Moulin fictif", municipality="Laval")[0]
    Organisation.objects.filter(pk=mill.pk).update(latitude=45.5, longitude=-73.6)
    measure_all(noon)
    after = near()
    assert (after.status, after.core.value) == ("checked", before.core.value)
    assert after.proposed["note"] != before.proposed["note"]


def test_they_go_with_their_measurement_and_with_their_sector(measured, noon):
    remove_measurement(measurement=Measurement.objects.get(pk="cluster:aero"), at=noon)
    assert not Figure.objects.filter(measurement="cluster:aero").exists()
    Code.objects.filter(list="sector", code="laser").delete()
    assert measure_groups.func() == 2
    assert not Figure.objects.filter(measurement="sector:laser").exists()
    assert Figure.objects.filter(measurement="cluster:aero").exists()


def test_a_result_that_is_no_more_goes(measured, noon):
    Organisation.objects.filter(municipality="Lévis").update(
        municipality="Montréal", latitude=45.5, longitude=-73.6
    )
    measure_all(noon)
    results = set(Figure.objects.filter(measurement="sector:laser").values_list("result", flat=True))
    assert "near/Lévis" not in results
    assert "near/Montréal" in results


def test_the_measure_leads_to_the_figure_and_back(measured, client, django_assert_max_num_queries):
    found = near()
    with django_assert_max_num_queries(11):
        page = client.get(PAGE).content.decode()
    assert f'<a href="{reverse("figure", args=[found.pk])}">92' in page
    with django_assert_max_num_queries(13):
        told = client.get(reverse("figure", args=[found.pk])).content.decode()
    assert f'href="{PAGE}#near"' in told
    assert "92,3\u00a0%" in told
    assert "calculé ici" in told
    assert "Empreinte des lieux (BLAKE2b)" in told
    assert "30 km</span> · Québec" in told
    assert "Ce que disent les contrôles" not in told
    assert client.get(reverse("figure_file", args=[found.pk, "bib"])).status_code == 200
    assert client.get(reverse("figure_embed", args=[found.pk])).status_code == 200


def test_its_subject_is_said_in_the_language_of_the_page(measured, client, noon):
    Code.objects.filter(list="sector", code="laser").update(name_fr="Les lasers", name_en="Lasers and light")
    move_one_laser()
    measure_all(noon)
    english = client.get(f"/en/key-figures/{near().pk}/").content.decode()
    french = client.get(f"/fr/chiffres-cles/{near().pk}/").content.decode()
    assert ("Lasers and light" in english, "Les lasers" in english) == (True, False)
    assert "Les lasers" in french


def test_lists_of_key_figures_are_of_what_people_checked(measured, client, noon):
    found = near()
    assert found.pk not in client.get("/fr/chiffres-cles/").content.decode()
    accept_figure(figure=found, actor=person(noon, "editor"), at=timezone.now())
    assert found.pk in client.get("/fr/chiffres-cles/").content.decode()
    reject_figure(figure=found, actor=person(noon, "editor", username="autre"), at=timezone.now())
    assert client.get(reverse("figure", args=[found.pk])).status_code == 404


def test_the_desk_shows_how_it_was_made(measured, client, noon):
    client.force_login(person(noon, "editor"))
    page = client.get(reverse("desk_figure", args=[near().pk])).content.decode()
    assert "radius: Wilson (1927)" in page
    assert "Calculés à partir de la même mesure" in page
    ledger = client.get(f"{reverse('desk_figures')}?status=computed").content.decode()
    assert near().pk in ledger


def test_sectors_stand_side_by_side(measured, client, django_assert_num_queries):
    asked = "?group1=sector:laser&group2=cluster:aero"
    client.get(f"/fr/mesures/comparaison/{asked}")
    with django_assert_num_queries(5):
        page = client.get(f"/fr/mesures/comparaison/{asked}").content.decode()
    assert page.count("<table class=") == 2
    svg = client.get(f"/fr/mesures/comparaison/quotients.svg{asked}").content.decode()
    assert "Capitale-Nationale" in svg
    answer = client.get(f"/fr/mesures/comparaison/quotients.csv{asked}").content.decode("utf-8-sig")
    told = [row for row in csv.DictReader(io.StringIO(answer)) if row["group"] == "sector:laser"]
    made = Measurement.objects.get(pk="sector:laser").result["quotients"]
    assert {row["region"]: float(row["lq"]) for row in told} == {each["region"]: each["lq"] for each in made}


def test_nothing_measured_is_said(site):
    assert "Moins de deux groupes" in Client().get("/fr/mesures/comparaison/").content.decode()
    assert Client().get("/fr/mesures/comparaison/quotients.svg").status_code == 404


def test_growth_follows_its_table(tmp_path, noon, measured, client):
    table = load_table(tmp_path, noon)
    found = Figure.objects.get(table=table, result="growth/3345")
    assert found.core.value == pytest.approx((1.5**0.25 - 1) * 100)
    assert (found.sector, found.core.period, found.core.place) == ("laser", "2020/2024", "Île fictive")
    assert f"{table.source_id} sha256:{table.source.content_hash}" in found.core.note
    page = client.get(reverse("figure", args=[found.pk])).content.decode()
    assert 'href="/fr/mesures/tableaux/emplois-fictifs/?region=' in page
    assert (
        reverse("figure", args=[found.pk])
        in client.get("/fr/mesures/tableaux/emplois-fictifs/").content.decode()
    )
    assert "Lasers fictifs · Île fictive" in client.get(PAGE).content.decode()
    load_table(tmp_path, noon, text=table_text({("Lasers fictifs [3345]", "Île fictive"): (100, 110, 200)}))
    again = Figure.objects.get(pk=found.pk)
    assert again.core.value == pytest.approx((2**0.25 - 1) * 100)
    assert again.core.supersedes == found.core.id
    load_table(tmp_path, noon, text=table_text({("Lasers fictifs [3345]", "Île fictive"): (None, 110, 200)}))
    assert not Figure.objects.filter(pk=found.pk).exists()
    remove_table(table=again.table, actor=None, at=noon)
    assert not Figure.objects.exclude(table=None).exists()
