"""``grappe.client`` against the API itself, in this process."""

import io
import subprocess
import sys
import zipfile

import httpx
import pytest

from grappe.client import Grappe, Refusal
from grappe.hub.registry.models import Organisation, Redirect, Statement
from hub.api_fixtures import MEMBERS_VALUE, caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def grappe_of(application):
    """Makes a client that asks the API without a network."""

    def make(secret="", **more):
        transport = httpx.WSGITransport(application)
        return Grappe("http://localhost:8000", secret or None, transport=transport, **more)

    return make


@pytest.fixture
def editor(registry, noon, grappe_of):
    with grappe_of(caller(noon, "editor").secret) as grappe:
        yield grappe


def test_organisations_are_iterated_page_after_page(editor):
    wanted = list(Organisation.objects.order_by("sort_name", "id").values_list("id", flat=True))
    assert [each["id"] for each in editor.organisations()] == wanted
    named = editor.organisations("fibre", cluster=["aero", "optonique"], kind="")
    assert {each["name_fr"] for each in named} == {"Lasers Fictifs inc."}
    assert {each["source"]["id"] for each in editor.statements(prop="employees")} == {"membres", "repertoire"}
    assert [each["id"] for each in editor.sources()] == ["grappe-desk", "membres", "repertoire"]
    assert editor.me()["username"] == "api-editor-"
    assert [each["name_fr"] for each in editor.complete("inst")] == ["Institut fictif d'optique"]


def test_one_organisation_is_followed_to_where_it_was_merged(editor, institute):
    Redirect.objects.create(former="GR00000000000099", current=institute.pk)
    found = editor.organisation("GR00000000000099")
    assert (found["id"], found["acronym"]) == (institute.pk, "IFO")
    assert MEMBERS_VALUE in {each["value"] for each in editor.statements_of(institute.pk)}


def test_a_statement_is_added_once_and_a_change_in_between_is_told(editor, institute):
    seen = editor.etag_of(institute.pk)
    ours = {"reason": "appel", "seen": seen, "key": "nuit-1", "valid_from": "2026-11"}
    first = editor.add_statement(institute.pk, "employees", "600", **ours)
    again = editor.add_statement(institute.pk, "employees", "600", **ours)
    assert first == again
    assert Statement.objects.filter(value="600").count() == 1
    with pytest.raises(Refusal) as refused:
        editor.add_statement(institute.pk, "employees", "700", reason="appel", seen=seen)
    assert (refused.value.status, refused.value.kind) == (412, "changed")
    with pytest.raises(Refusal) as refused:
        editor.add_statement(institute.pk, "employees", "beaucoup", reason="appel")
    assert list(refused.value.errors) == ["value"]
    assert refused.value.title == "Quelque chose n’y est pas acceptable"


def test_an_export_is_written_whole_or_not_at_all(editor, tmp_path):
    out = editor.export("all.csv.zip", tmp_path / "tout.zip", cluster="optonique")
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        assert archive.testzip() is None
    with pytest.raises(Refusal):
        editor.export("all.pdf.zip", tmp_path / "rien.zip")
    assert [path.name for path in tmp_path.glob("*.zip*")] == ["tout.zip"]


def test_a_client_that_asks_too_much_waits_as_it_is_told(registry, settings, grappe_of):
    settings.API_VISITOR_RATE = 1
    waited = []
    with grappe_of(sleep=waited.append) as grappe:
        grappe.me()
        with pytest.raises(Refusal) as refused:
            grappe.me()
    assert refused.value.status == 429
    assert len(waited) == 4
    assert all(0 < seconds <= 60 for seconds in waited)


def test_a_token_that_does_not_stand_is_refused(registry, grappe_of):
    with grappe_of("grappe_none", language="en") as grappe, pytest.raises(Refusal, match="A token is needed"):
        grappe.me()


def test_the_client_needs_neither_the_hub_nor_the_core():
    code = "import grappe.client, sys; print([m for m in sorted(sys.modules) if m.split('.')[0] in TOP])"
    code = code.replace("TOP", "('grappe', 'django')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = [f"grappe.client.{name}" for name in ("calls", "refusals", "shapes")]
    assert done.stdout.strip() == str(["grappe", "grappe.client", *own])
