"""What is stored of pooled equipment."""

from grappe.hub.equipment.models.access import Agreement, Qualification, Recognition
from grappe.hub.equipment.models.bookings import Booking, Closure, Reservation, Use, Waiting
from grappe.hub.equipment.models.catalogue import Capability, Equipment, Facility, Rate, Transfer
from grappe.hub.equipment.models.flows import FlowReview, FlowVersion
from grappe.hub.equipment.models.requests import AccessRequest, Quote, Search

__all__ = [
    "AccessRequest",
    "Agreement",
    "Booking",
    "Capability",
    "Closure",
    "Equipment",
    "Facility",
    "FlowReview",
    "FlowVersion",
    "Qualification",
    "Quote",
    "Rate",
    "Recognition",
    "Reservation",
    "Search",
    "Transfer",
    "Use",
    "Waiting",
]
