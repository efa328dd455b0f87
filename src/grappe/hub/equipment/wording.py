"""What capabilities, limits and prices are called, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from grappe.fabrication.equipment import CONTAMINATION, Capability, Catalogue, Facility
from grappe.fabrication.matching import Verdict, Wish, property_name
from grappe.fabrication.quantities import show_range
from grappe.fabrication.taxonomy import term_name
from grappe.hub.registry.wording import language

_NBSP = "\u00a0"


@dataclass(frozen=True)
class Line:
    """What a page says of one capability; *why* are reasons against it, *ask* what to ask first."""

    capability: Capability
    facility: Facility
    process: str
    limits: tuple[tuple[str, str], ...]
    hourly: str
    wait: str
    why: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


def capability_line(capability: Capability, catalogue: Catalogue, verdict: Verdict | None = None) -> Line:
    """*capability* in words, with the reasons of *verdict*."""
    told = language()
    reasons = verdict.reasons if verdict else ()
    return Line(
        capability,
        catalogue.facilities[capability.facility],
        process_name(capability.process),
        tuple(limits_of(capability)),
        hourly_price(capability, catalogue),
        usual_wait(capability),
        tuple(each.describe(told) for each in reasons if each.refuses),
        tuple(each.describe(told) for each in reasons if not each.refuses),
    )


def name_of(row: Any) -> str:
    """What a stored site, equipment or capability is called in the reader's language."""
    return str(row.record.get(f"name_{language()}") or row.name)


def process_name(code: str) -> str:
    """The name of a process of the taxonomy."""
    return term_name("processes", code, language())


def material_name(code: str) -> str:
    """The name of a material of the taxonomy."""
    return term_name("materials", code, language())


def contamination_name(code: str) -> str:
    """The name of a class of contamination."""
    return {
        "front_end": gettext("front end only"),
        "back_end": gettext("back end and cleaner"),
        "general": gettext("general"),
        "unrestricted": gettext("unrestricted"),
    }[code]


def limits_of(capability: Capability) -> Iterator[tuple[str, str]]:
    """(what, limit) of each limit that *capability* publishes."""
    told = language()
    if capability.wafer_mm:
        yield property_name("wafer", told), ", ".join(show_range(one, told) for one in capability.wafer_mm)
    for name, limit in capability.limits.items():
        yield property_name(name, told), show_range(limit, told)
    for label, codes in (
        (gettext("takes"), capability.materials_allowed),
        (gettext("refuses"), capability.materials_forbidden),
    ):
        if codes:
            yield label, ", ".join(sorted(material_name(code) for code in codes))
    if capability.contamination in CONTAMINATION:
        yield property_name("contamination", told), contamination_name(capability.contamination)
    if capability.batch:
        yield gettext("lot"), str(capability.batch)
    if capability.qualification:
        yield gettext("qualification"), capability.qualification
    if capability.valid_to:
        yield gettext("until"), day(capability.valid_to)


def wish_parts(wish: Wish) -> Iterator[tuple[str, str]]:
    """(what, value) of each thing that *wish* asks."""
    told = language()
    if wish.process:
        yield gettext("process"), process_name(wish.process)
    if wish.materials:
        yield gettext("materials"), ", ".join(material_name(code) for code in wish.materials)
    if wish.wafer_mm:
        yield property_name("wafer", told), show_range(wish.wafer_mm, told)
    for name, limit in wish.limits.items():
        yield property_name(name, told), show_range(limit, told)
    if wish.quantity > 1:
        yield gettext("quantity"), str(wish.quantity)


def hourly_price(capability: Capability, catalogue: Catalogue, tier: str = "industrial") -> str:
    """What one unit costs at *tier*; "" when nothing is published."""
    rule = catalogue.rates.get(capability.rate or "")
    tariff = rule.tiers.get(tier) if rule else None
    return f"{money(tariff.amount)} / {unit_name(tariff.unit)}" if tariff else ""


def usual_wait(capability: Capability) -> str:
    """The median and the 90th percentile of the days waited before a run; "" when none is published."""
    p50, p90 = capability.queue_days
    if not p90:
        return ""
    return gettext("%(p50)s to %(p90)s days") % {"p50": plain(p50), "p90": plain(p90)}


def unit_name(unit: str) -> str:
    """What a rate is counted in."""
    return {
        "hour": gettext("hour"),
        "run": gettext("run"),
        "wafer": gettext("wafer"),
        "substrate": gettext("substrate"),
        "day": gettext("day"),
        "job": gettext("job"),
    }.get(unit, unit)


def tier_name(tier: str) -> str:
    """Whom a rate is for."""
    return {
        "industrial": gettext("industry"),
        "academic": gettext("universities and colleges"),
        "internal": gettext("the site’s own"),
    }.get(tier, tier)


def money(amount: Decimal) -> str:
    """Canadian dollars: ``1 234,50 $`` in French (no-break spaces), ``$1,234.50`` in English."""
    text = f"{amount:,.2f}"
    if language() == "fr":
        return text.replace(",", _NBSP).replace(".", ",") + f"{_NBSP}$"
    return f"${text}"


def plain(number: float) -> str:
    """A small number without needless zeros."""
    text = f"{number:g}"
    return text.replace(".", ",") if language() == "fr" else text


def day(told: date) -> str:
    """A day as ISO 8601 writes it."""
    return told.isoformat()


def charge_name(kind: str) -> str:
    """What a line of a price is for; a surcharge asked for by name keeps it."""
    return {
        "use": gettext("use"),
        "first": gettext("first unit"),
        "further": gettext("further units"),
        "steps": gettext("beyond what is included"),
        "minimum": gettext("up to the minimum"),
        "setup": gettext("set-up"),
    }.get(kind, kind)


def busy_name(kind: str) -> str:
    """Why a time is taken, without names."""
    return {
        "booking": gettext("booked"),
        "maintenance": gettext("maintenance"),
        "outage": gettext("out of order"),
    }[kind]
