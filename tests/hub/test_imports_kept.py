"""Imports: who may do what, what is kept of a list, its mapping and its journal."""

import threading

import pytest
from django.db import connection, transaction

from grappe.hub.journal.models import Entry
from grappe.hub.people.models import User
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions import imports
from grappe.hub.registry.deriving import one_at_a_time
from grappe.hub.registry.importing.files import list_of
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Belonging, Import, Organisation, Source
from hub.desk_fixtures import named, person
from hub.import_fixtures import OTHER, bring, confirm, correct, undo
from workspaces import MEMBERS, build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def ecosystem(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imports")
    return build_ecosystem(folder / "workspace", folder / "ecosystem")


@pytest.fixture
def registry(ecosystem, noon, site):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


def test_editors_prepare_and_managers_confirm(registry, noon):
    editor, manager = person(noon, "editor", "optonique"), person(noon, "manager", "optonique")
    brought = bring(editor, noon, OTHER.replace("aero", "optonique"), title="Autre", cluster="optonique")
    assert brought.state == "ready"
    with pytest.raises(NotAllowed):
        imports.confirm_import(brought=brought, digest=brought.digest, actor=editor, at=noon)
    done = confirm(brought, manager, noon)
    with pytest.raises(NotAllowed):
        imports.ask_undo(brought=done, actor=editor, at=noon)
    assert Source.objects.get(pk="autre").cluster == "optonique"


def test_nobody_brings_a_list_of_another_cluster(registry, noon):
    manager = person(noon, "manager", "optonique")
    for cluster in ("aero", ""):
        with pytest.raises(NotAllowed):
            bring(manager, noon, OTHER, title="Autre", cluster=cluster)
    with pytest.raises(NotAllowed):
        bring(manager, noon, OTHER, source=Source.objects.get(pk="membres"))
    assert Import.objects.count() == 0


def test_a_list_of_all_is_given_to_a_cluster_whose_staff_then_bring_it(registry, admin, noon):
    source, editor = Source.objects.get(pk="membres"), person(noon, "editor", "optonique")
    text = MEMBERS.replace("aero", "optonique")
    confirm(bring(admin, noon, text, source=source, cluster="optonique", published="2027"), admin, noon)
    source.refresh_from_db()
    assert source.cluster == "optonique"
    assert bring(editor, noon, text, source=source, published="2028").state == "ready"


def test_a_clusters_list_puts_nobody_into_another_cluster(registry, noon):
    manager = person(noon, "manager", "optonique")
    brought = bring(manager, noon, OTHER, title="Autre", cluster="optonique")
    assert (brought.state, brought.counts["errors"]) == ("refused", 1)


def test_a_cluster_list_is_of_its_members_until_somebody_says_better(registry, noon):
    manager = person(noon, "manager", "optonique")
    brought = bring(manager, noon, "Nom;Ville\nOptique Neuve;Lévis\n", title="Autre", cluster="optonique")
    confirm(brought, manager, noon)
    found = Belonging.objects.get(organisation__name_fr="Optique Neuve")
    assert (found.list, found.code, found.role) == ("cluster", "optonique", "member")


def test_the_mapping_is_proposed_again_next_year(registry, admin, noon):
    text = "Raison;Bourg\nOptique Neuve;Lévis\n"
    mapping = {
        "defaults": {"cluster": "optonique", "cluster_role": "partner"},
        "sheet": [
            {
                "name": "csv",
                "header_row": 1,
                "column": [
                    {"header": "Raison", "letter": "A", "property": "name"},
                    {"header": "Bourg", "letter": "B", "property": "municipality"},
                ],
            }
        ],
    }
    confirm(bring(admin, noon, text, title="Autre", mapping=mapping), admin, noon)
    moved = "Bourg;Raison;Nom\nLévis;Optique Neuve;x\n"
    brought = bring(admin, noon, moved, source=Source.objects.get(pk="autre"), published="2027")
    said = {c["header"]: c["property"] for c in brought.mapping["sheet"][0]["column"]}
    assert said == {"Bourg": "municipality", "Raison": "name", "Nom": "name"}
    assert brought.mapping["defaults"] == mapping["defaults"]


def test_a_file_kept_is_the_file_brought(registry, admin, noon, settings):
    brought = bring(admin, noon, OTHER, title="Autre", name="../../membres 2026.csv")
    path = list_of(brought)
    assert path.read_text("utf-8") == OTHER
    assert path.resolve().is_relative_to(settings.GRAPPE_HOME / "imports")
    assert not path.resolve().is_relative_to(settings.MEDIA_ROOT)


def test_the_journal_tells_who_brought_confirmed_and_undid(registry, admin, noon):
    other = User.objects.create_superuser("ada", "ada@example.org", "phrase de passe longue")
    done = confirm(bring(admin, noon, OTHER, title="Autre liste"), other, noon)
    undo(done, other, noon)
    said = [
        (e.verb, e.object_kind, e.actor_label) for e in Entry.objects.order_by("pk") if e.data.get("title")
    ]
    assert said == [
        ("bring_list", "import", admin.username),
        ("say_columns", "import", admin.username),
        ("confirm_import", "import", "ada"),
        ("apply_import", "source", "ada"),
        ("ask_undo", "import", "ada"),
        ("undo_import", "source", "ada"),
    ]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one at a time")
@pytest.mark.django_db(transaction=True)
def test_an_edit_waits_for_an_import_that_is_being_stored_and_neither_is_lost(registry, admin, noon):
    lasers, done = named("Lasers Fictifs inc.", "optonique"), []

    def edit():
        try:
            done.append(correct(lasers, admin, noon, "employees", "41").value)
        finally:
            connection.close()

    thread = threading.Thread(target=edit)
    with transaction.atomic():
        one_at_a_time()
        thread.start()
        thread.join(timeout=0.5)
        assert done == []
        # What an import writes of an organisation: the edit must not hold its row while it waits.
        Organisation.objects.filter(pk=lasers.pk).update(acronym="LF")
    thread.join()
    assert done == ["41"]
