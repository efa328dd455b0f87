"""What the tests of bookings share: two fictional sites, people, and how a booking is asked for."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grappe.hub.equipment.actions.holding import book
from grappe.hub.equipment.models import Capability, Equipment, Facility, Rate, Transfer
from grappe.hub.equipment.queries.wishes import BookingWish
from grappe.hub.people.actions import grant_role
from grappe.hub.people.models import User

ZONE = ZoneInfo("America/Montreal")
WEEK = ("mon", "tue", "wed", "thu", "fri")
FIRM, OTHER_FIRM = "QC-FIRME", "QC-AUTRE"


def monday(hour, minute=0, *, days=0):
    """The first Monday of the tests at that hour of Montréal, and days after it."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=ZONE) + timedelta(days=days)


def site(noon, code="nord", *, cluster="optonique", organisation="", rules=None, **record):
    """A site that opens from 8 to 17 on working days."""
    told = {
        "openings": {day: ["08:00-17:00"] for day in WEEK}, "timezone": "America/Montreal",
        "confirmed_on": "2026-11-01", **record,
    }  # fmt: skip
    return Facility.objects.create(
        code=code, name=f"Site {code}", cluster=cluster, organisation=organisation or f"QC-{code.upper()}",
        record=told, rules=rules or {}, loaded_at=noon, is_fictional=True,
    )  # fmt: skip


def tool(facility, process="dry_etch", *, hourly="100", capacity=1, kind="instrument", suffix="", **record):
    """A machine of *facility*, what it does, and its hourly rate."""
    code = f"{facility.code}/{process}{suffix}"
    machine = Equipment.objects.create(
        code=code, facility=facility, name=f"Machine {code}", capacity=capacity, kind=kind, record={}
    )
    tiers = {"industrial": {"unit": "hour", "amount": hourly}, "academic": {"unit": "hour", "amount": "10"}}
    Rate.objects.create(code=code, facility=facility, record={"tiers": tiers})
    told = {"rate": code, "run_min": 60, "wafer_mm": ["100"], **record}
    Capability.objects.create(
        code=code, facility=facility, equipment=machine, process=process, name=code, record=told
    )
    return machine


def way(origin, destination, days=1):
    """The way between two sites, both ways."""
    return Transfer.objects.create(
        origin=origin, destination=destination, record={"days": days, "price_cad": "50"}
    )


def member(noon, username="membre", organisation=FIRM):
    """An account that represents *organisation*."""
    user = User.objects.create_user(username, f"{username}@example.org")
    grant_role(user=user, name="representative", organisation=organisation, actor=None, at=noon)
    return user


def runner(noon, facility, username="responsable"):
    """An account of the organisation that *facility* belongs to: it runs the site."""
    return member(noon, username, facility.organisation)


def wish(machine, start, end, **more):
    """What *machine* does, from *start* to *end*."""
    doing = more.pop("capability", None) or machine.capabilities.first()
    return BookingWish(machine, start, end, doing, **more)


def booked(machine, start, end, actor, noon, **more):
    """A booking of one wish, made."""
    given = {"organisation": FIRM, "tier": "industrial", "title": "Essai", **more}
    return book(wishes=[wish(machine, start, end)], actor=actor, at=noon, **given)


@pytest.fixture
def nord(noon):
    """A site of the tests."""
    return site(noon)


@pytest.fixture
def etcher(nord):
    """A machine of that site."""
    return tool(nord)


@pytest.fixture
def ada(noon):
    """Somebody who books for the firm."""
    return member(noon)


@pytest.fixture
def boss(noon, nord):
    """Somebody who runs that site."""
    return runner(noon, nord)
