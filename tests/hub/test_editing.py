"""Staff's writes: nothing is overwritten, everything can be undone, the index follows."""

import pytest

from grappe.hub.journal.queries import entries_about
from grappe.hub.registry import queries, search
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions.judgements import (
    NotObeyed,
    merge_organisations,
    relate_organisations,
    restore_judgement,
    retract_judgement,
    split_records,
)
from grappe.hub.registry.actions.notes import withdraw_note, write_note
from grappe.hub.registry.actions.sources import restore_source, retract_source
from grappe.hub.registry.actions.statements import (
    Changed,
    Correction,
    NotCurated,
    correct_value,
    restore_statement,
    retract_statement,
)
from grappe.hub.registry.indexing import index_pending, rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Judgement, Organisation, Pending, Record, Source, Statement
from hub.desk_fixtures import named, person, rows
from workspaces import REGISTER, build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(tmp_path, noon):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    return folder


@pytest.fixture
def manager(noon):
    return person(noon, "manager")


def correct(organisation, value, actor, at, *, prop="employees", version=None, **more):
    entities = list(organisation.records.values_list("entity", flat=True))
    return correct_value(
        organisation=organisation,
        correction=Correction(prop, value, "appel du 20 novembre", **more),
        version=version or queries.version_of(entities, prop),
        actor=actor,
        at=at,
    )


def shown(user, organisation, prop):
    values = queries.dossier_of(user, organisation.pk).properties[prop].values
    return [(value.value, value.is_rival) for value in values]


def test_a_correction_is_shown_first_and_the_sources_stay_as_rivals(registry, manager, noon):
    institute = Organisation.objects.get(acronym="IFO")
    statement = correct(institute, "600", manager, noon, valid_from="2026-11-20")
    assert shown(manager, institute, "employees") == [("600", False), ("120", True), ("150", True)]
    assert Organisation.objects.get(acronym="IFO").size == "large"
    (line,) = entries_about("statement", statement.id)
    assert (line.verb, line.actor, line.data["value"], line.data["reason"]) == (
        "correct_value",
        manager,
        "600",
        "appel du 20 novembre",
    )


def test_a_correction_retracted_leaves_the_former_rows(registry, manager, noon):
    before = rows(but=[Statement, Source])
    institute = Organisation.objects.get(acronym="IFO")
    first = correct(institute, "600", manager, noon)
    second = correct(institute, "700", manager, noon)
    assert shown(manager, institute, "employees")[0] == ("700", False)
    retract_statement(statement=second, reason="erreur", actor=manager, at=noon)
    assert shown(manager, institute, "employees")[0] == ("600", False)
    restore_statement(statement=second, actor=manager, at=noon)
    assert shown(manager, institute, "employees")[:2] == [("700", False), ("600", True)]
    for statement in (second, first):
        statement.refresh_from_db()
        retract_statement(statement=statement, reason="erreur", actor=manager, at=noon)
    assert rows(but=[Statement, Source]) == before
    assert Statement.objects.filter(origin="hub").count() == 2


def test_of_two_editors_the_second_is_told_and_nothing_is_lost(registry, manager, noon):
    institute = Organisation.objects.get(acronym="IFO")
    entities = list(institute.records.values_list("entity", flat=True))
    seen_by_both = queries.version_of(entities, "employees")
    correct(institute, "600", manager, noon, version=seen_by_both)
    with pytest.raises(Changed):
        correct(institute, "700", manager, noon, version=seen_by_both)
    assert shown(manager, institute, "employees")[0] == ("600", False)
    # Another property is no conflict.
    correct(institute, "https://autre.example", manager, noon, prop="website")


def test_what_a_source_says_is_not_retracted_one_by_one(registry, manager, noon):
    with pytest.raises(NotCurated):
        retract_statement(
            statement=Statement.objects.filter(property="employees")[0], reason="", actor=manager, at=noon
        )


