"""Lists brought through the API: followed, refused with every mistake, confirmed, undone; nothing twice."""

import pytest

from grappe.client import Refusal
from grappe.hub.registry.models import Import, Organisation, Source
from hub.api_fixtures import caller
from hub.import_fixtures import everything, work

pytestmark = pytest.mark.django_db
LIST = "Nom;Ville;Nb d'employés\nCuirs Fictifs;Laval;{}\nMoulins Fictifs;Rimouski;40\n"
SAID = {"title": "Cuirs 2026", "publisher": "Essai", "licence": "CC0-1.0", "published": "2026-11"}


@pytest.fixture
def list_file(tmp_path):
    def write(employees="12"):
        path = tmp_path / "cuirs.csv"
        path.write_text(LIST.format(employees), "utf-8")
        return path

    return write


@pytest.fixture
def grappe_of(registry, noon, application):
    """Makes a client whose waiting is the worker's work: tasks are done when it sleeps."""
    import httpx

    from grappe.client import Grappe

    def sleep(_):
        for brought in Import.objects.all():
            if brought.is_working:
                work(brought)

    def make(role="manager", cluster=""):
        transport = httpx.WSGITransport(application)
        secret = caller(noon, role, cluster).secret
        return Grappe("http://localhost:8000", secret, transport=transport, sleep=sleep)

    return make


def test_a_list_is_brought_confirmed_and_undone_exactly(grappe_of, list_file):
    grappe, before = grappe_of(), everything()
    brought = grappe.import_list(list_file(), **SAID)
    assert (brought["state"], brought["counts"]["new"], brought["source"]) == ("ready", 2, "cuirs")
    assert everything() == before
    applied = grappe.confirm(brought)
    assert (applied["state"], applied["confirmed_by"]) == ("applied", "api-manager-")
    assert Organisation.objects.filter(name_fr="Cuirs Fictifs", municipality="Laval").count() == 1
    assert grappe.undo(applied)["state"] == "undone"
    assert everything() == before


def test_the_next_edition_of_a_source_is_recognised(grappe_of, list_file):
    grappe = grappe_of()
    grappe.confirm(grappe.import_list(list_file(), **SAID))
    following = grappe.import_list(list_file("15"), source="cuirs", published="2027-11")
    counts = following["counts"]
    assert (following["state"], counts.get("new", 0), counts["changed"]) == ("ready", 0, 1)
    assert Source.objects.get(pk="cuirs").published == "2026-11"


def test_every_mistake_is_given_with_its_place(grappe_of, list_file):
    grappe = grappe_of()
    brought = grappe.import_list(list_file("douze et demi"), **SAID)
    assert brought["state"] == "refused"
    (mistake,) = (each for each in grappe.mistakes(brought) if each["severity"] == "error")
    assert (mistake["row"], mistake["column"], mistake["found"]) == (2, "C (Nb d'employés)", "douze et demi")
    with pytest.raises(Refusal) as refused:
        grappe.confirm({**brought, "digest": "0"})
    assert refused.value.kind == "conflict"


def test_what_describes_a_list_is_checked_field_by_field(registry, noon):
    api = caller(noon, "manager")
    answer = api.send("imports", {"published": "hier", "title": "Cuirs"}, file=b"Nom\nA\n")
    fields = sorted(each["field"] for each in answer.json()["errors"])
    assert (answer.status_code, fields) == (422, ["licence", "published", "publisher"])
    unknown = api.send("imports", {"source": "rien"}, file=b"Nom\nA\n")
    assert [each["field"] for each in unknown.json()["errors"]] == ["source"]
    assert Import.objects.count() == 0


def test_the_same_key_brings_a_list_once(registry, noon):
    api = caller(noon, "manager")
    first, again = (api.send("imports", SAID, file=b"Nom\nA\n", **{"Idempotency-Key": "nuit"}) for _ in "ab")
    assert (first.status_code, first.json(), again.json()) == (202, again.json(), first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = api.send("imports", SAID, file=b"Nom\nB\n", **{"Idempotency-Key": "nuit"})
    assert (other.status_code, Import.objects.count()) == (422, 1)


def test_a_list_of_another_cluster_is_not_there(registry, noon):
    theirs = caller(noon, "manager", "aero").send("imports", {**SAID, "cluster": "aero"}, file=b"Nom\nA\n")
    assert theirs.status_code == 202
    api, key = caller(noon, "manager", "optonique"), theirs.json()["id"]
    assert api.get(f"imports/{key}").status_code == 404
    assert api.post(f"imports/{key}/cancel", {}).status_code == 404
    assert api.json("imports")["items"] == []
    refused = api.send("imports", {**SAID, "cluster": "aero"}, file=b"Nom\nA\n")
    assert [each["field"] for each in refused.json()["errors"]] == ["cluster"]


def test_an_editor_brings_and_does_not_confirm(grappe_of, list_file):
    grappe = grappe_of("editor")
    brought = grappe.import_list(list_file(), **SAID)
    with pytest.raises(Refusal) as refused:
        grappe.confirm(brought)
    assert (refused.value.kind, Import.objects.get().state) == ("not-allowed", "ready")


def test_a_mapping_that_says_no_name_is_refused(registry, noon):
    api = caller(noon, "manager")
    api.send("imports", SAID, file=b"Nom;Ville\nA;Laval\n")
    brought = work(Import.objects.get())
    mapping = api.json(f"imports/{brought.pk}")["mapping"]
    mapping["sheet"][0]["column"] = []
    answers = [
        api.post(f"imports/{brought.pk}/columns", {"mapping": said}) for said in (mapping, {"sheet": "non"})
    ]
    assert [each.status_code for each in answers] == [422, 422]
    assert Import.objects.get().state == "columns"
