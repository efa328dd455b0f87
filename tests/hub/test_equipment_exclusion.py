"""The database itself keeps a unit from being taken twice."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction

from grappe.hub.equipment.models import Booking, Equipment, Facility, Reservation
from grappe.hub.people.models import User

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def aligner(db):
    site = Facility.objects.create(code="fictif", name="Site fictif", record={"id": "fictif"}, loaded_at=NOON)
    return Equipment.objects.create(code="fictif/aligneur", facility=site, name="Aligneur", capacity=2)


def book(aligner, start, end, unit=1, **more):
    user, _ = User.objects.get_or_create(username="ada")
    reservation = Reservation.objects.create(
        title="Essai", user=user, tier="academic", state="booked", made_at=NOON
    )
    return Booking.objects.create(
        reservation=reservation, equipment=aligner, unit=unit, operator=user,
        starts_at=NOON + timedelta(hours=start), ends_at=NOON + timedelta(hours=end), **more,
    )  # fmt: skip


def is_refused(aligner, *span, **more):
    with pytest.raises(IntegrityError), transaction.atomic():
        book(aligner, *span, **more)
    return True


def test_a_unit_is_taken_once(aligner):
    book(aligner, 0, 2)
    assert is_refused(aligner, 1, 3)
    assert is_refused(aligner, -1, 5)
    book(aligner, 2, 3)
    book(aligner, 1, 3, unit=2)
    book(aligner, 0, 2, released_at=NOON)
    assert is_refused(aligner, 0.5, 1)
    assert Booking.objects.count() == 4


def test_nor_by_moving_a_booking_or_taking_a_release_back(aligner):
    book(aligner, 0, 2)
    later, released = book(aligner, 2, 4), book(aligner, 0, 2, released_at=NOON)
    for booking, change in ((later, {"starts_at": NOON}), (released, {"released_at": None})):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(**change)
    with pytest.raises(ValidationError):
        Booking(
            equipment=aligner, unit=1, starts_at=NOON, ends_at=NOON + timedelta(hours=1)
        ).validate_constraints()


@pytest.mark.django_db(transaction=True)
def test_the_constraint_survives_a_table_made_again(aligner):
    narrow, wide = Booking._meta.get_field("unit"), models.PositiveIntegerField(default=1)
    wide.set_attributes_from_name("unit")
    wide.model = Booking
    for old, new in ((narrow, wide), (wide, narrow)):
        with connection.schema_editor() as editor:
            editor.alter_field(Booking, old, new)
    book(aligner, 0, 2)
    assert is_refused(aligner, 1, 3)