def test_editors_reach_the_organisations_of_their_clusters_only(registry, noon):
    editor = person(noon, "editor", "optonique")
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    before = rows()
    with pytest.raises(NotAllowed):
        correct(planes, "1", editor, noon)
    with pytest.raises(NotAllowed):
        relate_organisations(
            left=planes,
            right=planes,
            relation="branch_of",
            why="",
            actor=person(noon, "manager", "optonique"),
            at=noon,
        )
    with pytest.raises(NotAllowed):
        write_note(organisation=planes, cluster="aero", text="x", actor=editor, at=noon)
    with pytest.raises(NotAllowed):
        retract_source(
            source=Source.objects.get(pk="membres"),
            why="",
            actor=person(noon, "manager", "aero"),
            at=noon,
        )
    assert rows() == before
    correct(Organisation.objects.get(acronym="IFO"), "1", editor, noon)


def two_lasers():
    return named("Lasers Fictifs inc.", "optonique"), named("Lasers Fictifs inc.", "aero")


def test_a_merge_applies_at_once_and_its_undoing_is_the_identity(registry, manager, noon):
    before = rows()
    first, second = two_lasers()
    merged = merge_organisations(first=first, second=second, why="même entreprise", actor=manager, at=noon)
    assert merged.clusters == ["aero", "optonique"]
    assert Organisation.objects.count() == 3
    lost = {first.pk, second.pk} - {merged.pk}
    assert {queries.current_id(each) for each in lost} == {merged.pk}
    judgement = Judgement.objects.get(origin="hub")
    retract_judgement(judgement=judgement, actor=manager, at=noon)
    assert rows() == before
    restore_judgement(judgement=judgement, actor=manager, at=noon)
    assert Organisation.objects.get(pk=merged.pk).clusters == ["aero", "optonique"]


def test_a_merge_survives_another_load_and_its_undoing_still_works(registry, manager, noon, tmp_path):
    first, second = two_lasers()
    merged = merge_organisations(first=first, second=second, why="", actor=manager, at=noon)
    changed = build_ecosystem(
        tmp_path / "workspace", tmp_path / "ecosystem", register=REGISTER.replace("150", "160")
    )
    load_ecosystem(folder=changed, actor=None, at=noon)
    assert Organisation.objects.get(pk=merged.pk).clusters == ["aero", "optonique"]
    assert Organisation.objects.count() == 3
    retract_judgement(judgement=Judgement.objects.get(origin="hub"), actor=manager, at=noon)
    assert {first.pk, second.pk} <= set(Organisation.objects.values_list("pk", flat=True))
    other = build_ecosystem(tmp_path / "w2", tmp_path / "e2", register=REGISTER.replace("150", "160"))
    fresh = rows()
    load_ecosystem(folder=other, actor=None, at=noon)
    assert rows() == fresh


def test_a_record_split_off_is_an_organisation_of_its_own_and_comes_back(registry, manager, noon):
    before = rows()
    institute = Organisation.objects.get(acronym="IFO")
    entities = list(institute.records.order_by("entity").values_list("entity", flat=True))
    judgement = split_records(
        organisation=institute, entity=entities[-1], why="homonyme", actor=manager, at=noon
    )
    assert Organisation.objects.count() == 5
    owners = set(Record.objects.filter(entity__in=entities).values_list("organisation", flat=True))
    assert len(owners) == 2
    assert institute.pk in owners
    retract_judgement(judgement=judgement, actor=manager, at=noon)
    assert rows() == before


def test_relations_are_kept_and_merge_nothing(registry, manager, noon):
    before = rows()
    first, second = two_lasers()
    for relation in ("branch_of", "renamed_to", "merged_into", "trade_name_of", "member_of_group"):
        relate_organisations(left=second, right=first, relation=relation, why="", actor=manager, at=noon)
    relate_organisations(left=first, right=second, relation="different", why="", actor=manager, at=noon)
    assert rows() == before
    assert Judgement.objects.filter(origin="hub").count() == 6
    with pytest.raises(ValueError, match="same_as"):
        relate_organisations(left=first, right=second, relation="same_as", why="", actor=manager, at=noon)


