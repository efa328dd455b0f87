"""The OpenRefine protocol over the registry (W3C Entity Reconciliation CG, Reconciliation Service API 0.2).

Each query is answered alone: the index finds the organisations it may mean, linkage scores them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grappe.hub.people.queries import Visitor
from grappe.hub.registry import search
from grappe.hub.registry.comparing import organisations_as_records
from grappe.hub.registry.models import Organisation, Record
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import current_id, organisations_in_order, visible_statements
from grappe.statements.identifiers import STRONG
from grappe.statements.vocabulary import code_labels, properties

#: Organisations looked at for one query, and answered unless the query asks for fewer.
_LOOKED_AT = 30
USUAL_LIMIT = 5
MOST_AT_ONCE = 50
#: Property of a query → column of a record.
_COLUMNS = {
    "name": "aliases", "address": "address", "municipality": "city", "region": "region", "country": "country",
    "postal_code": "postal_code", "website": "website", "phone": "phone", **{each: each for each in STRONG},
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """One query: a name or an identifier, *types* it must have, and what is known besides."""

    text: str = ""
    types: tuple[str, ...] = ()
    limit: int = USUAL_LIMIT
    known: Mapping[str, str] = field(default_factory=dict)


def read_batch(content: Any) -> dict[str, Query]:
    """The queries of a batch. Raises ValueError saying what is wrong, for people."""
    if not isinstance(content, dict) or len(content) > MOST_AT_ONCE:
        raise ValueError(f"an object of at most {MOST_AT_ONCE} queries is expected")
    return {str(key): _read_query(str(key), each) for key, each in content.items()}


def _read_query(key: str, content: Any) -> Query:
    if not isinstance(content, dict):
        raise ValueError(f"{key}: an object is expected")
    text, known = content.get("query", ""), _read_known(content.get("properties", []))
    types = content.get("type") or []
    limit = content.get("limit", USUAL_LIMIT)
    if not isinstance(text, str) or (not text.strip() and not known):
        raise ValueError(f"{key}: a query or properties are expected")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ValueError(f"{key}: a limit of 1 or more is expected")
    listed = types if isinstance(types, list) else [types]
    return Query(" ".join(text.split())[:500], tuple(map(str, listed)), min(limit, _LOOKED_AT), known)


def _read_known(listed: Any) -> dict[str, str]:
    if not isinstance(listed, list):
        raise ValueError("properties: a list is expected")
    known = {}
    for each in listed:
        if not isinstance(each, dict) or not isinstance(each.get("pid"), str):
            raise ValueError("properties: objects with a pid are expected")
        values = each.get("v")
        first = next(iter(values), "") if isinstance(values, list) else values
        text = first.get("name") or first.get("id") if isinstance(first, dict) else first
        if each["pid"] in _COLUMNS and text not in (None, ""):
            known[each["pid"]] = str(text)[:500]
    return known


def answer(user: Visitor, query: Query, language: str) -> list[dict[str, Any]]:
    """The candidates of *query*, best first: three queries of the database and one of the index."""
    ids = _looked_at(user, query)
    found = {each.pk: each for each in organisations_in_order(user, ids)}
    if query.types:
        found = {key: each for key, each in found.items() if each.kind in query.types}
    scored = _scored(user, query, list(found))
    return [
        _candidate(found[key], score, decision, reasons, language)
        for key, score, decision, reasons in scored[: query.limit]
    ]


def _looked_at(user: Visitor, query: Query) -> list[str]:
    """The organisations that may be meant: by their id, an identifier, or the words of the query."""
    wanted = [current_id(query.text)] if query.text.startswith("GR") else []
    numbers = [query.text, *(value for scheme, value in query.known.items() if scheme in STRONG)]
    said = visible_statements(user).filter(property__in=STRONG)
    entities = said.filter(value__in=[number for number in numbers if number]).values("entity")
    by_number = Record.objects.filter(entity__in=entities, organisation__isnull=False)
    wanted += by_number.values_list("organisation", flat=True)[:_LOOKED_AT]
    words = query.text or query.known.get("name", "")
    found = search.find_organisations(words, {}, limit=_LOOKED_AT).ids if words else ()
    return list(dict.fromkeys([*wanted, *found]))


def _scored(
    user: Visitor, query: Query, ids: Sequence[str]
) -> list[tuple[str, float, str, Mapping[str, float]]]:
    """(id, score in [0, 1], decision, features) of each of *ids*, best first."""
    from grappe.linkage.linking import link
    from grappe.linkage.model import Kind
    from grappe.linkage.parties import party

    records = organisations_as_records(user, ids)
    if not records:
        return []
    row = {"id": "query", "name": query.text or query.known.get("name", "")}
    row |= {_COLUMNS[prop]: value for prop, value in query.known.items()}
    # Beside the name, what is known is weighed as between two records; a name alone is what people type.
    kind: Kind = "records" if set(query.known) - {"name"} else "query"
    links = link([party(row)], [party(each.as_row()) for each in records], kind=kind)
    scored: list[tuple[str, float, str, Mapping[str, float]]] = [
        (each.right_id, each.score, each.decision, dict(each.reasons)) for each in links
    ]
    if query.text in ids and query.text not in {key for key, *_ in scored[:1]}:
        rest = [each for each in scored if each[0] != query.text]
        return [(query.text, 1.0, "match", {}), *rest]
    return scored


def _candidate(
    found: Organisation, score: float, decision: str, reasons: Mapping[str, float], language: str
) -> dict[str, Any]:
    return {
        "id": found.pk,
        "name": paired(found, "name", language)[0],
        "description": _description(found, language),
        "type": types_of([found.kind], language),
        "score": round(score * 100, 2),
        "match": decision == "match",
        "features": [{"id": name, "value": round(value, 4)} for name, value in reasons.items()],
    }


def _description(found: Organisation, language: str) -> str:
    labels = code_labels("kind").get(found.kind, {})
    return " · ".join(part for part in (labels.get(language, ""), found.municipality) if part)


def types_of(codes: Iterable[str], language: str) -> list[dict[str, str]]:
    """The kinds of organisation *codes*, as types of the protocol."""
    labels = code_labels("kind")
    return [{"id": code, "name": labels[code][language]} for code in codes if code in labels]


def suggest_entities(user: Visitor, prefix: str, language: str) -> list[dict[str, Any]]:
    """The organisations whose names go on from *prefix*."""
    ids = search.complete(prefix, limit=10) if prefix.strip() else ()
    return [
        {
            "id": each.pk,
            "name": paired(each, "name", language)[0],
            "description": _description(each, language),
            "notable": types_of([each.kind], language),
        }
        for each in organisations_in_order(user, ids)
    ]


def suggest_types(prefix: str, language: str) -> list[dict[str, str]]:
    """The kinds of organisation whose name has *prefix*."""
    return [each for each in types_of(code_labels("kind"), language) if _holds(each["name"], prefix)]


def suggest_properties(prefix: str, language: str) -> list[dict[str, str]]:
    """The properties that a query may give, or an extension ask, whose name has *prefix*."""
    listed = [
        {"id": code, "name": prop.label(language)} for code, prop in properties().items() if prop.public
    ]
    return [each for each in listed if _holds(each["name"], prefix) or _holds(each["id"], prefix)]


def _holds(name: str, prefix: str) -> bool:
    return prefix.casefold().strip() in name.casefold()


def extend(user: Visitor, content: Any, language: str) -> dict[str, Any]:
    """What is said of the organisations of *content* (ids, properties): two queries. Raises ValueError."""
    ids, asked = _read_extension(content)
    owner = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation"))
    said = visible_statements(user).filter(entity__in=owner, property__in=asked).order_by("rank", "id")
    rows: dict[str, dict[str, list[dict[str, str]]]] = {key: {prop: [] for prop in asked} for key in ids}
    for entity, prop, value in said.values_list("entity", "property", "value"):
        cell = rows[owner[entity]][prop]
        if {"str": value} not in cell and len(cell) < (asked[prop] or len(cell) + 1):
            cell.append({"str": value})
    meta = [{"id": code, "name": properties()[code].label(language)} for code in asked]
    return {"meta": meta, "rows": rows}


def _read_extension(content: Any) -> tuple[list[str], dict[str, int]]:
    """The ids, and property → most values (0: all). Raises ValueError."""
    if not isinstance(content, dict) or not isinstance(content.get("ids"), list):
        raise ValueError("an object with ids and properties is expected")
    ids = [str(each)[:16] for each in content["ids"][:1_000]]
    asked: dict[str, int] = {}
    for each in content.get("properties") or []:
        code = str(each.get("id")) if isinstance(each, dict) else ""
        if code not in properties() or not properties()[code].public:
            raise ValueError(f"{code}: no such property")
        limit = str((each.get("settings") or {}).get("limit", 0))
        asked[code] = int(limit) if limit.isdigit() else 0
    return ids, asked
