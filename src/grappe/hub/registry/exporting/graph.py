"""The organisations as one JSON-LD document, written as it is sent."""

import json
from collections.abc import Callable, Iterator

from grappe.hub.registry.exporting.rows import Export, organisation_batches
from grappe.hub.registry.linked_data import CONTEXT, SAID, organisation_thing
from grappe.hub.registry.models import Organisation, Record
from grappe.hub.registry.queries import all_codes, visible_statements


def write_graph(export: Export, language: str, address_of: Callable[[str], str]) -> Iterator[bytes]:
    """The pieces of a JSON-LD document whose ``@graph`` is the organisations of *export*."""
    codes = all_codes()
    yield f'{{"@context": {json.dumps(CONTEXT)}, "@graph": ['.encode()
    joint = "\n"
    for batch in organisation_batches(export):
        said = _said(export, batch)
        for each in batch:
            thing = organisation_thing(each, said.get(each.pk, {}), codes, language, address_of(each.pk))
            yield f"{joint}{json.dumps(thing, ensure_ascii=False)}".encode()
            joint = ",\n"
    yield b"\n]}\n"


def _said(export: Export, batch: list[Organisation]) -> dict[str, dict[str, list[str]]]:
    """Canonical id → property → values, for the public statements of the properties that are said."""
    records = Record.objects.filter(organisation__in=[each.pk for each in batch])
    owners = dict(records.values_list("entity", "organisation_id"))
    told = visible_statements(export.user).filter(entity__in=owners, property__in=SAID, visibility="public")
    rows = told.exclude(export.kept_out).order_by("entity", "property", "pk")
    found: dict[str, dict[str, list[str]]] = {}
    for entity, prop, value in rows.values_list("entity", "property", "value"):
        values = found.setdefault(owners[entity], {}).setdefault(prop, [])
        if value not in values:
            values.append(value)
    return found
