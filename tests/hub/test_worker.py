"""Background tasks: run once, given back when a worker is killed, failed when it kills every worker."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from grappe.hub.observatory.jobs import measure_groups
from grappe.hub.registry.jobs import fill_queue, index_pending, open_list
from grappe.hub.timers import TIMERS, enqueue_due, forget_done
from grappe.hub.worker import MOST_ATTEMPTS, give_back_orphans, run_worker

HOLDER = """
import fcntl, sys, time
stream = open(sys.argv[1], "wb")
fcntl.flock(stream, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def running_task(*workers: str) -> DBTaskResult:
    found = DBTaskResult.objects.get(pk=index_pending.enqueue().id)
    for worker in workers:
        found.claim(worker)
    return found


def status_of(task: DBTaskResult) -> str:
    task.refresh_from_db()
    return task.status


@pytest.mark.django_db(transaction=True)
def test_a_ready_task_is_run_once():
    task = running_task()
    run_worker(once=True)
    assert status_of(task) == "SUCCESSFUL"
    run_worker(once=True)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_people_wait_for_is_not_behind_what_takes_long():
    long, short = fill_queue.enqueue(), index_pending.enqueue()
    run_worker(once=True, queue="default")
    left = {str(each.pk): each.status for each in DBTaskResult.objects.all()}
    assert left == {str(long.id): "READY", str(short.id): "SUCCESSFUL"}
    assert {measure_groups.queue_name, fill_queue.queue_name, open_list.queue_name} == {"long", "default"}
    run_worker(once=True, queue="long")
    assert status_of(DBTaskResult.objects.get(pk=long.id)) == "SUCCESSFUL"


@pytest.mark.django_db
def test_the_task_of_a_killed_worker_is_made_ready_again_and_a_living_ones_is_not(settings):
    folder = Path(settings.GRAPPE_HOME) / "workers"
    folder.mkdir()
    command = [sys.executable, "-c", HOLDER, str(folder / "alive.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        task = running_task("alive")
        assert (give_back_orphans(), status_of(task)) == (0, "RUNNING")
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    assert (give_back_orphans(), status_of(task)) == (1, "READY")


@pytest.mark.django_db
def test_a_task_that_kills_every_worker_fails():
    task = running_task(*(f"dead-{number}" for number in range(MOST_ATTEMPTS)))
    give_back_orphans()
    assert (status_of(task), task.exception_class_path) == ("FAILED", "grappe.hub.worker.WorkerLost")


@pytest.mark.django_db
def test_a_timer_is_enqueued_once_a_period():
    now = timezone.now()
    assert enqueue_due(at=now) == [timer.task for timer in TIMERS]
    assert enqueue_due(at=now) == []
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=now)
    assert enqueue_due(at=now + timedelta(days=32)) == [timer.task for timer in TIMERS]
    assert forget_done(before=now + timedelta(days=1)) == len(TIMERS)
