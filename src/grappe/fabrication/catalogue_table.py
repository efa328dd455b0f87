"""A catalogue as a table, a capability a row, in the columns that ``read_catalogue`` reads."""

import csv
import io
import re
from collections.abc import Iterable

from grappe.fabrication.equipment import Capability, Catalogue
from grappe.fabrication.matching import properties
from grappe.fabrication.quantities import write_range
from grappe.statements.export import defuse_formula

_FIRST = ("facility", "city", "name", "row_kind", "process", "wafer_mm")
_LAST = (
    "materials_allowed", "materials_forbidden", "contamination", "batch", "manufacturer", "model", "capacity",
    "setup_min", "run_min", "queue_p50", "queue_p90", "qualification", "rate", "valid_from", "valid_to",
    "as_of", "source", "note",
)  # fmt: skip
_QUOTED = re.compile(r"'+[-=+@\t\r]")


def catalogue_to_csv(catalogue: Catalogue) -> str:
    """The capabilities of *catalogue* with their equipment, as CSV; no cell runs as a formula.

    A table has no place for hours, transfers, bookings, rates, nor for equipment without a capability.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = (*_FIRST, *properties(), *_LAST)
    writer.writerow(columns)
    for one in catalogue.capabilities:
        told = _cells(one, catalogue)
        writer.writerow([cell_of(told.get(column, "")) for column in columns])
    return text.getvalue()


def cell_of(text: str) -> str:
    """*text* so that no spreadsheet runs it; :func:`text_of` gives it back."""
    return f"'{text}" if _QUOTED.match(text) else defuse_formula(text)


def text_of(cell: str) -> str:
    """A cell without the quote that keeps a spreadsheet from running it."""
    return cell[1:] if _QUOTED.match(cell) else cell


def _cells(one: Capability, catalogue: Catalogue) -> dict[str, str]:
    facility = catalogue.facilities.get(one.facility)
    told = {
        "facility": one.facility,
        "city": facility.city if facility else "",
        "name": one.name,
        "process": one.process,
        "wafer_mm": "; ".join(write_range(each) for each in one.wafer_mm),
        "materials_allowed": _joined(one.materials_allowed),
        "materials_forbidden": _joined(one.materials_forbidden),
        "contamination": one.contamination or "",
        "batch": "" if one.batch is None else str(one.batch),
        "setup_min": str(one.setup_min),
        "run_min": str(one.run_min),
        "queue_p50": repr(float(one.queue_days[0])),
        "queue_p90": repr(float(one.queue_days[1])),
        "qualification": one.qualification or "",
        "rate": one.rate or "",
        "valid_from": one.valid_from.isoformat() if one.valid_from else "",
        "valid_to": one.valid_to.isoformat() if one.valid_to else "",
        "as_of": one.as_of or "",
        "source": one.source or "",
        **{name: write_range(limit) for name, limit in one.limits.items()},
    }
    return told | _tool_cells(one, catalogue)


def _tool_cells(one: Capability, catalogue: Catalogue) -> dict[str, str]:
    tool = catalogue.equipment.get(one.equipment or "")
    if tool is None:
        return {"row_kind": "service"}
    return {
        "row_kind": "equipment",
        "manufacturer": tool.manufacturers[0].name if tool.manufacturers else "",
        "model": tool.model or "",
        "capacity": str(tool.capacity),
        "note": tool.description or "",
    }


def _joined(codes: Iterable[str]) -> str:
    return "; ".join(sorted(codes))
