"""From a flow in words to its bookings: planned, quoted, accepted, repaired; and who sees which page."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from grappe.hub.equipment.actions.catalogues import SiteTerms, store_catalogue
from grappe.hub.equipment.actions.flows import write_flow
from grappe.hub.equipment.actions.qualifications import grant_qualification
from grappe.hub.equipment.models import (
    AccessRequest,
    Booking,
    Capability,
    Equipment,
    Facility,
    FlowVersion,
    Qualification,
    Quote,
    Reservation,
)
from grappe.hub.equipment.queries.numbers import total_of
from grappe.hub.people.models import User
from hub.accessible_pdfs import failures
from hub.desk_fixtures import person
from hub.equipment_fixtures import FIRM, OTHER_FIRM, member

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo" / "quebec" / "equipment"
#: A Monday when both sites are open; the clock of the test stands some weeks before.
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
STEPS = """Nettoyage : nettoyage de tranches de 100 mm
Gravure : RIE de 300 nm de LNOI sur tranches de 100 mm
Électrodes : évaporation de 200 nm d’or sur tranches de 100 mm
Polissage : polissage des faces"""


STEP_NAMES = ["Nettoyage", "Gravure", "Électrodes", "Polissage"]
CODES = ("gravure", "depots", "polissage")


@pytest.fixture
def shops(site, noon, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    rows = json.loads((DEMO / "ateliers-fictifs.json").read_text("utf-8"))
    terms = SiteTerms(cluster="optonique", is_fictional=True)
    store_catalogue(rows=rows, terms={each["id"]: terms for each in rows["facilities"]}, actor=None, at=noon)


@pytest.fixture
def firm(shops, noon):
    return signed(member(noon))


@pytest.fixture
def staff(shops, noon):
    return signed(person(noon, "manager", "optonique"))


def signed(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def go(client, name, /, *args, language="fr", **query):
    with override(language):
        return client.get(reverse(name, args=args), query)


def send(client, name, /, *args, **told):
    with override("fr"):
        return client.post(reverse(name, args=args), told, follow=True)


def said(answer):
    return [str(each) for each in answer.context["messages"]]


def a_flow(firm, **more):
    told = {"organisation": FIRM, "name": "Modulateur", "start": "2027-01-11", "wafers": 4, "steps": STEPS}
    send(firm, "new_flow", **{**told, "tier": "industrial", **more})
    return FlowVersion.objects.order_by("-pk").first()


def a_quote(firm, staff):
    flow = a_flow(firm)
    asked = {"organisation": FIRM, "title": "Modulateur", "tier": "industrial"}
    send(firm, "ask_quote", flow.pk, **asked)
    request = AccessRequest.objects.get()
    send(staff, "request", request.pk, valid_until="2026-12-31")
    return Quote.objects.get(request=request)


def qualify(user, *codes):
    chef = User.objects.get(username="chef")
    for facility in Facility.objects.all():
        for code in codes:
            grant_qualification(
                user=user,
                facility=facility,
                code=code,
                level=2,
                actor=chef,
                at=NOW,
            )


@pytest.fixture
def chef(noon, shops):
    return person(noon, "administrator", username="chef")


def test_a_flow_in_words_is_planned_over_both_sites(firm):
    flow = a_flow(firm)
    page = go(firm, "flow", flow.pk)
    assert [each["step"] for each in page.context["placements"]] == STEP_NAMES
    assert (flow.version, flow.flow["wafers"], page.context["spans_sites"]) == (1, 4, 2)
    total = sum(one.price_cad for one in page.context["route"].placements)
    assert page.context["route"].price_cad == total + page.context["route"].transport_cad
    # The same again is not kept twice; a change is the next version.
    a_flow(firm)
    assert FlowVersion.objects.count() == 1
    a_flow(firm, wafers=5)
    assert sorted(FlowVersion.objects.values_list("version", flat=True)) == [1, 2]


def test_without_qualifications_the_flow_says_what_is_in_the_way(firm):
    flow = a_flow(firm)
    page = go(firm, "flow", flow.pk, mine="on")
    assert [each["step"] for each in page.context["blocking"]] == ["Gravure", "Électrodes", "Polissage"]
    assert "gravure" in page.context["blocking"][0]["why"]


def test_steps_that_say_nothing_are_named_by_their_line(firm):
    page = send(
        firm, "new_flow", organisation=FIRM, name="Essai", tier="industrial",
        steps="Nettoyage : nettoyage\nMystère : frobnication\nGravure : RIE 300-100 nm",
    )  # fmt: skip
    wrong = page.context["form"].errors["steps"]
    assert [re.findall(r"\d+", each)[0] for each in wrong] == ["2", "3"]
    assert FlowVersion.objects.count() == 0
    for content in (b"\xff\xfe", b"[1, 2]", b'{"name": "x"}', b"[" * 50_000):
        upload = SimpleUploadedFile("parcours.json", content)
        page = send(firm, "new_flow", organisation=FIRM, tier="industrial", file=upload)
        assert "file" in page.context["form"].errors
    circle = {"name": "x", "start": "2027-01-11", "steps": [{"id": "a", "process": "rie", "after": ["a"]}]}
    upload = SimpleUploadedFile("parcours.json", json.dumps(circle).encode())
    page = send(firm, "new_flow", organisation=FIRM, tier="industrial", file=upload)
    assert "parcours.json" in page.context["form"].errors["file"][0]


def test_a_quote_s_lines_sum_to_its_total_and_its_pdf_is_tagged(firm, staff):
    quote = a_quote(firm, staff)
    assert quote.total_cad == sum(Decimal(line["total"]) for line in quote.lines) + quote.transport_cad
    assert AccessRequest.objects.get().stage == "proposal"
    page = go(firm, "quote", quote.request_id, quote.number, language="en")
    assert len(page.context["lines"]) == 4
    pdf = go(firm, "quote_file", quote.request_id, quote.number)
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"/StructTreeRoot" in pdf.content or b"/MarkInfo" in pdf.content


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_quote_holds_to_pdf_ua(firm, staff, language):
    quote = a_quote(firm, staff)
    assert failures(go(firm, "quote_file", quote.request_id, quote.number, language=language).content) == []


def test_an_accepted_quote_is_booked_whole_or_not_at_all(firm, staff, chef):
    quote = a_quote(firm, staff)
    where = (quote.request_id, quote.number)
    refused = send(firm, "change_quote", *where, "accept")
    # Nobody is qualified: each step says so, and nothing is booked.
    assert (len(said(refused)), Booking.objects.count(), Reservation.objects.count()) == (3, 0, 0)
    assert Quote.objects.get().accepted_at is None
    qualify(firm.user, *CODES)
    send(firm, "change_quote", *where, "accept")
    made = Reservation.objects.get()
    assert (made.state, made.organisation, made.bookings.count()) == ("booked", FIRM, 4)
    # The bookings cost what was quoted, transport apart.
    assert total_of(made) == quote.total_cad - quote.transport_cad
    assert AccessRequest.objects.get().stage == "project"
    again = send(firm, "change_quote", *where, "accept")
    assert (len(said(again)), Reservation.objects.count()) == (1, 1)


def test_a_quote_that_is_past_or_withdrawn_is_not_accepted(firm, staff, chef, monkeypatch):
    quote = a_quote(firm, staff)
    qualify(firm.user, *CODES)
    send(staff, "change_quote", quote.request_id, quote.number, "withdraw")
    assert said(send(firm, "change_quote", quote.request_id, quote.number, "accept"))
    Quote.objects.update(withdrawn_at=None)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=60))
    firm.force_login(firm.user)
    assert said(send(firm, "change_quote", quote.request_id, quote.number, "accept"))
    assert Reservation.objects.count() == 0


def test_an_outage_is_repaired_with_the_rest_kept(firm, staff, chef):
    quote = a_quote(firm, staff)
    qualify(firm.user, *CODES)
    send(firm, "change_quote", quote.request_id, quote.number, "accept")
    made = Reservation.objects.get()
    etching = made.bookings.get(step="2")
    lost = etching.equipment
    span = {"starts_at": "2027-01-11T08:00", "ends_at": "2027-01-29T18:00"}
    told = send(
        staff, "close_equipment", lost.facility.code, equipment=lost.pk, kind="outage", why="Pompe", **span
    )
    assert len(said(told)) == 2
    page = go(firm, "reservation", made.pk)
    moves = page.context["moves"]
    assert etching.pk in [old.pk for _, old, _, _ in moves]
    assert {wish.equipment.code for _, old, wish, _ in moves if old.pk == etching.pk} == (
        {"fictif-bromont/rie", "fictif-quebec/rie"} - {lost.code}
    )
    send(firm, "change_reservation", made.pk, "repair", moves=page.context["moves_row"])
    standing = made.bookings.filter(released_at=None)
    assert (standing.count(), standing.filter(equipment=lost).count()) == (4, 0)
    assert go(firm, "reservation", made.pk).context["is_affected"] is False


def test_cancelling_gives_all_of_it_back(firm, staff, chef):
    quote = a_quote(firm, staff)
    qualify(firm.user, *CODES)
    send(firm, "change_quote", quote.request_id, quote.number, "accept")
    made = Reservation.objects.get()
    send(firm, "change_reservation", made.pk, "cancel", why="Changement de plan")
    made.refresh_from_db()
    assert (made.state, made.bookings.filter(released_at=None).count()) == ("cancelled", 0)


def test_one_equipment_is_booked_from_its_page(firm):
    tool = Equipment.objects.get(code="fictif-quebec/nettoyage")
    doing = Capability.objects.get(equipment=tool)
    told = {
        "organisation": FIRM, "title": "Nettoyage", "capability": doing.pk, "tier": "industrial",
        "starts_at": "2026-12-07T09:00", "ends_at": "2026-12-07T10:00", "runs": 1, "wafers": 4,
    }  # fmt: skip
    send(firm, "equipment_page", tool.pk, **told, weeks=3)
    days = [f"{each.starts_at:%m-%d}" for each in Booking.objects.order_by("starts_at")]
    assert days == ["12-07", "12-14", "12-21"]
    closed = {**told, "starts_at": "2026-12-06T09:00", "ends_at": "2026-12-06T10:00", "weeks": 1}
    page = send(firm, "equipment_page", tool.pk, **closed)
    assert len(page.context["form"].non_field_errors()) == 1
    assert Booking.objects.count() == 3


def test_a_site_reviews_a_flow_before_it_is_released(firm, staff):
    flow = a_flow(firm)
    send(firm, "change_flow", flow.pk, "review")
    flow.refresh_from_db()
    assert (flow.state, len(flow.sites)) == ("review", 2)
    assert said(send(firm, "change_flow", flow.pk, "release"))
    for code in flow.sites:
        send(staff, "review_flow", flow.pk, code, verdict="accept")
    send(firm, "change_flow", flow.pk, "release")
    flow.refresh_from_db()
    assert flow.state == "released"
    send(staff, "change_flow", flow.pk, "hold", why="Recette à revoir")
    flow.refresh_from_db()
    assert (flow.state, flow.why) == ("held", "Recette à revoir")


def test_a_qualification_is_asked_for_and_granted(firm, staff):
    send(firm, "qualifications", asked="fictif-quebec/gravure", level=2, why="Dix ans de gravure")
    asked = Qualification.objects.get()
    assert go(staff, "equipment_run", "fictif-quebec").context["work"].asked == [asked]
    send(staff, "change_site", "fictif-quebec", "grant", asked.pk, level=2, expires_on="2027-12-01")
    asked.refresh_from_db()
    assert (asked.state, asked.expires_on.isoformat()) == ("held", "2027-12-01")


def test_what_is_thought_of_is_weighed_with_its_duplicates_and_gaps(firm, staff):
    a_quote(firm, staff)
    asked = {"name": "Graveur", "wish": "RIE de 300 nm de LNOI sur tranches de 100 mm"}
    twin = go(firm, "investment", **asked).context
    assert (twin["duplicates"], twin["uncovered"]) == (2, [])
    # The four steps asked for, each served today.
    assert (twin["weighed"].wishes, twin["demand"]) == (4, (4, 0, 0))
    go(firm, "equipment_search", q="DRIE profondeur de 800 µm de silicium sur tranches de 200 mm")
    deep = go(
        firm, "investment", name="DRIE", wish="DRIE profondeur de 400-900 µm silicium tranches de 200 mm"
    ).context
    assert (deep["duplicates"], len(deep["uncovered"]), deep["demand"][1]) == (0, 1, 1)
    brief = go(firm, "investment_brief", **asked)
    assert brief.content[:5] == b"%PDF-"
    assert go(firm, "investment", name="x", wish="frobnication").context["form"].errors


def test_pages_answer_only_to_whom_they_are_for(firm, staff, chef, noon):
    quote = a_quote(firm, staff)
    flow = FlowVersion.objects.get()
    other, stranger = signed(member(noon, "autre", OTHER_FIRM)), Client()
    editor = signed(person(noon, "manager", "aero-montreal"))
    theirs = {
        "flow": (flow.pk,), "run_card": (flow.pk,), "request": (quote.request_id,),
        "quote": (quote.request_id, quote.number), "quote_file": (quote.request_id, quote.number),
    }  # fmt: skip
    found = {name: go(other, name, *args).status_code for name, args in theirs.items()}
    assert set(found.values()) == {404}
    for name, args in {
        **theirs,
        "flows": (),
        "requests": (),
        "reservations": (),
        "qualifications": (),
    }.items():
        assert go(stranger, name, *args).status_code == 302
    for name in ("equipment_run", "equipment_use"):
        codes = [
            go(each, name, "fictif-quebec").status_code for each in (staff, firm, other, editor, stranger)
        ]
        assert codes == [200, 404, 404, 404, 302]
    assert send(other, "change_quote", quote.request_id, quote.number, "accept").status_code == 404
    assert (
        send(other, "new_flow", organisation=FIRM, name="x", steps="a : RIE", tier="industrial")
        .context["form"]
        .errors
    )
    viewer = signed(person(noon, "viewer", "optonique"))
    assert go(viewer, "new_flow").context["may_ask"] is False


def test_an_example_flow_is_everybody_s_and_nobody_changes_it(firm, noon):
    row = json.loads((DEMO / "modulateur-fictif.json").read_text("utf-8"))
    flow = write_flow(flow=row, organisation="", actor=None, at=noon)
    page = go(firm, "flow", flow.pk)
    assert (len(page.context["placements"]), page.context["may_change"]) == (9, False)
    assert "<table" in go(firm, "run_card", flow.pk).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_brief_holds_to_pdf_ua(firm, staff, language):
    a_quote(firm, staff)
    asked = {"name": "Graveur", "wish": "RIE de 300 nm de LNOI sur tranches de 100 mm"}
    assert failures(go(firm, "investment_brief", language=language, **asked).content) == []


def test_those_who_ask_do_not_decide(firm, staff):
    quote = a_quote(firm, staff)
    where = (quote.request_id, quote.number)
    assert send(firm, "change_request", quote.request_id, "scouting").status_code == 403
    assert send(firm, "change_quote", *where, "withdraw").status_code == 403
    assert (Quote.objects.get().withdrawn_at, AccessRequest.objects.get().stage) == (None, "proposal")
