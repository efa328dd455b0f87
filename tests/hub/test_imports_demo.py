"""The demonstration's own lists, imported in the hub: the same registry as the workspace that holds them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Source
from grappe.intake.spreadsheets import load_mapping, mapping_content
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from hub.desk_fixtures import person
from hub.import_fixtures import as_built, bring, confirm, empty_registry, everything, undo

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DEMO = Path(__file__).parents[2] / "demo" / "quebec"
DAY = datetime(2026, 11, 1, 12, tzinfo=UTC)
LISTS = ["entente-ino-c2mi", "presentations", "grappes-mtl", "revue-de-presse", "capacites-photonique"]


def words_of(source):
    """What a source of a workspace says of itself."""
    names = (
        "title",
        "publisher",
        "licence",
        "url",
        "published",
        "language",
        "visibility",
        "attribution",
        "note",
    )
    return {**{name: getattr(source, name) or "" for name in (*names, "note")}, "chain": list(source.chain)}


def bring_file(actor, file, **options):
    """The list of a workspace's source, read as the workspace does."""
    mapping = mapping_content(load_mapping(file.mapping)) if file.mapping else None
    content = file.path.read_bytes()
    described = words_of(file.source)
    return bring(actor, DAY, content, name=file.path.name, mapping=mapping, **options, **described)


def without(folder, key, *, at_the_end):
    """A copy of the demonstration whose source *key* is the last, or is not there."""
    shutil.copytree(DEMO, folder)
    configuration = folder / "grappe.toml"
    blocks = configuration.read_text("utf-8").split("[[source]]")
    mine = next(block for block in blocks[1:] if f'\nid = "{key}"\n' in block)
    kept = [block for block in blocks if block is not mine]
    tail = [mine] if at_the_end else []
    configuration.write_text("[[source]]".join([*kept, *tail]), "utf-8")
    return folder


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


@pytest.mark.parametrize("key", LISTS)
def test_a_list_of_the_demonstration_changes_nothing(admin, tmp_path, key):
    workspace = load_workspace(DEMO)
    build(workspace, tmp_path / "out")
    load_ecosystem(folder=tmp_path / "out", actor=None, at=DAY)
    file = next(each for each in workspace.sources if each.source.id == key)
    brought = bring_file(admin, file, source=Source.objects.get(pk=key))
    assert (brought.state, brought.counts["written"]) == ("ready", 0)


@pytest.mark.parametrize("key", LISTS)
def test_a_list_of_the_demonstration_brought_afterwards_is_as_if_built_with_it(admin, tmp_path, key):
    out = tmp_path / "out"
    build(load_workspace(without(tmp_path / "without", key, at_the_end=False)), out)
    load_ecosystem(folder=out, actor=None, at=DAY)
    before = everything()
    whole = load_workspace(without(tmp_path / "with", key, at_the_end=True))
    file = whole.sources[-1]
    done = confirm(bring_file(admin, file, key=key), admin, DAY)
    assert done.state == "applied", done.fault
    imported = as_built(everything())
    undo(done, admin, DAY)
    assert everything() == before
    build(whole, out)
    empty_registry()
    load_ecosystem(folder=out, actor=None, at=DAY)
    assert imported == as_built(everything())
