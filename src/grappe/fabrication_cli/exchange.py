"""``grappe flow catalogue`` and ``calendar``: what sites publish brought in, and written in other forms."""

import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from grappe.mending import mending, reader_language, show_problems

if TYPE_CHECKING:
    from grappe.fabrication.equipment import Catalogue, Facility
    from grappe.fabrication.nemo import NemoSite

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_TOKEN = "GRAPPE_NEMO_TOKEN"  # noqa: S105 - the name of the variable
_ZONE = click.option(
    "--timezone", default="America/Montreal", show_default=True,
    help="Zone of times without one, and of the site of a NEMO.",
)  # fmt: skip
_FORMS = ("json", "csv", "pidinst", "jsonld", "dcat", "nemo", "ics")


@click.command()
@click.argument("source", metavar="IN")
@click.option("--format", "form", type=click.Choice(_FORMS), default="json", show_default=True)
@click.option("-o", "--out", type=_OUT, help="File to write; standard output unless given.")
@click.option("--site", help="Name of the site of a NEMO; that of the file or server unless given.")
@_ZONE
@click.option(
    "--days", type=click.IntRange(1, 3660), default=366, show_default=True,
    help="How far ahead bookings of a NEMO are read.",
)  # fmt: skip
@click.option(
    "--base", default="https://grappe.example", show_default=True,
    help="Address under which linked data names things.",
)  # fmt: skip
@mending
def catalogue(
    source: str, form: str, out: Path | None, site: str | None, timezone: str, days: int, base: str
) -> None:
    """Write the catalogue IN in another form.

    IN is a catalogue (.json, .csv, .xlsx), instruments as PIDINST (.json), a fixture of NEMO (.json), or the
    address of a NEMO server (https://…), read with the token in GRAPPE_NEMO_TOKEN when it is set.
    """
    _check_zone(timezone)
    read = _read(source, site, timezone, days)
    _put(_WRITERS[form](read, base), out)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.BadParameter(f"{name} is not a time zone", param_hint="--timezone") from error


def _put(text: str, out: Path | None) -> None:
    if out:
        out.write_bytes(text.encode())
    else:
        click.echo(text, nl=False)


def _read(source: str, site: str | None, timezone: str, days: int) -> "Catalogue":
    from grappe.fabrication.catalogues import catalogue_of_instruments, read_catalogue, read_json
    from grappe.fabrication.nemo_fixtures import is_fixture, rows_of_fixture
    from grappe.fabrication.pidinst import is_pidinst

    now = datetime.now(UTC)
    if source.startswith(("https://", "http://")):
        return _of_server(source, site, timezone, now, now + timedelta(days=days))
    path = Path(source)
    if not path.is_file():
        raise click.BadParameter(f"{source} is no file, nor an address", param_hint="IN")
    if path.suffix.lower() == ".json":
        raw = read_json(path)
        if is_fixture(raw):
            from grappe.fabrication.nemo import site_from_nemo

            facility = _facility(site or path.stem, timezone)
            rows = rows_of_fixture(raw, path.name)
            return _told(site_from_nemo(rows, facility, now, now + timedelta(days=days), path.name))
        if is_pidinst(raw):
            return catalogue_of_instruments(path)
    return read_catalogue(path)


def _of_server(address: str, site: str | None, timezone: str, begin: datetime, end: datetime) -> "Catalogue":
    from urllib.parse import urlsplit

    from grappe.fabrication.fetching import getter
    from grappe.fabrication.nemo import site_from_nemo
    from grappe.fabrication.nemo_server import rows_of_server

    rows, hidden = rows_of_server(address, getter(os.environ.get(_TOKEN)), begin, end)
    show_problems(hidden, reader_language())
    name = urlsplit(address).hostname or address
    facility = replace(_facility(site or name, timezone), confirmed_on=begin.date())
    return _told(site_from_nemo(rows, facility, begin, end, address))


def _facility(name: str, timezone: str) -> "Facility":
    from grappe.fabrication.equipment import Facility

    return Facility(name, name, timezone=timezone)


def _told(site: "NemoSite") -> "Catalogue":
    """The catalogue of a NEMO, after a line on what it holds and what a catalogue has no place for."""
    read = site.catalogue
    words = {
        "fr": "{} équipements, {} réservations\u00a0; aussi {} qualifications, {} réglages, {} comptes",
        "en": "{} equipment, {} bookings; beside the catalogue: {} qualifications, {} settings, {} accounts",
    }[reader_language()]
    beside = (site.qualifications, site.settings, site.accounts)
    counts = [len(part) for part in (read.equipment, read.bookings, *beside)]
    click.echo(words.format(*counts), err=True)
    return read


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_json(read: "Catalogue", _base: str) -> str:
    from grappe.fabrication.catalogue_json_writing import catalogue_to_json

    return _json(catalogue_to_json(read))


