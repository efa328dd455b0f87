"""When a resource can work: opening hours in minutes from a plan's first moment, pauses at closing, bookings.

Work stops when a site closes and goes on when it opens again; it never goes across somebody else's booking.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
            if begin - one.size >= low and low <= one.high:
                yield Starts(low, min(begin - one.size, one.high), one.size)
            if end > low and begin - one.size < one.high:
                low = max(low, end) if begin < one.high + one.size else low
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


def open_spans(facility: Facility, origin: datetime, minutes: int) -> list[Span]:
    """When *facility* is open during *minutes* from *origin* (an instant with its zone); all the time when it
    publishes no hours. Hours are local: a day of clock change is shorter or longer by what it skips."""
    if not facility.openings:
        return [(0, minutes)]
    zone = ZoneInfo(facility.timezone)
    first = origin.astimezone(zone).date() - timedelta(days=1)
    spans = []
    for offset in range(minutes // 1440 + 3):
        day = first + timedelta(days=offset)
        if day in facility.closed_on:
            continue
        for opening in facility.openings:
            if opening.weekday == day.weekday():
                begin = minute_of(datetime.combine(day, opening.start, zone), origin)
                end = minute_of(datetime.combine(day, opening.end, zone), origin)
                spans.append((max(begin, 0), min(end, minutes)))
    return [(begin, end) for begin, end in spans if begin < end]


def minute_of(instant: datetime, origin: datetime) -> int:
    """Whole minutes from *origin* to *instant*, both with their zones."""
    return int((instant.astimezone(UTC) - origin.astimezone(UTC)).total_seconds() // 60)
