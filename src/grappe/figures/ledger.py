"""A ledger of figures, checked: what contradicts, what cannot be summed, what is stale, what is implied."""

from collections.abc import Iterable
from datetime import date

from grappe.figures.comparing import compare
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
    kept = list({figure.id: figure for figure in figures if figure.status != "withdrawn"}.values())
    found = {
        finding
        for check in (compare, check_structure, check_derived, check_suppression)
        for finding in check(kept)
    } | set(check_staleness(kept, as_of))
    return sorted(found, key=lambda finding: finding.order)
