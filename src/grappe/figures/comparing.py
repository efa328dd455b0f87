"""Figures of one ledger compared two by two: contradicted, corroborated, or of another scope."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from grappe.figures.findings import Finding
from grappe.figures.intervals import interval_of
from grappe.figures.printing import print_number, print_value
from grappe.figures.scopes import comparable, content, differences, unit_of
from grappe.statements.figures import Figure

#: Differences beyond which two figures have too little in common to be called related.
_MOST_DIFFERENCES = 1
#: Numbers further apart than this do not corroborate each other, whatever « more than » allows.
_FARTHEST = 1.5


def compare(figures: Iterable[Figure]) -> Iterator[Finding]:
    """``contradiction``, ``far_apart``, ``corroboration`` and ``related`` for every comparable pair.

    Two figures contradict each other when their scopes are the same, their periods may overlap and no value
    is allowed by both. When some value is, and they come from different sources, they corroborate, unless one
    of the numbers printed is more than half as large again as the other: then a person is asked.
    """
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.kind, unit_of(figure), figure.currency].append(figure)
    for group in groups.values():
        for one, other in combinations(sorted(group, key=lambda figure: figure.id), 2):
            if one.id != other.id and comparable(one, other) and _shares_a_subject(one, other):
                found = _pair(one, other)
                if found:
                    yield found


def _shares_a_subject(one: Figure, other: Figure) -> bool:
    mine, theirs = content(one.subject), content(other.subject)
    return bool(mine & theirs) or mine == theirs


def _pair(one: Figure, other: Figure) -> Finding | None:
    apart = differences(one, other)
    meets = interval_of(one).meets(interval_of(other))
    told = (("one", _told(one)), ("other", _told(other)))
    if apart:
        if len(apart) > _MOST_DIFFERENCES or _is_same_list(one, other):
            return None
        words = ("difference", ("\u00a0; ".join(fr for fr, _ in apart), "; ".join(en for _, en in apart)))
        return Finding("related", "information", (one.id, other.id), (*told, words))
    if not meets:
        doubt = one.period is None or other.period is None
        unknown = (" (période inconnue)", " (period unknown)") if doubt else ("", "")
        return Finding(
            "contradiction",
            "question" if doubt else "error",
            (one.id, other.id),
            (*told, ("unknown", unknown)),
        )
    if (one.source, one.document) != (other.source, other.document):
        ratio = _ratio(one, other)
        if ratio is not None and ratio > _FARTHEST:
            words = ("ratio", (print_number(ratio, "fr", 1), print_number(ratio, "en", 1)))
            return Finding("far_apart", "question", (one.id, other.id), (*told, words))
        return Finding("corroboration", "information", (one.id, other.id), told)
    return None


def _ratio(one: Figure, other: Figure) -> float | None:
    """How many times the smaller of the numbers printed the larger is; None for ranges and zero."""
    if one.value is None or other.value is None or min(abs(one.value), abs(other.value)) == 0:
        return None
    large, small = sorted((abs(one.value), abs(other.value)), reverse=True)
    return large / small


def _is_same_list(one: Figure, other: Figure) -> bool:
    """A total and the kinds of things it counts, said in one document, differ by nature."""
    return one.member != other.member and one.document is not None and one.document == other.document


def _told(figure: Figure) -> tuple[str, str]:
    """The number with what distinguishes it, in both languages."""

    def say(language: str) -> str:
        notes = [note for note in (figure.place, figure.period, figure.source) if note]
        return print_value(figure, language) + (f" ({', '.join(notes)})" if notes else "")

    return say("fr"), say("en")
