"""The checks of a ledger as they read when each figure meets every other: slow, and nothing to get wrong.

Tests hold the quick way to this one; ``tests/benchmarks/ledger.py`` times them beside each other.
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from grappe.figures import comparing, derived, structure
from grappe.figures.findings import Finding
from grappe.figures.scopes import comparable, content
from grappe.figures.staleness import check_staleness
from grappe.figures.suppression import check_suppression
from grappe.statements.figures import Figure


def check(figures: list[Figure], as_of: date) -> list[Finding]:
    """What ``check_ledger`` must find."""
    standing = {figure.id: figure for figure in figures if figure.status != "withdrawn"}
    kept = sorted(standing.values(), key=lambda figure: figure.id)
    found = {
        *_pairs(kept),
        *_derived(kept),
        *structure._shares(kept),
        *_parts(kept),
        *_regions(kept),
        *structure._ranks(kept),
        *check_suppression(kept),
        *check_staleness(kept, as_of),
    }
    return sorted(found, key=lambda finding: finding.order)


def _pairs(figures: list[Figure]) -> Iterator[Finding]:
    for one, other in combinations(figures, 2):
        mine, theirs = content(one.subject), content(other.subject)
        if comparable(one, other) and (mine & theirs or mine == theirs):
            found = comparing._pair(one, other, comparing._Told())
            if found:
                yield found


def _derived(figures: list[Figure]) -> Iterator[Finding]:
    levels = [figure for figure in figures if figure.kind in ("level", "cumulative") and figure.value]
    for figure in figures:
        if figure.value and figure.unit.startswith("percent"):
            if figure.kind == "share":
                yield from derived._share(figure, levels, lambda _: levels)
            elif figure.kind == "growth":
                yield from derived._growth(figure, levels)


def _parts(figures: list[Figure]) -> Iterator[Finding]:
    levels = [figure for figure in figures if figure.kind == "level" and figure.value is not None]
    for whole in levels:
        near = [
            part
            for part in levels
            if part.member
            and (part.document, part.unit) == (whole.document, whole.unit)
            and structure._is_part(part, whole)
        ]
        near.sort(key=lambda part: (part.surface_start or 0, part.id))
        if not whole.member:
            yield from structure._sum_of_parts(whole, near)


def _regions(figures: list[Figure]) -> Iterator[Finding]:
    levels = [figure for figure in figures if figure.kind == "level"]
    for inner in levels:
        for outer in levels:
            alike = (content(inner.subject), inner.unit, inner.member) == (
                content(outer.subject), outer.unit, outer.member,
            )  # fmt: skip
            found = structure._region(inner, outer) if alike else None
            if found:
                yield found
