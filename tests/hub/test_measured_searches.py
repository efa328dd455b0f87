"""A search of the desk measured beside sectors: its page, its figures, and what takes it away."""

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from grappe.hub.observatory.jobs import measure_groups
from grappe.hub.observatory.models import Figure, MeasuredSearch, Measurement
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Code
from hub.desk_fixtures import person
from hub.test_measures import members
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
PAGE = "/fr/mesures/recherches/moulins/"


@pytest.fixture
def manager(tmp_path, noon, site, client):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=members())
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    # Only the search is to be measured here.
    Code.objects.filter(list__in=("sector", "cluster")).exclude(code="aero").delete()
    client.force_login(person(noon, "manager"))
    return client


def ask(client, query="q=moulin&cluster=aero", **typed):
    typed = {"code": "moulins", "name_fr": "Moulins fictifs", "name_en": "Fictional mills", **typed}
    return client.post(f"{reverse('desk_measure_search')}?{query}", typed, follow=True).content.decode()


def test_the_list_leads_to_it_and_what_is_found_is_measured(
    manager, client, django_capture_on_commit_callbacks
):
    listed = manager.get(f"{reverse('desk_organisations')}?q=moulin").content.decode()
    assert f'href="{reverse("desk_measure_search")}?q=moulin"' in listed
    with django_capture_on_commit_callbacks(execute=True):
        assert "est en cours de mesure" in ask(manager)
    queued = DBTaskResult.objects.filter(task_path="grappe.hub.observatory.jobs.measure_groups")
    assert queued.count() == 1
    assert "Pas encore mesuré" in client.get(PAGE).content.decode()
    measure_groups.func()
    made = Measurement.objects.get(pk="search:moulins")
    assert made.result["plants"] == 40
    page = client.get(PAGE).content.decode()
    assert 'href="/fr/repertoire/?q=moulin&amp;cluster=aero"' in page
    assert client.get(f"{PAGE}quotients.csv").status_code == 200
    assert "Moulins fictifs" in client.get("/fr/mesures/").content.decode()
    side = client.get("/fr/mesures/comparaison/?group1=search:moulins&group2=cluster:aero").content.decode()
    assert side.count(f'href="{PAGE}"') == 1


def test_its_results_are_figures_that_go_with_it(manager):
    ask(manager)
    measure_groups.func()
    figure = Figure.objects.filter(measurement="search:moulins", result__startswith="near/")[0]
    assert figure.core.subject == "Moulins fictifs"
    page = manager.get(f"/en/key-figures/{figure.pk}/").content.decode()
    assert "Fictional mills" in page
    assert 'href="/en/measures/searches/moulins/#near"' in page
    manager.post(reverse("desk_remove_search", args=["moulins"]))
    assert not MeasuredSearch.objects.exists()
    assert not Measurement.objects.filter(group="search:moulins").exists()
    assert not Figure.objects.filter(pk=figure.pk).exists()
    assert manager.get(PAGE).status_code == 404


def test_nothing_asked_or_a_bad_address_measures_nothing(manager):
    assert "Cherchez ou choisissez" in ask(manager, query="")
    assert "registry-form" in ask(manager, code="deux mots")
    assert MeasuredSearch.objects.count() == 0


def test_an_editor_does_not_replace_it(manager, noon):
    ask(manager)
    manager.force_login(person(noon, "editor"))
    ask(manager, name_fr="Autre chose")
    assert MeasuredSearch.objects.get().name_fr == "Moulins fictifs"
