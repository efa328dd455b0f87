"""Imports: what a list would change, changed and undid; the same as a build with the list among its files."""

import pytest

from grappe.hub.journal.models import Entry
from grappe.hub.registry.actions import imports
from grappe.hub.registry.actions.imports import NotNow, UndoLater
from grappe.hub.registry.actions.judgements import merge_organisations
from grappe.hub.registry.actions.notes import write_note
from grappe.hub.registry.actions.sources import retract_source
from grappe.hub.registry.importing.files import folder_of
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import (
    Load,
    Note,
    Organisation,
    Source,
    Statement,
)
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from hub.desk_fixtures import named, person
from hub.import_fixtures import (
    OTHER,
    as_built,
    bring,
    confirm,
    correct,
    empty_registry,
    everything,
    rows_shown,
    undo,
    work,
)
from workspaces import MEMBERS, SOURCE, build_ecosystem

pytestmark = pytest.mark.django_db

HEAD, *ROWS = MEMBERS.strip().split("\n")
KINDS = ("new", "changed", "gone", "same", "moved", "conflicting", "founded", "joined", "recognised")


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


def kinds(brought):
    """How many rows of each kind, those there are none of left out."""
    assert brought.state in ("ready", "applied"), (brought.state, brought.fault)
    return {kind: brought.counts[kind] for kind in KINDS if brought.counts[kind]}


def next_edition(admin, noon, *rows, **described):
    """The next edition of the workspace's list of members."""
    source = Source.objects.get(pk="membres")
    text = "\n".join([HEAD, *rows]) + "\n"
    return bring(admin, noon, text, source=source, **{"published": "2027-03", **described})


def test_a_new_list_is_applied_and_undone_exactly(registry, admin, noon):
    before = everything()
    brought = bring(admin, noon, OTHER, title="Autre liste")
    assert everything() == before
    assert kinds(brought) == {"new": 3, "founded": 2, "joined": 1}
    done = confirm(brought, admin, noon)
    assert Organisation.objects.filter(name_fr="Nouvelle Optique inc.").exists()
    assert (
        Source.objects.get(pk="autre-liste").statement_count
        == Statement.objects.filter(source="autre-liste").count()
    )
    assert undo(done, admin, noon).state == "undone"
    assert everything() == before


def test_a_list_that_the_workspace_holds_changes_nothing(registry, admin, noon):
    source = Source.objects.get(pk="membres")
    brought = bring(admin, noon.replace(2026, 10, 1), MEMBERS, source=source)
    assert kinds(brought) == {"same": 4}
    assert brought.counts["written"] == 0


BRIDGE = """Nom;Ville;NEQ;Numéro d'entreprise fédéral
Optique Double;Québec;1140000009;123456782
"""
APART = """Nom;Ville;NEQ;Numéro d'entreprise fédéral
Première Moitié;Québec;1140000009;
Seconde Moitié;Laval;;123456782
Sans Lieu;;;
Sans Lieu;Québec;;
"""


@pytest.mark.parametrize(
    ("known", "brought"),
    [(MEMBERS, OTHER), (APART, BRIDGE), (APART, "Nom;Ville\nSans Lieu;Montréal\n"), (APART, APART)],
    ids=["three rows", "two become one", "one place too many", "the same"],
)
def test_importing_a_list_is_the_same_as_building_with_it(admin, noon, tmp_path, known, brought):
    day = noon.replace(2026, 10, 1)
    folder, out = tmp_path / "workspace", tmp_path / "ecosystem"
    load_ecosystem(folder=build_ecosystem(folder, out, members=known), actor=None, at=day)
    said = {"title": "Autre liste", "publisher": "Essai", "published": "2026", "name": "autre.csv"}
    confirm(bring(admin, day, brought, **said), admin, day)
    imported = as_built(everything())
    (folder / "autre.csv").write_text(brought, "utf-8")
    added = SOURCE.format(
        id="autre-liste",
        path="autre.csv",
        title="Autre liste",
        publisher="Essai",
        published="2026",
        visibility="public",
    )
    with (folder / "grappe.toml").open("a") as stream:
        stream.write(added)
    build(load_workspace(folder), out)
    empty_registry()
    load_ecosystem(folder=out, actor=None, at=day)
    assert imported == as_built(everything())


@pytest.mark.parametrize("brought", [BRIDGE, "Nom;Ville\nSans Lieu;Montréal\n"])
def test_links_of_other_records_come_back_when_undone(admin, noon, tmp_path, brought):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=APART)
    load_ecosystem(folder=folder, actor=None, at=noon)
    before = everything()
    done = confirm(bring(admin, noon, brought, title="Autre liste"), admin, noon)
    assert kinds(done)["moved"] == 1
    assert [row["name"] for row in rows_shown(done, "kind = 'moved'")]
    undo(done, admin, noon)
    assert everything() == before


