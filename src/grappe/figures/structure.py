"""Sums and inclusions that must hold: parts and their whole, a region and its country, a rank and its list,
shares and 100."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from grappe.figures.findings import Finding
from grappe.figures.groups import ByYear, years_of
from grappe.figures.intervals import interval_of
from grappe.figures.printing import print_number, print_value
from grappe.figures.scopes import (
    comparable,
    containers,
    content,
    indicator_compared,
    periods_meet,
    place_named,
    same_subject,
)
from grappe.statements.figures import Figure

#: Rounded shares may miss 100 by half a point each.
_ROUNDING = 0.5
#: How far apart, in characters, a total and its parts stand in one list.
_LIST_CHARACTERS = 600


def check_structure(figures: Sequence[Figure]) -> Iterator[Finding]:
    """Every sum or inclusion that does not hold among *figures*."""
    ordered = sorted(figures, key=lambda figure: figure.id)
    yield from _shares(ordered)
    yield from _parts(ordered)
    yield from _regions(ordered)
    yield from _ranks(ordered)


def _shares(figures: Iterable[Figure]) -> Iterator[Finding]:
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.kind != "share" or figure.value is None:
            continue
        if figure.value > 100:
            yield Finding("share_above_100", "error", (figure.id,), (("share", figure.value),))
        if figure.member:
            groups[_list_of(figure)].append(figure)
    for group in groups.values():
        members = {
            figure.member: figure for figure in sorted(group, key=lambda f: (f.surface_start or 0, f.id))
        }
        yield from _sum_of_shares(list(members.values()))


def _list_of(figure: Figure) -> tuple[object, ...]:
    return (
        figure.document,
        figure.source,
        figure.breakdown,
        content(figure.subject),
        content(figure.share_of),
        figure.place,
        figure.period,
        figure.multi_response,
    )


def _sum_of_shares(shares: Sequence[Figure]) -> Iterator[Finding]:
    """Above 100, or short of it where a person has said that the shares are exclusive and complete."""
    total = round(sum(float(figure.value or 0) for figure in shares), 6)
    exclusive, margin = shares[0].multi_response, _ROUNDING * len(shares)
    if len(shares) < 2 or exclusive is True:
        return
    ids = tuple(sorted(figure.id for figure in shares))
    details = (("count", len(shares)), ("total", _number(total)), ("sum", _sum(shares)))
    if total > 100 + margin:
        yield Finding("shares_exceed_100", "question" if exclusive is None else "error", ids, details)
    elif exclusive is False and total < 100 - margin:
        yield Finding("shares_short_of_100", "question", ids, details)


def _sum(figures: Sequence[Figure]) -> tuple[str, str]:
    return (
        " + ".join(print_number(figure.value or 0, "fr") for figure in figures),
        " + ".join(print_number(figure.value or 0, "en") for figure in figures),
    )


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _parts(figures: Sequence[Figure]) -> Iterator[Finding]:
    """A total and, right after it in the same text, the kinds of things it counts."""
    wholes = [
        figure
        for figure in figures
        if figure.kind == "level" and figure.value is not None and not figure.member
    ]
    parts = [
        figure for figure in figures if figure.kind == "level" and figure.value is not None and figure.member
    ]
    by_scope: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for part in parts:
        by_scope[_scope_of(part)].append(part)
    for whole in wholes:
        near = [part for part in by_scope.get(_scope_of(whole), ()) if _is_part(part, whole)]
        near.sort(key=lambda part: (part.surface_start or 0, part.id))
        yield from _sum_of_parts(whole, near)


def _scope_of(level: Figure) -> tuple[object, ...]:
    return (level.document, level.unit, content(level.subject), level.place)


def _is_part(part: Figure, whole: Figure) -> bool:
    if part.surface_start is None or whole.surface_start is None:
        return (
            part.breakdown is not None
            and same_subject(part, whole)
            and part.place == whole.place
            and part.period == whole.period
        )
    distance = part.surface_start - whole.surface_start
    return (
        0 < distance <= _LIST_CHARACTERS
        and same_subject(part, whole)
        and part.place == whole.place
        and part.source == whole.source
    )


def _sum_of_parts(whole: Figure, parts: Sequence[Figure]) -> Iterator[Finding]:
    limit = float(whole.value or 0)
    told = ("whole", _both(whole))
    for part in parts:
        if (
            whole.qualifier not in ("more_than", "at_least")
            and interval_of(part).low > interval_of(whole).high
        ):
            yield Finding(
                "part_exceeds_whole",
                "error",
                tuple(sorted((part.id, whole.id))),
                (("part", _both(part)), told),
            )
    total = sum(float(part.value or 0) for part in parts)
    if len(parts) >= 2 and total > limit * 1.001:
        ids = tuple(sorted((whole.id, *(part.id for part in parts))))
        yield Finding(
            "parts_exceed_whole", "question", ids, (("sum", _sum(parts)), ("total", _number(total)), told)
        )


def _both(figure: Figure) -> tuple[str, str]:
    return print_value(figure, "fr"), print_value(figure, "en")


def _regions(figures: Sequence[Figure]) -> Iterator[Finding]:
    """A region's level may not exceed that of the country around it, all else equal."""
    levels = [
        (figure, place)
        for figure in figures
        if figure.kind == "level" and (place := place_named(figure.place))
    ]
    placed: ByYear[Figure] = ByYear()
    for figure, place in levels:
        placed.add(_alike_in(place.en, figure), figure, years_of(figure))
    for inner, place in levels:
        for name in containers(place.en):
            for outer in placed.meeting(_alike_in(name, inner), years_of(inner)):
                found = _region(inner, outer)
                if found:
                    yield found


def _alike_in(place: str, level: Figure) -> tuple[object, ...]:
    """The place, and what is the same of a region's level and its country's."""
    about = (level.unit, level.currency, level.member, indicator_compared(level))
    return (place, content(level.subject), *about)


def _region(inner: Figure, outer: Figure) -> Finding | None:
    here, there = place_named(inner.place), place_named(outer.place)
    if here is None or there is None or there.en not in containers(here.en):
        return None
    if (
        not comparable(inner, outer)
        or not periods_meet(inner, outer)
        or interval_of(inner).low <= interval_of(outer).high
    ):
        return None
    details = (
        ("inner", (here.fr, here.en)),
        ("outer", (there.fr, there.en)),
        ("part", _both(inner)),
        ("whole", _both(outer)),
    )
    return Finding("region_exceeds_country", "error", tuple(sorted((inner.id, outer.id))), details)


def _ranks(figures: Iterable[Figure]) -> Iterator[Finding]:
    for figure in figures:
        size = re.search(r"\d+", figure.rank_of or "")
        if figure.kind == "rank" and figure.value is not None and size and figure.value > int(size[0]):
            yield Finding(
                "rank_beyond_list", "error", (figure.id,), (("rank", figure.value), ("size", int(size[0])))
            )
