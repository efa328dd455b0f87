"""The database → the search index. Called after a load and by ``grappe index``."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from grappe.hub.registry.index import Entry, write_index
from grappe.hub.registry.models import Code, Organisation, Statement

_CHUNK = 2_000
#: Properties whose values are searched as text.
_TEXTS = ("name", "description", "offer", "person")


def rebuild_index() -> int:
    """Write the index again from the database; returns the number of organisations in it."""
    return write_index(_entries())


def _entries() -> Iterator[Entry]:
    labels = _code_labels()
    organisations = Organisation.objects.order_by("sort_name", "id").iterator(_CHUNK)
    position = 0
    while chunk := list(islice(organisations, _CHUNK)):
        said = _public_texts([organisation.id for organisation in chunk])
        for organisation in chunk:
            yield _entry(organisation, position, said.get(organisation.id, []), labels)
            position += 1


def _public_texts(ids: list[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Canonical id → (property, language, value) of the public statements that are searched."""
    from grappe.hub.registry.models import Record

    owners = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation_id"))
    rows = Statement.objects.filter(
        entity__in=owners, property__in=_TEXTS, retracted_at="", visibility="public"
    ).values_list("entity", "property", "language", "value")
    said: dict[str, list[tuple[str, str, str]]] = {}
    for entity, prop, language, value in rows.iterator(_CHUNK):
        said.setdefault(owners[entity], []).append((prop, language, value))
    return said


def _entry(
    organisation: Organisation,
    position: int,
    said: list[tuple[str, str, str]],
    labels: dict[tuple[str, str], dict[str, str]],
) -> Entry:
    texts: dict[str, list[str]] = {"fr": [], "en": [], "": []}
    texts[""] += [organisation.municipality, organisation.region]
    for _, language, value in said:
        texts[language if language in texts else ""].append(value)
    belongs = {
        "sector": organisation.sectors,
        "stage": organisation.stages,
        "cluster": organisation.clusters,
    }
    for facet, codes in belongs.items():
        for code in codes:
            for language, label in labels.get((facet, code), {}).items():
                texts[language].append(label)
    single = {"kind": organisation.kind, "region": organisation.region_code, "size": organisation.size}
    names = {value for prop, _, value in said if prop == "name"} | {organisation.acronym}
    return Entry(
        id=organisation.id,
        position=position,
        names=tuple(sorted(filter(None, names))),
        texts={language: " ".join(parts) for language, parts in texts.items()},
        facets={
            **{facet: tuple(codes) for facet, codes in belongs.items()},
            **{facet: (code,) for facet, code in single.items() if code},
        },
        latitude=organisation.latitude,
        longitude=organisation.longitude,
        weight=organisation.statement_count,
    )


def _code_labels() -> dict[tuple[str, str], dict[str, str]]:
    labels: dict[tuple[str, str], dict[str, str]] = {}
    rows: Any = Code.objects.values_list("list", "code", "name_fr", "name_en")
    for kind, code, french, english in rows:
        labels[kind, code] = {"fr": french, "en": english}
    return labels
