"""Whole exports at scale, streamed, beside the naive way (every row as an object, the file in memory).

``python tests/benchmarks/hub_exports.py --rows 100000 [--home FOLDER]`` builds a synthetic ecosystem
and loads it when FOLDER has none, then prints seconds, megabytes and peak memory of each export.
Set DATABASE_URL for PostgreSQL.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from hub_reads import prepare


def main() -> None:
    """Prepare, measure each in a process of its own, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--home", type=Path, default=Path("var/benchmark"))
    chosen = parser.parse_args()
    os.environ["GRAPPE_HOME"] = str(chosen.home)
    chosen.home.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    before = context.Process(target=prepare, args=(chosen.home, chosen.rows))
    before.start()
    before.join()
    print(f"{chosen.rows:,} organisations")
    print(f"{'':34} {'s':>7} {'MB sent':>8} {'peak MB':>8} {'first byte s':>13}")
    for name in WAYS:
        process = context.Process(target=report, args=(name,))
        process.start()
        process.join()


def asked(path: str) -> Callable[[], tuple[int, float]]:
    """How an export is asked of the API: bytes sent, and when the first of them came."""

    def ask() -> tuple[int, float]:
        from django.test import Client

        started, first, size = time.perf_counter(), 0.0, 0
        answer = Client(headers={"host": "localhost"}).get(f"/api/v1/exports/{path}")
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        for piece in answer:
            first = first or time.perf_counter() - started
            size += len(piece)
        return size, first

    return ask


def naive() -> tuple[int, float]:
    """Every row of both tables as an object, written to a CSV text in memory."""
    import csv
    import io

    from grappe.hub.registry.models import Organisation, Statement

    text = io.StringIO()
    sheet = csv.writer(text)
    for model in (Organisation, Statement):
        names = [field.attname for field in model._meta.concrete_fields]
        sheet.writerows([getattr(each, name) for name in names] for each in model.objects.all())
    return len(text.getvalue().encode()), 0.0


WAYS = {
    "organisations.csv": asked("organisations.csv"),
    "organisations.xlsx": asked("organisations.xlsx"),
    "organisations.parquet": asked("organisations.parquet"),
    "organisations.jsonld": asked("organisations.jsonld"),
    "statements.csv": asked("statements.csv"),
    "statements.parquet": asked("statements.parquet"),
    "all.csv.zip (every table)": asked("all.csv.zip"),
    "all.parquet.zip (every table)": asked("all.parquet.zip"),
    "naive CSV of both tables": naive,
}


def report(name: str) -> None:
    """Print one line."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grappe.hub.config.settings")
    django.setup()
    started = time.perf_counter()
    size, first = WAYS[name]()
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:34} {taken:7.1f} {size / 1e6:8.1f} {peak:8.0f} {first:13.2f}", flush=True)


if __name__ == "__main__":
    main()
