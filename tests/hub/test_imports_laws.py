"""Laws of imports, over any two small lists: undone is as before; imported is as built with it."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as law
from hypothesis import strategies as st

from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Source
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from hub.desk_fixtures import person
from hub.import_fixtures import as_built, bring, confirm, empty_registry, everything, undo
from workspaces import SOURCE, write_workspace

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = datetime(2026, 10, 1, 12, tzinfo=UTC)
HEAD = "Nom;Ville;NEQ;Numéro d'entreprise fédéral;Effectif;Grappe"
#: Few of each, so that rows meet: by name, by place, by either identifier, or contradict one another.
ROW = st.tuples(
    st.sampled_from(["Alpha", "Alpha inc.", "Bêta", "Gamma"]),
    st.sampled_from(["Québec", "Laval", ""]),
    st.sampled_from(["1140000009", "1140000017", "", ""]),
    st.sampled_from(["123456782", "", ""]),
    st.sampled_from(["5", "50", ""]),
    st.sampled_from(["optonique", "aero", ""]),
)
#: Name and municipality tell rows apart: a list says each once.
LIST = st.lists(ROW, min_size=1, max_size=6, unique_by=lambda row: row[:2])
SLOW = law(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def text_of(rows):
    return "\n".join([HEAD, *(";".join(row) for row in rows)]) + "\n"


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


def an_example(run):
    """Run one example in a folder and a transaction of its own, whose rows go with it."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        run(Path(folder))
        transaction.set_rollback(True)


def load(workspace, out):
    build(load_workspace(workspace), out)
    load_ecosystem(folder=out, actor=None, at=DAY)


@SLOW
@given(known=LIST, first=LIST, second=LIST)
def test_two_editions_undone_leave_no_trace(admin, known, first, second):
    def run(folder):
        load(write_workspace(folder / "w", members=text_of(known), register=text_of(first[:1])), folder / "e")
        states, done = [everything()], []
        for year, rows in (("2027", first), ("2028", second)):
            source = Source.objects.get(pk="membres")
            brought = bring(admin, DAY, text_of(rows), source=source, published=year)
            assert (brought.state, brought.fault) == ("ready", "")
            if brought.counts["written"]:
                done.append(confirm(brought, admin, DAY))
                assert (done[-1].state, done[-1].fault) == ("applied", "")
                states.append(everything())
        for brought in reversed(done):
            states.pop()
            assert undo(brought, admin, DAY).state == "undone"
            assert everything() == states[-1]

    an_example(run)


@SLOW
@given(known=LIST, register=LIST, added=LIST)
def test_a_list_imported_is_as_built_with_it(admin, known, register, added):
    def run(folder):
        lists = {"members": text_of(known), "register": text_of(register)}
        workspace = write_workspace(folder / "w", **lists)
        load(workspace, folder / "e")
        said = {"title": "Autre", "publisher": "Essai", "published": "2026", "name": "autre.csv"}
        confirm(bring(admin, DAY, text_of(added), **said), admin, DAY)
        imported = as_built(everything())
        (workspace / "autre.csv").write_text(text_of(added), "utf-8")
        words = {"publisher": "Essai", "published": "2026", "visibility": "public"}
        block = SOURCE.format(id="autre", path="autre.csv", title="Autre", **words)
        with (workspace / "grappe.toml").open("a") as stream:
            stream.write(block)
        empty_registry()
        load(workspace, folder / "e")
        assert imported == as_built(everything())

    an_example(run)
