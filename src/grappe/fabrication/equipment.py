"""What a catalogue holds: facilities, equipment (PIDINST 1.0), capabilities with their limits, transfers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from grappe.fabrication.quantities import Range
from grappe.fabrication.rates import RateRule
from grappe.statements.problems import Problem

#: From the strictest to the least strict; a machine accepts wafers of its own class and cleaner ones.
CONTAMINATION = ("front_end", "back_end", "general", "unrestricted")


@dataclass(frozen=True)
class Party:
    """An owner or a maker, with an identifier such as its ROR id."""

    name: str
    identifier: str | None = None
    identifier_type: str | None = None


@dataclass(frozen=True)
class Opening:
    """Hours worked on a day of the week (0 Monday), local time, *end* excluded."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class Facility:
    """A site that keeps its own catalogue. *confirmed_on* older than *stale_after_days* shows as stale."""

    id: str
    name: str
    city: str = ""
    ror: str | None = None
    timezone: str = "America/Montreal"
    openings: tuple[Opening, ...] = ()
    closed_on: frozenset[date] = frozenset()
    confirmed_on: date | None = None
    stale_after_days: int = 365
    online: bool = True

    def is_stale(self, on: date) -> bool:
        """Whether nobody can vouch for its bookings on that day: offline, never or long ago confirmed."""
        if not self.online or self.confirmed_on is None:
            return True
        return (on - self.confirmed_on).days > self.stale_after_days


@dataclass(frozen=True)
class Booking:
    """A time when one unit of an equipment is taken: booked, in maintenance or out of order."""

    equipment: str
    start: datetime
    end: datetime
    kind: Literal["booking", "maintenance", "outage"] = "booking"


@dataclass(frozen=True)
class Equipment:
    """One instrument, with the properties of PIDINST 1.0 (Krahl et al. 2022, doi:10.15497/RDA00070)."""

    id: str
    name: str
    facility: str
    identifier: str | None = None
    identifier_type: str | None = None
    landing_page: str | None = None
    owners: tuple[Party, ...] = ()
    manufacturers: tuple[Party, ...] = ()
    model: str | None = None
    description: str | None = None
    instrument_types: tuple[str, ...] = ()
    measured_variables: tuple[str, ...] = ()
    commissioned_on: date | None = None
    decommissioned_on: date | None = None
    related: tuple[tuple[str, str, str], ...] = ()
    serial_numbers: tuple[str, ...] = ()
    capacity: int = 1


@dataclass(frozen=True)
class Capability:
    """What an equipment, or a facility's staff, can do, within published limits.

    *limits* maps a property of ``properties.toml`` to a range; *wafer_mm* are the diameters taken. An empty
    limit says nothing: it is to ask, not a freedom. Times are minutes, *queue_days* are the median and the
    90th percentile of days waited before a run, *qualification* is what an operator must hold.
    """

    id: str
    facility: str
    process: str
    name: str = ""
    equipment: str | None = None
    limits: Mapping[str, Range] = field(default_factory=dict)
    materials_allowed: frozenset[str] = frozenset()
    materials_forbidden: frozenset[str] = frozenset()
    wafer_mm: tuple[Range, ...] = ()
    contamination: str | None = None
    batch: int | None = None
    setup_min: int = 0
    run_min: int = 60
    queue_days: tuple[float, float] = (0.0, 0.0)
    qualification: str | None = None
    rate: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    as_of: str | None = None
    source: str | None = None

    @property
    def resource(self) -> str:
        """What is occupied while it runs: the equipment, or the capability itself without one."""
        return self.equipment or self.id


@dataclass(frozen=True)
class Transfer:
    """From one facility to another: days on the road and at customs, and the price of a shipment."""

    origin: str
    destination: str
    days: int
    customs_days: int = 0
    price_cad: Decimal = Decimal(0)


@dataclass(frozen=True)
class Catalogue:
    """Everything that several facilities offer, each part under its own id."""

    facilities: Mapping[str, Facility] = field(default_factory=dict)
    equipment: Mapping[str, Equipment] = field(default_factory=dict)
    capabilities: tuple[Capability, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    rates: Mapping[str, RateRule] = field(default_factory=dict)
    #: What was read with a doubt (warnings only).
    problems: tuple[Problem, ...] = ()

    def transfer(self, origin: str, destination: str) -> Transfer | None:
        """The way between two facilities, the same back unless said; None when there is none."""
        if origin == destination:
            return Transfer(origin, destination, 0)
        for pair in ((origin, destination), (destination, origin)):
            for one in self.transfers:
                if (one.origin, one.destination) == pair:
                    return one
        return None
