"""Background tasks: Django's own from 6.0, their backport before. The database keeps the queue."""

from typing import Any

import django
from django.db import transaction
from django.utils.module_loading import import_string

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task  # type: ignore[no-redef]

__all__ = ["LONG", "enqueue_on_commit", "enqueue_within", "task"]

#: The queue of tasks that take minutes on a large registry and that nobody waits for: a worker of its own
#: runs them, so that an import never waits behind one.
LONG = "long"


def enqueue_on_commit(path: str, *arguments: Any) -> None:
    """Enqueue the task at the dotted *path* once the transaction at hand is committed.

    Actions name the tasks that follow them: tasks import actions, not the other way.
    """
    transaction.on_commit(lambda: import_string(path).enqueue(*arguments))


def enqueue_within(path: str, *arguments: Any) -> str:
    """Enqueue the task at the dotted *path* in the transaction at hand, and return its id.

    The queue is in the same database: both are committed, or neither is.
    """
    return str(import_string(path).enqueue(*arguments).id)
