"""Between which times each part of a flow can lie, and a first plan: what makes the model small."""

from collections.abc import Callable, Mapping
from typing import Any

from grappe.fabrication.calendars import Calendar
from grappe.fabrication.routes import Choices, Option

Calendars = Mapping[str, Calendar]
#: (part, option, start, end)
Pick = tuple[int, int, int, int]


def calendars_of(choices: Choices) -> dict[str, Calendar]:
    """The calendar of every resource that *choices* may use."""
    found: dict[str, Calendar] = {}
    for part in choices.parts:
        for option in part.options:
            if option.capability.resource not in found:
                found[option.capability.resource] = choices.calendar(option.capability)
    return found


def windows(
    choices: Choices, calendars: Calendars, until: int, *, relaxed: bool = False
) -> list[tuple[int, int]]:
    """For each part the (earliest start, latest end) that any plan ending at *until* can have.

    A resource is taken as free of other parts of the flow: only calendars, transport and queues count. A part
    that cannot lie anywhere has (0, until), and is left to the model to refuse.
    """
    early = _earliest(choices, calendars, relaxed)
    late = _latest(choices, calendars, until, relaxed)
    return [(low, high) if low < high else (0, until) for low, high in zip(early, late, strict=True)]


def _earliest(choices: Choices, calendars: Calendars, relaxed: bool) -> list[int]:
    ends: list[dict[str, int]] = []
    starts: list[int] = []
    before = _neighbours(choices)
    for at, part in enumerate(choices.parts):
        spans = []
        for option in part.options:
            ready = max((_arrival(choices, ends[b], option, relaxed) for b in before[at]), default=0)
            span = calendars[option.capability.resource].earliest(ready, option.work_min)
            if span:
                spans.append((option.capability.facility, span))
        starts.append(min((span[0] for _, span in spans), default=0))
        by_site: dict[str, int] = {}
        for site, span in spans:
            by_site[site] = min(by_site.get(site, span[1]), span[1])
        ends.append(by_site)
    return starts


def _arrival(choices: Choices, ends: Mapping[str, int], option: Option, relaxed: bool) -> int:
    """The first moment when *option* may start after a part that can end at *ends* by site."""
    times = []
    for where, end in ends.items():
        lag = choices.lag_min(where, option.capability.facility)
        if lag is not None or relaxed:
            times.append(end + max(lag or 0, option.queue_min))
    return min(times, default=0)


def _latest(choices: Choices, calendars: Calendars, until: int, relaxed: bool) -> list[int]:
    before = _neighbours(choices)
    starts: list[dict[str, int]] = [{} for _ in choices.parts]
    latest = [until] * len(choices.parts)
    for at in range(len(choices.parts) - 1, -1, -1):
        after = [other for other, ahead in enumerate(before) if at in ahead]
        spans = []
        for option in choices.parts[at].options:
            site = option.capability.facility
            due = min((_due(choices, starts[a], site, until, relaxed) for a in after), default=until)
            span = calendars[option.capability.resource].latest(due, option.work_min)
            if span:
                spans.append((option, span))
        latest[at] = max((span[1] for _, span in spans), default=until)
        for option, span in spans:
            site = option.capability.facility
            starts[at][site] = max(starts[at].get(site, span[0]), span[0])
    return latest


def _due(choices: Choices, starts: Mapping[str, int], site: str, until: int, relaxed: bool) -> int:
    times = []
    for where, begin in starts.items():
        lag = choices.lag_min(site, where)
        if lag is not None or relaxed:
            times.append(begin - (lag or 0))
    return max(times, default=until)


def _neighbours(choices: Choices) -> list[list[int]]:
    index = {id(part): at for at, part in enumerate(choices.parts)}
    return [[index[id(other)] for other in choices.before(part)] for part in choices.parts]


_MOST_TRIES = 400


def greedy_plan(
    choices: Choices, calendars: Calendars, weigh: Callable[[Option, int], Any], *, relaxed: bool = False
) -> list[Pick] | None:
    """A plan that takes the parts in order, each by the option of least *weigh*(option, its end).

    When a part would wait too long, what comes before it is delayed and all is tried again. None when some
    part fits nowhere, or after too many tries. *relaxed* passes over ways that are missing and longest waits.
    """
    not_before: dict[int, int] = {}
    for _ in range(_MOST_TRIES):
        delayed = dict(not_before)
        picks = _attempt(choices, calendars, weigh, delayed, relaxed)
        if picks is None or delayed == not_before:
            return picks
        not_before = delayed
    return None


def _attempt(
    choices: Choices, calendars: Calendars, weigh: Callable[[Option, int], Any],
    not_before: dict[int, int], relaxed: bool,
) -> list[Pick] | None:  # fmt: skip
    """One try; a wait that is too long is written into *not_before* and ends it."""
    taken = dict(calendars)
    before = _neighbours(choices)
    picks: list[Pick] = []
    for at, part in enumerate(choices.parts):
        ahead = [picks[b] for b in before[at]]
        spans = []
        for number, option in enumerate(part.options):
            span = _span_after(choices, ahead, option, taken, not_before.get(at, 0), relaxed)
            if span:
                spans.append((_excess(choices, at, ahead, span[0], relaxed), number, span))
        fitting = [each for each in spans if each[0] <= 0]
        if fitting:
            number, span = min(
                ((number, span) for _, number, span in fitting),
                key=lambda each: (weigh(part.options[each[0]], each[1][1]), each[0]),
            )
        elif spans:
            for b, pick in zip(before[at], ahead, strict=True):
                if (start := _start_needed(spans, pick, part.step.max_queue_min or 0)) is not None:
                    not_before[b] = max(not_before.get(b, 0), start)
            return picks
        else:
            return None
        picks.append((at, number, *span))
        _occupy(choices, taken, part.options[number], span)
    return picks


def _start_needed(spans: list[Any], pick: Pick, longest: int) -> int | None:
    """When the part of *pick* should start for the next one to begin soon enough; None when it does."""
    begin = min(span[0] for _, _, span in spans)
    late = begin - longest - pick[3]
    return pick[2] + late if late > 0 else None


def _occupy(choices: Choices, taken: dict[str, Calendar], option: Option, span: tuple[int, int]) -> None:
    tool = choices.catalogue.equipment.get(option.capability.resource)
    if tool is None or tool.capacity == 1:
        resource = option.capability.resource
        taken[resource] = taken[resource].with_busy(span)


def _span_after(
    choices: Choices, ahead: list[Pick], option: Option, taken: Calendars, ready: int, relaxed: bool
) -> tuple[int, int] | None:
    for at, number, _, end in ahead:
        site = choices.parts[at].options[number].capability.facility
        lag = choices.lag_min(site, option.capability.facility)
        if lag is None and not relaxed:
            return None
        ready = max(ready, end + max(lag or 0, option.queue_min))
    return taken[option.capability.resource].earliest(ready, option.work_min)


def _excess(choices: Choices, at: int, ahead: list[Pick], start: int, relaxed: bool) -> int:
    longest = choices.parts[at].step.max_queue_min
    if longest is None or relaxed:
        return 0
    return max((start - end - longest for *_, end in ahead), default=0)
