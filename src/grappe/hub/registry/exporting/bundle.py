"""All the tables and their notices in one archive, written as it is sent."""

import json
from collections.abc import Iterable, Iterator, Mapping
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from grappe.hub.registry.exporting.formats import FORMATS, Spool, write_table
from grappe.hub.registry.exporting.notices import attribution_text, data_package, licences_text
from grappe.hub.registry.exporting.rows import Export, batches_of
from grappe.hub.registry.exporting.tables import EXPORTED

#: Formats that are compressed already.
_PACKED = frozenset({"xlsx", "parquet"})


def write_bundle(export: Export, ending: str, title: Mapping[str, str], address: str) -> Iterator[bytes]:
    """The pieces of a zip of every table in the format *ending*, with its notices and data package."""
    spool = Spool()
    packing = ZIP_STORED if ending in _PACKED else ZIP_DEFLATED
    archive = ZipFile(spool, "w", packing, compresslevel=1)
    package = data_package(export, title, address, ending, FORMATS[ending].media_type)
    notices = {
        "LICENCES.md": licences_text(export),
        "ATTRIBUTION.md": attribution_text(export, title, address),
        "datapackage.json": json.dumps(package, ensure_ascii=False, indent=2) + "\n",
    }
    for name, text in notices.items():
        archive.writestr(name, text)
    for table, columns in EXPORTED.items():
        pieces = write_table(ending, table, columns, batches_of(table, export))
        yield from _written(archive, spool, f"{table}.{ending}", pieces)
    archive.close()
    yield spool.take()


def _written(archive: ZipFile, spool: Spool, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    with archive.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            yield spool.take()
