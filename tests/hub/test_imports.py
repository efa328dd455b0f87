"""Imports: what a list would change, changed and undid; the same as a build with the list among its files."""

import pytest

from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation, Source, Statement
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from hub.desk_fixtures import person
from hub.import_fixtures import bring, confirm, everything, undo
from workspaces import MEMBERS, SOURCE, build_ecosystem, write_workspace

pytestmark = pytest.mark.django_db

#: Joins two organisations that nothing joined, takes the place of one that stood alone, founds a third.
OTHER = """Nom;Ville;Grappe;Rôle;NEQ
Nouvelle Optique inc.;Québec;optonique;membre;1140000009
Lasers Fictifs inc.;Québec;optonique;membre;
Avions Imaginaires;Laval;aero;membre;
"""


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


def kinds(brought):
    """How many rows of each kind, those there are none of left out."""
    return {kind: count for kind, count in brought.counts.items() if count and kind in KINDS}


KINDS = ("new", "changed", "gone", "same", "moved", "conflicting", "founded", "joined", "recognised")


def as_built(found):
    """The rows of the registry without what tells whether a load or an import wrote them."""
    aside = {"origin", "digest", "statement_count", "first_seen"}
    return {
        table: [
            {name: value for name, value in row.items() if name not in aside}
            for row in rows
            if table != "Judgement" or not row["retracted_at"]
        ]
        if table != "Belonging"
        else rows
        for table, rows in found.items()
    }


def test_a_new_list_is_applied_and_undone_exactly(registry, admin, noon):
    before = everything()
    brought = bring(admin, noon, OTHER, title="Autre liste")
    assert (brought.state, everything()) == ("ready", before)
    assert kinds(brought) == {"new": 3, "founded": 2, "joined": 1}
    done = confirm(brought, admin, noon)
    assert done.state == "applied", done.fault
    assert Organisation.objects.filter(name_fr="Nouvelle Optique inc.").exists()
    undone = undo(done, admin, noon)
    assert undone.state == "undone", undone.fault
    assert everything() == before


def test_a_list_that_the_workspace_holds_changes_nothing(registry, admin, noon):
    source = Source.objects.get(pk="membres")
    brought = bring(admin, noon.replace(2026, 10, 1), MEMBERS, source=source)
    assert (brought.state, kinds(brought)) == ("ready", {"same": 4})
    assert brought.counts["written"] == 0


def test_importing_a_list_is_the_same_as_building_with_it(registry, admin, noon, tmp_path):
    day = noon.replace(2026, 10, 1)
    brought = bring(
        admin, day, OTHER, title="Autre liste", publisher="Essai", published="2026", name="autre.csv"
    )
    confirm(brought, admin, day)
    imported = as_built(everything())
    workspace = write_workspace(tmp_path / "workspace")
    (workspace / "autre.csv").write_text(OTHER, "utf-8")
    added = SOURCE.format(
        id="autre-liste",
        path="autre.csv",
        title="Autre liste",
        publisher="Essai",
        published="2026",
        visibility="public",
    )
    with (workspace / "grappe.toml").open("a") as stream:
        stream.write(added)
    build(load_workspace(workspace), tmp_path / "ecosystem")
    Statement.objects.all().delete()
    Source.objects.all().delete()
    load_ecosystem(folder=tmp_path / "ecosystem", actor=None, at=noon)
    assert imported == as_built(everything())
