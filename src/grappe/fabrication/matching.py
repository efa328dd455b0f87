"""Who can do what is asked: every capability of a catalogue, with its limits or the reasons why not."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from grappe.fabrication.equipment import CONTAMINATION, Capability, Catalogue
from grappe.fabrication.quantities import Range, show_range
from grappe.fabrication.taxonomy import is_a, term_name


@dataclass(frozen=True)
class Wish:
    """What is asked: a process, materials, wafers, and a range a property; anything empty is not asked.

    A *limit* is what would do: a thickness of 300 nm, a smallest feature of at most 500 nm.
    """

    process: str | None = None
    materials: tuple[str, ...] = ()
    wafer_mm: Range | None = None
    limits: Mapping[str, Range] = field(default_factory=dict)
    contamination: str | None = None
    quantity: int = 1
    text: str = ""
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why not, or what to ask first: a code of ``reasons.toml`` and its values.

    *asked* and *offered* are ranges, codes of terms, dates or plain text; *about* is a property.
    """

    code: str
    asked: Any = None
    offered: Any = None
    about: str | None = None

    @property
    def refuses(self) -> bool:
        """Whether it rules the capability out, rather than being a question."""
        return bool(_wordings()[self.code]["kind"] == "no")

    def describe(self, language: str) -> str:
        """One line in fr or en."""
        values = {
            "asked": _show(self.asked, language),
            "offered": _show(self.offered, language),
            "property": property_name(self.about, language) if self.about else "",
        }
        return str(_wordings()[self.code][language]).format(**values)


@dataclass(frozen=True)
class Verdict:
    """One capability against a wish: it can when no reason refuses it."""

    capability: Capability
    reasons: tuple[Reason, ...]

    @property
    def can(self) -> bool:
        """Whether no published limit stands against it."""
        return not any(reason.refuses for reason in self.reasons)

    @property
    def to_ask(self) -> tuple[Reason, ...]:
        """What is not published and must be asked."""
        return tuple(reason for reason in self.reasons if not reason.refuses)


def find_capabilities(wish: Wish, catalogue: Catalogue, *, on: date) -> tuple[Verdict, ...]:
    """A verdict for each capability of *catalogue* on the day *on*: first those that can, the fewest
    questions first; then those refused, the fewest reasons first, other processes last."""
    verdicts = [
        Verdict(capability, tuple(reasons_against(wish, capability, catalogue, on)))
        for capability in catalogue.capabilities
    ]
    return tuple(sorted(verdicts, key=_rank))


def _rank(verdict: Verdict) -> tuple[Any, ...]:
    other = any(reason.code == "other_process" for reason in verdict.reasons)
    return (not verdict.can, other, len(verdict.reasons), verdict.capability.facility, verdict.capability.id)


def reasons_against(wish: Wish, capability: Capability, catalogue: Catalogue, on: date) -> Iterator[Reason]:
    """Every published limit of *capability* that *wish* breaks, and what is not published."""
    yield from _process(wish, capability)
    yield from _wafer(wish, capability)
    yield from _materials(wish, capability)
    for name, asked in wish.limits.items():
        yield from _limit(name, asked, capability.limits.get(name))
    yield from _contamination(wish, capability)
    yield from _dates(capability, catalogue, on)


def _process(wish: Wish, capability: Capability) -> Iterator[Reason]:
    asked, offered = wish.process, capability.process
    if asked is None or is_a("processes", offered, asked):
        return
    code = "process_unstated" if is_a("processes", asked, offered) else "other_process"
    yield Reason(code, asked, offered)


def _wafer(wish: Wish, capability: Capability) -> Iterator[Reason]:
    asked, taken = wish.wafer_mm, capability.wafer_mm
    if asked is None:
        return
    if not taken:
        yield Reason("unstated", asked, about="wafer")
        return
    if any(one.holds(asked) for one in taken):
        return
    largest = max(one.ends[1] for one in taken)
    smallest = min(one.ends[0] for one in taken)
    if asked.ends[0] > largest:
        yield Reason("wafer_too_large", asked, Range(largest, largest))
    elif asked.ends[1] < smallest:
        yield Reason("wafer_too_small", asked, Range(smallest, smallest))
    else:
        yield Reason("wafer_not_held", asked, taken)


