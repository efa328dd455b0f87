"""The reconciliation service answers as its protocol says, and lets nothing private out."""

import json

import pytest
from django.urls import reverse

from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation
from workspaces import REGISTER, build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


def ask(client, **queries):
    return client.post("/api/reconcile", {"queries": json.dumps(queries)})


def best(client, **query):
    return [each["name"] for each in ask(client, q0=query).json()["q0"]["result"]][:1]


def test_the_manifest_says_what_the_service_offers(registry, client):
    manifest = client.get("/api/reconcile", headers={"Accept-Language": "fr"}).json()
    assert manifest["versions"] == ["0.1", "0.2"]
    assert set(manifest) >= {"name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend"}
    assert "{{id}}" in manifest["view"]["url"]
    assert (
        client.get("/api/reconcile?lang=en").json()["defaultTypes"][0]["name"]
        != (manifest["defaultTypes"][0]["name"])
    )


@pytest.mark.parametrize(
    "query", ["Institut fictif d'optique", "Fictional Optics Institute", "IFO", "institut fictif optique"]
)
def test_an_organisation_is_found_by_each_of_its_names(registry, client, query):
    (found,) = ask(client, q0={"query": query, "limit": 1}).json()["q0"]["result"]
    assert found["name"] in ("Institut fictif d'optique", "Fictional Optics Institute")
    assert found["id"] == Organisation.objects.get(acronym="IFO").pk
    assert {"id", "name", "type", "score", "match", "features"} <= set(found)
    assert all(set(feature) == {"id", "value"} for feature in found["features"])


def test_an_identifier_finds_its_organisation(registry, client):
    key = Organisation.objects.get(acronym="IFO").pk
    (found,) = ask(client, q0={"query": key, "limit": 1}).json()["q0"]["result"]
    assert (found["id"], found["match"]) == (key, True)


def test_a_known_town_tells_namesakes_apart(registry, client):
    towns = {}
    for town in ("Québec", "Bromont"):
        asked = {"query": "Lasers Fictifs", "properties": [{"pid": "municipality", "v": town}], "limit": 1}
        (found,) = ask(client, q0=asked).json()["q0"]["result"]
        towns[town] = Organisation.objects.get(pk=found["id"]).municipality
    assert towns == {"Québec": "Québec", "Bromont": "Bromont"}


def test_types_restrict_and_nothing_is_found_for_what_is_not_there(registry, client):
    batch = ask(
        client, q0={"query": "Lasers Fictifs", "type": "education"}, q1={"query": "Zyxwv Inconnu Absolu"}
    )
    assert batch.json() == {"q0": {"result": []}, "q1": {"result": []}}


@pytest.mark.parametrize(
    "content",
    [
        "pas du JSON",
        "[]",
        '{"q0": []}',
        '{"q0": {}}',
        '{"q0": {"query": " "}}',
        '{"q0": {"query": "x", "limit": 0}}',
        '{"q0": {"query": "x", "properties": {}}}',
        json.dumps({f"q{n}": {"query": "x"} for n in range(51)}),
    ],
)
def test_a_batch_that_is_none_is_refused_and_says_why(registry, client, content):
    answer = client.post("/api/reconcile", {"queries": content})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"] != ""


def test_columns_are_extended_with_what_is_said(registry, client):
    key = Organisation.objects.get(acronym="IFO").pk
    asked = {"ids": [key], "properties": [{"id": "website"}, {"id": "employees", "settings": {"limit": "1"}}]}
    answer = client.post("/api/reconcile", {"extend": json.dumps(asked)}, headers={"Accept-Language": "en"})
    assert answer.json() == {
        "meta": [{"id": "website", "name": "Web site"}, {"id": "employees", "name": "Employees"}],
        "rows": {key: {"website": [{"str": "https://ifo.example"}], "employees": [{"str": "120"}]}},
    }
    wrong = client.post("/api/reconcile", {"extend": json.dumps({"ids": [key], "properties": [{"id": "x"}]})})
    assert wrong.status_code == 400


def test_what_only_members_may_read_is_neither_found_nor_given(tmp_path, noon, site, client):
    secret = REGISTER + "Firme Discrète;Laval;12;aero;membre\n"
    folder = build_ecosystem(tmp_path / "w", tmp_path / "e", register=secret, visibility="members")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    assert best(client, query="Firme Discrète") == []
    key = Organisation.objects.get(acronym="IFO").pk
    asked = {"ids": [key], "properties": [{"id": "employees"}]}
    rows = client.post("/api/reconcile", {"extend": json.dumps(asked)}).json()["rows"]
    assert rows == {key: {"employees": [{"str": "120"}]}}


def test_what_is_typed_is_completed(registry, client):
    entities = client.get("/api/reconcile/suggest/entity?prefix=instit").json()["result"]
    assert [each["name"] for each in entities] == ["Institut fictif d'optique"]
    types = client.get("/api/reconcile/suggest/type?prefix=educ&lang=en").json()["result"]
    assert [each["id"] for each in types] == ["education"]
    props = client.get("/api/reconcile/suggest/property?prefix=site&lang=fr").json()["result"]
    assert {"id": "website", "name": "Site Web"} in props
    assert len(client.get("/api/reconcile/properties").json()["properties"]) > 20


def test_a_preview_may_stand_in_a_frame_and_other_sites_may_ask(registry, client):
    key = Organisation.objects.get(acronym="IFO").pk
    shown = client.get(reverse("reconcile_preview", args=[key]))
    assert "X-Frame-Options" not in shown
    assert "*" in shown["Content-Security-Policy"].split("frame-ancestors")[1].split(";")[0]
    assert client.get("/api/reconcile")["Access-Control-Allow-Origin"] == "*"


def test_a_batch_asks_a_few_queries_each(registry, client, django_assert_max_num_queries):
    batch = {f"q{n}": {"query": "Lasers Fictifs"} for n in range(10)}
    ask(client, **batch)
    with django_assert_max_num_queries(45):
        assert ask(client, **batch).status_code == 200
