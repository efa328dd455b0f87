"""What is done by the clock: tasks that a worker enqueues when their time has come."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult


@dataclass(frozen=True)
class Timer:
    """The task at dotted path *task*, every *minutes*."""

    task: str
    minutes: int


TIMERS: tuple[Timer, ...] = (
    Timer("grappe.hub.registry.jobs.index_pending", 1),
    Timer("grappe.hub.registry.jobs.fill_queue", 1_440),
    Timer("grappe.hub.observatory.jobs.measure_groups", 60),
    Timer("grappe.hub.equipment.jobs.expire_holds", 1),
    Timer("grappe.hub.equipment.jobs.mark_missed", 5),
    Timer("grappe.hub.webhooks.jobs.tell", 1),
    Timer("grappe.hub.api.jobs.tidy", 60),
)


def enqueue_due(*, at: datetime, timers: Iterable[Timer] = TIMERS) -> list[str]:
    """Enqueue each timer's task unless it was enqueued within its period; returns the paths enqueued."""
    done = []
    for timer in timers:
        since = at - timedelta(minutes=timer.minutes)
        recent = DBTaskResult.objects.filter(task_path=timer.task)
        if not recent.filter(enqueued_at__gt=since).exists() and not recent.ready().exists():
            import_string(timer.task).enqueue()
            done.append(timer.task)
    return done


def forget_done(*, before: datetime) -> int:
    """Delete the traces of tasks finished before *before*; returns how many."""
    return DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()[0]
