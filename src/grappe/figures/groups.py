"""The figures of a ledger by what makes them comparable, so that each meets those it may meet and no others.

Two figures are worth comparing when at most one thing about them differs. Those of which nothing differs
stand in one group; groups that one thing tells apart are found by the rest. Groups hold at least what
:func:`grappe.figures.scopes.differences` would bring together: it decides.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from grappe.figures.scopes import content, indicator_compared, place_named, unit_of
from grappe.statements.figures import Figure
from grappe.statements.text import words

#: Periods of more years than this are asked of everybody: listing them year by year would cost more.
_LONGEST = 12
T = TypeVar("T")


def years_of(figure: Figure) -> range | None:
    """The years of the figure's period; None when it is unknown, very long or not written as years."""
    first, last = _year(figure.period_start), _year(figure.period_end or figure.period_start)
    if first is None or last is None or not 0 <= last - first < _LONGEST:
        return None
    return range(first, last + 1)


def _year(text: str | None) -> int | None:
    digits = (text or "")[:4]
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdecimal() else None


class ByYear(Generic[T]):
    """Things under keys, by the years they are about."""

    def __init__(self) -> None:
        self.every: dict[Hashable, list[T]] = defaultdict(list)
        #: The year None is that of things whose years are not known.
        self._dated: dict[tuple[Hashable, int | None], list[T]] = defaultdict(list)

    def add(self, key: Hashable, thing: T, years: range | None) -> None:
        """Put *thing* under *key*, where those of *years* find it; None: where everybody does."""
        self.every[key].append(thing)
        for year in years or (None,):
            self._dated[key, year].append(thing)

    def meeting(self, key: Hashable, years: range | None) -> Iterator[T]:
        """Those under *key* that may be about one of *years*: some twice."""
        if years is None:
            yield from self.every.get(key, ())
            return
        for year in (None, *years):
            yield from self._dated.get((key, year), ())


class Groups:
    """*figures* by scope; pairs come in the order given."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures
        self._years = [years_of(figure) for figure in figures]
        self._members: ByYear[int] = ByYear()
        self._by_rest: dict[tuple[int, ...], list[int]] = defaultdict(list)
        self._parts = _Numbers()
        places = _same_places({figure.place or "" for figure in figures})
        groups = _Numbers()
        scopes = [_scope(figure, places) for figure in figures]
        numbered = [tuple(self._parts[at, part] for at, part in enumerate(scope)) for scope in scopes]
        self._group = [groups[scope] for scope in numbered]
        self._scopes: list[tuple[int, ...]] = list(groups)  # type: ignore[arg-type]
        self._subjects = {scope: told[1] for scope, told in zip(numbered, scopes, strict=True)}
        for number, (group, years) in enumerate(zip(self._group, self._years, strict=True)):
            self._members.add(group, number, years)
        for group in range(len(self._scopes)):
            for key in self._rests(group):
                self._by_rest[key].append(group)

    def alike(self) -> Iterator[tuple[Figure, Figure]]:
        """Each pair of one scope whose periods may meet, in order."""
        for number, one in enumerate(self._figures):
            mine = self._members.meeting(self._group[number], self._years[number])
            others = {other for other in mine if other > number}
            yield from ((one, self._figures[other]) for other in sorted(others))

    def near(self) -> Iterator[tuple[Figure, Figure]]:
        """Each pair that one thing at most may tell apart, in order: the first are there at once."""
        for number, one in enumerate(self._figures):
            group, years = self._group[number], self._years[number]
            found = {other for other in self._members.every[group] if other > number}
            for beside in {other for key in self._rests(group) for other in self._by_rest[key]} - {group}:
                found.update(other for other in self._members.meeting(beside, years) if other > number)
            yield from ((one, self._figures[other]) for other in sorted(found))

    def _rests(self, group: int) -> Iterator[tuple[int, ...]]:
        """The scope without one of its parts; subjects that differ have a word in common."""
        scope = self._scopes[group]
        for word in self._subjects[scope]:
            yield (1, self._parts["word", word], scope[0], *scope[2:])
        for at in range(2, len(scope)):
            yield (at, *scope[:at], *scope[at + 1 :])


class _Numbers(dict[Hashable, int]):
    """A number for each thing: numbers are quick to compare."""

    def __missing__(self, thing: Hashable) -> int:
        number = self[thing] = len(self)
        return number


def _scope(figure: Figure, places: dict[str, int]) -> tuple[Any, ...]:
    """What must be alike, then what one difference is allowed in, the subject first."""
    return (
        (figure.kind, unit_of(figure), figure.currency, indicator_compared(figure)),
        content(figure.subject),
        places[figure.place or ""],
        _words(figure.member),
        _words(figure.share_of),
        figure.includes,
        figure.excludes,
        _words(figure.classification),
    )


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else content(text)


def _same_places(texts: Iterable[str]) -> dict[str, int]:
    """Each text's number, the same for those that may name the same place: by the lexicon, or by their
    words.
    """
    numbers: dict[Hashable, int] = {}
    found: dict[str, int] = {}
    for text in sorted(texts):
        named = place_named(text)
        keys = [words(text), *([named.en] if named else [])]
        known = sorted({numbers[key] for key in keys if key in numbers})
        number = known[0] if known else len(numbers)
        for key in keys:
            numbers[key] = number
        for old in known[1:]:
            numbers.update({key: number for key, at in numbers.items() if at == old})
            found.update({key: number for key, at in found.items() if at == old})
        found[text] = number
    return found
