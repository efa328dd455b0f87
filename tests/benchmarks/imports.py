"""Lists brought at the desk beside a registry at scale: how long, how much memory, how slow the site then is.

``python tests/benchmarks/imports.py --rows 100000 --lists 5000 50000 [--home FOLDER] [--rebuild]`` prepares a
synthetic registry when FOLDER has none, serves it, and has a worker of its own read, compare, store and undo
each list; half of its rows are organisations of the registry. Prints the seconds from the columns said to the
changes shown, and from the confirmation to the changes indexed; the worker's peak memory; and the time of
pages then, beside that of the same pages with nobody else at work. ``--rebuild`` also prints the naive way:
the whole workspace built again with the list in it, and loaded. Set DATABASE_URL for PostgreSQL.
"""

import argparse
import csv
import io
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import hub_reads
import synthetic

BIN = Path(sys.executable).parent
_IDLE_S = 15.0


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--lists", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--home", type=Path, default=Path("var/benchmark-imports"))
    parser.add_argument("--rebuild", action="store_true")
    chosen = parser.parse_args()
    chosen.home.mkdir(parents=True, exist_ok=True)
    os.environ["GRAPPE_HOME"] = str(chosen.home.resolve())
    hub_reads.prepare(chosen.home, chosen.rows)
    from django.db import connection

    print(f"{chosen.rows:,} organisations, {connection.vendor}")
    with served() as base:
        idle = Visitor(base)
        time.sleep(_IDLE_S)
        print(f"pages with nobody else at work: {idle.stop()}")
        for count in chosen.lists:
            measure(count, base)
    if chosen.rebuild:
        print(f"the whole built again and loaded: {rebuild(chosen.home, chosen.lists[-1]):.0f} s")


def measure(count: int, base: str) -> None:
    """One list of *count* rows: read, compared, stored, undone."""
    from django.utils import timezone

    from grappe.hub.people.models import User
    from grappe.hub.registry.actions import imports

    actor, _ = User.objects.get_or_create(username="benchmark", defaults={"is_superuser": True})
    words = {"title": "Banc", "publisher": "Essai", "licence": "CC0-1.0", "published": "2026-11"}
    brought = imports.bring_list(
        source=None,
        described={**words, "visibility": "public"},
        cluster="",
        file_name="liste.csv",
        chunks=[list_of(count)],
        actor=actor,
        at=timezone.now(),
    )
    with working() as worker:
        wait(brought, "columns")
        visitor = Visitor(base)
        act = {"brought": brought, "actor": actor, "at": timezone.now()}
        imports.say_columns(mapping=brought.mapping, **act)
        shown = wait(brought, "ready")
        imports.confirm_import(digest=brought.digest, **act)
        stored = wait(brought, "applied") + wait_for_index()
        pages = visitor.stop()
        peak = peak_mb(worker)
        imports.ask_undo(**act)
        undone = wait(brought, "undone") + wait_for_index()
        last_peak = peak_mb(worker)
    print(f"\n{count:,} rows: {brought.counts['joined']:,} joined, {brought.counts['founded']:,} founded")
    print(f"changes shown in {shown:.1f} s, stored and indexed in {stored:.1f} s, undone in {undone:.1f} s")
    print(f"the worker's peak memory: {peak:.0f} MB, {last_peak:.0f} MB once undone")
    print(f"pages meanwhile: {pages}")


def list_of(count: int) -> bytes:
    """Every second row is an organisation of the registry, numbered otherwise; a fifth contradict it."""
    text = io.StringIO()
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(synthetic.HEADER)
    for number, row in enumerate(islice(synthetic.rows(10_000_000), count)):
        row[0] = f"L{number:07d}"
        if number % 2:
            row[1] = f"Nouvelle {row[1]}"
            row[2] = ""
        elif number % 5 == 0:
            row[10] = str(int(row[10]) + 1)
        sheet.writerow(row)
    return text.getvalue().encode()


