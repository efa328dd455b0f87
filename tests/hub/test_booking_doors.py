"""One policy behind three doors: what is refused, and why, is the same by action, by API and by command."""

import json
import re
from datetime import datetime, time, timedelta

import httpx
import pytest
from click.testing import CliRunner
from django.db import transaction
from django.utils import timezone

from grappe.cli import main
from grappe.client import Grappe, Refusal
from grappe.hub.equipment.actions.agreements import record_agreement
from grappe.hub.equipment.actions.closures import declare_closure
from grappe.hub.equipment.actions.holding import book, hold_bookings
from grappe.hub.equipment.actions.qualifications import grant_qualification, recognise_qualification
from grappe.hub.equipment.actions.refusing import BookingRefused
from grappe.hub.equipment.models import Reservation
from grappe.hub.equipment.ordering import order_from_row
from grappe.hub.people.models import User
from grappe.hub.registry.models import Organisation
from grappe.statements import GrappeError
from hub.api_fixtures import caller
from hub.desk_fixtures import person
from hub.equipment_fixtures import ZONE, site, tool, wish

pytestmark = pytest.mark.django_db


def soon(hour, minute=0, days=0):
    """A Monday a week or two from now, at that hour of the sites: the doors read the clock themselves."""
    today = timezone.now().astimezone(ZONE).date()
    first = today + timedelta(days=14 - today.weekday())
    return datetime.combine(first + timedelta(days=days), time(hour, minute), ZONE)


def expired(days=1):
    return soon(0).date() - timedelta(days=days)


class Scene:
    """One site, its machine, and who asks."""

    def __init__(self, noon, organisation):
        self.noon, self.organisation = noon, organisation
        self.asker = User.objects.get(username="api-editor-")
        self.chief = person(noon, "manager", username="gerante")

    def at(self, rules=None, *, record=None, equipment=None, **more):
        told = {"confirmed_on": timezone.now().date().isoformat(), **(record or {})}
        self.site = site(self.noon, rules=rules, **told)
        self.tool = tool(self.site, **{**more, **(equipment or {})})
        return self

    def holds(self, level=2, facility=None, code="q", **more):
        grant_qualification(
            user=self.asker, facility=facility or self.site, code=code, level=level, actor=self.chief,
            at=self.noon, **more,
        )  # fmt: skip

    def signs(self, **more):
        asked = {"tier": "industrial", "signed_on": self.noon.date(), **more}
        record_agreement(
            facility=self.site, organisation=self.organisation, actor=self.chief, at=self.noon, **asked
        )

    def takes(self, start, end):
        book(
            wishes=[wish(self.tool, start, end)], organisation=self.organisation, tier="industrial",
            title="déjà", actor=self.asker, at=timezone.now(),
        )  # fmt: skip

    def closes(self, kind):
        declare_closure(
            equipment=self.tool,
            kind=kind,
            starts_at=soon(8),
            ends_at=soon(10),
            actor=self.chief,
            at=self.noon,
        )


def _recognised(scene):
    scene.at(qualification="q", rules={"level": 3})
    other = site(scene.noon, "ailleurs")
    scene.holds(3, other, "p")
    recognise_qualification(
        facility=scene.site, other=other, other_code="p", code="q", level=2, actor=scene.chief, at=scene.noon
    )


def _gone(scene):
    scene.at()
    scene.tool.removed_at = scene.noon
    scene.tool.save()