def test_next_year_says_what_is_new_changed_gone_and_contradicted(registry, admin, noon):
    before = everything()
    institute, lasers, bromont, _ = ROWS
    brought = next_edition(
        admin,
        noon,
        institute.replace(";120;", ";160;"),
        lasers,
        bromont.replace(";laser;;;", ";laser;neuf.example;;"),
        "Optique Neuve;;;Lévis;optonique;membre;laser;;;;",
    )
    assert kinds(brought) == {
        "new": 1,
        "changed": 2,
        "gone": 1,
        "same": 1,
        "conflicting": 1,
        "founded": 1,
    }
    changes = {row["name"]: row for row in rows_shown(brought)}
    assert {row["former_name"] for row in changes.values()} == {None}
    assert changes["Avions Imaginaires"]["link"] == "vanishes"
    assert changes["Institut fictif d'optique"]["conflicts"] == 1
    done = confirm(brought, admin, noon)
    assert not Organisation.objects.filter(name_fr="Avions Imaginaires").exists()
    assert Statement.objects.get(property="employees", value="160").last_seen == "2026-11-22"
    gone = Statement.objects.get(property="name", value="Avions Imaginaires")
    assert gone.retracted_at == done.applied_at.date().isoformat()
    undo(done, admin, noon)
    assert everything() == before


def test_rows_are_recognised_by_identifier_or_name_and_keep_their_organisation(admin, noon, tmp_path):
    known = (
        "Nom;Ville;NEQ\nAncien Nom inc.;Québec;1140000009\nDéménagée inc.;Laval;\nCorrigée;Lévis;\n"
        "Part inc.;Laval;\nReste inc.;Laval;\n"
    )
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=known)
    load_ecosystem(folder=folder, actor=None, at=noon)
    ids = {o.name_fr: o.pk for o in Organisation.objects.all()}
    text = (
        "Nom;Ville;NEQ\nNom Nouveau;Québec;1140000009\nDéménagée inc.;Québec;\nCorrigée ltée;Lévis;\n"
        "Arrive inc.;Laval;\nReste inc.;Laval;\n"
    )
    source = Source.objects.get(pk="membres")
    brought = bring(admin, noon, text, source=source, published="2027")
    assert kinds(brought) == {
        "new": 1,
        "changed": 3,
        "gone": 1,
        "same": 1,
        "founded": 1,
        "recognised": 3,
    }
    told = {row["name"]: (row["recognised"], row["detail"]) for row in rows_shown(brought)}
    assert told["Nom Nouveau"] == ("identifier", "neq 1140000009")
    assert told["Déménagée inc."] == ("name", "demenagee")
    assert told["Corrigée ltée"] == ("name+place", "corrigee @ levis")
    renamed = {row["name"]: row["former_name"] for row in rows_shown(brought) if row["former_name"]}
    assert renamed == {"Nom Nouveau": "Ancien Nom inc.", "Corrigée ltée": "Corrigée"}
    confirm(brought, admin, noon)
    now = {o.name_fr: o.pk for o in Organisation.objects.all()}
    assert now["Nom Nouveau"] == ids["Ancien Nom inc."]
    assert now["Déménagée inc."] == ids["Déménagée inc."]
    assert now["Corrigée ltée"] == ids["Corrigée"]
    # The year after, the new spelling is the known one.
    again = bring(admin, noon, text, source=Source.objects.get(pk="membres"), published="2028")
    assert kinds(again) == {"same": 5, "recognised": 3}


def test_what_people_did_since_stays_when_an_import_is_undone(registry, admin, noon):
    done = confirm(bring(admin, noon, OTHER, title="Autre liste"), admin, noon)
    founded = Organisation.objects.get(name_fr="Nouvelle Optique inc.")
    record = founded.records.get().entity
    correct(founded, admin, noon, "employees", "12")
    write_note(organisation=founded, cluster="", text="à rappeler", actor=admin, at=noon)
    planes = named("Avions Imaginaires", "aero")
    correct(planes, admin, noon, "employees", "901")
    undo(done, admin, noon)
    assert Organisation.objects.get(pk=founded.pk).name_fr == ""
    assert Statement.objects.get(entity=record).value == "12"
    assert Note.objects.get().entity == record
    assert Statement.objects.filter(value="901", retracted_at="").exists()
    assert not Source.objects.filter(pk="autre-liste").exists()


def test_a_correction_made_before_holds_against_the_list(registry, admin, noon):
    planes = named("Avions Imaginaires", "aero")
    correct(planes, admin, noon, "employees", "901")
    brought = next_edition(admin, noon, *ROWS[:3], ROWS[3].replace(";900;", ";950;"))
    assert kinds(brought) == {"changed": 1, "same": 3, "conflicting": 1}
    confirm(brought, admin, noon)
    standing = Statement.objects.filter(property="employees", retracted_at="")
    assert sorted(
        standing.filter(entity__in=planes.records.values("entity")).values_list("value", "rank")
    ) == [
        ("901", "preferred"),
        ("950", "normal"),
    ]


