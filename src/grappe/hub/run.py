"""What the command line asks of the hub: start it, load it, index it, serve it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

#: Threads a worker: pages take milliseconds, a few wait for the database or the disk.
_THREADS = 4
#: Seconds that a task in hand is given to end with the server.
_PATIENCE_S = 60


def start() -> None:
    """Make the hub ready: settings, database tables, static files, site and pages. May be repeated."""
    set_up()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from grappe.hub.public.actions import create_site

    create_site(opened_on=_now().date())


def set_up() -> None:
    """Django with our settings, the database as it is. May be repeated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grappe.hub.config.settings")
    import django

    django.setup()


def load(folder: Path) -> dict[str, int]:
    """Load an ecosystem folder and index it again; returns what changed, empty when nothing did.

    Raises FileNotFoundError when *folder* is not an ecosystem folder.
    """
    from grappe.hub.observatory.loading import load_figures
    from grappe.hub.registry.loading import load_ecosystem

    changed = load_ecosystem(folder=folder, actor=None, at=_now())
    load_figures(folder=folder, actor=None, at=_now())
    if changed or not _has_index():
        rebuild_index()
    return changed


def _has_index() -> bool:
    from grappe.hub.registry.index import IndexMissing, open_index

    try:
        open_index()
    except IndexMissing:
        return False
    return True


def rebuild_index() -> int:
    """Write the search index again; returns the number of organisations in it."""
    from grappe.hub.registry.indexing import rebuild_index as rebuild

    return rebuild()


def index_pending() -> int:
    """Bring the search index up to the edits it has not heard of; returns the number of organisations."""
    from grappe.hub.registry.indexing import index_pending as index

    return index()


def back_up(out: Path, *, with_secret: bool = False) -> dict[str, Any]:
    """Write a backup of the hub to *out*, while it goes on; returns the manifest."""
    set_up()
    from grappe.hub.operations.backup import write_backup

    return write_backup(out=out, at=_now(), with_secret=with_secret)


def restore(archive: Path, *, force: bool = False) -> int:
    """Put a backup back and index it again; returns the number of organisations. Raises Unrestorable."""
    set_up()
    from grappe.hub.operations.backup import restore_backup

    restore_backup(archive=archive, force=force)
    start()
    return rebuild_index()


def load_table(path: Path, asked: dict[str, Any]) -> tuple[int, int] | None:
    """Load an official table (*asked*: what ``Described`` holds); returns how many cells it has and how many
    of them are suppressed, None when the hub held exactly that. Raises GrappeError.
    """
    from grappe.hub.observatory.actions.tables import Described
    from grappe.hub.observatory.official import load_official

    table = load_official(path=path, described=Described(**asked), actor=None, at=_now())
    return (table.cell_count, table.suppressed_count) if table else None


def list_tables() -> list[tuple[str, str, int]]:
    """Key, title and number of cells of each official table."""
    from grappe.hub.observatory.models import OfficialTable

    return list(OfficialTable.objects.values_list("key", "title_fr", "cell_count"))


def remove_table(key: str) -> bool:
    """Take an official table away; False when there is none of that *key*."""
    from grappe.hub.observatory.actions.tables import remove_table as remove
    from grappe.hub.observatory.models import OfficialTable

    table = OfficialTable.objects.filter(pk=key).first()
    if table is not None:
        remove(table=table, actor=None, at=_now())
    return table is not None


def publish_editorial(path: Path) -> int:
    """Publish the news and sector texts kept beside a workspace; returns how many there are."""
    from grappe.hub.public.editorial import publish_editorial as publish

    return publish(path=path)


def load_catalogues(path: Path) -> list[str]:
    """Store the catalogues of equipment that a file beside a workspace names; returns the sites that changed.

    Raises GrappeError naming the file and the place.
    """
    from grappe.hub.equipment.loading import load_catalogues as load

    return load(path=path, at=_now())


def demo_log_ins() -> list[str]:
    """One line a demo account, with its new password."""
    from grappe.hub.people.actions import create_demo_users
    from grappe.hub.registry.models import Organisation

    institute = Organisation.objects.filter(acronym="INO").first()
    made = create_demo_users(at=_now(), organisation=institute.pk if institute else "")
    return [f"  {login.username:<22} {login.password}" for login in made]


def work(*, once: bool = False, queue: str = "*") -> None:
    """Run the background tasks of *queue* until interrupted; *once*: those that are ready."""
    from grappe.hub.worker import run_worker

    run_worker(once=once, queue=queue)


@contextmanager
def task_workers() -> Iterator[None]:
    """A worker a queue of background tasks, each in a process of its own, for as long as the block lasts."""
    from django.conf import settings

    command = [sys.executable, "-m", "grappe.cli", "work", "--queue"]
    queues = settings.TASKS["default"]["QUEUES"]
    workers = [subprocess.Popen([*command, queue]) for queue in queues]  # noqa: S603 - this very program
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Wait for the task in hand; one that takes too long is cut off, and taken up again by another worker."""
    try:
        worker.wait(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve the hub with granian until interrupted."""
    _share_metrics()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "grappe.hub.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        backpressure=_THREADS * 8,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


def _share_metrics() -> None:
    """Let the web processes count in files that each of them reads: any of them answers for the site."""
    folder = Path(os.environ.get("GRAPPE_HOME", "./var")).resolve() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def maintain(state: str | None) -> None:
    """Put the deployment in maintenance (``reading`` or ``closed``), or out of it (None)."""
    set_up()
    from django.conf import settings

    from grappe.hub.operations import maintenance

    if state is None:
        maintenance.end(settings.GRAPPE_HOME)
    else:
        maintenance.begin(settings.GRAPPE_HOME, "closed" if state == "closed" else "reading")


def _now() -> datetime:
    return datetime.now(UTC)
