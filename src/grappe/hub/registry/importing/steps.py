"""What background tasks do about an import, from what is stored to what is stored: each may be done again."""

import logging
from collections.abc import Callable
from datetime import datetime

from grappe.editions.reading import keep_problems, read_edition
from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.registry.importing.files import (
    folder_of,
    forget_files,
    list_of,
    plan_of,
    undoing_of,
    write_preview,
)
from grappe.hub.registry.importing.mappings import (
    amendments_of,
    column_codes,
    core_source,
    preview_of,
)
from grappe.hub.registry.importing.planning import plan_import
from grappe.hub.registry.importing.plans import Plan, Tell, kept_plan
from grappe.hub.registry.importing.storing import Cancelled, Outdated, store_import, store_undoing
from grappe.hub.registry.importing.undoing import plan_undoing
from grappe.hub.registry.importing.writing import staged
from grappe.hub.registry.indexing import index_pending
from grappe.hub.registry.models import Import, ImportState
from grappe.intake.spreadsheets import read_mapping
from grappe.statements import GrappeError, Problem

_LOG = logging.getLogger(__name__)
_MOST_PLANS = 3


def open_list(brought: Import) -> None:
    """Keep the first rows of each sheet and what their columns may say; what can't be opened is a mistake."""
    if brought.state != ImportState.UPLOADED:
        return
    try:
        preview, mapping = preview_of(brought)
    except GrappeError as refusal:
        _refuse(brought, refusal.problems)
        return
    write_preview(brought, preview)
    _move(brought, ImportState.COLUMNS, mapping=mapping)


def read_list(brought: Import, at: datetime, rows_limit: int) -> None:
    """Read the list and compare it with what is known: ready to confirm, or mistakes to mend."""
    if brought.state != ImportState.READING:
        return
    tell = _teller(brought)
    tell("reading", 5)
    folder = folder_of(brought)
    edition = read_edition(
        list_of(brought),
        core_source(brought),
        folder,
        mapping=read_mapping(brought.mapping),
        codes=column_codes(brought),
        amendments=amendments_of(brought),
        rows_limit=rows_limit,
        tell=lambda _: tell("reading", 15),
    )
    counts = {"records": edition.records, "errors": edition.errors, "warnings": edition.warnings}
    if edition.errors:
        _move(brought, ImportState.REFUSED, counts=counts)
        return
    plan = plan_import(brought, at.date().isoformat(), tell)
    _show(brought, plan, counts)


def apply_import(brought: Import, at: datetime) -> None:
    """Store what was confirmed; if it would now do something else, or others leave it no time, ask again."""
    if brought.state != ImportState.APPLYING:
        return
    tell, day = _teller(brought), at.date().isoformat()
    plan = kept_plan(plan_of(brought))
    for _ in range(_MOST_PLANS):
        if plan is None or plan.day != day:
            plan = plan_import(brought, day, tell)
        if plan.digest != brought.digest:
            _show(brought, plan, brought.counts, is_stale=True)
            return
        tell("writing", 85)
        try:
            with staged(plan_of(brought), plan):
                store_import(brought=brought, plan=plan, folder=plan_of(brought), at=at)
        except Outdated:
            plan = None
            continue
        index_pending()
        enqueue_on_commit("grappe.hub.registry.jobs.fill_queue")
        return
    _show(brought, plan_import(brought, day, tell), brought.counts, is_stale=True)


def undo_import(brought: Import, at: datetime) -> None:
    """Bring everything back to how it was before the import."""
    if brought.state != ImportState.UNDOING:
        return
    tell = _teller(brought)
    for _ in range(_MOST_PLANS):
        plan = plan_undoing(brought, tell)
        tell("writing", 80)
        try:
            with staged(undoing_of(brought), plan):
                store_undoing(brought=brought, plan=plan, at=at)
        except Outdated:
            continue
        index_pending()
        return
    raise Outdated("others kept changing the registry")


def run_step(key: int, step: Callable[[Import], None]) -> None:
    """Do *step* of the import *key*; cancelled meanwhile, it ends there, and a fault is said on its page."""
    brought = Import.objects.filter(pk=key).first()
    if brought is None:
        return
    try:
        step(brought)
    except Cancelled:
        if _move(brought, ImportState.CANCELLED, is_cancel_asked=False):
            forget_files(brought)
    except Exception as fault:
        _LOG.exception("import %s", key)
        state = ImportState.APPLIED if brought.state == ImportState.UNDOING else ImportState.FAILED
        _move(brought, state, fault=f"{type(fault).__name__}: {fault}"[:500])
        raise


def _teller(brought: Import) -> Tell:
    def tell(step: str, percent: int) -> None:
        mine = Import.objects.filter(pk=brought.pk, state=brought.state)
        if not mine.filter(is_cancel_asked=False).update(step=step, percent=percent):
            raise Cancelled

    return tell


def _refuse(brought: Import, problems: tuple[Problem, ...]) -> None:
    count = keep_problems(folder_of(brought), brought.source_key, problems)
    _move(brought, ImportState.REFUSED, counts={"errors": count})


def _show(brought: Import, plan: Plan, counts: dict[str, int], *, is_stale: bool = False) -> None:
    _move(
        brought,
        ImportState.READY,
        counts={**counts, **plan.counts},
        digest=plan.digest,
        is_stale=is_stale,
    )


def _move(brought: Import, state: ImportState, **values: object) -> bool:
    """Go on to *state*; False when it was moved elsewhere meanwhile, and stays there."""
    mine = Import.objects.filter(pk=brought.pk, state=brought.state)
    return bool(mine.update(state=state, step="", percent=0, **values))
