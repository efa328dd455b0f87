"""What people add in the hub reaches an organisation's page through the core's own projection."""

from collections.abc import Mapping, Sequence
from typing import Any

from grappe.hub.registry.models import Organisation, Record, Source
from grappe.hub.registry.models import Statement as StoredStatement
from grappe.pipeline import project
from grappe.statements import Statement
from grappe.statements.tables import TABLES
from grappe.statements.text import fold

_OPTIONAL = {
    "qualifier", "language", "original_value", "valid_from", "valid_to", "locator", "extractor",
    "extractor_version", "first_seen", "last_seen", "retracted_at", "rank_reason", "asserted_by", "licence",
}  # fmt: skip


def core_statement(stored: StoredStatement) -> Statement:
    """The core record of a stored statement."""
    values = {name: getattr(stored, name) for name in TABLES["statements"] if name not in ("id", "source")}
    values |= {name: values[name] or None for name in _OPTIONAL}
    return Statement(source=stored.source_id, **values)


def texts_of(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The named columns, null as "" (and as [] for lists)."""
    return {name: "" if row[name] is None else row[name] for name in names}


def organisation_from(row: Mapping[str, Any]) -> Organisation:
    """The stored form of one row of the ``organisations`` table of an ecosystem."""
    lists = {name: list(row[name] or ()) for name in ("sectors", "stages", "clusters")}
    numbers = {name: row[name] for name in ("latitude", "longitude", "statement_count", "source_count")}
    names = [name for name in TABLES["organisations"] if name not in {*lists, *numbers}]
    texts = texts_of(row, *names)
    # Québec: a text that exists in English only is not published (Charter of the French language).
    missing = ["description"] if texts["description_en"] and not texts["description_fr"] else []
    sort_name = fold(texts["name_fr"] or texts["name_en"])[:120]
    return Organisation(missing_fr=missing, sort_name=sort_name, **texts, **lists, **numbers)


def project_again(organisations: Sequence[str]) -> int:
    """Derive *organisations* (canonical ids) again from all their statements; returns how many there are."""
    if not organisations:
        return 0
    identities = dict(
        Record.objects.filter(organisation__in=organisations).values_list("entity", "organisation_id")
    )
    statements = StoredStatement.objects.filter(entity__in=identities)
    positions = dict(Source.objects.values_list("id", "position"))
    rows = project((core_statement(stored) for stored in statements), identities, positions)
    fields = [f.name for f in Organisation._meta.concrete_fields if not f.primary_key]
    return Organisation.objects.bulk_update([organisation_from(row) for row in rows], fields)
