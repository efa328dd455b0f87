"""What a site asks before a booking: its rules as data, read from JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from grappe.fabrication.taxonomy import terms
from grappe.statements.problems import GrappeError, Problem

_SETS = {"controlled_processes": "processes", "controlled_materials": "materials"}
_MOST = 10_000_000


@dataclass(frozen=True)
class BookingRules:
    """The rules of one site; None asks nothing.

    Hours are hours that the site is open, but for *notice_h* and *cancel_notice_h*, which go by the clock.
    Quotas count what is booked and still to come. *level* is the least level of a qualification (1 to 3:
    supervised, autonomous, trainer). A booking not begun *grace_min* minutes after its start is missed;
    a hold that nobody confirms lets go after *hold_min* minutes, unless it says less.
    """

    notice_h: int = 0
    ahead_days: int | None = None
    longest_h: int | None = None
    cancel_notice_h: int = 0
    person_quota_h: int | None = None
    organisation_quota_h: int | None = None
    agreement: bool = False
    level: int = 2
    grace_min: int = 60
    hold_min: int = 2880
    controlled_processes: frozenset[str] = frozenset()
    controlled_materials: frozenset[str] = frozenset()


def rules_from_json(raw: Any) -> BookingRules:
    """The rules that *raw* (parsed JSON) says; those left out ask nothing.

    Raises GrappeError that names each rule: one unknown, a quantity that is none or is negative, a level
    other than 1, 2 or 3, a process or material that the taxonomy doesn't have.
    """
    if not isinstance(raw, Mapping):
        raise GrappeError(Problem("bad_value", found=type(raw).__name__, expected="rules"))
    known = {each.name for each in fields(BookingRules)}
    read: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, told in raw.items():
        expected = f"one_of:{', '.join(sorted(known))}" if name not in known else _fault(name, told)
        if expected:
            found = str(name) if name not in known else str(told)
            problems.append(Problem("bad_value", column=str(name), found=found, expected=expected))
        else:
            read[name] = frozenset(told) if name in _SETS else told
    if problems:
        raise GrappeError(*problems)
    return BookingRules(**read)


def _fault(name: str, told: Any) -> str:
    """What is expected instead of *told*, "" when it is right."""
    if name == "agreement":
        return "" if isinstance(told, bool) else "one_of:true, false"
    if name in _SETS:
        codes = terms(_SETS[name])
        right = isinstance(told, list) and all(isinstance(each, str) and each in codes for each in told)
        return "" if right else "material" if name == "controlled_materials" else "process"
    if name == "level":
        return "" if told in (1, 2, 3) and not isinstance(told, bool) else "one_of:1, 2, 3"
    right = isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= _MOST
    return "" if right else "quantity"
