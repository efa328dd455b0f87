"""An ecosystem folder → the database: one transaction, twice the same changes nothing, people's work stays.

Called by ``grappe load`` and ``grappe demo``. Only rows of origin "load" are compared: a statement that the
folder no longer has is retracted, not deleted; one that a person added is never touched. A source whose
latest edition was imported in the hub is the hub's: what the folder says of it is left aside.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.cache import cache
from django.db import models, transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.deriving import (
    batches,
    count_statements,
    derive_again,
    one_at_a_time,
    refresh_belongings,
    written_about,
)
from grappe.hub.registry.importing.relinking import kept_up_here, link_imports_again
from grappe.hub.registry.models import (
    Code,
    Document,
    Judgement,
    Load,
    Organisation,
    Passage,
    Record,
    Redirect,
    Source,
    Statement,
)
from grappe.hub.registry.projecting import organisation_from, texts_of
from grappe.hub.registry.queries import WORKSPACE_WORDS
from grappe.statements.ecosystem import read_manifest, read_rows
from grappe.statements.tables import TABLES

_BATCH = 2_000
_LOADED = "load"


def load_ecosystem(*, folder: Path, actor: User | None, at: datetime) -> dict[str, int]:
    """Make the registry say what *folder* says; returns how many rows of each kind changed.

    Raises FileNotFoundError when *folder* is not an ecosystem folder. Loading the folder that was loaded
    last changes nothing, not even the journal.
    """
    manifest = read_manifest(folder)
    fingerprint = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    latest = Load.objects.first()
    if latest is not None and latest.fingerprint == fingerprint:
        return {}
    with transaction.atomic():
        one_at_a_time()
        changed = _load_all(folder, at)
        Load.objects.create(at=at, fingerprint=fingerprint, manifest=manifest)
        transaction.on_commit(lambda: cache.delete(WORKSPACE_WORDS))
        enqueue_on_commit("grappe.hub.registry.jobs.fill_queue")
        record(
            actor=actor, at=at, verb="load_ecosystem", object_kind="load", object_id=fingerprint, data=changed
        )
    return changed


def _load_all(folder: Path, at: datetime) -> dict[str, int]:
    day = at.date().isoformat()
    changed = {
        "sources": _load_sources(folder),
        "codes": _load_codes(folder),
        "documents": _load_documents(folder),
        "statements": _load_statements(folder, day),
        "judgements": _load_judgements(folder, day),
        "organisations": _load_organisations(folder),
    }
    refresh_belongings()
    derive_again(_in_peoples_hands() | link_imports_again(day))
    count_statements()
    return changed


def _load_sources(folder: Path) -> int:
    names, ours = [name for name in TABLES["sources"] if name != "chain"], kept_up_here()
    fresh = [
        Source(position=position, chain=row["chain"] or [], **texts_of(row, *names))
        for position, row in enumerate(read_rows(folder, "sources"))
        if row["id"] not in ours
    ]
    former = Source.objects.filter(origin=_LOADED).exclude(id__in=[source.id for source in fresh])
    former.update(is_current=False)
    return _upsert(Source, fresh, leave={"statement_count", "due_months", "retracted_at", "retracted_why"})


def _load_codes(folder: Path) -> int:
    rows = list(read_rows(folder, "codes"))
    names = ("list", "code", "name_fr", "name_en", "parent", "text_fr", "text_en")
    Code.objects.all().delete()
    Code.objects.bulk_create(
        Code(
            position=row["position"] or 0,
            source_id=row["source"],
            extra=json.loads(row["extra"]) if row["extra"] else {},
            **texts_of(row, *names),
        )
        for row in rows
    )
    return len(rows)


def _load_documents(folder: Path) -> int:
    names = [name for name in TABLES["documents"] if name not in ("source", "pages")]
    fresh = [
        Document(source_id=row["source"], pages=row["pages"], **texts_of(row, *names))
        for row in read_rows(folder, "documents")
    ]
    kept = {document.id for document in fresh}
    Document.objects.exclude(id__in=kept).delete()
    changed = _upsert(Document, fresh)
    Passage.objects.filter(document__in=kept).delete()
    for batch in batches(read_rows(folder, "passages")):
        Passage.objects.bulk_create(
            Passage(document_id=row.pop("document"), headings=row.pop("headings") or [], **row)
            for row in batch
        )
    return changed


_STATEMENT_TEXTS = [n for n in TABLES["statements"] if n not in ("source", "confidence")]


def _load_statements(folder: Path, day: str) -> int:
    ours = kept_up_here()
    loaded = Statement.objects.filter(origin=_LOADED).exclude(source__in=ours)
    known = {bytes.fromhex(key): digest for key, digest in loaded.values_list("id", "digest").iterator()}
    changed = 0
    for batch in batches(read_rows(folder, "statements")):
        fresh = []
        for row in batch:
            if row["source"] in ours:
                continue
            statement = _statement(row)
            if known.pop(bytes.fromhex(statement.id), None) != statement.digest:
                fresh.append(statement)
        changed += len(fresh)
        _upsert(Statement, fresh, leave={"first_seen"})
    gone = [key.hex() for key in known]
    for keys in batches(gone, 500):
        still = Statement.objects.filter(id__in=keys, retracted_at="")
        changed += still.update(retracted_at=day, digest="")
    return changed


def _statement(row: Mapping[str, Any]) -> Statement:
    texts = texts_of(row, *_STATEMENT_TEXTS)
    digest = hashlib.blake2b(repr((texts, row["confidence"])).encode(), digest_size=8).hexdigest()
    return Statement(source_id=row["source"], confidence=row["confidence"], digest=digest, **texts)


def _load_judgements(folder: Path, day: str) -> int:
    names = [name for name in TABLES["judgements"] if name != "features"]
    fresh = [
        Judgement(features=[[f["name"], f["value"]] for f in row["features"] or ()], **texts_of(row, *names))
        for row in read_rows(folder, "judgements")
    ]
    gone = Judgement.objects.filter(origin=_LOADED, retracted_at="").exclude(
        id__in=[judgement.id for judgement in fresh]
    )
    return _upsert(Judgement, fresh) + gone.update(retracted_at=day, retracted_by="load")


def _load_organisations(folder: Path) -> int:
    loaded: set[str] = set()
    for batch in batches(read_rows(folder, "organisations")):
        _upsert(Organisation, [organisation_from(row) for row in batch])
        loaded |= {row["id"] for row in batch}
    for batch in batches(read_rows(folder, "identities")):
        records = [
            Record(entity=row["entity"], organisation_id=row["organisation"], linked=row["organisation"])
            for row in batch
            if row["organisation"] in loaded
        ]
        _upsert(Record, records)
    _upsert(Redirect, [Redirect(**row) for row in read_rows(folder, "redirects")])
    _let_go(set(Organisation.objects.values_list("id", flat=True)) - loaded)
    return len(loaded)


def _let_go(absent: set[str]) -> None:
    """Take away the organisations that no source speaks of any more, but those people wrote about."""
    kept = set()
    for entities in batches(sorted(_said_here())):
        kept |= set(Record.objects.filter(entity__in=entities).values_list("organisation_id", flat=True))
    for ids in batches(sorted(absent - kept), 500):
        Record.objects.filter(organisation__in=ids).delete()
        Organisation.objects.filter(id__in=ids).delete()
    Redirect.objects.filter(former__in=Organisation.objects.values("id")).delete()


def _said_here() -> set[str]:
    """The records that people, or lists imported here, say something about."""
    kept_up = Statement.objects.filter(source__in=kept_up_here()).values_list("entity", flat=True)
    return {*written_about(), *kept_up.distinct()}


def _in_peoples_hands() -> set[str]:
    """The records whose organisations are not what the folder says: said of here, judged, or unsourced."""
    unsourced = Statement.objects.exclude(source__retracted_at="").values_list("entity", flat=True)
    return {*_said_here(), *unsourced.distinct()}


def _upsert(model: type[models.Model], rows: list[Any], *, leave: set[str] = frozenset()) -> int:  # type: ignore[assignment]
    """Insert or update *rows* by primary key; returns how many there were."""
    if not rows:
        return 0
    key = model._meta.pk.name
    fields = [f.name for f in model._meta.concrete_fields if f.name not in {key, "origin", *leave}]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=fields, batch_size=_BATCH
    )
    return len(rows)
