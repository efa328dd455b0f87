"""Figures of one ledger that are about the same thing: contradicted, corroborated, or of another scope."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from grappe.figures.findings import Finding
from grappe.figures.groups import Groups
from grappe.figures.intervals import interval_of
from grappe.figures.lexicon import Language
from grappe.figures.printing import print_number, print_value
from grappe.figures.scopes import differences
from grappe.statements.figures import Figure

#: Differences beyond which two figures have too little in common to be called related.
_MOST_DIFFERENCES = 1
#: Numbers further apart than this do not corroborate each other, whatever « more than » allows.
_FARTHEST = 1.5


def compare(
    figures: Iterable[Figure], *, most_related: int | None = None, of_one_making: Collection[str] = ()
) -> Iterator[Finding]:
    """``contradiction``, ``far_apart``, ``corroboration`` and ``related`` for every comparable pair.

    Two figures contradict each other when their scopes are the same, their periods may overlap and no value
    is allowed by both. When some value is, and they come from different sources, they corroborate, unless one
    of the numbers printed is more than half as large again as the other: then a person is asked. They are
    related when one thing tells their scopes apart.

    Related pairs grow as the square of the ledger: the first *most_related*, in the order of findings, are
    given, none of them between two figures of *of_one_making* (ids).
    """
    groups, told = Groups(sorted(figures, key=lambda figure: figure.id)), _Told()
    for one, other in groups.alike():
        found = _pair(one, other, told)
        if found and found.code != "related":
            yield found
    pairs = (
        _pair(one, other, told)
        for one, other in groups.near()
        if not (one.id in of_one_making and other.id in of_one_making)
    )
    yield from islice((each for each in pairs if each and each.code == "related"), most_related)


class _Told(dict[str, tuple[str, str]]):
    """What is told of each figure, said once however many it meets."""

    def of(self, figure: Figure) -> tuple[str, str]:
        said = self.get(figure.id)
        if said is None:
            said = self[figure.id] = _say(figure, "fr"), _say(figure, "en")
        return said


def _pair(one: Figure, other: Figure, said: _Told) -> Finding | None:
    apart = differences(one, other)
    if len(apart) > _MOST_DIFFERENCES or (apart and _is_same_list(one, other)):
        return None
    told = (("one", said.of(one)), ("other", said.of(other)))
    if apart:
        words = ("difference", ("\u00a0; ".join(fr for fr, _ in apart), "; ".join(en for _, en in apart)))
        return Finding("related", "information", (one.id, other.id), (*told, words))
    if not interval_of(one).meets(interval_of(other)):
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


def _say(figure: Figure, language: Language) -> str:
    """The number with what distinguishes it."""
    notes = [note for note in (figure.place, figure.period, figure.source) if note]
    return print_value(figure, language) + (f" ({', '.join(notes)})" if notes else "")
