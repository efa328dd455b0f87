"""The two writes of an import, each one transaction and one journal line: apply its plan, undo it."""

import json
from datetime import datetime
from pathlib import Path

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.journal.queries import count_entries
from grappe.hub.people.models import User
from grappe.hub.registry.deriving import count_statements, one_at_a_time
from grappe.hub.registry.importing.plans import ASIDE, WRITTEN, Plan
from grappe.hub.registry.importing.writing import write_staged
from grappe.hub.registry.models import Import, ImportState, Inverse, Source, Statement

#: What an edition says of its source; the rest (retracted or not, when the next is due) is the staff's.
_EDITION = (
    *("title", "publisher", "licence", "url", "published", "accessed", "language", "content_hash", "chain"),
    *("visibility", "attribution", "note", "path", "reader", "position", "cluster", "is_current", "origin"),
)
_SOURCE = "source"


class Outdated(Exception):  # noqa: N818
    """Something was done to the registry since the plan was made: make it again."""


class Cancelled(Exception):  # noqa: N818
    """Somebody cancelled the import before it was stored."""


@transaction.atomic
def store_import(*, brought: Import, plan: Plan, folder: Path, at: datetime) -> None:
    """Store the staged plan of *brought* and what undoes it.

    Raises Outdated, Cancelled; then nothing is stored. Already stored, it is not stored again.
    """
    locked = _take(brought, plan, ImportState.APPLYING)
    if locked is None:
        return
    _keep_inverse(locked, plan, folder)
    Source.objects.update_or_create(
        id=locked.source_key,
        defaults={**plan.source, "origin": "import", "is_current": True},
    )
    write_staged(plan)
    count_statements([locked.source_key])
    locked.state, locked.applied_at, locked.step, locked.percent = ImportState.APPLIED, at, "", 100
    locked.counts = {**locked.counts, **plan.counts}
    locked.save()
    _write_line(locked, "apply_import", locked.confirmed_by, at, plan)


@transaction.atomic
def store_undoing(*, brought: Import, plan: Plan, at: datetime) -> None:
    """Store the staged plan of undoing *brought*. Raises Outdated; undone already, it is not undone again."""
    locked = _take(brought, plan, ImportState.UNDOING)
    if locked is None:
        return
    write_staged(plan)
    _bring_source_back(locked)
    locked.inverses.all().delete()
    locked.state, locked.undone_at, locked.step, locked.percent = ImportState.UNDONE, at, "", 100
    locked.save()
    _write_line(locked, "undo_import", locked.undone_by, at, plan)


def _take(brought: Import, plan: Plan, state: ImportState) -> Import | None:
    """The import, locked, if it is still to be stored."""
    one_at_a_time()
    locked = Import.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    if locked.state != state:
        return None
    if locked.is_cancel_asked:
        raise Cancelled
    if count_entries(but=ASIDE) != plan.seen_entries:
        raise Outdated
    return locked


def _keep_inverse(brought: Import, plan: Plan, folder: Path) -> None:
    for table in WRITTEN:
        rows, keys = (
            (folder / "inverse" / f"{table}.{part}.parquet").read_bytes() for part in ("rows", "keys")
        )
        Inverse.objects.create(brought=brought, table=table, rows=rows, keys=keys)
    former = Source.objects.filter(pk=brought.source_key).values(*_EDITION).first()
    Inverse.objects.create(brought=brought, table=_SOURCE, rows=json.dumps(former).encode(), keys=b"")


def _bring_source_back(brought: Import) -> None:
    """The source as its former edition had it; gone if this import made it and nobody cites it."""
    kept = brought.inverses.get(table=_SOURCE)
    former = json.loads(bytes(kept.rows))
    source = Source.objects.filter(pk=brought.source_key)
    if former is not None:
        source.update(**former)
        count_statements([brought.source_key])
    elif Statement.objects.filter(source=brought.source_key).exists():
        source.update(is_current=False)
        count_statements([brought.source_key])
    else:
        source.delete()


def _write_line(brought: Import, verb: str, actor: User | None, at: datetime, plan: Plan) -> None:
    data = {
        "import": brought.pk,
        "title": str(brought),
        "counts": {kind: plan.counts.get(kind, 0) for kind in ("new", "changed", "gone")},
    }
    record(actor=actor, at=at, verb=verb, object_kind="source", object_id=brought.source_key, data=data)