ATTEMPTS = {
    "nothing against it": (lambda s: s.at(), {}, []),
    "in the past": (lambda s: s.at(), {"start": soon(9, days=-28), "end": soon(11, days=-28)}, ["past"]),
    "too far ahead": (lambda s: s.at({"ahead_days": 3}), {}, ["too_far"]),
    "too short notice": (lambda s: s.at({"notice_h": 500}), {}, ["short_notice"]),
    "longer than allowed": (lambda s: s.at({"longest_h": 1}), {}, ["too_long"]),
    "before opening": (lambda s: s.at(), {"start": soon(7)}, ["outside_hours"]),
    "on a Sunday": (lambda s: s.at(), {"start": soon(9, days=6), "end": soon(10, days=6)}, ["outside_hours"]),
    "over night": (lambda s: s.at(), {"start": soon(16), "end": soon(9, days=1)}, []),
    "day closed": (lambda s: s.at(record={"closed_on": [soon(9).date().isoformat()]}), {}, ["day_closed"]),
    "offline": (lambda s: s.at(record={"online": False}), {}, ["offline"]),
    "stale": (lambda s: s.at(record={"confirmed_on": "2020-01-01"}), {}, ["stale"]),
    "removed": (_gone, {}, ["removed"]),
    "not yet offered": (lambda s: s.at(valid_from=expired(-9).isoformat()), {}, ["not_yet"]),
    "no longer offered": (lambda s: s.at(valid_to=expired().isoformat()), {}, ["expired"]),
    "in maintenance": (lambda s: (s.at(), s.closes("maintenance")), {}, ["maintenance"]),
    "out of order": (lambda s: (s.at(), s.closes("outage")), {}, ["outage"]),
    "not qualified": (lambda s: s.at(qualification="q"), {}, ["not_qualified"]),
    "qualification expired": (
        lambda s: (s.at(qualification="q"), s.holds(expires_on=expired())), {}, ["qualification_expired"],
    ),
    "level too low": (lambda s: (s.at(qualification="q"), s.holds(1)), {}, ["level_too_low"]),
    "recognised, but not so high": (_recognised, {}, ["level_too_low"]),
    "no agreement": (lambda s: s.at({"agreement": True}), {}, ["no_agreement"]),
    "agreement expired": (
        lambda s: (s.at({"agreement": True}), s.signs(expires_on=expired())), {}, ["agreement_expired"],
    ),
    "agreement for another tier": (lambda s: (s.at(), s.signs(tier="academic")), {}, ["other_tier"]),
    "under export control": (lambda s: (s.at(export_control=True), s.signs()), {}, ["not_cleared"]),
    "a person’s quota": (
        lambda s: (s.at({"person_quota_h": 3}), s.takes(soon(13), soon(15))), {}, ["person_quota"],
    ),
    "an organisation’s quota": (
        lambda s: (s.at({"organisation_quota_h": 3}), s.takes(soon(13), soon(15))), {},
        ["organisation_quota"],
    ),
    "taken": (lambda s: (s.at(), s.takes(soon(10), soon(12))), {}, ["taken"]),
    "taken, but there are two": (lambda s: (s.at(capacity=2), s.takes(soon(10), soon(12))), {}, []),
    "no such rate": (lambda s: s.at(), {"tier": "gratuit"}, ["no_rate"]),
    "everything at once": (
        lambda s: s.at({"agreement": True, "longest_h": 1}, qualification="q", record={"online": False}),
        {"start": soon(7)}, ["offline", "outside_hours", "too_long", "not_qualified", "no_agreement"],
    ),
}  # fmt: skip


def by_action(row, scene):
    asked = order_from_row(row)
    try:
        hold_bookings(
            wishes=asked.wishes, organisation=asked.organisation, tier=asked.tier, title=asked.title,
            actor=scene.asker, at=timezone.now(),
        )  # fmt: skip
    except BookingRefused as refused:
        return list(refused.codes)
    return []


def by_api(row, api):
    answer = api.post("reservations", row)
    if answer.status_code == 201:
        return []
    assert answer.status_code == 422, answer.content
    return [each["code"] for each in answer.json()["errors"]]


def by_command(row, scene, tmp_path):
    path = tmp_path / "order.json"
    path.write_text(json.dumps(row))
    ran = CliRunner().invoke(main, ["--lang", "fr", "equipment", "book", str(path), "--as", "api-editor-"])
    assert ran.exit_code == (3 if "✗" in ran.stderr else 0), ran.output
    return re.findall(r"^✗ (\w+): ", ran.stderr, re.MULTILINE)


@pytest.fixture
def institute(db):
    """An organisation, for whom editors book."""
    return Organisation.objects.create(pk="GRFICTIF", sort_name="institut fictif", name_fr="Institut fictif")


