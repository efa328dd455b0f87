"""A site's catalogue in the forms that others read, and the forms in which it may be brought."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from grappe.fabrication.catalogue_json_writing import catalogue_to_json
from grappe.fabrication.catalogue_table import catalogue_to_csv
from grappe.fabrication.catalogues import catalogue_of_instruments, read_catalogue, read_json
from grappe.fabrication.equipment import Catalogue
from grappe.fabrication.linked_data import DISTRIBUTIONS, catalogue_graph, dcat_of
from grappe.fabrication.pidinst import equipment_to_pidinst, is_pidinst
from grappe.hub.equipment.queries.catalogue import published_catalogue
from grappe.hub.equipment.queries.records import catalogue, catalogue_rows
from grappe.intake.archives import check_archive

_AHEAD = timedelta(days=366)
_SHEETS = {".xlsx", ".ods"}
_MOST_UNFOLDED = 100_000_000


def data_address() -> str:
    """Under which linked data names sites, instruments and capabilities."""
    return f"{settings.BASE_URL}/data/equipment"


def sites_as_dcat(language: str) -> dict[str, Any]:
    """All sites as a DCAT 3 catalogue: a dataset each, in every form it comes in."""
    return dcat_of(published_catalogue(language), data_address())


def site_file(code: str, name: str, *, language: str, at: datetime) -> tuple[bytes, str]:
    """The catalogue of the site *code* in the form *name* (one of ``DISTRIBUTIONS``), and its media type."""
    if name == "bookings.ics":
        from grappe.fabrication.ical_writing import ical_of

        whole = catalogue(busy_from=at, busy_until=at + _AHEAD, at=at, language=language)
        # Without names: an instrument is taken, for whom is not said.
        return ical_of(_only(whole, code).bookings, at=at), DISTRIBUTIONS[name][0]
    if name == "catalogue.json":
        return _json(site_rows(code, language)).encode(), DISTRIBUTIONS[name][0]
    site = _only(published_catalogue(language), code)
    return _WRITERS[name](site).encode(), DISTRIBUTIONS[name][0]


def site_rows(code: str, language: str) -> dict[str, list[Mapping[str, Any]]]:
    """The rows of one site, as they were brought: what may be mended and brought again."""
    return {
        part: [row for row in found if code in (row.get("facility", row.get("id")), row.get("from"))]
        for part, found in catalogue_rows(language).items()
    }


def rows_of_file(name: str, content: bytes) -> Mapping[str, Any]:
    """The rows of a catalogue brought as *name*: JSON as it is, a table or PIDINST read into the same form.

    Raises GrappeError with a problem a cell.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        if path.suffix.lower() in _SHEETS:
            check_archive(path, limit=_MOST_UNFOLDED)
        if path.suffix.lower() != ".json":
            return catalogue_to_json(read_catalogue(path))
        raw = read_json(path)
        if is_pidinst(raw):
            return catalogue_to_json(catalogue_of_instruments(path))
        read_catalogue(path)
        return dict(raw)


def _only(whole: Catalogue, code: str) -> Catalogue:
    """What of *whole* is the site's own."""
    tools = {key: one for key, one in whole.equipment.items() if one.facility == code}
    return replace(
        whole,
        facilities={code: whole.facilities[code]},
        equipment=tools,
        capabilities=tuple(one for one in whole.capabilities if one.facility == code),
        transfers=(),
        bookings=tuple(one for one in whole.bookings if one.equipment in tools),
        rates={key: one for key, one in whole.rates.items() if one.facility == code},
    )


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


_WRITERS: Mapping[str, Callable[[Catalogue], str]] = {
    "catalogue.csv": catalogue_to_csv,
    "catalogue.jsonld": lambda site: _json(catalogue_graph(site, data_address())),
    "pidinst.json": lambda site: _json([equipment_to_pidinst(one) for one in site.equipment.values()]),
}
