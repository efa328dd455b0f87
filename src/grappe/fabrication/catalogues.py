"""Catalogues read from files: CSV or XLSX (a capability a row), JSON (all of it), PIDINST (instruments)."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.catalogue_table import text_of
from grappe.fabrication.equipment import CONTAMINATION, Capability, Catalogue, Equipment, Facility, Party
from grappe.fabrication.matching import nominal_diameter, properties, published
from grappe.fabrication.pidinst import equipment_from_pidinst
from grappe.fabrication.quantities import Range, read_range
from grappe.fabrication.taxonomy import fold, terms, terms_in
from grappe.statements.problems import Findings, GrappeError, Problem, Severity

#: Column → headings that mean it, folded; a heading may also be the column's own name.
_HEADINGS = {
    "facility": ("site", "installation", "etablissement"),
    "city": ("ville",),
    "name": ("nom", "equipement", "item"),
    "row_kind": ("genre",),
    "process": ("procede", "process_category", "process_class"),
    "wafer_mm": ("wafer", "wafers", "tranche_mm", "diametre_mm"),
    "thickness": ("thickness_nm", "epaisseur", "epaisseur_nm"),
    "depth": ("depth_nm", "profondeur"),
    "feature": ("feature_nm", "minimum_feature", "motif_min"),
    "alignment": ("alignment_nm", "alignement"),
    "temperature": ("temperature_c",),
    "pressure": ("pression",),
    "materials_allowed": ("materiaux_admis", "materials"),
    "materials_forbidden": ("materiaux_interdits",),
    "contamination": ("contamination_class", "classe_de_contamination"),
    "batch": ("lot", "wafers_per_run"),
    "manufacturer": ("make", "fabricant"),
    "model": ("modele",),
    "capacity": ("capacite",),
    "setup_min": (),
    "run_min": ("duree_min",),
    "queue_p50": (),
    "queue_p90": (),
    "qualification": (),
    "rate": ("tarif",),
    "valid_from": ("valide_du",),
    "valid_to": ("valide_au", "expires"),
    "as_of": ("as_of_year", "annee"),
    "source": ("source_url",),
    "note": ("function_or_limits", "description"),
}


def read_catalogue(path: Path) -> Catalogue:
    """The catalogue of a ``.csv``, ``.xlsx`` or ``.json`` file.

    Raises GrappeError with a problem for each cell to mend.
    """
    if path.suffix.lower() == ".json":
        return catalogue_from_json(read_json(path), path.name)
    rows = list(_sheet_rows(path) if path.suffix.lower() in (".xlsx", ".xls", ".ods") else _csv_rows(path))
    return _from_rows(rows, path.name)


def read_pidinst(path: Path) -> tuple[Equipment, ...]:
    """The instruments of a PIDINST 1.0 JSON file: one record or a list of them."""
    raw = read_json(path)
    records = raw if isinstance(raw, list) else [raw]
    return tuple(equipment_from_pidinst(record, path.name) for record in records)


def catalogue_of_instruments(path: Path) -> Catalogue:
    """The catalogue of a PIDINST file's instruments, at facilities that are their first owners."""
    tools = {one.id: one for one in read_pidinst(path)}
    owners = {one.facility: one.owners[0] for one in tools.values()}
    sites = {
        name: Facility(name, name, ror=owner.identifier if owner.identifier_type == "ROR" else None)
        for name, owner in owners.items()
    }
    return Catalogue(sites, tools)


