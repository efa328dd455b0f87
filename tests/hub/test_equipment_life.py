"""Around bookings: closures and repairs, the waiting list, qualifications, agreements, use."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from grappe.hub.equipment import jobs
from grappe.hub.equipment.actions.agreements import end_agreement, record_agreement
from grappe.hub.equipment.actions.closures import declare_closure, withdraw_closure
from grappe.hub.equipment.actions.holding import book, confirm_reservation
from grappe.hub.equipment.actions.qualifications import (
    ask_qualification,
    end_recognition,
    grant_qualification,
    recognise_qualification,
    refuse_qualification,
    revoke_qualification,
)
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.releasing import cancel_reservation, expire_holds
from grappe.hub.equipment.actions.repairing import accept_repair
from grappe.hub.equipment.actions.using import UseLog, log_use, mark_missed, start_use
from grappe.hub.equipment.actions.waiting import offer_freed_time, stop_waiting, wait_for
from grappe.hub.equipment.models import AccessRequest, Booking, Reservation
from grappe.hub.equipment.queries.closures import affected_bookings
from grappe.hub.equipment.queries.numbers import Utilisation, busy, utilisation
from grappe.hub.equipment.queries.records import catalogue
from grappe.hub.equipment.queries.repairs import moves_from_row, moves_row, propose_repair
from grappe.hub.equipment.queries.wishes import qualifications_of
from grappe.hub.people.queries import NotAllowed
from hub.equipment_fixtures import (
    FIRM,
    OTHER_FIRM,
    booked,
    member,
    monday,
    runner,
    site,
    tool,
    way,
    wish,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def close(machine, start, end, boss, noon, kind="outage"):
    return declare_closure(
        equipment=machine, kind=kind, starts_at=start, ends_at=end, why="pompe", actor=boss, at=noon
    )


# ── Closures and repairs ──────────────────────────────────────────────────────────────────────────
def test_a_closure_tells_whom_it_hits_and_refuses_the_rest(etcher, ada, boss, noon):
    hit = booked(etcher, monday(9), monday(10), ada, noon)
    booked(etcher, monday(9, days=2), monday(10, days=2), ada, noon)
    with pytest.raises(NotAllowed):
        close(etcher, monday(8), monday(17), ada, noon)
    closure, affected = close(etcher, monday(8), monday(17), boss, noon)
    assert affected == list(hit.bookings.all()) == list(affected_bookings(etcher, at=noon))
    with pytest.raises(BookingRefused, match=r"^outage$"):
        booked(etcher, monday(11), monday(12), ada, noon)
    jobs.tell_closure.func(closure.pk, hit.pk)
    assert [(each.to, "pompe" in each.body) for each in mail.outbox] == [(["membre@example.org"], True)]
    withdraw_closure(closure=closure, actor=boss, at=noon)
    assert list(affected_bookings(at=noon)) == []
    assert booked(etcher, monday(11), monday(12), ada, noon).state == "booked"
    with pytest.raises(NotStanding):
        withdraw_closure(closure=closure, actor=boss, at=noon)


def test_opened_again_before_its_end(etcher, boss, noon):
    closure, _ = close(etcher, monday(8), monday(17), boss, noon)
    withdraw_closure(closure=closure, actor=boss, at=monday(10))
    found = busy(etcher, noon, noon + 9 * DAY, at=noon)
    assert [(each.start, each.end, each.kind) for each in found] == [(monday(8), monday(10), "outage")]


def test_a_repair_without_a_flow_takes_what_ends_first(etcher, nord, ada, boss, noon):
    twin = tool(site(noon, "sud"), "dry_etch", limits={}, hourly="80")
    made = booked(etcher, monday(9), monday(11), ada, noon)
    booked(twin, monday(8), monday(10), ada, noon)
    close(etcher, monday(8), monday(17, days=1), boss, noon)
    repair = propose_repair(made, at=noon)
    ((old, new),) = repair.moves
    assert (new.equipment, new.starts_at, new.ends_at, repair.is_whole) == (
        twin,
        monday(10),
        monday(12),
        True,
    )
    moved = accept_repair(moves=moves_from_row(made, moves_row(repair.moves)), actor=ada, at=noon)
    assert [(each.equipment, each.price_cad) for each in moved] == [(twin, Decimal("160.00"))]
    old.refresh_from_db()
    assert old.released_at == noon
    assert propose_repair(made, at=noon).affected == ()


def test_two_bookings_of_one_machine_are_repaired_beside_each_other(etcher, ada, boss, noon):
    made = book(
        wishes=[wish(etcher, monday(hour), monday(hour + 1)) for hour in (9, 11)],
        organisation=FIRM, tier="industrial", title="Deux", actor=ada, at=noon,
    )  # fmt: skip
    close(etcher, monday(8), monday(17), boss, noon)
    repair = propose_repair(made, at=noon)
    assert repair.is_whole
    times = [new.starts_at for _, new in repair.moves]
    assert times == [monday(8, days=1), monday(9, days=1)]


def test_a_repair_that_nobody_can_do_says_so(etcher, ada, boss, noon):
    made = booked(etcher, monday(9), monday(11), ada, noon)
    close(etcher, monday(8), monday(8) + 200 * DAY, boss, noon)
    repair = propose_repair(made, at=noon)
    assert (repair.moves, repair.stuck, repair.is_whole) == ((), tuple(made.bookings.all()), False)


FLOW = {
    "name": "Guide",
    "start": "2026-11-23",
    "wafers": 1,
    "origin": "nord",
    "horizon_days": 60,
    "steps": [
        {"id": "litho", "process": "contact_lithography", "wafer_mm": "100"},
        {"id": "grave", "process": "dry_etch", "wafer_mm": "100"},
        {"id": "poli", "process": "polishing", "wafer_mm": "100"},
    ],
}


def test_a_repair_of_a_flow_is_planned_by_the_core(etcher, nord, ada, boss, noon):
    sud, closed = site(noon, "sud"), site(noon, "ferme", rules={"agreement": True})
    litho, polish, twin = tool(nord, "contact_lithography"), tool(nord, "polishing"), tool(sud, "dry_etch")
    way(nord, sud)
    # Nearer, but nobody signed there.
    tool(closed, "dry_etch")
    way(nord, closed, days=0)
    request = AccessRequest.objects.create(
        title="Guide", organisation=FIRM, contact=ada, flow=FLOW, stage="project", asked_at=noon
    )
    steps = [(litho, "litho", 9), (etcher, "grave", 11), (polish, "poli", 13)]
    made = book(
        wishes=[wish(each, monday(hour), monday(hour + 1), step=step) for each, step, hour in steps],
        organisation=FIRM, tier="industrial", title="Guide", request=request, actor=ada, at=noon,
    )  # fmt: skip
    close(etcher, monday(8), monday(17) + 60 * DAY, boss, noon)
    repair = propose_repair(made, at=noon)
    # The step that is hit and the one after it are planned again; the one before stays.
    assert [(old.step, new.equipment) for old, new in repair.moves] == [("grave", twin), ("poli", polish)]
    assert repair.is_whole
    first, second = (new for _, new in repair.moves)
    assert monday(10) < first.starts_at
    assert first.ends_at + DAY <= second.starts_at
    accept_repair(moves=repair.moves, actor=ada, at=noon)
    assert made.bookings.filter(released_at=None).count() == 3
    assert propose_repair(made, at=noon).affected == ()


def test_the_catalogue_holds_what_is_busy_in_seven_queries(
    etcher, nord, ada, boss, noon, django_assert_num_queries
):
    pair = tool(nord, "polishing", capacity=2)
    people = tool(nord, "photonic_test", kind="staff")
    for machine in (etcher, pair, people):
        booked(machine, monday(9), monday(10), ada, noon)
    close(pair, monday(13), monday(14), boss, noon, "maintenance")
    with django_assert_num_queries(7):
        found = catalogue(busy_from=noon, busy_until=noon + 9 * DAY, at=noon)
    assert sorted((each.equipment, each.kind) for each in found.bookings) == [
        ("nord/dry_etch", "booking"), ("nord/photonic_test", "booking"), ("nord/polishing", "booking"),
        ("nord/polishing", "maintenance"), ("nord/polishing", "maintenance"),
    ]  # fmt: skip
    assert {each.resource for each in found.capabilities} == {each.equipment for each in found.bookings}


# ── The waiting list ──────────────────────────────────────────────────────────────────────────────
def queue(machine, user, noon, minutes=120, **more):
    asked = {"not_before": monday(8), "not_after": monday(17), "organisation": FIRM, "tier": "industrial"}
    return wait_for(equipment=machine, minutes=minutes, actor=user, at=noon, **{**asked, **more})


def test_freed_time_goes_to_the_first_whom_it_fits(etcher, ada, noon):
    made = booked(etcher, monday(8), monday(17), ada, noon)
    bob, eve = member(noon, "bob"), member(noon, "eve", OTHER_FIRM)
    long = queue(etcher, bob, noon, 600)
    first = queue(etcher, bob, noon, 500)
    second = queue(etcher, eve, noon, 60, organisation=OTHER_FIRM)
    assert offer_freed_time(equipment=etcher, at=noon) == []
    cancel_reservation(reservation=made, actor=ada, at=noon)
    held = offer_freed_time(equipment=etcher, at=noon)
    # 600 minutes never fit in a day of nine hours; 500 leave none for the hour of the next.
    assert [(each.user, each.state, each.expires_at) for each in held] == [(bob, "held", noon + DAY)]
    assert offer_freed_time(equipment=etcher, at=noon) == []
    assert expire_holds(at=noon + DAY) == 1
    assert [each.user for each in offer_freed_time(equipment=etcher, at=noon + DAY)] == [eve]
    for each in (long, first, second):
        each.refresh_from_db()
    assert [each.offered is None for each in (long, first, second)] == [True, False, False]
    stop_waiting(waiting=long, actor=bob, at=noon)
    with pytest.raises(NotStanding):
        stop_waiting(waiting=long, actor=bob, at=noon)
    with pytest.raises(NotAllowed):
        stop_waiting(waiting=second, actor=bob, at=noon)


def test_an_offer_is_confirmed_and_told(etcher, ada, noon):
    waiting = queue(etcher, ada, noon)
    assert len(offer_freed_time(equipment=etcher, at=noon)) == 1
    waiting.refresh_from_db()
    kept = confirm_reservation(reservation=waiting.offered, actor=ada, at=noon)
    assert kept.state == "booked"
    jobs.tell_offer.func(waiting.pk)
    assert mail.outbox[0].subject == "Retenu pour vous\u00a0: Machine nord/dry_etch"


@pytest.mark.parametrize("what", ["booked", "cancelled", "changed", "expired"])
@pytest.mark.parametrize(("language", "words"), [("fr", "\u00a0: Essai"), ("en", ": Essai")])
def test_mail_is_in_the_language_of_its_reader(what, language, words, etcher, ada, noon):
    ada.language = language
    ada.save()
    made = booked(etcher, monday(9), monday(10), ada, noon)
    jobs.tell_reservation.func(made.pk, what)
    assert mail.outbox[0].subject.endswith(words)
    assert "Machine nord/dry_etch, Site nord" in mail.outbox[0].body


def test_who_is_handed_a_booking_or_qualified_is_told(etcher, nord, ada, boss, noon):
    one = booked(etcher, monday(9), monday(10), ada, noon).bookings.get()
    jobs.tell_handed_over.func(one.pk)
    given = {"user": ada, "facility": nord, "code": "gravure", "level": 2}
    found = grant_qualification(actor=boss, at=noon, why="cours suivi", **given)
    jobs.tell_qualification.func(found.pk)
    assert [each.to for each in mail.outbox] == [["membre@example.org"]] * 2
    assert "Votre qualification gravure à Site nord\u00a0: accordée." in mail.outbox[1].body
    assert "cours suivi" in mail.outbox[1].body


# ── Qualifications and agreements ─────────────────────────────────────────────────────────────────
def held(user, noon):
    return qualifications_of(user, noon.date())


def test_asked_granted_revoked(nord, ada, boss, noon):
    tool(nord, qualification="gravure")
    asked = ask_qualification(facility=nord, code="gravure", actor=ada, at=noon)
    assert ask_qualification(facility=nord, code="gravure", actor=ada, at=noon) == asked
    grant = {"user": ada, "facility": nord, "code": "gravure", "level": 2}
    with pytest.raises(NotAllowed):
        grant_qualification(actor=ada, at=noon, **grant)
    granted = grant_qualification(actor=boss, expires_on=date(2027, 1, 1), at=noon, **grant)
    assert (granted.pk, granted.state, held(ada, noon)) == (asked.pk, "held", {"nord/gravure"})
    again = grant_qualification(actor=boss, at=noon, **grant)
    assert held(ada, noon) == {"nord/gravure"}
    with pytest.raises(NotStanding):
        refuse_qualification(qualification=granted, why="", actor=boss, at=noon)
    revoke_qualification(qualification=again, why="gants", actor=boss, at=noon)
    assert held(ada, noon) == set()
    refused = ask_qualification(facility=nord, code="gravure", actor=ada, at=noon)
    assert refuse_qualification(qualification=refused, why="cours", actor=boss, at=noon).state == "refused"


def test_a_trainer_trains_others_below_their_level(nord, ada, boss, noon):
    bob = member(noon, "bob")
    given = {"facility": nord, "code": "gravure", "at": noon}
    grant_qualification(user=ada, level=3, actor=boss, **given)
    assert grant_qualification(user=bob, level=2, actor=ada, **given).state == "held"
    for refused in ({"user": bob, "level": 3}, {"user": ada, "level": 2}):
        with pytest.raises(NotAllowed):
            grant_qualification(actor=ada, **refused, **given)
    with pytest.raises(NotAllowed):
        grant_qualification(user=bob, level=2, actor=ada, **{**given, "code": "recuit"})


def test_recognised_from_another_site_up_to_a_level(nord, ada, boss, noon):
    sud = site(noon, "sud", rules={"level": 2})
    machine, chief = tool(sud, qualification="G2"), runner(noon, sud, "chef-sud")
    grant_qualification(user=ada, facility=nord, code="gravure", level=3, actor=boss, at=noon)
    with pytest.raises(BookingRefused, match="not_qualified"):
        booked(machine, monday(9), monday(10), ada, noon)
    given = {"facility": sud, "other": nord, "other_code": "gravure", "code": "G2", "at": noon}
    with pytest.raises(NotAllowed):
        recognise_qualification(level=2, actor=boss, **given)
    recognise_qualification(level=1, actor=chief, **given)
    with pytest.raises(BookingRefused, match="level_too_low"):
        booked(machine, monday(9), monday(10), ada, noon)
    taken = recognise_qualification(level=2, actor=chief, **given)
    assert booked(machine, monday(9), monday(10), ada, noon).state == "booked"
    end_recognition(recognition=taken, actor=chief, at=noon)
    with pytest.raises(BookingRefused, match="not_qualified"):
        booked(machine, monday(10), monday(11), ada, noon)


def test_an_agreement_opens_a_site_until_it_ends(noon, ada):
    closed = site(noon, rules={"agreement": True})
    machine, chief = tool(closed, export_control=True), runner(noon, closed)
    with pytest.raises(BookingRefused) as refused:
        booked(machine, monday(9), monday(10), ada, noon)
    assert refused.value.codes == ("no_agreement", "not_cleared")
    given = {"facility": closed, "organisation": FIRM, "tier": "industrial", "signed_on": noon.date()}
    with pytest.raises(NotAllowed):
        record_agreement(actor=ada, at=noon, **given)
    signed = record_agreement(actor=chief, at=noon, cleared_until=date(2026, 11, 23), **given)
    assert booked(machine, monday(9), monday(10), ada, noon).state == "booked"
    with pytest.raises(BookingRefused, match=r"^not_cleared$"):
        booked(machine, monday(9, days=1), monday(10, days=1), ada, noon)
    end_agreement(agreement=signed, actor=chief, at=noon)
    with pytest.raises(BookingRefused, match="no_agreement"):
        booked(machine, monday(10), monday(11), ada, noon)


# ── Use ───────────────────────────────────────────────────────────────────────────────────────────
def test_use_is_logged_and_priced(etcher, ada, boss, noon):
    one = booked(etcher, monday(9), monday(12), ada, noon).bookings.get()
    with pytest.raises(BookingRefused, match="use_early"):
        start_use(booking=one, actor=ada, at=monday(8))
    begun = start_use(booking=one, actor=ada, at=monday(9, 5))
    assert start_use(booking=one, actor=ada, at=monday(9, 6)) == begun
    log = UseLog(monday(9, 5), monday(10, 35), runs=2, wafers=3)
    with pytest.raises(BookingRefused, match="use_late"):
        log_use(booking=one, log=log, actor=ada, at=monday(10))
    used = log_use(booking=one, log=log, actor=ada, at=monday(11))
    assert (used.pk, used.price_cad, used.runs) == (begun.pk, Decimal("150.00"), 2)
    with pytest.raises(NotAllowed):
        log_use(booking=one, log=log, actor=ada, at=monday(11))
    with pytest.raises(NotStanding):
        cancel_booking_of(one, ada, noon)
    assert log_use(booking=one, log=log, actor=boss, at=monday(11)).price_cad == Decimal("150.00")


def cancel_booking_of(booking, actor, at):
    from grappe.hub.equipment.actions.releasing import cancel_booking

    return cancel_booking(booking=booking, actor=actor, at=at)


def test_open_booked_used_missed(etcher, ada, boss, noon):
    kept = booked(etcher, monday(9), monday(12), ada, noon).bookings.get()
    booked(etcher, monday(13), monday(15), ada, noon)
    cancel_reservation(reservation=booked(etcher, monday(15), monday(16), ada, noon), actor=ada, at=noon)
    close(etcher, monday(16), monday(20), boss, noon, "maintenance")
    log = UseLog(monday(9), monday(11))
    log_use(booking=kept, log=log, actor=ada, at=monday(12))
    assert mark_missed(at=monday(13, 59)) == 0
    assert [mark_missed(at=monday(14)) for _ in range(2)] == [1, 0]
    found = utilisation(etcher, monday(0), monday(0, days=1))
    assert found == Utilisation(open_min=480, booked_min=300, used_min=120, missed_min=120)
    late = Booking.objects.get(missed_at__isnull=False)
    start_use(booking=late, actor=ada, at=monday(14, 30))
    assert utilisation(etcher, monday(0), monday(0, days=1)).missed_min == 0
    assert Reservation.objects.count() == 3