@pytest.fixture
def api(institute, noon, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return caller(noon, "editor")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_same_reasons_through_every_door(name, api, institute, noon, tmp_path):
    prepare, changed, expected = ATTEMPTS[name]
    scene = Scene(noon, institute.pk)
    prepare(scene)
    before = Reservation.objects.count()
    times = {"start": soon(9), "end": soon(11)} | {k: v for k, v in changed.items() if k != "tier"}
    row = {
        "title": "Essai", "organisation": institute.pk, "tier": changed.get("tier", "industrial"),
        "bookings": [
            {"capability": scene.tool.code, **{key: when.isoformat() for key, when in times.items()}}
        ],
    }  # fmt: skip
    doors = (
        lambda: by_action(row, scene),
        lambda: by_api(row, api),
        lambda: by_command(row, scene, tmp_path),
    )
    for door in doors:
        with transaction.atomic():
            assert door() == expected
            assert Reservation.objects.count() == before + (not expected)
            transaction.set_rollback(True)


def test_a_reservation_lives_through_the_api(api, institute, noon):
    scene = Scene(noon, institute.pk).at()
    row = {
        "title": "Lot 7", "organisation": institute.pk,
        "bookings": [
            {"capability": scene.tool.code, "start": soon(hour).replace(tzinfo=None).isoformat(),
             "end": soon(hour + 1).isoformat(), "step": "grave"}
            for hour in (9, 13)
        ],
    }  # fmt: skip
    made, again = (api.post("reservations", row, **{"Idempotency-Key": "a1"}) for _ in range(2))
    assert (made.status_code, again["Idempotency-Replayed"], made.json()) == (201, "true", again.json())
    shown = made.json()
    assert (shown["state"], shown["total_cad"], len(shown["bookings"])) == ("held", "200.00", 2)
    assert api.post(f"reservations/{shown['id']}/confirm", {}).json()["state"] == "booked"
    assert [each["id"] for each in api.json("reservations")["items"]] == [shown["id"]]
    found = api.json(f"equipment/{scene.tool.pk}/busy?" + "from=" + soon(0).isoformat().replace("+", "%2B"))
    assert [(each["kind"], each["units"]) for each in found["busy"]] == [("booking", 1)] * 2
    assert datetime.fromisoformat(found["open"][0]["start"]) == soon(8)
    gone = api.post(f"reservations/{shown['id']}/cancel", {"why": "reporté"}).json()
    assert (gone["state"], gone["total_cad"]) == ("cancelled", "0.00")
    assert api.post(f"reservations/{shown['id']}/cancel", {}).status_code == 409
    assert api.post(f"reservations/{shown['id']}/confirm", {}).status_code == 409


def test_what_the_api_shows_of_sites_and_who_can(api, institute, noon):
    scene = Scene(noon, institute.pk).at(materials_forbidden=["gold"])
    assert api.json("facilities/nord")["is_stale"] is False
    assert [each["code"] for each in api.json("equipment?process=dry_etch")["items"]] == [scene.tool.code]
    assert [each["process"] for each in api.json("capabilities?facility=nord")["items"]] == ["dry_etch"]
    found = api.json("capabilities/search?q=dry etch of gold on 100 mm wafers")["items"]
    assert [(each["capability"], each["can"]) for each in found] == [(scene.tool.code, False)]
    assert found[0]["reasons"][0]["fr"].startswith("matériau interdit")
    flow = {
        "name": "Essai", "start": soon(0).date().isoformat(),
        "steps": [{"id": "grave", "process": "dry_etch", "wafer_mm": "100"}],
    }  # fmt: skip
    plan = api.post("flows/plan", {"flow": flow}).json()
    placed = plan["routes"][plan["chosen"]]["placements"]
    # The placements of a route are what a reservation is made of.
    rows = [
        {"capability": each["capability"], "start": each["start"], "end": each["end"], "step": each["step"]}
        for each in placed
    ]
    row = {"title": "Essai", "organisation": institute.pk, "bookings": rows}
    assert api.post("reservations", row).status_code == 201
    assert api.post("flows/plan", {"flow": {"name": "rien"}}).status_code == 422


def test_the_client_asks_reserves_and_is_refused_with_reasons(api, institute, noon, application):
    scene = Scene(noon, institute.pk).at()
    one = {"capability": scene.tool.code, "start": soon(9).isoformat(), "end": soon(10).isoformat()}
    order = {"title": "Essai", "organisation": institute.pk, "bookings": [one]}
    transport = httpx.WSGITransport(application)
    with Grappe("http://localhost:8000", api.secret, language="fr", transport=transport) as grappe:
        assert [each["can"] for each in grappe.who_can("gravure sèche")] == [True]
        assert [each["code"] for each in grappe.equipment(facility="nord")] == [scene.tool.code]
        made = grappe.reserve(order)
        assert len(grappe.busy(scene.tool.pk, since=soon(0).isoformat())["busy"]) == 1
        with pytest.raises(Refusal) as refused:
            grappe.reserve(order)
        assert (refused.value.kind, refused.value.codes) == ("refused", ("taken",))
        assert refused.value.errors["bookings.0"].startswith("déjà pris\u00a0: ")
        assert grappe.confirm_reservation(made["id"])["state"] == "booked"
        assert [each["id"] for each in grappe.reservations()] == [made["id"]]
        assert grappe.cancel_reservation(made["id"])["state"] == "cancelled"
        assert (
            grappe.plan_flow(
                {
                    "name": "x",
                    "start": soon(0).date().isoformat(),
                    "steps": [{"id": "grave", "process": "dry_etch"}],
                }
            )["routes"]
            != []
        )


def test_the_command_lists_cancels_and_names_what_it_cannot_do(api, institute, noon, tmp_path):
    scene = Scene(noon, institute.pk).at()
    scene.takes(soon(9), soon(10))
    scene.closes("outage")
    key = Reservation.objects.get().pk
    run = CliRunner()
    told = run.invoke(main, ["equipment", "closures"]).output.split("\t")
    assert told[2:] == ["outage", scene.tool.code, "1\n"]
    listed = run.invoke(main, ["equipment", "list", "--as", "api-editor-"]).output
    assert listed.splitlines()[0] == f"{key}\tbooked\t100.00\tdéjà"
    for arguments, words in (
        (["cancel", "9999", "--as", "api-editor-"], "9999"),
        (["cancel", str(key), "--as", "personne"], "personne"),
    ):
        refused = run.invoke(main, ["equipment", *arguments])
        assert (refused.exit_code, words in refused.stderr) == (3, True)
    done = run.invoke(main, ["equipment", "cancel", str(key), "--as", "api-editor-"])
    assert done.output.splitlines() == [f"{key}\tcancelled\t0.00\tdéjà"]
    assert run.invoke(main, ["equipment", "list", "--as", "api-editor-"]).output == ""


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"bookings": []}, "bookings"), ({"bookings": [3]}, "bookings"), ({"tier": "x" * 50}, "tier"),
        ({"minutes_held": 0}, "minutes_held"), ({"capability": "rien"}, "bookings.0.capability"),
        ({"capability": ""}, "bookings.0.capability"), ({"start": "demain"}, "bookings.0.start"),
        ({"end": "9999-12-31T23:59"}, "bookings.0.end"), ({"wafers": "3"}, "bookings.0.wafers"),
        ({"materials": ["kryptonite"]}, "bookings.0.materials"), ({"operator": "x"}, "bookings.0.operator"),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_read_says_where(changed, column, noon):
    machine = tool(site(noon))
    one = {"capability": machine.code, "start": "2026-12-01T09:00", "end": "2026-12-01T10:00"}
    whole = {key: told for key, told in changed.items() if key in ("bookings", "tier", "minutes_held")}
    row = {
        "title": "x",
        "bookings": [{**one, **{k: v for k, v in changed.items() if k not in whole}}],
        **whole,
    }
    with pytest.raises(GrappeError) as refused:
        order_from_row(row)
    assert [each.column for each in refused.value.problems] == [column]
