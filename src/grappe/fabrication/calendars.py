"""When a resource can work: opening hours in minutes from a plan's first moment, pauses at closing, bookings.

Work stops when a site closes and goes on when it opens again; it never goes across somebody else's booking.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from grappe.fabrication.equipment import Facility

Span = tuple[int, int]


@dataclass(frozen=True)
class Starts:
    """Work that starts anywhere from *low* to *high* (both included) takes *size* minutes until its end."""

    low: int
    high: int
    size: int


class Calendar:
    """The working time of one resource: open spans in order, and spans when it is taken."""

    def __init__(self, opened: Iterable[Span], busy: Iterable[Span] = ()) -> None:
        """Open and busy spans in any order; those that touch or overlap become one."""
        self.opened = _merged(opened)
        self.busy = _merged(busy)
        self._begins = [begin for begin, _ in self.opened]

    def with_busy(self, span: Span) -> "Calendar":
        """The same, taken during *span* too."""
        return Calendar(self.opened, [*self.busy, span])

    def earliest(self, ready: int, work: int) -> Span | None:
        """The first (start, end) of *work* minutes from *ready* on, None when there is none."""
        at = ready
        while True:
            span = self._from(at, work)
            if span is None:
                return None
            taken = next((busy for busy in self.busy if busy[0] < span[1] and span[0] < busy[1]), None)
            if taken is None:
                return span
            at = taken[1]

    def latest(self, until: int, work: int) -> Span | None:
        """The last (start, end) of *work* minutes that ends by *until*, None when there is none."""
        mirrored = Calendar(
            [(-end, -begin) for begin, end in self.opened], [(-end, -begin) for begin, end in self.busy]
        )
        span = mirrored.earliest(-until, work)
        return (-span[1], -span[0]) if span else None

    def _from(self, ready: int, work: int) -> Span | None:
        """The first (start, end) from *ready* on, whatever is booked."""
        index = max(bisect_right(self._begins, ready) - 1, 0)
        start, left = None, work
        for opening, end in self.opened[index:]:
            if end <= ready:
                continue
            begin = max(opening, ready)
            start = begin if start is None else start
            if left <= end - begin:
                return start, begin + left
            left -= end - begin
        return None

    def starts(self, work: int, low: int, high: int) -> Iterator[Starts]:
        """Every start from *low* that ends by *high*, gathered where the time taken is the same."""
        for index, (begin, end) in enumerate(self.opened):
            if end <= low:
                continue
            if begin >= high:
                break
            for one in self._starts_in(index, work):
                earliest, latest = max(one.low, low), min(one.high, high - one.size)
                if earliest <= latest:
                    yield from self._around_bookings(Starts(earliest, latest, one.size))

    def _starts_in(self, index: int, work: int) -> Iterator[Starts]:
        begin, end = self.opened[index]
        if begin <= end - work:
            yield Starts(begin, end - work, work)
        done = 0
        for after, stop in self.opened[index + 1 :]:
            # What is left at closing ends in this span when more than done and at most done + its length.
            low = max(begin, done + 1 + end - work)
            high = min(end - 1, done + (stop - after) + end - work)
            if low <= high:
                yield Starts(low, high, after - end + work - done)
            done += stop - after
            if done >= work:
                return

    def _around_bookings(self, one: Starts) -> Iterator[Starts]:
        low = one.low
        for begin, end in self.busy:
            last = begin - one.size
            if last >= one.high:
                break
            if end > low:
                if low <= last:
                    yield Starts(low, last, one.size)
                low = end
        if low <= one.high:
            yield Starts(low, one.high, one.size)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif begin < end:
            merged.append((begin, end))
    return merged


def hours_on(facility: Facility, day: date) -> list[tuple[datetime, datetime]]:
    """The instants (UTC) from and until which *facility* is open on its local *day*: none on a day closed,
    the whole day when it publishes no hours. A day of clock change is shorter or longer by what it skips."""
    if day in facility.closed_on:
        return []
    zone = ZoneInfo(facility.timezone)
    if facility.openings:
        ends = [(day, one.start, day, one.end) for one in facility.openings if one.weekday == day.weekday()]
    else:
        ends = [(day, time(), day + timedelta(days=1), time())]
    return [
        (
            datetime.combine(first, start, zone).astimezone(UTC),
            datetime.combine(last, end, zone).astimezone(UTC),
        )
        for first, start, last, end in ends
    ]


def _hours_around(facility: Facility, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The hours of every local day from the one before *start* to that of *end*."""
    zone = ZoneInfo(facility.timezone)
    first = start.astimezone(zone).date() - timedelta(days=1)
    for offset in range((end.astimezone(zone).date() - first).days + 1):
        yield from hours_on(facility, first + timedelta(days=offset))


def is_open(facility: Facility, instant: datetime, *, ending: bool = False) -> bool:
    """Whether work may start at *instant* (with its zone); *ending*: whether it may end there, as late as
    closing."""
    around = _hours_around(facility, instant, instant)
    if ending:
        return any(begin < instant <= end for begin, end in around)
    return any(begin <= instant < end for begin, end in around)


def open_minutes(facility: Facility, start: datetime, end: datetime) -> int:
    """Minutes from *start* to *end* (instants) during which *facility* is open, whole."""
    around = _hours_around(facility, start, end)
    spans = ((max(begin, start), min(until, end)) for begin, until in around)
    open_time = sum((until - begin for begin, until in spans if begin < until), timedelta())
    return int(open_time.total_seconds() // 60)


def open_spans(facility: Facility, origin: datetime, minutes: int) -> list[Span]:
    """When *facility* is open during *minutes* from *origin* (an instant with its zone), in minutes from it;
    see :func:`hours_on`."""
    until = origin + timedelta(minutes=minutes)
    spans = (
        (max(minute_of(begin, origin), 0), min(minute_of(end, origin), minutes))
        for begin, end in _hours_around(facility, origin, until)
    )
    return [(begin, end) for begin, end in spans if begin < end]


def minute_of(instant: datetime, origin: datetime) -> int:
    """Whole minutes from *origin* to *instant*, both with their zones."""
    return int((instant.astimezone(UTC) - origin.astimezone(UTC)).total_seconds() // 60)
