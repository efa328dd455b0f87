"""Bookings: held, confirmed, cancelled, moved, handed over, over one site or several, all or nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from grappe.hub.equipment.actions.holding import book, book_weekly, confirm_reservation, hold_bookings
from grappe.hub.equipment.actions.moving import hand_over_booking, move_bookings
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.releasing import cancel_booking, cancel_reservation, expire_holds
from grappe.hub.equipment.actions.taking import store_bookings
from grappe.hub.equipment.models import Booking, Reservation
from grappe.hub.equipment.queries.access import visible_bookings, visible_reservations
from grappe.hub.equipment.queries.numbers import busy, total_of
from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import NotAllowed
from hub.desk_fixtures import person
from hub.equipment_fixtures import FIRM, OTHER_FIRM, booked, member, monday, runner, site, tool, wish

pytestmark = pytest.mark.django_db
ASKED = {"organisation": FIRM, "tier": "industrial", "title": "Lot 7"}


def spans(machine, noon):
    found = busy(machine, noon, noon + timedelta(days=30), at=noon)
    return [(each.start, each.end, each.kind) for each in found]


def test_a_booking_has_its_unit_its_price_and_its_line(etcher, ada, noon):
    made = booked(etcher, monday(9), monday(11, 30), ada, noon)
    one = made.bookings.get()
    assert (made.state, one.unit, one.operator, one.price_cad) == ("booked", 1, ada, Decimal("250.00"))
    assert spans(etcher, noon) == [(monday(9), monday(11, 30), "booking")]
    assert total_of(made) == Decimal("250.00")
    line = Entry.objects.get(verb="book")
    assert (line.actor, line.object_id) == (ada, str(made.pk))


def test_a_booking_over_night_pays_for_open_time_only(etcher, ada, noon):
    one = booked(etcher, monday(16), monday(9, days=1), ada, noon).bookings.get()
    assert one.price_cad == Decimal("200.00")


def test_all_of_several_sites_or_nothing(etcher, ada, noon):
    other = tool(site(noon, "sud"), "contact_lithography")
    wishes = [wish(etcher, monday(9), monday(10)), wish(other, monday(19), monday(20))]
    with pytest.raises(BookingRefused) as refused:
        hold_bookings(wishes=wishes, actor=ada, at=noon, **ASKED)
    assert [(place, each.code) for place, each in refused.value.refusals] == [(1, "outside_hours")]
    assert [model.objects.count() for model in (Reservation, Booking)] == [0, 0]
    assert not Entry.objects.filter(verb="hold_bookings").exists()
    wishes[1] = wish(other, monday(13), monday(14))
    held = hold_bookings(wishes=wishes, actor=ada, at=noon, **ASKED)
    assert (held.state, held.bookings.count()) == ("held", 2)


def test_what_is_taken_comes_with_the_nearest_free_times(etcher, ada, noon):
    booked(etcher, monday(9), monday(11), ada, noon)
    with pytest.raises(BookingRefused) as refused:
        booked(etcher, monday(10), monday(12), ada, noon)
    ((_, reason),) = refused.value.refusals
    assert reason.code == "taken"
    assert reason.offered == (
        (monday(11), monday(13)),
        (monday(13), monday(15)),
    )


def test_the_first_free_unit_of_two(nord, ada, noon):
    pair = tool(nord, capacity=2)
    units = [booked(pair, monday(9), monday(10), ada, noon).bookings.get().unit for _ in range(2)]
    assert units == [1, 2]
    with pytest.raises(BookingRefused, match="taken"):
        booked(pair, monday(9), monday(10), ada, noon)
    cancel_booking(booking=Booking.objects.get(unit=1), actor=ada, at=noon)
    assert booked(pair, monday(9, 30), monday(10), ada, noon).bookings.get().unit == 1


def test_a_hold_lapses_and_its_time_is_free_again(etcher, ada, noon):
    held = hold_bookings(
        wishes=[wish(etcher, monday(9), monday(10))], minutes_held=30, actor=ada, at=noon, **ASKED
    )
    later = noon + timedelta(minutes=30)
    with pytest.raises(NotStanding):
        confirm_reservation(reservation=held, actor=ada, at=later)
    # Nobody ran the timer: the next booking lets go of it.
    booked(etcher, monday(9), monday(10), ada, later)
    held.refresh_from_db()
    assert (held.state, held.ended_at) == ("expired", later)
    assert expire_holds(at=later) == 0


def test_a_confirmed_hold_stays(etcher, ada, noon):
    held = hold_bookings(wishes=[wish(etcher, monday(9), monday(10))], actor=ada, at=noon, **ASKED)
    assert held.expires_at == noon + timedelta(hours=48)
    for _ in range(2):
        kept = confirm_reservation(reservation=held, actor=ada, at=noon)
    assert (kept.state, kept.expires_at) == ("booked", None)
    assert expire_holds(at=noon + timedelta(days=9)) == 0
    assert Entry.objects.filter(verb="confirm_reservation").count() == 1


def test_every_week_at_the_same_hour_across_a_change_of_clocks(etcher, ada, noon):
    march = monday(9).replace(year=2027, month=3, day=1)
    made = book_weekly(wish=wish(etcher, march, march.replace(hour=10)), weeks=3, actor=ada, at=noon, **ASKED)
    hours = [each.starts_at.astimezone(march.tzinfo).hour for each in made.bookings.all()]
    utc = [each.starts_at.hour for each in made.bookings.all()]
    assert (hours, utc) == ([9, 9, 9], [14, 14, 13])


def test_cancelling_gives_the_time_back_once(etcher, ada, noon):
    made = booked(etcher, monday(9), monday(10), ada, noon)
    cancel_reservation(reservation=made, why="reporté", actor=ada, at=noon)
    made.refresh_from_db()
    assert (made.state, made.why, spans(etcher, noon), total_of(made)) == ("cancelled", "reporté", [], 0)
    with pytest.raises(NotStanding):
        cancel_reservation(reservation=made, actor=ada, at=noon)


def test_too_late_to_cancel_but_for_those_who_run_the_site(noon, ada):
    strict = site(noon, rules={"cancel_notice_h": 24})
    made = booked(tool(strict), monday(9), monday(10), ada, noon)
    late = monday(9) - timedelta(hours=23)
    with pytest.raises(BookingRefused, match="cancel_late"):
        cancel_reservation(reservation=made, actor=ada, at=late)
    with pytest.raises(BookingRefused, match="cancel_late"):
        cancel_booking(booking=made.bookings.get(), actor=ada, at=late)
    cancel_reservation(reservation=made, actor=runner(noon, strict), at=late)
    assert spans(strict.equipment.get(), noon) == []


def test_moved_in_one_go_or_not_at_all(etcher, ada, noon):
    made = booked(etcher, monday(9), monday(10), ada, noon)
    booked(etcher, monday(13), monday(14), ada, noon)
    old = made.bookings.get()
    with pytest.raises(BookingRefused, match="taken"):
        move_bookings(moves=[(old, wish(etcher, monday(13), monday(15)))], actor=ada, at=noon)
    assert spans(etcher, noon)[0] == (monday(9), monday(10), "booking")
    # It may overlap the time that it leaves.
    change = (old, wish(etcher, monday(9, 30), monday(11)))
    moved = move_bookings(moves=[change], actor=ada, at=noon)[0]
    assert (moved.price_cad, total_of(made), moved.reservation) == (
        Decimal("150.00"),
        Decimal("150.00"),
        made,
    )
    assert spans(etcher, noon)[0] == (monday(9, 30), monday(11), "booking")
    with pytest.raises(NotStanding):
        move_bookings(moves=[(old, wish(etcher, monday(15), monday(16)))], actor=ada, at=noon)


def test_handed_over_to_a_colleague_who_is_qualified(nord, ada, noon):
    from grappe.hub.equipment.actions.qualifications import grant_qualification

    asked = tool(nord, qualification="gravure")
    boss = runner(noon, nord)
    for user in (ada, bob := member(noon, "bob")):
        assert user.is_active
    grant_qualification(user=ada, facility=nord, code="gravure", level=2, actor=boss, at=noon)
    made = booked(asked, monday(9), monday(10), ada, noon).bookings.get()
    with pytest.raises(BookingRefused, match="not_qualified"):
        hand_over_booking(booking=made, to=bob, actor=ada, at=noon)
    grant_qualification(user=bob, facility=nord, code="gravure", level=2, actor=boss, at=noon)
    assert hand_over_booking(booking=made, to=bob, actor=ada, at=noon).operator == bob
    with pytest.raises(NotAllowed):
        hand_over_booking(booking=made, to=member(noon, "eve", OTHER_FIRM), actor=ada, at=noon)


def test_who_books_and_who_sees(etcher, nord, ada, noon):
    boss, stranger = runner(noon, nord), member(noon, "eve", OTHER_FIRM)
    chief, reader = person(noon, "manager", "optonique"), person(noon, "viewer", "optonique")
    made = booked(etcher, monday(9), monday(10), ada, noon)
    for user in (stranger, reader):
        with pytest.raises(NotAllowed):
            booked(etcher, monday(10), monday(11), user, noon)
        with pytest.raises(NotAllowed):
            cancel_reservation(reservation=made, actor=user, at=noon)
    booked(etcher, monday(11), monday(12), boss, noon, organisation="")
    booked(etcher, monday(12), monday(13), chief, noon)
    seen = {user: visible_bookings(user).count() for user in (ada, boss, chief, stranger, reader)}
    assert seen == {ada: 2, boss: 3, chief: 3, stranger: 0, reader: 0}
    assert [each.title for each in visible_reservations(stranger)] == []
    assert visible_reservations(boss).count() == 3


def test_what_only_the_database_finds_is_told_as_the_policy_tells_it(etcher, ada, noon):
    made = booked(etcher, monday(9), monday(11), ada, noon)
    late = Booking(
        equipment=etcher, capability=etcher.capabilities.get(), operator=ada, starts_at=monday(10),
        ends_at=monday(12),
    )  # fmt: skip
    with pytest.raises(BookingRefused) as refused:
        store_bookings(made, [late], at=noon)
    ((place, reason),) = refused.value.refusals
    assert (place, reason.code, reason.offered[0]) == (0, "taken", (monday(11), monday(13)))
    assert made.bookings.count() == 1


@pytest.mark.parametrize("count", [1, 40])
def test_many_at_once_ask_no_more_than_one(count, etcher, ada, noon, django_assert_num_queries):
    times = [monday(8 + place % 9, days=place // 9 % 5 + place // 45 * 7) for place in range(count)]
    wishes = [wish(etcher, each, each + timedelta(hours=1)) for each in times]
    ada = type(ada).objects.get(pk=ada.pk)
    with django_assert_num_queries(15):
        book(wishes=wishes, actor=ada, at=noon, **ASKED)


def test_nothing_asked_is_a_fault_of_the_caller(ada, noon):
    with pytest.raises(ValueError, match="nothing"):
        book(wishes=[], actor=ada, at=noon, **ASKED)
