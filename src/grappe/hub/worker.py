"""The worker: runs background tasks, and gives back those that a killed worker was running.

A worker holds a lock on a file named after it for as long as its process lives: the system lets go of it
however the process ends. A task marked as running by a worker whose lock is free is nobody's, and is made
ready again; tasks are written so that running one twice does what once does.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from grappe.hub.timers import enqueue_due, forget_done

#: A task is given to so many workers before it counts as failed.
MOST_ATTEMPTS = 3
_BEAT_S = 15
_KEPT = timedelta(days=30)


class WorkerLost(Exception):  # noqa: N818
    """Each worker that ran this task was killed."""


def run_worker(*, once: bool = False, queue: str = "*", interval_s: float = 1.0) -> None:
    """Run the tasks of *queue* (``*``: all) until interrupted; *once*: those that are ready, then return."""
    name = get_random_string(20)
    with _held(_lock_of(name)):
        give_back_orphans()
        stop = Event()
        if not once:
            Thread(target=_beat, args=(stop,), daemon=True).start()
        worker = Worker(
            queue_names=[queue],
            interval=interval_s,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        if not once:
            worker.configure_signals()
        try:
            worker.run()
        finally:
            stop.set()


def give_back_orphans() -> int:
    """Make ready again the running tasks whose worker is gone; returns how many.

    One that was given to ``MOST_ATTEMPTS`` workers fails instead: it may be what kills them.
    """
    count = 0
    for task in DBTaskResult.objects.running():
        if not task.worker_ids or _is_alive(task.worker_ids[-1]):
            continue
        count += 1
        if len(task.worker_ids) >= MOST_ATTEMPTS:
            task.set_failed(WorkerLost())
        else:
            DBTaskResult.objects.filter(pk=task.pk).update(status=TaskResultStatus.READY)
    return count


def living_workers() -> int:
    """How many workers live now, on the machines that share GRAPPE_HOME."""
    folder = Path(settings.GRAPPE_HOME) / "workers"
    return sum(_is_alive(path.stem) for path in folder.glob("*.lock"))


def _beat(stop: Event) -> None:
    """What is due, what is orphaned, what is old: looked at beside the tasks."""
    while not stop.wait(_BEAT_S):
        try:
            enqueue_due(at=timezone.now())
            give_back_orphans()
            forget_done(before=timezone.now() - _KEPT)
        except DatabaseError:
            # A long task holds the database: the next beat will do.
            time.sleep(_BEAT_S)
        finally:
            close_old_connections()
    connection.close()


def _lock_of(name: str) -> Path:
    folder = Path(settings.GRAPPE_HOME) / "workers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.lock"


@contextmanager
def _held(path: Path) -> Iterator[None]:
    with path.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _is_alive(name: str) -> bool:
    path = _lock_of(name)
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    path.unlink(missing_ok=True)
    return False
