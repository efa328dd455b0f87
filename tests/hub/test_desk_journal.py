"""The journal at the desk: filtered, within one's clusters, as a file."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grappe.hub.journal.actions import record
from grappe.hub.operations import queries
from grappe.hub.registry.actions.notes import write_note
from grappe.hub.registry.models import Organisation
from hub.api_fixtures import state
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(registry, noon, settings):
    """Something done in each cluster; nobody needs a second factor here."""
    settings.TWO_FACTOR_ROLES = []
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    state(planes, "employees", "901", noon)
    chief = person(noon, "manager", username="chef")
    write_note(organisation=planes, cluster="aero", text="secret", actor=chief, at=noon)
    record(actor=None, at=noon, verb="load_ecosystem", object_kind="load", object_id="=1+1", data={})


def lines(client, query="", ending="jsonl"):
    """What the export of the journal says, oldest first."""
    answer = client.get(f"/desk/journal/journal.{ending}?{query}")
    text = b"".join(answer).decode("utf-8-sig")
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(text)))[::-1]
    return [json.loads(line) for line in text.splitlines()][::-1]


def test_each_reads_what_concerns_the_clusters_they_manage(client, told, noon):
    client.force_login(person(noon, "administrator"))
    done = [line["verb"] for line in lines(client)]
    assert {"correct_value", "write_note", "load_ecosystem", "grant_role"} <= set(done)
    client.force_login(person(noon, "manager", "aero"))
    assert [(line["verb"], line["data"].get("value")) for line in lines(client, "kind=statement")] == [
        ("correct_value", "901")
    ]
    assert {line["verb"] for line in lines(client)} == {"correct_value", "write_note", "grant_role"}
    client.force_login(person(noon, "manager", "optonique"))
    assert {line["data"].get("value") for line in lines(client, "verb=correct_value")} == {"418-555-0199"}
    page = client.get("/desk/journal/").content.decode()
    assert "901" not in page


def test_filters_choose_and_files_say_the_same(client, told, noon):
    client.force_login(person(noon, "administrator"))
    asked = {
        "who=chef": {"write_note"},
        "verb=correct_value": {"correct_value"},
        "kind=load": {"load_ecosystem"},
        "since=2026-11-23": set(),
        "until=2026-11-21": set(),
        "since=hier&before=x&who=chef": {"write_note"},
    }
    for query, verbs in asked.items():
        found = lines(client, query)
        assert {line["verb"] for line in found} == verbs, query
        rows = lines(client, query, "csv")
        assert [row["verb"] for row in rows] == [line["verb"] for line in found]
    assert {row["key"] for row in lines(client, "kind=load", "csv")} >= {"'=1+1"}
    assert "secret" not in str(lines(client))


def test_the_journal_goes_on_page_after_page_at_a_fixed_cost(client, told, noon, monkeypatch):
    client.force_login(person(noon, "administrator"))
    whole, counts = len(lines(client)), []
    for length in (1, 3):
        monkeypatch.setattr("grappe.hub.operations.desk.PAGE_LENGTH", length)
        with CaptureQueriesContext(connection) as captured:
            client.get("/desk/journal/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    monkeypatch.setattr(queries, "_BATCH", 2)
    assert len(lines(client)) == whole
    seen, address = 0, "/desk/journal/"
    while address:
        page = client.get(address)
        seen += len(page.context_data["rows"])
        address = page.context_data["next"] and f"/desk/journal/?{page.context_data['next']}"
    assert seen == whole


def test_the_page_speaks_its_language_and_files_say_the_codes(client, told, noon):
    client.force_login(person(noon, "administrator"))
    pages = {
        language: client.get(
            "/desk/journal/?kind=load", headers={"accept-language": language}
        ).content.decode()
        for language in ("fr", "en")
    }
    assert '<option value="load" selected>chargement</option>' in pages["fr"]
    assert (
        '<option value="load_ecosystem">a chargé un dossier d’écosystème\u00a0: … énoncés changés</option>'
        in pages["fr"]
    )
    assert ">chargement <code>=1+1</code></a>" in pages["fr"]
    assert ">load <code>=1+1</code></a>" in pages["en"]
    assert {(line["kind"], line["verb"]) for line in lines(client, "kind=load")} == {
        ("load", "load_ecosystem")
    }


def test_a_kind_or_a_verb_without_words_is_shown_as_it_is(client, told, noon):
    record(actor=None, at=noon, verb="fold_napkin", object_kind="napkin", object_id="7", data={})
    client.force_login(person(noon, "administrator"))
    page = client.get("/desk/journal/?kind=napkin", headers={"accept-language": "fr"}).content.decode()
    assert '<option value="napkin" selected>napkin</option>' in page
    assert '<option value="fold_napkin">fold_napkin</option>' in page
