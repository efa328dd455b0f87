"""Loading an ecosystem: all of it or nothing, twice the same changes nothing, people's work stays."""

import pytest

from grappe.hub.journal.models import Entry
from grappe.hub.registry.deriving import derive_again
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import (
    Belonging,
    Judgement,
    Organisation,
    Record,
    Redirect,
    Source,
    Statement,
)
from grappe.statements import Statement as CoreStatement
from workspaces import MEMBERS, REGISTER, build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture
def ecosystem(tmp_path):
    return build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")


def everything():
    """All rows that a load writes, as plain values."""
    models = (Source, Organisation, Record, Redirect, Statement, Judgement)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    belongings = Belonging.objects.values("organisation", "list", "code", "role", "since")
    return {**rows, "Belonging": sorted(map(str, belongings))}


def test_a_load_says_what_the_folder_says(ecosystem, noon):
    changed = load_ecosystem(folder=ecosystem, actor=None, at=noon)
    assert changed == {
        "sources": 2,
        "codes": 3,
        "documents": 0,
        "statements": 31,
        "judgements": 1,
        "organisations": 4,
    }
    institute = Organisation.objects.get(acronym="IFO")
    assert (institute.name_fr, institute.name_en) == (
        "Institut fictif d'optique",
        "Fictional Optics Institute",
    )
    assert (institute.municipality, institute.region_code, institute.precision) == (
        "Québec",
        "03",
        "municipality",
    )
    assert (institute.clusters, institute.sectors, institute.size) == (
        ["aero", "optonique"],
        ["laser"],
        "medium",
    )
    assert sorted(institute.belongings.values_list("list", "code", "role")) == [
        ("cluster", "aero", "partner"),
        ("cluster", "optonique", "member"),
        ("sector", "laser", ""),
    ]


def test_loading_the_same_folder_again_changes_nothing_at_all(ecosystem, noon):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    before, lines = everything(), Entry.objects.count()
    assert load_ecosystem(folder=ecosystem, actor=None, at=noon) == {}
    assert everything() == before
    assert Entry.objects.count() == lines


def test_a_text_in_english_only_is_marked_as_missing_in_french(ecosystem, noon):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    assert dict(Organisation.objects.values_list("name_fr", "missing_fr"))["Avions Imaginaires"] == [
        "description"
    ]


def test_what_a_source_no_longer_says_is_retracted_not_lost(ecosystem, tmp_path, noon):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    fewer = MEMBERS.replace("Avions Imaginaires;;;Montréal;aero;membre;;;900;;Aircraft parts.\n", "")
    again = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=fewer)
    load_ecosystem(folder=again, actor=None, at=noon)
    gone = Statement.objects.filter(value="Avions Imaginaires")
    assert list(gone.values_list("retracted_at", flat=True)) == ["2026-11-22"]
    assert not Organisation.objects.filter(name_fr="Avions Imaginaires").exists()


def test_what_people_added_survives_a_new_load(ecosystem, tmp_path, noon):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    entity = Record.objects.filter(organisation__acronym="IFO").earliest("entity").entity
    added = CoreStatement(
        entity=entity, property="website", value="https://vrai.example", source="membres", method="curated",
        asserted_by="ada",
    )  # fmt: skip
    Statement.objects.create(
        id=added.id, entity=entity, property="website", value=added.value, source_id="membres",
        method="curated", asserted_by="ada", origin="hub",
    )  # fmt: skip
    derive_again([added.entity])
    assert Organisation.objects.get(acronym="IFO").website == "https://vrai.example"
    changed = REGISTER.replace("150", "160")
    load_ecosystem(
        folder=build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", register=changed),
        actor=None,
        at=noon,
    )
    assert Statement.objects.get(id=added.id).retracted_at == ""
    assert Organisation.objects.get(acronym="IFO").website == "https://vrai.example"


def test_a_load_that_fails_half_way_leaves_the_former_state_whole(ecosystem, tmp_path, noon, monkeypatch):
    load_ecosystem(folder=ecosystem, actor=None, at=noon)
    before = everything()
    again = build_ecosystem(tmp_path / "w2", tmp_path / "e2", members=MEMBERS.replace("40", "41"))
    monkeypatch.setattr("grappe.hub.registry.loading.refresh_belongings", None)
    with pytest.raises(TypeError):
        load_ecosystem(folder=again, actor=None, at=noon)
    assert everything() == before


def test_a_folder_that_is_no_ecosystem_is_refused(tmp_path, noon):
    with pytest.raises(FileNotFoundError):
        load_ecosystem(folder=tmp_path, actor=None, at=noon)