def test_a_workspace_that_keeps_two_apart_is_not_overruled_in_silence(registry, manager, noon):
    first, second = two_lasers()
    left, right = sorted(o.records.get().entity for o in (first, second))
    # A record beside, so that the pair itself is not judged again.
    extra = Record.objects.create(entity="aaa:1", organisation=first, linked=first.pk)
    Judgement.objects.create(id="x", left=left, right=right, relation="different", who="atelier")
    before = rows()
    with pytest.raises(NotObeyed) as refusal:
        merge_organisations(first=first, second=second, why="", actor=manager, at=noon)
    assert [judgement.who for judgement in refusal.value.judgements] == ["atelier"]
    assert rows() == before
    assert extra.organisation == first


def test_a_source_retracted_takes_what_it_said_and_gives_it_back(registry, manager, noon):
    before = rows()
    source = Source.objects.get(pk="membres")
    touched = retract_source(source=source, why="liste périmée", actor=manager, at=noon)
    assert len(touched) == 4
    assert [o.name_fr for o in Organisation.objects.all()] == ["Institut fictif d'optique"]
    assert Organisation.objects.get().size == "medium"
    assert not queries.visible_sources(manager).filter(pk="membres").exists()
    restore_source(source=source, actor=manager, at=noon)
    assert rows() == before


def test_a_retracted_source_stays_so_after_another_load(registry, manager, noon, tmp_path):
    retract_source(source=Source.objects.get(pk="membres"), why="", actor=manager, at=noon)
    changed = build_ecosystem(
        tmp_path / "workspace", tmp_path / "ecosystem", register=REGISTER.replace("150", "160")
    )
    load_ecosystem(folder=changed, actor=None, at=noon)
    assert [o.name_fr for o in Organisation.objects.all()] == ["Institut fictif d'optique"]


def test_a_note_follows_its_record_through_a_merge(registry, manager, noon):
    first, second = two_lasers()
    note = write_note(organisation=second, cluster="aero", text="Rappeler en janvier", actor=manager, at=noon)
    merged = merge_organisations(first=first, second=second, why="", actor=manager, at=noon)
    assert list(queries.visible_notes(manager, merged)) == [note]
    assert list(queries.visible_notes(person(noon, "viewer", "optonique"), merged)) == []
    assert list(queries.visible_notes(person(noon, "viewer", "aero"), merged)) == [note]
    withdraw_note(note=note, actor=manager, at=noon)
    assert list(queries.visible_notes(manager, merged)) == []
    assert [line.verb for line in entries_about("note", note.pk)] == ["withdraw_note", "write_note"]


def test_the_index_follows_an_edit_once_committed(
    registry, manager, noon, django_capture_on_commit_callbacks
):
    institute = Organisation.objects.get(acronym="IFO")
    with django_capture_on_commit_callbacks(execute=True):
        correct(institute, "Institut zircon", manager, noon, prop="name", language="fr", qualifier="legal")
    assert search.find_organisations("zircon", {}).ids == (institute.pk,)
    order = list(Organisation.objects.order_by("sort_name", "id").values_list("id", flat=True))
    assert search.find_organisations("", {}).ids == tuple(order)
    with django_capture_on_commit_callbacks(execute=True):
        retract_source(source=Source.objects.get(pk="membres"), why="", actor=manager, at=noon)
    assert search.find_organisations("", {}).ids == (institute.pk,)
    assert Pending.objects.count() == 0


def test_what_could_not_be_indexed_stays_pending(registry, manager, noon):
    correct(Organisation.objects.get(acronym="IFO"), "600", manager, noon)
    assert Pending.objects.count() == 1
    assert search.find_organisations("", {"size": ("large",)}).total == 1
    assert index_pending() == 1
    assert search.find_organisations("", {"size": ("large",)}).total == 2
    assert index_pending() == 0


def test_a_merge_moves_in_the_index_to_its_place_in_name_order(registry, manager, noon):
    first, second = two_lasers()
    merge_organisations(first=first, second=second, why="", actor=manager, at=noon)
    index_pending()
    order = list(Organisation.objects.order_by("sort_name", "id").values_list("id", flat=True))
    assert search.find_organisations("", {}).ids == tuple(order)
