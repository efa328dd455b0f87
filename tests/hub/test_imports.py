"""Imports: what a list would change, changed, and undid; the same as a build with the list among its files."""

import pytest

from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation
from hub.desk_fixtures import person
from hub.import_fixtures import bring, confirm, everything, undo
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


def kinds(brought):
    return {k: brought.counts[k] for k in ("new", "changed", "gone", "same", "moved")}


def test_a_new_list_is_applied_and_undone_exactly(registry, admin, noon):
    before = everything()
    text = "Nom;Ville;Grappe;Rôle;NEQ\nNouvelle Optique inc.;Québec;optonique;membre;1140000009\nLasers Fictifs inc.;Québec;optonique;membre;\n"
    brought = bring(admin, noon, text, title="Autre liste")
    assert brought.state == "ready", (brought.fault, brought.counts)
    print(brought.counts)
    assert everything() == before
    done = confirm(brought, admin, noon)
    assert done.state == "applied", done.fault
    assert Organisation.objects.filter(name_fr="Nouvelle Optique inc.").exists()
    undone = undo(done, admin, noon)
    assert undone.state == "undone", undone.fault
    assert everything() == before
