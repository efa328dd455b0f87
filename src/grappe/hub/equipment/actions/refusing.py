"""What the actions of this slice refuse, as exceptions of the domain: each door says it in its own way."""

from collections.abc import Sequence
from datetime import datetime

from grappe.fabrication.policy import Refused


class BookingRefused(Exception):  # noqa: N818
    """The policy stands against it. *refusals*: (place of the wish, from 0; reason), all of them."""

    def __init__(self, refusals: Sequence[tuple[int, Refused]]) -> None:
        super().__init__(", ".join(each.code for _, each in refusals))
        self.refusals = tuple(refusals)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in order."""
        return tuple(each.code for _, each in self.refusals)

    def describe(self, language: str) -> list[str]:
        """One line a reason, in fr or en; with the place of the wish when there are several."""
        several = len({place for place, _ in self.refusals}) > 1
        mark = "\u00a0: " if language == "fr" else ": "
        return [
            f"{f'{place + 1}{mark}' if several else ''}{each.describe(language)}"
            for place, each in self.refusals
        ]


class NotStanding(Exception):  # noqa: N818
    """The reservation, booking, or request is past that point: cancelled, lapsed, used or decided already."""


def require_order(start: datetime, end: datetime) -> None:
    """Raise BookingRefused unless *start* is before *end*."""
    if start >= end:
        raise BookingRefused([(0, Refused("order", start, end))])
