"""Catalogues stored whole, and what the public reads of them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from grappe.cli import main
from grappe.fabrication.linked_data import DISTRIBUTIONS
from grappe.fabrication.taxonomy import terms
from grappe.hub import run
from grappe.hub.equipment.actions.catalogues import SiteTerms, confirm_catalogue, store_catalogue
from grappe.hub.equipment.loading import load_catalogues
from grappe.hub.equipment.models import Capability, Equipment, Facility, FlowVersion, Rate, Search, Transfer
from grappe.hub.equipment.queries import catalogue as catalogue_queries
from grappe.hub.equipment.queries.catalogue import published_catalogue
from grappe.hub.people.queries import NotAllowed
from grappe.hub.registry.models import Organisation, Record
from grappe.statements.problems import GrappeError
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo" / "quebec" / "equipment"
SHOPS = json.loads((DEMO / "ateliers-fictifs.json").read_text("utf-8"))
TERMS = {
    code: SiteTerms(cluster="optonique", is_fictional=True) for code in ("fictif-quebec", "fictif-bromont")
}


@pytest.fixture
def shops(site, noon):
    store_catalogue(rows=SHOPS, terms=TERMS, actor=None, at=noon)


def everything():
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Facility, Equipment, Capability, Rate, Transfer, FlowVersion)
    }


def page(name, *args, client=None, language="en", **query):
    with override(language):
        return (client or Client()).get(reverse(name, args=args), query)


def test_the_demonstration_has_dated_public_facts_and_two_fictional_sites(ecosystem, site, noon):

    for entity in ("presentations:ino", "entente-ino-c2mi:c2mi"):
        Record.objects.update_or_create(
            entity=entity, defaults={"organisation": Organisation.objects.first()}
        )
    load_catalogues(path=DEMO / "equipment.toml", at=noon)
    real = Facility.objects.filter(is_fictional=False)
    assert (real.count(), Facility.objects.filter(is_fictional=True).count()) == (10, 2)
    facts = Capability.objects.filter(facility__in=real)
    assert (facts.count(), [each.code for each in facts if not each.record.get("source")]) == (38, [])
    assert {each.record.get("confirmed_on") for each in real} == {None}
    before = everything()
    assert load_catalogues(path=DEMO / "equipment.toml", at=noon) == []
    assert everything() == before


def test_a_catalogue_with_one_mistake_changes_nothing(shops, noon):
    before = everything()
    wrong = json.loads(json.dumps(SHOPS))
    wrong["capabilities"][2]["limits"] = {"feature": "3-1 µm"}
    with pytest.raises(GrappeError) as refused:
        store_catalogue(rows=wrong, terms={}, actor=None, at=noon)
    assert [(each.sheet, each.row) for each in refused.value.problems] == [
        ("capabilities", 3),
    ]
    assert everything() == before


def test_a_catalogue_speaks_of_its_own_sites_alone(shops, noon):
    before, manager = everything(), person(noon, "manager", "optonique")
    quebec = {"facilities": SHOPS["facilities"][:1]}
    tool = {"id": "fictif-bromont/rie", "facility": "fictif-quebec"}
    doing = {"id": "neuf", "facility": "fictif-quebec", "process": "rie"}
    rate = {**SHOPS["rates"][-2], "facility": "fictif-quebec", "id": "fictif-bromont/rie"}
    for more, place in (
        ({"equipment": [tool]}, ("equipment", 1)),
        ({"equipment": [{"id": "neuf", "facility": "fictif-bromont"}]}, ("equipment", 1)),
        ({"capabilities": [{**doing, "id": "fictif-bromont/rie"}]}, ("capabilities", 1)),
        ({"rates": [rate]}, ("rates", 1)),
        ({"transfers": [{"from": "fictif-bromont", "to": "fictif-quebec", "days": 0}]}, ("transfers", 1)),
        ({"transfers": [{"from": "fictif-quebec", "to": "nulle-part", "days": 0}]}, ("transfers", 1)),
    ):
        with pytest.raises(GrappeError) as refused:
            store_catalogue(rows={**quebec, **more}, terms={}, actor=manager, at=noon)
        assert (refused.value.problems[-1].sheet, refused.value.problems[-1].row) == place
    spaced = {"facilities": [{"id": "Site à côté"}]}
    unruly = {"fictif-quebec": SiteTerms(rules={"x": 1})}
    for rows, whose in ((spaced, {"Site à côté": SiteTerms()}), (quebec, unruly)):
        with pytest.raises(GrappeError):
            store_catalogue(rows=rows, terms=whose, actor=None, at=noon)
    assert everything() == before


def test_a_rate_that_names_no_site_is_of_the_only_one(site, noon):
    rows = {
        "facilities": [{"id": "seul", "confirmed_on": "2026-11-01"}],
        "rates": [{"id": "heure", "tiers": {"industrial": {"unit": "hour", "amount": 10}}}],
        "capabilities": [{"id": "four", "facility": "seul", "process": "annealing", "rate": "heure"}],
    }
    store_catalogue(rows=rows, terms={"seul": SiteTerms()}, actor=None, at=noon)
    assert published_catalogue("fr").rates["heure"].facility == "seul"
    assert page("equipment_site", "seul").status_code == 200


def test_what_a_site_no_longer_has_is_kept_for_its_bookings_and_shown_no_more(shops, noon):
    less = json.loads(json.dumps(SHOPS))
    gone = "fictif-quebec/rie"
    for part in ("equipment", "capabilities", "rates"):
        less[part] = [row for row in less[part] if row["id"] != gone]
    assert store_catalogue(rows=less, terms={}, actor=None, at=noon) == ["fictif-quebec"]
    assert (Equipment.objects.get(code=gone).removed_at, Capability.objects.get(code=gone).removed_at) == (
        noon,
        noon,
    )
    assert page("equipment_page", Equipment.objects.get(code=gone).pk).status_code == 404
    assert store_catalogue(rows=SHOPS, terms={}, actor=None, at=noon) == ["fictif-quebec"]
    assert Equipment.objects.get(code=gone).removed_at is None


def test_only_those_who_run_every_site_of_a_file_may_store_it(shops, noon):
    manager, editor = person(noon, "manager", "optonique"), person(noon, "editor", "optonique")
    stranger = person(noon, "manager", "aero-montreal")
    for actor in (editor, stranger):
        with pytest.raises(NotAllowed):
            store_catalogue(rows=SHOPS, terms={}, actor=actor, at=noon)
    assert store_catalogue(rows=SHOPS, terms={}, actor=manager, at=noon) == []
    facility = Facility.objects.get(code="fictif-quebec")
    confirm_catalogue(facility=facility, actor=manager, at=noon)
    # What a site confirmed here is not forgotten when its catalogue comes again.
    again = json.loads(json.dumps(SHOPS))
    del again["facilities"][0]["confirmed_on"]
    store_catalogue(rows=again, terms={}, actor=manager, at=noon)
    assert Facility.objects.get(code="fictif-quebec").record["confirmed_on"] == noon.date().isoformat()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_search_says_who_can_and_why_not_the_others(shops, language):
    asked = {"fr": "graver 300 nm de LNOI sur tranches de 100 mm", "en": "etch 300 nm LNOI on 100 mm wafers"}
    answer = page("equipment_search", language=language, q=asked[language])
    can = [line.capability.id for _, line in answer.context["can"]]
    assert can == ["fictif-bromont/rie", "fictif-quebec/rie"]
    why = {line.capability.id: line.why for _, line in answer.context["cannot"]}
    assert list(why) == ["fictif-bromont/drie"]
    assert len(why["fictif-bromont/drie"]) == 2
    row = Search.objects.get()
    assert (row.text, row.can, row.cannot) == (asked[language].lower(), 2, 1)
    # Asked again on the same day it counts once; words that name no process do not count.
    page("equipment_search", language=language, q=asked[language].upper())
    page("equipment_search", language=language, q="12 mm")
    assert Search.objects.count() == 1


def test_so_many_searches_are_counted_in_a_day(shops, monkeypatch):
    monkeypatch.setattr(catalogue_queries, "MOST_COUNTED", 2)
    for number in (100, 200, 300):
        assert page("equipment_search", q=f"etch {number} nm LNOI").status_code == 200
    assert Search.objects.count() == 2


def test_a_search_that_can_t_be_read_says_what_is_wrong(shops):
    assert page("equipment_search", q="zzz").context["is_vague"] is True
    told = page("equipment_search", q="etch 300-100 nm").content.decode()
    assert "ordered" in told or "smallest" in told or "300" in told
    assert page("equipment_search", q="").status_code == 200


def test_public_pages_ask_a_fixed_number_of_queries(shops):
    tool = Equipment.objects.get(code="fictif-quebec/rie")
    pages = {"equipment": (), "equipment_site": ("fictif-quebec",), "equipment_page": (tool.pk,)}
    for name, args in pages.items():
        page(name, *args)
    counts = {}
    for name, args in pages.items():
        with CaptureQueriesContext(connection) as asked:
            assert page(name, *args).status_code == 200
        counts[name] = len(asked)
    assert counts == {"equipment": 5, "equipment_site": 6, "equipment_page": 7}


def test_files_of_a_site_and_of_the_terms_are_read_again(shops):
    rows = page("equipment_site_file", "fictif-quebec").json()
    assert {row["facility"] for row in rows["capabilities"]} == {"fictif-quebec"}
    assert len(rows["capabilities"]) == 10
    turtle = page("equipment_terms", "processes").content.decode()
    assert turtle.count("a skos:Concept ") == len(terms("processes"))
    assert page("equipment_terms", "persons").status_code == 404


def test_a_site_that_nobody_vouches_for_is_never_shown_as_free(site, noon):
    old = json.loads((DEMO / "installations-publiees.json").read_text("utf-8"))
    store_catalogue(
        rows=old, terms={each["id"]: SiteTerms() for each in old["facilities"]}, actor=None, at=noon
    )
    tool = Equipment.objects.get(code="ino/1")
    told = page("equipment_page", tool.pk).content.decode()
    assert ("does not vouch" in told, "calendar" in told) == (True, False)


def test_the_command_stores_catalogues_once_and_names_the_mistake(site, tmp_path, monkeypatch):
    (tmp_path / "sites.json").write_text(json.dumps(SHOPS), "utf-8")
    told = tmp_path / "equipment.toml"
    told.write_text(
        '[[catalogue]]\nfile = "sites.json"\n[catalogue.facility.fictif-quebec]\nfictional = true\n'
        "[catalogue.facility.fictif-bromont]\nfictional = true\n",
        "utf-8",
    )
    monkeypatch.setattr(run, "start", lambda: None)
    runner = CliRunner()
    first, again = (runner.invoke(main, ["equipment", "load", str(told)]) for _ in range(2))
    assert (first.output.split(), again.output) == (["fictif-quebec", "fictif-bromont", "↔"], "")
    told.write_text('[[catalogue]]\nfile = "none.json"\n', "utf-8")
    wrong = runner.invoke(main, ["equipment", "load", str(told)])
    assert (wrong.exit_code != 0, Facility.objects.count()) == (True, 2)


def test_every_form_of_a_catalogue_is_served_and_led_to_its_page(shops):
    found = {}
    for name in DISTRIBUTIONS:
        answer = Client().get(f"/data/equipment/facilities/fictif-quebec/{name}")
        found[name] = (answer.status_code, answer["Content-Type"].split(";")[0])
        if name.endswith(("json", "jsonld")):
            json.loads(answer.content)
    assert found == {name: (200, media) for name, (media, _, _) in DISTRIBUTIONS.items()}
    dataset = json.loads(Client().get("/data/equipment/facilities").content)["dcat:dataset"]
    assert len(dataset) == 2
    led = Client().get("/data/equipment/capabilities/fictif-quebec/rie")
    assert led.url == reverse("equipment_page", args=[Equipment.objects.get(code="fictif-quebec/rie").pk])
    assert Client().get("/data/equipment/facilities/none/catalogue.csv").status_code == 404
    assert Client().get("/data/equipment/facilities/fictif-quebec/x.csv").status_code == 404


def test_a_catalogue_is_brought_as_a_table_and_as_it_was_given(shops, noon):
    manager = person(noon, "manager", "optonique")
    client = Client()
    client.force_login(manager)
    url = reverse("bring_catalogue", args=["fictif-quebec"])

    def bring(name, content):
        upload = SimpleUploadedFile(name, content)
        answer = client.post(url, {"file": upload}, follow=True)
        return [str(each) for each in answer.context["messages"]]

    before = published_catalogue("fr")
    given = page("equipment_site_file", "fictif-quebec", language="fr").content
    assert (len(bring("site.json", given)), published_catalogue("fr")) == (1, before)
    table = "site,nom,procédé,wafer_mm\nfictif-quebec,Four fictif,recuit,100\n".encode()
    bring("site.csv", table)
    standing = Capability.objects.filter(facility__code="fictif-quebec", removed_at=None)
    assert [(each.name, each.process) for each in standing] == [("Four fictif", "annealing")]
    before = everything()
    for name, content in (
        ("site.csv", b"site,nom\nfictif-quebec,\n"),
        ("site.csv", b"\xff\xfe\x00"),
        ("site.xlsx", b"PK\x03\x04"),
        ("site.json", b"{"),
        ("site.csv", b"site,nom,wafer_mm\nfictif-quebec,Four,150-100\n"),
        ("site.csv", b"site,nom\nailleurs,Four\n"),
    ):
        assert bring(name, content), name
    assert everything() == before