def wait(brought: object, state: str) -> float:
    """Wait until the import is in *state*; the seconds it took."""
    began = time.monotonic()
    while True:
        brought.refresh_from_db()  # type: ignore[attr-defined]
        if brought.state == state:  # type: ignore[attr-defined]
            return time.monotonic() - began
        assert brought.state != "failed", brought.fault  # type: ignore[attr-defined]
        time.sleep(0.1)


def wait_for_index() -> float:
    """Wait until the search index has heard of everything; the seconds it took."""
    from grappe.hub.registry.models import Pending

    began = time.monotonic()
    while Pending.objects.exists():
        time.sleep(0.1)
    return time.monotonic() - began


@contextmanager
def served() -> Iterator[str]:
    """The site, served as ``grappe serve`` does, without a worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://localhost:{port}"
    environment = {**os.environ, "GRAPPE_BASE_URL": base}
    command = [str(BIN / "grappe"), "serve", "--no-tasks", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{base}/fr/", timeout=5).close()  # noqa: S310
                    break
                except OSError:
                    time.sleep(0.2)
            yield base
        finally:
            server.terminate()


@contextmanager
def working() -> Iterator[int]:
    """A worker; its process id."""
    with subprocess.Popen(
        [str(BIN / "grappe"), "work", "--queue", "default"], stderr=subprocess.DEVNULL
    ) as worker:
        try:
            yield worker.pid
        finally:
            worker.terminate()


def peak_mb(process: int) -> float:
    """The most memory that a process ever held, in megabytes (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


class Visitor:
    """Asks pages one after another, four a second, and times them."""

    def __init__(self, base: str) -> None:
        from grappe.hub.registry.models import Organisation

        ids = list(Organisation.objects.values_list("id", flat=True)[:2_000])
        words = [f"/fr/repertoire/?q={word}" for word in ("laser", "capteurs", "prisme")]
        self.pages = [f"{base}{page}" for page in ("/fr/", *words, *(f"/fr/organisations/{i}/" for i in ids))]
        self.times: list[float] = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._visit, daemon=True)
        self.thread.start()

    def _visit(self) -> None:
        chance = random.Random(7)
        while not self.stopped.wait(0.25):
            page = chance.choice(self.pages[:4]) if chance.random() < 0.4 else chance.choice(self.pages[4:])
            began = time.monotonic()
            urllib.request.urlopen(page, timeout=60).read()  # noqa: S310
            self.times.append((time.monotonic() - began) * 1_000)

    def stop(self) -> str:
        """Stop, and say what was measured."""
        self.stopped.set()
        self.thread.join()
        p95 = statistics.quantiles(self.times, n=20)[-1]
        return (
            f"p50 {statistics.median(self.times):.0f} ms, p95 {p95:.0f} ms, longest {max(self.times):.0f} ms "
            f"({len(self.times)} pages)"
        )


def rebuild(home: Path, count: int) -> float:
    """The naive way: the list added to the workspace, all of it built again and loaded."""
    from grappe.hub import run
    from grappe.intake.workspace import load_workspace
    from grappe.pipeline import build

    workspace = shutil.copytree(home / "workspace", home / "workspace-with", dirs_exist_ok=True)
    (workspace / "banc.csv").write_bytes(list_of(count))
    configuration = workspace / "grappe.toml"
    block = configuration.read_text("utf-8").split("[[source]]")[-1]
    added = block.replace('"synthetique"', '"banc"').replace('"liste.csv"', '"banc.csv"')
    if '"banc"' not in configuration.read_text("utf-8"):
        configuration.write_text(f"{configuration.read_text('utf-8')}\n[[source]]{added}", "utf-8")
    began = time.monotonic()
    build(load_workspace(workspace), home / "ecosystem")
    run.load(home / "ecosystem")
    return time.monotonic() - began


if __name__ == "__main__":
    main()
