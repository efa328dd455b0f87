"""Writes on imports: bring a list, say its columns, amend it, confirm, cancel, undo; tasks do the rest."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from grappe.hub.config.tasks import enqueue_within
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_confirm_import, may_prepare_import, require
from grappe.hub.registry.importing.files import forget_files, keep_list, safe_name
from grappe.hub.registry.models import Import, ImportState, Source
from grappe.hub.registry.queries import task_of

#: The task that takes over in each state.
_TASKS: dict[str, str] = {
    ImportState.UPLOADED: "grappe.hub.registry.jobs.open_list",
    ImportState.READING: "grappe.hub.registry.jobs.read_list",
    ImportState.APPLYING: "grappe.hub.registry.jobs.apply_import",
    ImportState.UNDOING: "grappe.hub.registry.jobs.undo_import",
}


class NotNow(Exception):  # noqa: N818
    """The import is past the point where this can be done, or not there yet."""


class UndoLater(Exception):  # noqa: N818
    """A later edition of the same list was applied: undo that first."""


@transaction.atomic
def bring_list(
    *,
    source: Source | None,
    described: dict[str, Any],
    cluster: str,
    file_name: str,
    chunks: Iterable[bytes],
    actor: User,
    at: datetime,
    address: str = "",
) -> Import:
    """Keep a list as the next edition of *source*, or of a new one as *described*; returns the import.

    Editors of *cluster* may; a source that is of all clusters becomes *cluster*'s by those who may bring for
    all. *described* holds what a source says of itself, ``published`` among it. Raises NotAllowed.
    """
    if source is not None:
        require(may_prepare_import(actor, source.cluster))
        cluster = source.cluster or cluster
    require(may_prepare_import(actor, cluster))
    brought = Import.objects.create(
        source_key=source.pk if source else _free_key(described["title"]),
        described=described,
        cluster=cluster,
        file_name=safe_name(file_name),
        address=address,
        brought_by=actor,
        brought_at=at,
    )
    _keep(brought, chunks, at)
    _write_line(brought, "bring_list", actor, at, {"file": brought.file_name, "address": address})
    return brought


@transaction.atomic
def replace_list(
    *, brought: Import, file_name: str, chunks: Iterable[bytes], actor: User, at: datetime, address: str = ""
) -> Import:
    """Take another file in place of the list, its mistakes mended; what was amended here goes with it.

    Raises NotAllowed, NotNow.
    """
    locked = _take_open(brought, actor)
    locked.file_name, locked.address, locked.amendments = safe_name(file_name), address, {}
    _keep(locked, chunks, at)
    _write_line(locked, "replace_list", actor, at, {"file": locked.file_name, "address": address})
    return locked


@transaction.atomic
def say_columns(*, brought: Import, mapping: dict[str, Any], actor: User, at: datetime) -> Import:
    """Say what each column holds, and read the list so. Raises NotAllowed, NotNow."""
    locked = _take_open(brought, actor)
    locked.mapping = mapping
    _start(locked, ImportState.READING)
    _write_line(locked, "say_columns", actor, at, {})
    return locked


@transaction.atomic
def amend_list(
    *,
    brought: Import,
    cells: Iterable[tuple[str, int, str, str, str]],
    rows: Iterable[tuple[str, int]],
    actor: User,
    at: datetime,
) -> Import:
    """Read other texts in *cells* (sheet, row, column letters, text, what stands there), leave *rows* out.

    Returns the import. The file stays as it is, and so does the original value of what is stated. Raises
    NotAllowed, NotNow.
    """
    locked = _take_open(brought, actor)
    by = {"by": actor.get_username(), "at": at.isoformat(timespec="minutes")}
    said = [
        {"sheet": sheet, "row": row, "column": column, "value": text, "found": found, **by}
        for sheet, row, column, text, found in cells
    ]
    left_out = [{"sheet": sheet, "row": row, **by} for sheet, row in rows]
    kept = {
        "cells": [*_without(locked, "cells", said), *said],
        "rows": [*_without(locked, "rows", left_out), *left_out],
    }
    _amend(locked, kept)
    _write_line(locked, "amend_list", actor, at, {"cells": said, "rows": left_out})
    return locked


@transaction.atomic
def take_amendment_back(
    *, brought: Import, sheet: str, row: int, column: str, actor: User, at: datetime
) -> Import:
    """Read a cell as it stands again, or a row left out when *column* is ""; returns the import.

    Raises NotAllowed, NotNow.
    """
    locked = _take_open(brought, actor)
    kind = "cells" if column else "rows"
    place: dict[str, Any] = {"sheet": sheet, "row": row, **({"column": column} if column else {})}
    _amend(locked, {**locked.amendments, kind: _without(locked, kind, [place])})
    _write_line(locked, "take_amendment_back", actor, at, place)
    return locked


@transaction.atomic
def read_again(*, brought: Import, actor: User, at: datetime) -> Import:
    """Read the list again, as it is now amended. Raises NotAllowed, NotNow."""
    locked = _take_open(brought, actor)
    if not locked.mapping:
        raise NotNow
    _start(locked, ImportState.READING)
    _write_line(locked, "read_again", actor, at, {})
    return locked


@transaction.atomic
def confirm_import(*, brought: Import, digest: str, actor: User, at: datetime) -> Import:
    """Let the changes shown, whose fingerprint is *digest*, be stored; returns the import.

    Managers of its cluster may. Raises NotAllowed; NotNow when others are to be shown first.
    """
    require(may_confirm_import(actor, brought.cluster))
    locked = _take(brought)
    if locked.state != ImportState.READY or locked.digest != digest:
        raise NotNow
    locked.confirmed_by, locked.is_stale = actor, False
    _start(locked, ImportState.APPLYING)
    _write_line(locked, "confirm_import", actor, at, {})
    return locked


@transaction.atomic
def cancel_import(*, brought: Import, actor: User, at: datetime) -> Import:
    """Give the import up: nothing of it is stored, its file is deleted. Raises NotAllowed, NotNow.

    A task at work on it ends at its next step, unless it has stored the changes by then.
    """
    require(may_prepare_import(actor, brought.cluster))
    locked = _take(brought)
    if locked.state == ImportState.APPLYING:
        require(may_confirm_import(actor, brought.cluster))
    elif not locked.is_open:
        raise NotNow
    if locked.is_working:
        locked.is_cancel_asked = True
    else:
        locked.state = ImportState.CANCELLED
    locked.save(update_fields=["state", "is_cancel_asked"])
    _write_line(locked, "cancel_import", actor, at, {})
    if not locked.is_working:
        transaction.on_commit(lambda: forget_files(locked))
    return locked


@transaction.atomic
def ask_undo(*, brought: Import, actor: User, at: datetime) -> Import:
    """Bring everything back to how it was before the import; returns it, being undone.

    Managers of its cluster may. Raises NotAllowed, NotNow; UndoLater when a later edition stands on it.
    """
    require(may_confirm_import(actor, brought.cluster))
    locked = _take(brought)
    if locked.state != ImportState.APPLIED:
        raise NotNow
    later = Import.objects.filter(source_key=locked.source_key, applied_at__gt=locked.applied_at)
    if later.filter(state__in=[ImportState.APPLIED, ImportState.UNDOING]).exists():
        raise UndoLater
    locked.undone_by, locked.fault = actor, ""
    _start(locked, ImportState.UNDOING)
    _write_line(locked, "ask_undo", actor, at, {})
    return locked


@transaction.atomic
def restart_import(*, brought: Import, actor: User, at: datetime) -> Import:
    """Start again what a fault or a lost worker stopped; returns the import.

    Raises NotAllowed; NotNow while a task has it in hand.
    """
    require(may_prepare_import(actor, brought.cluster))
    locked = _take(brought)
    if task_of(locked) is not None:
        raise NotNow
    if locked.state == ImportState.FAILED:
        state = ImportState.READING if locked.mapping else ImportState.UPLOADED
    elif locked.is_working:
        state = ImportState(locked.state)
    else:
        raise NotNow
    locked.fault = ""
    _start(locked, state)
    _write_line(locked, "restart_import", actor, at, {})
    return locked


def _take(brought: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).get(pk=brought.pk)


def _take_open(brought: Import, actor: User) -> Import:
    """The import, locked, if its list may still be changed."""
    require(may_prepare_import(actor, brought.cluster))
    locked = _take(brought)
    if not locked.is_open or locked.is_working:
        raise NotNow
    return locked


def _keep(brought: Import, chunks: Iterable[bytes], at: datetime) -> None:
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterable[bytes]:
        nonlocal size
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    keep_list(brought, counted())
    brought.content_hash, brought.size = digest.hexdigest(), size
    brought.counts, brought.digest, brought.is_stale, brought.mapping = {}, "", False, {}
    brought.described = {
        **brought.described,
        "accessed": at.date().isoformat(),
        "content_hash": brought.content_hash,
        "path": brought.file_name,
        "reader": "spreadsheet",
    }
    _start(brought, ImportState.UPLOADED)


def _start(brought: Import, state: ImportState) -> None:
    """Give the import to a background task, with this transaction."""
    brought.state, brought.step, brought.percent, brought.is_cancel_asked = state, "", 0, False
    brought.task = enqueue_within(_TASKS[state], brought.pk)
    brought.save()


def _without(brought: Import, kind: str, places: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The amendments of *kind* but those of the same cells or rows."""
    taken = {(place["sheet"], place["row"], place.get("column")) for place in places}
    kept = brought.amendments.get(kind, ())
    return [each for each in kept if (each["sheet"], each["row"], each.get("column")) not in taken]


def _amend(brought: Import, amendments: dict[str, Any]) -> None:
    """What is amended is read when the list is: until then what was shown is not to be confirmed."""
    brought.amendments, brought.digest = amendments, ""
    brought.save(update_fields=["amendments", "digest"])


def _free_key(title: str) -> str:
    """An id for a new source, from its title without the year, which the next edition will not have."""
    words = [word for word in slugify(title).split("-") if word and not word.isdigit()]
    base = "-".join(words)[:60] or "list"
    taken = {
        *Source.objects.filter(id__startswith=base).values_list("id", flat=True),
        *Import.objects.filter(source_key__startswith=base).values_list("source_key", flat=True),
    }
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _write_line(brought: Import, verb: str, actor: User, at: datetime, data: dict[str, Any]) -> None:
    record(
        actor=actor,
        at=at,
        verb=verb,
        object_kind="import",
        object_id=brought.pk,
        data={"title": str(brought), **data},
    )
