"""The database → the search index: whole after a load, a few entries after an edit.

An edit writes the ids it touched beside itself (``Pending``), in its own transaction; once it is committed
they are indexed, one writer at a time. What could not be (another process was writing, or was killed) stays
pending for the next edit, rebuild or ``grappe index --pending``: the index lags, it never forgets.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction

from grappe.hub.registry.index import (
    SPACING,
    Entry,
    IndexBusy,
    IndexMissing,
    positions_of,
    update_index,
    write_index,
    writing,
)
from grappe.hub.registry.models import Code, Organisation, Pending, Record, Statement
from grappe.hub.registry.quality import completeness_of, missing_of, month_number

_CHUNK = 2_000
_REBUILD_WAIT_S = 600.0
_EDIT_WAIT_S = 3.0
#: More changes than this are indexed faster by writing the whole index again.
_MANY = 5_000
#: Properties whose values are searched as text.
_TEXTS = ("name", "description", "offer", "person")


def rebuild_index() -> int:
    """Write the index again from the database; returns the number of organisations in it.

    Raises IndexBusy when another process does not stop writing it.
    """
    with writing(wait_s=_REBUILD_WAIT_S):
        last = _last_pending()
        count = write_index(_entries())
        Pending.objects.filter(pk__lte=last).delete()
        _index_pending()
    return count


def index_on_commit() -> None:
    """Index what is pending once the transaction is committed. Called by every action that edits."""
    transaction.on_commit(partial(index_pending, wait_s=_EDIT_WAIT_S))


def index_pending(*, wait_s: float = _REBUILD_WAIT_S) -> int:
    """Bring the index up to the edits; returns how many organisations were indexed or taken out.

    0, and they stay pending, while another process writes or before the first index.
    """
    try:
        with writing(wait_s=wait_s):
            return _index_pending()
    except (IndexBusy, IndexMissing):
        return 0


def _last_pending() -> int:
    return Pending.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _index_pending() -> int:
    last = _last_pending()
    ids = sorted(set(Pending.objects.filter(pk__lte=last).values_list("organisation", flat=True)))
    if not ids:
        return 0
    if len(ids) > _MANY:
        write_index(_entries())
        Pending.objects.filter(pk__lte=last).delete()
        return len(ids)
    standing = list(Organisation.objects.filter(id__in=ids).order_by("sort_name", "id"))
    said, labels = _public_texts([each.id for each in standing]), _code_labels()
    positions = _positions(standing)
    entries = [_entry(each, positions[each.id], said.get(each.id, []), labels) for each in standing]
    update_index(entries, sorted(set(ids) - set(positions)))
    Pending.objects.filter(pk__lte=last).delete()
    return len(ids)


def _positions(organisations: Sequence[Organisation]) -> dict[str, int]:
    """A place in name order for each: its own while it is between its neighbours', else half-way."""
    given: dict[str, int] = {}
    for each in organisations:
        before, after = _neighbours(each)
        known = positions_of(filter(None, (before, each.id, after))) | given
        low = known.get(before or "", 0)
        high = known.get(after or "", low + 2 * SPACING)
        own = known.get(each.id)
        given[each.id] = own if own is not None and low < own < high else (low + high) // 2
    return given


def _neighbours(organisation: Organisation) -> tuple[str | None, str | None]:
    name, key = organisation.sort_name, organisation.id
    ids = Organisation.objects.values_list("id", flat=True)
    # Bounds that an index of names answers; an alternative ("less, or equal and…") reads them all.
    before = ids.filter(sort_name__lte=name).exclude(sort_name=name, id__gte=key)
    after = ids.filter(sort_name__gte=name).exclude(sort_name=name, id__lte=key)
    return before.order_by("-sort_name", "-id").first(), after.order_by("sort_name", "id").first()


def _entries() -> Iterator[Entry]:
    labels = _code_labels()
    organisations = Organisation.objects.order_by("sort_name", "id").iterator(_CHUNK)
    position = 0
    while chunk := list(islice(organisations, _CHUNK)):
        said = _public_texts([organisation.id for organisation in chunk])
        for organisation in chunk:
            position += SPACING
            yield _entry(organisation, position, said.get(organisation.id, []), labels)


def _public_texts(ids: list[str]) -> dict[str, list[tuple[str, str, str]]]:
    """Canonical id → (property, language, value) of the public statements that are searched."""
    owners = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation_id"))
    rows = Statement.objects.filter(
        entity__in=owners,
        property__in=_TEXTS,
        retracted_at="",
        visibility="public",
        source__retracted_at="",
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
        stated=month_number(organisation.last_stated),
        missing=missing_of(organisation),
        completeness=completeness_of(organisation),
    )


def _code_labels() -> dict[tuple[str, str], dict[str, str]]:
    labels: dict[tuple[str, str], dict[str, str]] = {}
    rows: Any = Code.objects.values_list("list", "code", "name_fr", "name_en")
    for kind, code, french, english in rows:
        labels[kind, code] = {"fr": french, "en": english}
    return labels
