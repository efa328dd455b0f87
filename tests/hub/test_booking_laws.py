"""Laws of bookings: given back, they leave no trace; no unit has two; policy and action agree."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grappe.hub.equipment.actions.holding import confirm_reservation, hold_bookings
from grappe.hub.equipment.actions.moving import move_bookings
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.releasing import cancel_booking, cancel_reservation, expire_holds
from grappe.hub.equipment.models import Booking
from grappe.hub.equipment.queries.numbers import busy, total_of
from grappe.hub.equipment.queries.wishes import BookingWish, load_deciding, refusals_of
from hub.equipment_fixtures import FIRM, member, monday, site, tool

pytestmark = pytest.mark.django_db
LAW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
ASKED = {"organisation": FIRM, "tier": "industrial"}
#: Quarters of an hour from the first Monday, 6 in the morning; half of them are outside hours.
spans = st.tuples(st.integers(0, 200), st.integers(1, 24)).map(
    lambda two: (monday(6) + timedelta(minutes=15 * two[0]), timedelta(minutes=15 * two[1]))
)
orders = st.lists(st.tuples(st.integers(0, 2), spans), min_size=1, max_size=2)


@contextmanager
def undone():
    """What happens inside leaves nothing: the next example begins as this one did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shop(noon):
    """Three machines of two sites, one of two units, with rules that refuse now and then; and who books."""
    rules = {"longest_h": 4, "person_quota_h": 12, "notice_h": 26}
    nord, sud = site(noon, rules=rules), site(noon, "sud")
    machines = [tool(nord), tool(sud, "polishing", capacity=2), tool(sud, "contact_lithography")]
    return machines, member(noon)


def wishes_of(order, machines):
    return [
        BookingWish(machines[at], start, start + length, machines[at].capabilities.get())
        for at, (start, length) in order
    ]


def hold(order, shop, noon):
    """The reservation of *order*, None when it is refused."""
    machines, user = shop
    try:
        return hold_bookings(wishes=wishes_of(order, machines), title="loi", actor=user, at=noon, **ASKED)
    except BookingRefused:
        return None


def free_busy(machines, noon):
    return [busy(each, noon, noon + timedelta(days=30), at=noon) for each in machines]


def overlapping():
    rows = Booking.objects.filter(released_at=None).order_by("equipment", "unit", "starts_at")
    return [
        (one, two)
        for one, two in pairwise(rows)
        if (one.equipment_id, one.unit) == (two.equipment_id, two.unit) and two.starts_at < one.ends_at
    ]


@LAW
@given(first=orders, second=orders, is_confirmed=st.booleans())
def test_booking_then_cancelling_is_the_identity(shop, noon, first, second, is_confirmed):
    machines, user = shop
    with undone():
        hold(first, shop, noon)
        before = free_busy(machines, noon)
        made = hold(second, shop, noon)
        if made is not None:
            assert free_busy(machines, noon) != before
            if is_confirmed:
                confirm_reservation(reservation=made, actor=user, at=noon)
            cancel_reservation(reservation=made, actor=user, at=noon)
        assert free_busy(machines, noon) == before


@LAW
@given(st.lists(st.tuples(st.sampled_from(["hold", "cancel", "one", "move", "expire"]), orders), max_size=8))
def test_no_unit_ever_has_two_and_every_sum_is_of_its_parts(shop, noon, acts):
    made = []
    with undone():
        for act, order in acts:
            _do(act, order, made, shop, noon)
            assert overlapping() == []
        for each in made:
            each.refresh_from_db()
            prices = [one.price_cad for one in each.bookings.filter(released_at=None)]
            assert total_of(each) == sum(prices)
            assert (each.state == "held") == bool(prices)


def _do(act, order, made, shop, noon):
    machines, user = shop
    given_ = {"actor": user, "at": noon}
    try:
        if act == "hold":
            reservation = hold(order, shop, noon)
            made += [reservation] if reservation else []
        elif act == "expire":
            expire_holds(at=noon)
        elif made and act == "cancel":
            cancel_reservation(reservation=made[0], **given_)
        elif made:
            one = made[-1].bookings.filter(released_at=None).first()
            if one and act == "one":
                cancel_booking(booking=one, **given_)
            elif one:
                move_bookings(moves=[(one, wishes_of(order, machines)[0])], **given_)
    except (BookingRefused, NotStanding):
        pass


@LAW
@given(before=orders, order=orders)
def test_the_action_refuses_what_the_policy_refuses(shop, noon, before, order):
    machines, user = shop
    with undone():
        hold(before, shop, noon)
        wish = wishes_of(order, machines)[0]
        # The policy asks about an operator: the one who will be.
        asked = BookingWish(wish.equipment, wish.starts_at, wish.ends_at, wish.capability, user)
        deciding = load_deciding([asked], at=noon, **ASKED)
        said = tuple(each.code for each in refusals_of(asked, deciding))
        try:
            hold_bookings(wishes=[wish], title="loi", actor=user, at=noon, **ASKED)
            done = ()
        except BookingRefused as refused:
            done = refused.codes
        assert done == said
