"""The shapes of pooled equipment: what sites offer, when it is free, who reserved what."""

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from grappe.hub.api.shapes import Text


class Facility(Schema):
    """A site, as its own catalogue says."""

    code: str
    url: str
    name: str
    city: str | None
    organisation: str | None = Field(description="Canonical id of the organisation that runs it.")
    timezone: str
    confirmed_on: str | None = Field(description="When its catalogue was last confirmed.")
    is_stale: bool = Field(description="Nobody vouches for what is free there: offline, or long unconfirmed.")
    is_fictional: bool
    rules: dict[str, Any] = Field(description="What it asks before a booking.")
    source: str | None


class Facilities(Schema):
    """One page of sites."""

    items: list[Facility]
    next: str | None


class Equipment(Schema):
    """What a booking occupies: an instrument, or a site’s staff."""

    id: int
    url: str
    code: str
    facility: str
    kind: Literal["instrument", "staff"]
    name: str
    capacity: int = Field(description="How many bookings it takes at once.")
    record: dict[str, Any] = Field(description="As the site’s catalogue says it.")


class EquipmentList(Schema):
    """One page of equipment."""

    items: list[Equipment]
    next: str | None


class Capability(Schema):
    """What an equipment can do, within published limits."""

    code: str
    facility: str
    equipment: str
    process: str
    name: str
    record: dict[str, Any] = Field(description="Limits, materials, times, rate, as the catalogue says them.")


class Capabilities(Schema):
    """One page of capabilities."""

    items: list[Capability]
    next: str | None


class Reason(Schema):
    """Why not, or what to ask first."""

    code: str
    refuses: bool = Field(description="Whether it rules the capability out, rather than being a question.")
    fr: str
    en: str


class Verdict(Schema):
    """One capability against what was asked."""

    capability: str
    name: str
    facility: str
    process: str
    can: bool
    reasons: list[Reason]


class Verdicts(Schema):
    """Those who can first, the fewest questions first; then those who cannot, with every reason."""

    unread: list[str] = Field(description="Words of the question that said nothing.")
    items: list[Verdict]


class Span(Schema):
    """A time."""

    start: str
    end: str


class Busy(Span):
    """A time when units are taken, and why; never by whom."""

    kind: Literal["booking", "maintenance", "outage"]
    units: int


class FreeBusy(Schema):
    """When an equipment is open, and when it is taken. A stale site shows no open time."""

    equipment: str
    timezone: str
    capacity: int
    is_stale: bool
    open: list[Span]
    busy: list[Busy]


class NewBooking(Schema):
    """One booking asked for."""

    model_config = ConfigDict(extra="forbid")
    capability: Text = Field("", max_length=120, description="Its code; or that of `equipment`.")
    equipment: Text = Field("", max_length=120)
    start: Text = Field(max_length=40, description="ISO 8601; the site’s own time without an offset.")
    end: Text = Field(max_length=40)
    operator: Text = Field("", max_length=150, description="User name of who works on it; empty: you.")
    step: Text = Field("", max_length=200)
    wafers: int = Field(1, ge=0, le=100_000)
    runs: int = Field(1, ge=0, le=100_000)
    materials: list[Text] = Field([], max_length=50)


class NewReservation(Schema):
    """Bookings asked for together: all are taken, or none."""

    model_config = ConfigDict(extra="forbid")
    title: Text = Field(min_length=1, max_length=200)
    organisation: Text = Field("", max_length=20, description="Whom it is for; empty: the site itself.")
    tier: Text = Field("industrial", min_length=1, max_length=40)
    hold: bool = Field(True, description="Held until confirmed; false: booked at once.")
    minutes_held: int | None = Field(None, ge=1, le=1_000_000)
    bookings: list[NewBooking] = Field(min_length=1, max_length=400)


class Booking(Schema):
    """One unit of an equipment, for a time."""

    id: int
    facility: str
    equipment: str
    capability: str | None
    unit: int
    operator: str
    start: str
    end: str
    step: str | None
    wafers: int
    runs: int
    price_cad: str
    is_released: bool = Field(description="Its time was given back.")


class Reservation(Schema):
    """Bookings made together."""

    id: int
    url: str
    title: str
    organisation: str | None
    tier: str
    state: Literal["held", "booked", "cancelled", "expired"]
    made_by: str
    made_at: str
    expires_at: str | None = Field(description="When a hold that nobody confirms lets go.")
    total_cad: str = Field(description="The sum of what was not given back.")
    bookings: list[Booking]


class Reservations(Schema):
    """One page of reservations, the latest first."""

    items: list[Reservation]
    next: str | None


class Cancelled(Schema):
    """Why."""

    model_config = ConfigDict(extra="forbid")
    why: Text = Field("", max_length=1_000)


class NewPlan(Schema):
    """A flow to plan over the sites as they stand."""

    model_config = ConfigDict(extra="forbid")
    flow: dict[str, Any] = Field(description="As `grappe flow plan` reads it.")
    objective: Literal["lead-time", "price", "balanced"] = "balanced"


class Plan(Schema):
    """Routes from the fastest to the cheapest, or what blocks them all."""

    flow: str
    version: str
    wafers: int
    chosen: int | None = None
    routes: list[dict[str, Any]] = []
    blocking: list[dict[str, Any]] = []
