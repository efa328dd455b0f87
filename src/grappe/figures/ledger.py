"""A ledger of figures, checked: what contradicts, what cannot be summed, what is stale, what is implied."""

from collections.abc import Collection, Iterable
from datetime import date

from grappe.figures.comparing import compare
from grappe.figures.derived import check_derived
from grappe.figures.findings import Finding
from grappe.figures.staleness import check_staleness
from grappe.figures.structure import check_structure
from grappe.figures.suppression import check_suppression
from grappe.statements.figures import Figure

_CHECKS = (check_structure, check_derived, check_suppression)


def check_ledger(
    figures: Iterable[Figure],
    *,
    as_of: date,
    most_related: int | None = None,
    of_one_making: Collection[str] = (),
) -> list[Finding]:
    """Every finding about *figures* at the day *as_of*, sorted; the order of the figures does not matter.

    Withdrawn figures are left out; of two with one id, one is kept. Findings of code ``related`` grow as the
    square of the ledger: the first *most_related* are kept, all when None. Figures of *of_one_making* (ids)
    stand beside one another by that very making: what would only inform of them alone is left out.
    """
    kept = list({figure.id: figure for figure in figures if figure.status != "withdrawn"}.values())
    found = {
        *compare(kept, most_related=most_related, of_one_making=of_one_making),
        *(finding for check in _CHECKS for finding in check(kept)),
        *check_staleness(kept, as_of),
    }
    made = frozenset(of_one_making)
    told = (each for each in found if each.severity != "information" or not made.issuperset(each.figures))
    return sorted(told, key=lambda finding: finding.order)
