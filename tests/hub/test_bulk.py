"""Many at once: tagged or filled in together, all or nothing, undone together; views that are kept."""

import pytest
from django.test import Client
from django.urls import reverse

from grappe.hub.journal.models import Entry
from grappe.hub.registry import queries
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions.bulk import Change, ManyChanged, correct_many
from grappe.hub.registry.actions.statements import Correction
from grappe.hub.registry.actions.undoing import undo
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation, SavedView, Source, Statement
from hub.desk_fixtures import named, person, rows
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
LASER = Correction("sector", "laser", "visite")


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def everyone():
    return list(Organisation.objects.order_by("pk"))


def test_a_tag_reaches_all_and_is_undone_together(registry, noon):
    before, manager = rows(but=[Statement, Source]), person(noon, "manager")
    typed = {"organisation": [each.pk for each in everyone()], "tag": "sector:laser", "why": "visite"}
    client = client_of(manager)
    assert client.get(reverse("desk_tag"), typed).context["organisations"] == everyone()
    client.post(reverse("desk_tag"), typed)
    assert [each.sectors for each in everyone()] == [["laser"]] * 4
    lines = Entry.objects.filter(verb="correct_value")
    assert (lines.count(), len({line.data["batch"] for line in lines})) == (4, 1)
    undo(entry=Entry.objects.get(verb="correct_many"), actor=manager, at=noon)
    assert rows(but=[Statement, Source]) == before


def test_all_or_nothing_across_clusters(registry, noon):
    before, editor = rows(), person(noon, "editor", "optonique")
    with pytest.raises(NotAllowed):
        correct_many(changes=[Change(each, LASER) for each in everyone()], actor=editor, at=noon)
    assert rows() == before


def test_a_column_is_filled_in_where_it_changed_only(registry, noon):
    institute, planes = (
        Organisation.objects.get(acronym="IFO"),
        Organisation.objects.get(name_fr="Avions Imaginaires"),
    )
    client = client_of(person(noon, "editor"))
    url = reverse("desk_grid", args=["website"])
    lines = client.get(url, {"organisation": [institute.pk, planes.pk]}).context["lines"]
    assert [line["now"] for line in lines] == ["https://ifo.example", ""]
    typed = {
        "organisation": [institute.pk, planes.pk],
        f"value-{institute.pk}": "https://ifo.example",
        f"value-{planes.pk}": "avions.example",
        **{f"version-{line['organisation'].pk}": line["version"] for line in lines},
        "reason": "vu en ligne",
    }
    wrong = client.post(url, {**typed, f"value-{planes.pk}": "pas une adresse"})
    assert [line["error"] != "" for line in wrong.context["lines"]] == [False, True]
    assert client.post(url, {**typed, "reason": " "}).context["reason_missing"] is True
    assert Statement.objects.filter(origin="hub").count() == 0
    client.post(url, typed)
    stated = Statement.objects.get(origin="hub")
    assert (stated.value, stated.original_value) == ("https://avions.example", "avions.example")
    again = client.post(url, {**typed, f"value-{planes.pk}": "autres.example"})
    assert again.status_code == 409
    assert Statement.objects.filter(origin="hub").count() == 1


def test_two_editors_of_one_column_lose_nothing_silently(registry, noon):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    ((_, _, version),) = queries.first_values(person(noon, "editor"), [planes], "website")
    first = Correction("website", "https://a.example/", "vu")
    second = Correction("website", "https://b.example/", "vu")
    actor = person(noon, "manager")
    correct_many(changes=[Change(planes, first, version)], actor=actor, at=noon)
    with pytest.raises(ManyChanged):
        correct_many(changes=[Change(planes, second, version)], actor=actor, at=noon)
    assert Organisation.objects.get(pk=planes.pk).website == "https://a.example/"


def test_the_version_of_many_is_the_version_of_each(registry, noon):
    user = person(noon, "manager")
    for prop in ("employees", "website", "cluster"):
        for each, _, version in queries.first_values(user, everyone(), prop):
            entities = list(each.records.values_list("entity", flat=True))
            assert version == queries.version_of(entities, prop)


def views_of(user):
    answer = client_of(user).get(reverse("desk_organisations"))
    return [view.name for view, _ in answer.context["views"]]


def test_a_view_is_kept_shared_and_forgotten(registry, noon):
    owner, colleague = person(noon, "editor", "optonique"), person(noon, "viewer", "optonique")
    other = person(noon, "viewer", "aero")
    client = client_of(owner)
    asked = {"q": "laser", "region": "03", "name": "Lasers de Québec", "shown_to": "optonique"}
    client.post(reverse("desk_save_view"), asked)
    client.post(reverse("desk_save_view"), {"missing": "website", "name": "À compléter"})
    client.post(reverse("desk_save_view"), {"q": "x", "name": " "})
    names = {
        user.username: [
            view.name for view, _ in client_of(user).get(reverse("desk_organisations")).context["views"]
        ]
        for user in (owner, colleague, other)
    }
    assert names == {
        owner.username: ["Lasers de Québec", "À compléter"],
        colleague.username: ["Lasers de Québec"],
        other.username: [],
    }
    view = SavedView.objects.get(name="Lasers de Québec")
    assert view.query == "q=laser&region=03"
    client_of(colleague).post(reverse("desk_delete_view", args=[view.pk]))
    assert SavedView.objects.count() == 2
    client.post(reverse("desk_delete_view", args=[view.pk]))
    assert SavedView.objects.count() == 1


def test_nothing_ticked_leads_back_to_the_list(registry, noon):
    client = client_of(person(noon, "editor"))
    for url in (reverse("desk_tag"), reverse("desk_grid", args=["website"])):
        assert client.get(url).headers["Location"] == reverse("desk_organisations")
    assert client.get(reverse("desk_grid", args=["name"]), follow=True).status_code == 404
    assert named("Lasers Fictifs inc.", "aero").sectors == ["laser"]
