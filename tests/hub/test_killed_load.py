"""A load killed half-way, on the database the deployment uses, leaves the former state whole."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from workspaces import MEMBERS, build_ecosystem

TABLES = ("source", "statement", "organisation", "record", "belonging", "load", "entry")


def rows_of(home) -> dict[str, list[tuple]]:
    """Every row of the registry's tables."""
    with sqlite3.connect(home / "grappe.sqlite3") as connection:
        return {
            name: connection.execute(f"SELECT * FROM hub_{name} ORDER BY 1").fetchall() for name in TABLES
        }


@pytest.mark.slow
def test_a_load_killed_half_way_leaves_the_former_state(tmp_path):
    home = tmp_path / "home"
    environment = {**os.environ, "GRAPPE_HOME": str(home), "DATABASE_URL": ""}
    small = build_ecosystem(tmp_path / "w", tmp_path / "small")
    command = [sys.executable, "-m", "grappe.cli", "load"]
    subprocess.run([*command, str(small)], env=environment, check=True)
    before = rows_of(home)
    header, *rows = MEMBERS.strip().split("\n")
    many = "\n".join([header, *(rows[1].replace("Lasers Fictifs", f"Lasers {n}") for n in range(20_000))])
    large = build_ecosystem(tmp_path / "w", tmp_path / "large", members=many)
    process = subprocess.Popen([*command, str(large)], env=environment, start_new_session=True)
    journal = home / "grappe.sqlite3-wal"
    while not (journal.exists() and journal.stat().st_size > 2_000_000):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert rows_of(home) == before
    subprocess.run([*command, str(large)], env=environment, check=True)
    after = rows_of(home)
    assert len(after["organisation"]) > 20_000
    subprocess.run([*command, str(large)], env=environment, check=True)
    assert rows_of(home) == after
