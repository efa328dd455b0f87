"""How much of a calendar is read: a file of somebody else's must not keep a processor busy for hours."""

import math
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

from grappe.statements.problems import GrappeError, Problem

MOST_BYTES = 64_000_000
MOST_EVENTS = 100_000
#: Steps of repetition over all rules; a million take about two seconds and a half.
MOST_STEPS = 5_000_000
_STEP_DAYS = {"HOURLY": 1 / 24, "DAILY": 1.0, "WEEKLY": 7.0, "MONTHLY": 30.0, "YEARLY": 365.0}
#: Filters with which a rule may never fall: it is then followed to the last year that dates have.
_MAY_NEVER_FALL = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_LAST_YEAR = 9999


def starting_lines(text: str, file: str | None) -> list[int]:
    """The line at which each event begins, in order. Raises GrappeError when there are more than are read."""
    if len(text) > MOST_BYTES:
        found, most = (f"{size / 1e6:.0f} MB" for size in (len(text), MOST_BYTES))
        raise GrappeError(Problem("too_large", file=file, found=found, expected=most))
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line[:12].upper() == "BEGIN:VEVENT" and line.strip().upper() == "BEGIN:VEVENT":
            lines.append(number)
    if len(lines) > MOST_EVENTS:
        raise GrappeError(
            Problem("too_many_events", file=file, found=f"{len(lines):,}", expected=f"{MOST_EVENTS:,}")
        )
    return lines


def refuse_heavy(calendar: Calendar, until: datetime, file: str | None) -> None:
    """Raise GrappeError when following all rules to *until* takes more steps than are made."""
    steps = 0.0
    events: list[Any] = calendar.walk("VEVENT")
    for event in events:
        told = event.get("RRULE")
        for rule in told if isinstance(told, list) else [told] if told else []:
            steps += _steps(rule, event.start, until)
    if steps > MOST_STEPS:
        found = "∞" if math.isinf(steps) else f"{steps:,.0f}"
        raise GrappeError(Problem("too_many_repetitions", file=file, found=found, expected=f"{MOST_STEPS:,}"))


def _steps(rule: Any, start: date, until: datetime) -> float:
    step = _STEP_DAYS.get(str(rule.get("FREQ", [""])[0]).upper())
    if step is None:
        return math.inf
    first = start.toordinal()
    last = max(until.astimezone(UTC).toordinal(), first) + 1
    each = math.prod(len(rule.get(name, [0])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    steps = (last - first) / step * each
    if any(name in rule for name in _MAY_NEVER_FALL):
        steps += (_LAST_YEAR - start.year) * 365 / step / 10
    return steps
