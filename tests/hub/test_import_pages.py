"""The pages of an import, from the list brought to the changes undone, as a secretariat walks them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from grappe.hub.journal.models import Entry
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Import, Statement
from hub.desk_fixtures import person
from hub.import_fixtures import bring, confirm, everything, work
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
NEW = {
    "title": "Autre liste",
    "publisher": "Essai",
    "licence": "CC0-1.0",
    "visibility": "public",
    "language": "fr",
    "published": "2026-11",
}


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


def client_of(noon, role, cluster=""):
    client = Client(headers={"accept-language": "en"})
    client.force_login(person(noon, role, cluster))
    return client


def post_list(client, text, name="membres.csv", **fields):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return client.post(reverse("desk_bring"), {**NEW, **fields, "file": file})


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_a_list_walks_from_file_to_undone(registry, noon):
    client, before = client_of(noon, "administrator"), everything()
    text = "Nom;Ville;Effectif;Notes\nOptique Neuve;Québec;12a;x\n"
    answer = post_list(client, text)
    brought = Import.objects.get()
    at = reverse("desk_import", args=[brought.pk])
    assert answer.headers["Location"] == at
    assert "0 %" in client.get(at).content.decode()
    brought = work(brought)
    assert client.get(at).headers["Location"] == reverse("desk_import_columns", args=[brought.pk])
    shown = page(client, "desk_import_columns", brought.pk).content.decode()
    assert "1 column is not read" in shown
    said = {
        "sheet-0-read": "1",
        "sheet-0-titles": "1",
        "sheet-0-column-0-property": "name",
        "sheet-0-column-1-property": "municipality",
        "sheet-0-column-2-property": "employees",
        "sheet-0-column-3-property": "ignore",
        "default-cluster": "optonique",
        "default-cluster_role": "member",
    }
    client.post(reverse("desk_import_columns", args=[brought.pk]), said)
    brought = work(brought)
    assert brought.state == "refused"
    shown = page(client, "desk_import_mistakes", brought.pk).content.decode()
    assert "1 mistake stands in the way" in shown
    assert "row 2, C (Effectif)" in " ".join(shown.split())
    url = reverse("desk_import_mistakes", args=[brought.pk])
    client.post(url, {"cell-csv!C2": "12"})
    brought = work(brought)
    assert (brought.state, brought.counts["new"]) == ("ready", 1)
    shown = page(client, "desk_import_changes", brought.pk, show="new").content.decode()
    assert "Optique Neuve" in shown
    assert everything() == before
    client.post(reverse("desk_import_confirm", args=[brought.pk]), {"digest": brought.digest})
    brought = work(brought)
    assert brought.state == "applied"
    assert "The registry now says what this list says." in client.get(at).content.decode()
    assert everything() != before
    client.post(reverse("desk_import_undo", args=[brought.pk]))
    assert work(brought).state == "undone"
    assert everything() == before
    assert "Everything is again as it was" in client.get(at).content.decode()


def test_each_page_asks_a_fixed_number_of_queries(registry, noon):
    admin, client = person(noon, "administrator", username="ada"), client_of(noon, "administrator")
    asked = []
    for count in (1, 3):
        known = "Institut fictif d'optique;Québec;130\n"
        text = "Nom;Ville;Effectif\n" + known + "".join(f"Neuve {n};Lévis;{n + 1}\n" for n in range(count))
        ready = bring(admin, noon, text, title=f"Liste {count}")
        assert ready.counts["conflicting"] == 1
        refused = bring(admin, noon, text.replace(";130", ";13o"), title=f"Fautive {count}")
        urls = [
            reverse("desk_import_changes", args=[ready.pk]) + "?show=conflicting",
            *(
                reverse("desk_import_changes", args=[ready.pk]) + f"?show={kind}"
                for kind in ("new", "joined")
            ),
            reverse("desk_import_columns", args=[ready.pk]),
            reverse("desk_import_mistakes", args=[refused.pk]),
            reverse("desk_imports"),
            reverse("desk_bring"),
        ]
        asked.append([queries_of(client, url) for url in urls])
    assert asked[0] == asked[1]
    assert max(asked[0]) <= 12


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200, url
    return len(caught)


def test_a_conflict_is_shown_with_who_says_otherwise(registry, noon):
    admin, client = person(noon, "administrator", username="ada"), client_of(noon, "administrator")
    text = "Nom;Ville;Effectif\nInstitut fictif d'optique;Québec;130\n"
    brought = bring(admin, noon, text, title="Autre")
    shown = page(client, "desk_import_changes", brought.pk, show="conflicting").content.decode()
    plain = " ".join(shown.split())
    assert "Liste des membres says: 120" in plain
    assert "Répertoire says: 150" in plain
    assert "same name, same municipality" in plain


@pytest.mark.parametrize("role", ["manager", "editor"])
def test_an_import_of_another_cluster_is_nowhere_to_be_seen(registry, noon, role):
    admin = person(noon, "administrator", username="ada")
    theirs = bring(admin, noon, "Nom\nAvions Neufs\n", title="Aéro", cluster="aero")
    ours = bring(admin, noon, "Nom\nOptique Neuve\n", title="Photonique", cluster="optonique")
    confirm(theirs, admin, noon)
    client, before = client_of(noon, role, "optonique"), everything()
    listed = page(client, "desk_imports").content.decode()
    assert "Photonique" in listed
    assert "Aéro" not in listed
    refused = {"desk_import_confirm", "desk_import_undo"} if role == "editor" else set()
    for name in sorted(set(ONE_IMPORT) - refused):
        url = reverse(name, args=[theirs.pk])
        assert client.get(url, follow=True).status_code == 404, name
        assert client.post(url, {"digest": theirs.digest}, follow=True).status_code == 404, name
    assert client.get(reverse("desk_bring_edition", args=["aero"]), follow=True).status_code == 404
    assert page(client, "desk_import_changes", ours.pk).status_code == 200
    assert everything() == before
    assert Import.objects.get(pk=theirs.pk).state == "applied"


ONE_IMPORT = [
    f"desk_import{name}"
    for name in (
        *("", "_list", "_replace", "_columns", "_mistakes", "_mistakes_csv", "_take_back", "_changes"),
        *("_confirm", "_cancel", "_undo", "_restart"),
    )
]


def test_a_cell_amended_keeps_what_the_file_says_and_is_taken_back(registry, noon):
    admin, client = person(noon, "administrator", username="ada"), client_of(noon, "administrator")
    text = "Nom;Ville;Effectif\nOptique Neuve;Lévis;12a\nOptique Double;Lévis;x\n"
    brought = bring(admin, noon, text, title="Autre")
    url = reverse("desk_import_mistakes", args=[brought.pk])
    client.post(url, {"cell-csv!C2": "12", "out-csv!3": "1"})
    brought = work(brought)
    assert (brought.state, brought.counts["new"]) == ("ready", 1)
    done = confirm(brought, admin, noon)
    said = Statement.objects.get(property="employees", source="autre")
    assert (said.value, said.original_value) == ("12", "12a")
    assert "Optique Double" not in set(Statement.objects.values_list("value", flat=True))
    lines = Entry.objects.filter(verb="amend_list", object_id=str(done.pk))
    assert lines.get().data["cells"][0]["found"] == "12a"
    again = bring(admin, noon, text, title="Encore")
    client.post(reverse("desk_import_mistakes", args=[again.pk]), {"cell-csv!C2": "12", "out-csv!3": "1"})
    again = work(again)
    back = reverse("desk_import_take_back", args=[again.pk])
    client.post(back, {"sheet": "csv", "row": "3", "column": ""})
    again = work(again)
    assert (again.state, again.counts["errors"]) == ("refused", 1)


def test_a_task_that_is_lost_or_late_is_said_and_started_again(registry, noon):
    client = client_of(noon, "administrator")
    post_list(client, "Nom\nOptique Neuve\n")
    brought = Import.objects.get()
    url = reverse("desk_import", args=[brought.pk])
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=5))
    assert "No worker takes this task" in client.get(url).content.decode()
    DBTaskResult.objects.update(status="FAILED")
    assert "Start it again" in client.get(url).content.decode()
    client.post(reverse("desk_import_restart", args=[brought.pk]))
    assert "Start it again" not in client.get(url).content.decode()
    assert work(brought).state == "columns"


def test_the_list_is_brought_again_once_mended(registry, noon):
    admin, client = person(noon, "administrator", username="ada"), client_of(noon, "administrator")
    brought = bring(admin, noon, "Nom;Effectif\nOptique Neuve;12a\n", title="Autre")
    file = SimpleUploadedFile("mieux.csv", b"Nom;Effectif\nOptique Neuve;12\n")
    client.post(reverse("desk_import_replace", args=[brought.pk]), {"file": file})
    brought = work(brought)
    assert (brought.state, brought.file_name) == ("columns", "mieux.csv")


def test_a_source_leads_to_its_imports_and_to_its_next_edition(registry, noon):
    admin, client = person(noon, "administrator", username="ada"), client_of(noon, "administrator")
    shown = page(client, "desk_source", "membres").content.decode()
    assert reverse("desk_bring_edition", args=["membres"]) in shown
    brought = confirm(bring(admin, noon, "Nom\nOptique Neuve\n", title="Autre"), admin, noon)
    shown = page(client, "desk_source", "autre").content.decode()
    assert reverse("desk_import", args=[brought.pk]) in shown
    assert "imported Autre 2026-03" in shown
