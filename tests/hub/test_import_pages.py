"""The pages of an import, from the list brought to the changes undone, as a secretariat walks them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Import
from hub.desk_fixtures import person
from hub.import_fixtures import bring, everything, work
from workspaces import MEMBERS, build_ecosystem

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


@pytest.mark.parametrize("count", [1, 3])
def test_each_page_asks_a_fixed_number_of_queries(registry, noon, count, django_assert_max_num_queries):
    admin = person(noon, "administrator", username="ada")
    client = client_of(noon, "administrator")
    rows = "".join(f"Optique {number};Québec;{number + 1}\n" for number in range(count))
    brought = bring(admin, noon, f"Nom;Ville;Effectif\n{rows}{MEMBERS.splitlines()[1]}\n", title="Autre")
    for name in ("desk_import_changes", "desk_import_mistakes", "desk_import_columns", "desk_imports"):
        url = reverse(name, args=[brought.pk] if name != "desk_imports" else [])
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
