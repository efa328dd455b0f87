"""Figures of one ledger compared two by two: contradicted, corroborated, or of another scope."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from grappe.figures.findings import Finding
from grappe.figures.intervals import interval_of
from grappe.figures.printing import print_value
from grappe.figures.scopes import comparable, content, differences, unit_of
from grappe.statements.figures import Figure

#: Differences beyond which two figures have too little in common to be called related.
_MOST_DIFFERENCES = 1


def compare(figures: Iterable[Figure]) -> Iterator[Finding]:
    """``contradiction``, ``corroboration`` and ``related`` for every comparable pair.

    Two figures contradict each other when their scopes are the same, their periods may overlap and no value
    is allowed by both. They corroborate when some value is, and they come from different sources.
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
        return Finding("corroboration", "information", (one.id, other.id), told)
    return None


def _is_same_list(one: Figure, other: Figure) -> bool:
    """A total and the kinds of things it counts, said in one document, differ by nature."""
    return one.member != other.member and one.document is not None and one.document == other.document


def _told(figure: Figure) -> tuple[str, str]:
    """The number with what distinguishes it, in both languages."""

    def say(language: str) -> str:
        notes = [note for note in (figure.place, figure.period, figure.source) if note]
        return print_value(figure, language) + (f" ({', '.join(notes)})" if notes else "")

    return say("fr"), say("en")