def read_json(path: Path) -> Any:
    """The parsed JSON of a file. Raises GrappeError when it is none."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error


def _csv_rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for row in csv.reader(handle):
                yield [text_of(cell) for cell in row]
    except UnicodeDecodeError as error:
        raise GrappeError(Problem("unknown_encoding", file=path.name, found=error.reason)) from error
    except csv.Error as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error


def _sheet_rows(path: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _from_rows(rows: list[list[str]], file: str) -> Catalogue:
    if not rows:
        raise GrappeError(Problem("file_empty", file=file, expected="header"))
    columns = _columns(rows[0])
    for needed in ("facility", "name"):
        if needed not in columns:
            found = ", ".join(rows[0])
            raise GrappeError(Problem("missing_column", file=file, expected=needed, found=found))
    facilities: dict[str, Facility] = {}
    equipment: dict[str, Equipment] = {}
    capabilities: list[Capability] = []
    problems: list[Problem] = []
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        if not any(row.values()):
            continue
        reading = _Row(row, file, number)
        capability, tool, facility = reading.read()
        problems += reading.problems
        facilities.setdefault(facility.id, facility)
        if tool:
            equipment[tool.id] = tool
        capabilities.append(capability)
    Findings(tuple(problems)).refuse_errors()
    return Catalogue(facilities, equipment, tuple(capabilities), problems=tuple(problems))


def _columns(header: list[str]) -> dict[str, int]:
    meanings = {name: column for column, names in _HEADINGS.items() for name in (column, *names)}
    found: dict[str, int] = {}
    for at, heading in enumerate(header):
        column = meanings.get(re.sub(r"\W+", "_", fold(heading)).strip("_"))
        if column:
            found.setdefault(column, at)
    return found


class _Row:
    """One row of a catalogue, with the problems found in its cells."""

    def __init__(self, row: Mapping[str, str], file: str, number: int) -> None:
        self.row, self.file, self.number = row, file, number
        self.problems: list[Problem] = []

    def read(self) -> tuple[Capability, Equipment | None, Facility]:
        row = self.row
        facility, name = row["facility"], row["name"]
        for column in ("facility", "name"):
            if not row[column]:
                self._problem("missing_value", column, None, "name")
        key = f"{facility}/{self.number}"
        capability = Capability(
            key,
            facility,
            self._process(),
            name,
            limits={code: limit for code in properties() if (limit := self._limit(code))},
            materials_allowed=self._materials("materials_allowed"),
            materials_forbidden=self._materials("materials_forbidden"),
            wafer_mm=self._wafers(),
            contamination=self._contamination(),
            batch=self._whole("batch"),
            setup_min=self._whole("setup_min") or 0,
            run_min=self._whole("run_min") or 60,
            queue_days=(self._number("queue_p50"), max(self._number("queue_p50"), self._number("queue_p90"))),
            qualification=row.get("qualification") or None,
            rate=row.get("rate") or None,
            valid_from=self._date("valid_from"),
            valid_to=self._date("valid_to"),
            as_of=row.get("as_of") or None,
            source=row.get("source") or None,
        )
        site = Facility(facility, facility, row.get("city", ""))
        if row.get("row_kind", "equipment") != "equipment":
            return capability, None, site
        makers = (Party(row["manufacturer"]),) if row.get("manufacturer") else ()
        tool = Equipment(
            key, name, facility, owners=(Party(facility),), manufacturers=makers,
            model=row.get("model") or None, description=row.get("note") or None,
            capacity=self._whole("capacity") or 1,
        )  # fmt: skip
        return replace(capability, equipment=key), tool, site

    def _problem(
        self, code: str, column: str, found: str | None, expected: str, severity: Severity = "error"
    ) -> None:
        where = {"file": self.file, "row": self.number, "column": column}
        self.problems.append(Problem(code, **where, found=found, expected=expected, severity=severity))  # type: ignore[arg-type]

    def _process(self) -> str:
        told = self.row.get("process", "")
        code = told.replace("-", "_")
        if code in terms("processes"):
            return code
        named = next(terms_in("processes", told or self.row["name"]), None)
        if told and not named:
            self._problem("bad_value", "process", told, "process")
        return named.code if named else "service"

    def _limit(self, code: str) -> Range | None:
        told = self.row.get(code, "")
        if not told:
            return None
        limit = self._range(code, told, properties()[code]["unit"])
        if limit and limit.quantity != properties()[code]["quantity"]:
            self._problem("bad_value", code, told, "range")
            return None
        return published(code, limit) if limit else None

    def _range(self, column: str, told: str, unit: str) -> Range | None:
        try:
            return read_range(told, unit)
        except GrappeError as error:
            self.problems += [
                replace(each, file=self.file, row=self.number, column=column) for each in error.problems
            ]
            return None

    def _wafers(self) -> tuple[Range, ...]:
        told = re.sub(r"\([^)]*\)", "", self.row.get("wafer_mm", ""))
        parts = [part.strip() for part in re.split(r"[;/|]|,\s", told) if part.strip()]
        found = []
        for part in parts:
            if re.match(r"[^\W\d]", part):
                # « mask 127 » is no diameter: nothing is said of wafers, and the row is still good.
                self._problem("bad_value", "wafer_mm", part, "range", severity="warning")
            else:
                found.append(self._range("wafer_mm", part, "mm"))
        return tuple(nominal_diameter(one) for one in found if one)

    def _materials(self, column: str) -> frozenset[str]:
        codes = set()
        for part in re.split(r"[;,|]", self.row.get(column, "")):
            told = part.strip()
            if not told:
                continue
            named = next(terms_in("materials", told), None)
            code = told if told in terms("materials") else named.code if named else None
            if code:
                codes.add(code)
            else:
                self._problem("bad_value", column, told, "material")
        return frozenset(codes)

    def _contamination(self) -> str | None:
        told = self.row.get("contamination", "")
        if told and told not in CONTAMINATION:
            self._problem("bad_value", "contamination", told, f"one_of:{', '.join(CONTAMINATION)}")
            return None
        return told or None

    def _whole(self, column: str) -> int | None:
        told = self.row.get(column, "")
        if told and not told.isdigit():
            self._problem("bad_value", column, told, "integer")
        return int(told) if told.isdigit() else None

    def _number(self, column: str) -> float:
        told = self.row.get(column, "").replace(",", ".")
        try:
            return max(float(told), 0.0) if told else 0.0
        except ValueError:
            self._problem("bad_value", column, told, "decimal")
            return 0.0

    def _date(self, column: str) -> date | None:
        told = self.row.get(column, "")
        try:
            return date.fromisoformat(told) if told else None
        except ValueError:
            self._problem("bad_value", column, told, "date")
            return None