def _materials(wish: Wish, capability: Capability) -> Iterator[Reason]:
    allowed, forbidden = capability.materials_allowed, capability.materials_forbidden
    for material in wish.materials:
        if any(is_a("materials", material, each) for each in forbidden):
            yield Reason("material_forbidden", material)
        elif allowed and not any(is_a("materials", material, each) for each in allowed):
            yield Reason("material_not_allowed", material, allowed)
        elif not allowed:
            yield Reason("unstated", material, about="material")


def _limit(name: str, asked: Range, published: Range | None) -> Iterator[Reason]:
    if published is None:
        yield Reason("unstated", asked, about=name)
        return
    reach = properties()[name]["rule"] == "reach"
    if published.meets(asked) if reach else published.holds(asked):
        return
    (low, high), (start, end) = published.ends, asked.ends
    if (end if reach else start) < low:
        yield Reason("below_limit", asked, published, name)
    elif (start if reach else end) > high:
        yield Reason("above_limit", asked, published, name)
    else:
        yield Reason("outside_limit", asked, published, name)


def _contamination(wish: Wish, capability: Capability) -> Iterator[Reason]:
    if wish.contamination is None:
        return
    if capability.contamination is None:
        yield Reason("unstated", wish.contamination, about="contamination")
    elif CONTAMINATION.index(wish.contamination) > CONTAMINATION.index(capability.contamination):
        yield Reason("contamination", wish.contamination, capability.contamination)


def _dates(capability: Capability, catalogue: Catalogue, on: date) -> Iterator[Reason]:
    if capability.valid_to is not None and capability.valid_to < on:
        yield Reason("expired", offered=capability.valid_to)
    if capability.valid_from is not None and capability.valid_from > on:
        yield Reason("not_yet", offered=capability.valid_from)
    equipment = catalogue.equipment.get(capability.equipment or "")
    if equipment and equipment.decommissioned_on and equipment.decommissioned_on <= on:
        yield Reason("decommissioned", offered=equipment.decommissioned_on)
    facility = catalogue.facilities.get(capability.facility)
    if facility is not None and facility.is_stale(on):
        yield Reason("stale")


@cache
def properties() -> Mapping[str, Mapping[str, str]]:
    """The properties that limits may be about: quantity, unit, rule and names (``properties.toml``)."""
    return tomllib.loads(files("grappe.fabrication").joinpath("properties.toml").read_text("utf-8"))


def needed(name: str, asked: Range) -> Range:
    """What would do when *asked* is said of a property: a feature of 500 nm is one of 500 nm at most."""
    if properties()[name].get("point") == "finest" and asked.low == asked.high:
        return Range(None, asked.high, asked.quantity)
    return asked


def published(name: str, told: Range) -> Range:
    """What a catalogue's cell says of a property: a feature of 400 nm is the finest, coarser ones can be."""
    if properties()[name].get("point") == "finest" and told.low == told.high:
        return Range(told.low, None, told.quantity)
    return told


#: Wafers of so many inches have this diameter, in millimetres (SEMI M1).
_NOMINAL_MM = {1: 25, 2: 50.8, 3: 76.2, 4: 100, 5: 125, 6: 150, 8: 200, 12: 300}
_INCH_NM, _MM_NM = 25.4e6, 1e6


def nominal_diameter(said: Range) -> Range:
    """The diameter of wafers meant: those of 4 inches have 100 mm."""
    ends = [
        _NOMINAL_MM[round(end / _INCH_NM)] * _MM_NM
        if end is not None and round(end / _INCH_NM) in _NOMINAL_MM and abs(end / _INCH_NM % 1) < 1e-9
        else end
        for end in (said.low, said.high)
    ]
    return Range(ends[0], ends[1])


def property_name(code: str, language: str) -> str:
    """The name of a property, of wafers, of materials or of contamination."""
    if code in properties():
        return properties()[code][language]
    return _word(code, language)


@cache
def _wordings() -> Mapping[str, Any]:
    return tomllib.loads(files("grappe.fabrication").joinpath("reasons.toml").read_text("utf-8"))


def _word(code: str, language: str) -> str:
    fr, _, en = str(_wordings()["words"].get(code, f"{code}|{code}")).partition("|")
    return fr if language == "fr" else en


def _show(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Range):
        return show_range(value, language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | frozenset):
        parts = (
            sorted(_show(each, language) for each in value)
            if isinstance(value, frozenset)
            else [_show(each, language) for each in value]
        )
        return ", ".join(parts)
    for scheme in ("processes", "materials"):
        name = term_name(scheme, str(value), language)
        if name != value:
            return name
    return _word(str(value), language)
