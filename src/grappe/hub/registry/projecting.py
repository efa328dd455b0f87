"""Stored rows ↔ the core's records: what a projection takes and what it gives back."""

from collections.abc import Mapping
from typing import Any

from grappe.hub.registry.models import Judgement as StoredJudgement
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.models import Statement as StoredStatement
from grappe.statements import Judgement, Statement
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


def core_judgement(stored: StoredJudgement) -> Judgement:
    """The core record of a stored judgement."""
    return Judgement(
        left=stored.left,
        right=stored.right,
        relation=stored.relation,  # type: ignore[arg-type]
        who=stored.who,
        why=stored.why,
        at=stored.at or None,
        features=tuple((name, value) for name, value in stored.features),
        retracted_at=stored.retracted_at or None,
        retracted_by=stored.retracted_by or None,
    )


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