def test_a_merge_made_before_holds_and_comes_back(registry, admin, noon):
    mine, other = named("Lasers Fictifs inc.", "optonique"), named("Avions Imaginaires", "aero")
    merge_organisations(first=mine, second=other, why="même firme", actor=admin, at=noon)
    before = everything()
    brought = next_edition(admin, noon, *ROWS, "Optique Neuve;;;Lévis;optonique;membre;laser;;;;")
    done = confirm(brought, admin, noon)
    assert Organisation.objects.filter(records__entity__in=records_of("Lasers", "Avions")).count() == 3
    undo(done, admin, noon)
    assert everything() == before


def records_of(*starts):
    """The records whose name starts so."""
    found = set()
    for start in starts:
        said = Statement.objects.filter(property="name", value__startswith=start)
        found |= set(said.values_list("entity", flat=True))
    return found


def test_a_later_edition_is_undone_first(registry, admin, noon):
    first = confirm(next_edition(admin, noon, *ROWS[:3]), admin, noon)
    between = everything()
    second = confirm(next_edition(admin, noon, *ROWS[:2], published="2028-03"), admin, noon)
    with pytest.raises(UndoLater):
        imports.ask_undo(brought=first, actor=admin, at=noon)
    undo(second, admin, noon)
    assert everything() == between
    assert undo(first, admin, noon).state == "undone"


def test_a_load_leaves_what_was_imported(registry, ecosystem, admin, noon, tmp_path):
    confirm(next_edition(admin, noon, *ROWS[:3], "Optique Neuve;;;Lévis;optonique;;laser;;;;"), admin, noon)
    confirm(bring(admin, noon, OTHER, title="Autre liste"), admin, noon)
    before = everything()
    again = build_ecosystem(tmp_path / "w", tmp_path / "e", register="Nom;Ville\nAutre Firme;Laval\n")
    load_ecosystem(folder=again, actor=None, at=noon)
    assert Organisation.objects.filter(name_fr="Autre Firme").exists()
    Load.objects.all().delete()
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    after = everything()
    ours = ("membres", "autre-liste")
    for table in ("Statement", "Source"):
        key = "source_id" if table == "Statement" else "id"
        assert [r for r in after[table] if r[key] in ours] == [r for r in before[table] if r[key] in ours]
    assert after["Organisation"] == before["Organisation"]
    assert after["Belonging"] == before["Belonging"]
    kept = {row["entity"] for row in before["Record"]}
    assert [row for row in after["Record"] if row["entity"] in kept] == before["Record"]


def test_what_changed_since_it_was_shown_is_shown_again(registry, admin, noon):
    brought = bring(admin, noon, OTHER, title="Autre liste")
    lasers, planes = named("Lasers Fictifs inc.", "optonique"), named("Avions Imaginaires", "aero")
    merge_organisations(first=lasers, second=planes, why="même firme", actor=admin, at=noon)
    before = everything()
    stale = confirm(brought, admin, noon)
    assert (stale.state, stale.is_stale) == ("ready", True)
    assert everything() == before
    with pytest.raises(NotNow):
        imports.confirm_import(brought=stale, digest=brought.digest, actor=admin, at=noon)
    assert confirm(stale, admin, noon).state == "applied"


def test_what_changed_elsewhere_since_is_kept(registry, admin, noon):
    brought = bring(admin, noon, OTHER, title="Autre liste")
    correct(named("Avions Imaginaires", "aero"), admin, noon, "employees", "901")
    assert confirm(brought, admin, noon).state == "applied"
    assert Statement.objects.filter(value="901", retracted_at="").exists()


def test_an_import_cancelled_before_it_is_stored_changes_nothing(registry, admin, noon):
    before = everything()
    brought = bring(admin, noon, OTHER, title="Autre liste")
    asked = imports.confirm_import(brought=brought, digest=brought.digest, actor=admin, at=noon)
    imports.cancel_import(brought=asked, actor=admin, at=noon)
    assert work(asked).state == "cancelled"
    assert everything() == before
    assert not folder_of(brought).exists()


def test_a_task_run_twice_does_what_once_does(registry, admin, noon):
    from grappe.hub.registry import jobs

    done = confirm(bring(admin, noon, OTHER, title="Autre liste"), admin, noon)
    once = everything()
    jobs.apply_import.func(done.pk)
    jobs.read_list.func(done.pk)
    assert everything() == once
    assert Entry.objects.filter(verb="apply_import").count() == 1


def test_an_edition_of_a_retracted_source_stays_out_of_sight(registry, admin, noon):
    brought = next_edition(admin, noon, *ROWS[:3])
    retract_source(source=Source.objects.get(pk="membres"), why="essai", actor=admin, at=noon)
    shown = confirm(brought, admin, noon)
    done = confirm(shown, admin, noon) if shown.is_stale else shown
    assert done.state == "applied"
    assert set(Organisation.objects.values_list("name_fr", flat=True)) == {"Institut fictif d'optique"}
