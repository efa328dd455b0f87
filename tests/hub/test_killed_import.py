"""An import whose worker is killed half-way: the former state, then all of it, once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workspaces import MEMBERS, build_ecosystem

TABLES = (
    *("source", "statement", "organisation", "record", "redirect", "judgement", "entry", "pending"),
    *("belonging", "inverse"),
)
GRAPPE = str(Path(sys.executable).parent / "grappe")
SCRIPT = """
import sys
from grappe.hub import run
run.start()
from django.utils import timezone
from grappe.hub.people.models import User
from grappe.hub.registry.actions import imports
from grappe.hub.registry.models import Import
actor, _ = User.objects.get_or_create(username="ada", is_superuser=True)
what, *rest = sys.argv[1:]
if what == "bring":
    words = dict(title="Longue liste", publisher="Essai", licence="CC0-1.0", published="2026")
    content = open(rest[0], "rb").read()
    imports.bring_list(source=None, described=words, cluster="", file_name="l.csv", chunks=[content],
                       actor=actor, at=timezone.now())
else:
    brought = Import.objects.get()
    act = {"columns": lambda: imports.say_columns(brought=brought, mapping=brought.mapping, actor=actor,
                                                  at=timezone.now()),
           "confirm": lambda: imports.confirm_import(brought=brought, digest=brought.digest, actor=actor,
                                                     at=timezone.now()),
           "undo": lambda: imports.ask_undo(brought=brought, actor=actor, at=timezone.now())}
    act[what]()
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A loaded hub, and a list of thousands brought to it, ready to confirm."""
    folder = tmp_path_factory.mktemp("killed")
    ecosystem = build_ecosystem(folder / "w", folder / "e")
    subprocess.run([GRAPPE, "load", str(ecosystem)], env=environment(folder), check=True)
    header, *rows = MEMBERS.strip().split("\n")
    many = [rows[1].replace("Lasers Fictifs", f"Lasers {number}") for number in range(8_000)]
    (folder / "l.csv").write_text("\n".join([header, *many]) + "\n", "utf-8")
    act(folder, "bring", str(folder / "l.csv"))
    work(folder)
    act(folder, "columns")
    work(folder)
    assert state(folder) == "ready"
    return folder


def environment(home):
    return {**os.environ, "GRAPPE_HOME": str(home), "DATABASE_URL": ""}


def act(home, *arguments):
    subprocess.run([sys.executable, "-c", SCRIPT, *arguments], env=environment(home), check=True)


def work(home):
    """Run what waits, then stop."""
    subprocess.run([GRAPPE, "work", "--once"], env=environment(home), check=True)


def state(home):
    return rows(home, "SELECT state FROM hub_import")[0][0]


def rows(home, query):
    with sqlite3.connect(home / "grappe.sqlite3", timeout=30) as connection:
        return connection.execute(query).fetchall()


def everything(home):
    return {name: rows(home, f"SELECT * FROM hub_{name} ORDER BY 1") for name in TABLES}


def kill_while(home, at):
    """Start a worker and kill it as soon as *at* tells."""
    with subprocess.Popen([GRAPPE, "work"], env=environment(home), start_new_session=True) as worker:
        end = time.monotonic() + 120
        while not at() and time.monotonic() < end and worker.poll() is None:
            time.sleep(0.005)
        assert at()
        os.killpg(worker.pid, signal.SIGKILL)


def step_is(home, *steps):
    return lambda: rows(home, "SELECT step FROM hub_import")[0][0] in steps


def is_writing(home):
    """Whether the transaction that stores the import has begun to spill into the journal of the database."""
    rows(home, "PRAGMA wal_checkpoint(TRUNCATE)")
    wal = home / "grappe.sqlite3-wal"
    return lambda: wal.exists() and wal.stat().st_size > 1_000_000


@pytest.mark.slow
def test_a_worker_killed_at_any_step_leaves_the_former_state_and_another_goes_on(home):
    before = everything(home)
    act(home, "confirm")
    confirmed = everything(home)
    assert {**confirmed, "entry": None} == {**before, "entry": None}
    for is_there in (step_is(home, "writing"), is_writing(home)):
        kill_while(home, is_there)
        assert everything(home) == confirmed
        assert state(home) == "applying"
    work(home)
    assert state(home) == "applied"
    after = everything(home)
    assert len(after["organisation"]) > 8_000
    assert len([row for row in after["entry"] if "apply_import" in row]) == 1
    work(home)
    assert everything(home) == after
    act(home, "undo")
    asked = everything(home)
    kill_while(home, is_writing(home))
    assert everything(home) == asked
    work(home)
    assert state(home) == "undone"
    undone = everything(home)
    aside = {"entry": None, "belonging": None}
    assert {**undone, **aside} == {**before, **aside}
    assert [row[1:] for row in undone["belonging"]] == [row[1:] for row in before["belonging"]]
