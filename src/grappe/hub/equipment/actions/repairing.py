"""The write that puts a reservation right again."""

from collections.abc import Sequence
from datetime import datetime

from grappe.hub.equipment.actions.moving import Move, move_bookings
from grappe.hub.equipment.models import Booking
from grappe.hub.people.models import User


def accept_repair(*, moves: Sequence[Move], actor: User, at: datetime) -> list[Booking]:
    """Move as ``queries.repairs.propose_repair`` proposed; returns the new bookings. What changed meanwhile
    is found by the policy. Raises as ``move_bookings`` does."""
    return move_bookings(moves=moves, why="repair", actor=actor, at=at)