def _as_csv(read: "Catalogue", _base: str) -> str:
    from grappe.fabrication.catalogue_table import catalogue_to_csv

    return catalogue_to_csv(read)


def _as_pidinst(read: "Catalogue", _base: str) -> str:
    from grappe.fabrication.pidinst import equipment_to_pidinst

    return _json([equipment_to_pidinst(one) for one in read.equipment.values()])


def _as_linked_data(read: "Catalogue", base: str) -> str:
    from grappe.fabrication.linked_data import catalogue_graph

    return _json(catalogue_graph(read, base))


def _as_dcat(read: "Catalogue", base: str) -> str:
    from grappe.fabrication.linked_data import dcat_of

    return _json(dcat_of(read, base))


def _as_fixture(read: "Catalogue", _base: str) -> str:
    from grappe.fabrication.nemo_fixtures import fixture_of

    return _json(fixture_of(read, at=datetime.now(UTC)))


def _as_feed(read: "Catalogue", _base: str) -> str:
    from grappe.fabrication.ical_writing import ical_of

    names = {key: one.name for key, one in read.equipment.items()}
    return ical_of(read.bookings, at=datetime.now(UTC), names=names).decode()


_WRITERS: dict[str, Callable[["Catalogue", str], str]] = {
    "json": _as_json,
    "csv": _as_csv,
    "pidinst": _as_pidinst,
    "jsonld": _as_linked_data,
    "dcat": _as_dcat,
    "nemo": _as_fixture,
    "ics": _as_feed,
}


@click.command()
@click.argument("calendar_file", metavar="FILE.ics", type=_FILE)
@click.argument("catalogue_file", metavar="CATALOGUE", type=_FILE)
@click.option("--equipment", help="Id of the machine that events without X-GRAPPE-EQUIPMENT are about.")
@click.option("--from", "first", metavar="DATE", help="First day read; today unless given.")
@click.option("--days", type=click.IntRange(1, 3660), default=366, show_default=True, help="Days read.")
@click.option("-o", "--out", type=_OUT, help="Catalogue to write (JSON), with these times booked.")
@mending
def calendar(
    calendar_file: Path, catalogue_file: Path, equipment: str | None, first: str | None, days: int,
    out: Path | None,
) -> None:  # fmt: skip
    """Tell when machines of CATALOGUE are taken by FILE.ics, and book those times.

    Times without a zone are those of the site. A machine taken more often than it has units is told.
    """
    from grappe.fabrication.catalogue_json_writing import catalogue_to_json
    from grappe.fabrication.catalogues import read_catalogue
    from grappe.fabrication.ical_reading import Asked, bookings_from_ical, overlaps, unknown_machines

    known = read_catalogue(catalogue_file)
    zone = _zone_of(known, equipment)
    begin = datetime.combine(_day(first), time(), ZoneInfo(zone))
    asked = Asked(begin, begin + timedelta(days=days), equipment, zone, calendar_file.name)
    found = bookings_from_ical(calendar_file.read_bytes(), asked)
    unknown_machines(found, known.equipment, calendar_file.name)
    for one in found:
        start, end = (at.astimezone(ZoneInfo(zone)) for at in (one.start, one.end))
        click.echo(f"{start:%Y-%m-%d %H:%M} → {end:%Y-%m-%d %H:%M}  {one.equipment}  {one.kind}")
    capacity = {key: one.capacity for key, one in known.equipment.items()}
    # The same file again adds nothing; two bookings of one span are two units taken.
    bookings = tuple((Counter(known.bookings) | Counter(found)).elements())
    show_problems(overlaps(bookings, capacity), reader_language())
    if out:
        out.write_text(_json(catalogue_to_json(replace(known, bookings=bookings))), "utf-8")


def _zone_of(known: "Catalogue", equipment: str | None) -> str:
    """The zone of the machine's site, of the first site when none is named."""
    if equipment is None:
        return next((one.timezone for one in known.facilities.values()), "America/Montreal")
    if equipment not in known.equipment:
        raise click.BadParameter(f"{equipment} is not in the catalogue", param_hint="--equipment")
    site = known.facilities.get(known.equipment[equipment].facility)
    return site.timezone if site else "America/Montreal"


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011
    except ValueError as error:
        raise click.BadParameter(f"{text} is not a date (YYYY-MM-DD)", param_hint="--from") from error
