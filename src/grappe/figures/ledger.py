"""A ledger of figures, checked: what contradicts, what cannot be summed, what is stale, what is implied."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from grappe.figures.comparing import compare, relate
from grappe.figures.derived import check_derived
from grappe.figures.findings import Finding
from grappe.figures.staleness import check_staleness
from grappe.figures.structure import check_structure
from grappe.figures.suppression import check_suppression
from grappe.statements.figures import Figure


def check_ledger(figures: Iterable[Figure], *, as_of: date) -> list[Finding]:
    """Every finding about *figures* at the day *as_of*, sorted; the order of the figures does not matter.

    Withdrawn figures are left out; of two with one id, one is kept.
    """
    kept = _kept(figures)
    judged = _sorted(_judgements(kept, as_of))
    before = [finding for finding in judged if finding.code < "related"]
    return [*before, *relate(kept), *judged[len(before) :]]


def judge_ledger(figures: Iterable[Figure], *, as_of: date) -> list[Finding]:
    """The same without those of code ``related``, which grow as the square of the ledger and say no ill of a
    figure.
    """
    return _sorted(_judgements(_kept(figures), as_of))


def relate_ledger(figures: Iterable[Figure], *, of_one_making: Collection[str] = ()) -> Iterator[Finding]:
    """Those that :func:`judge_ledger` leaves out, in the same order: take as many as are needed. Two figures
    that are both among *of_one_making* (ids) are not told to be related.
    """
    return relate(_kept(figures), of_one_making=of_one_making)


def _kept(figures: Iterable[Figure]) -> list[Figure]:
    return list({figure.id: figure for figure in figures if figure.status != "withdrawn"}.values())


def _judgements(kept: list[Figure], as_of: date) -> set[Finding]:
    checks = (compare, check_structure, check_derived, check_suppression)
    found = {finding for check in checks for finding in check(kept)}
    return found | set(check_staleness(kept, as_of))


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.order)
