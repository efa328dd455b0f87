"""A ledger of key figures checked, beside comparing figures two by two; then the pages that show findings.

``python tests/benchmarks/ledger.py [--most 50000] [--naive 2000] [--pages 5000] [--home FOLDER]`` checks
made-up ledgers of 500 figures and more, the naive way up to ``--naive``, and prints seconds of CPU, ratios.
``--pages`` loads one of that many into a hub of its own and asks its pages, the first time after a write and
again; 0 asks none.

Two shapes: ``spread``, sectors each with words of their own; ``crowded``, the same forty figures for each of
many subjects with a word in common, so that each figure is beside those of all others.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
import two_by_two

from grappe.figures.findings import Finding
from grappe.figures.ledger import check_ledger
from grappe.statements.figures import Figure, figure_row

DAY = date(2026, 11, 25)
SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
#: How many related pairs the hub keeps.
KEPT = 2_000
PLACES = ("Québec", "Canada", "Grand Montréal", "Montérégie", "Estrie", "Laval", None)
SOURCES = ("Statistique Canada", "ISQ", "Grappe", "Le Quotidien", "Étude 2019")
MEASURED = (
    ("employment", "level", "jobs", None, 90_000),
    ("companies", "level", "companies", None, 900),
    ("sales", "level", "currency", "CAD", 9e9),
    ("share of employment", "share", "percent", None, 100),
    ("growth of sales", "growth", "percent per year", None, 12),
    ("rank", "rank", "rank", None, 30),
)


def make_ledger(size: int, shape: str) -> list[Figure]:
    """*size* figures of distinct ids, the same for the same arguments: some forty a sector."""
    made: dict[str, Figure] = {}
    number = 0
    while len(made) < size:
        sector = number // 40
        line = number % 40 if shape == "crowded" else number
        word = "photonique " if shape == "crowded" else ""
        figure = _make(random.Random(line), size).with_changes(subject=f"{word}secteur{sector}x")
        made[figure.id] = figure
        number += 1
    return list(made.values())


def _make(chance: random.Random, size: int) -> Figure:
    indicator, kind, unit, currency, top = chance.choice(MEASURED)
    year = str(chance.randint(2008, 2025))
    return Figure(
        indicator, kind, unit, round(chance.uniform(1, top)), currency=currency,
        place=chance.choice(PLACES), source=chance.choice(SOURCES),
        period_start=year, period_end=year, document=f"d{chance.randrange(size // 20 + 1)}",
        surface_start=chance.randrange(20_000), language="fr",
        member=chance.choice((None, None, None, "fibres", "lasers")),
    )  # fmt: skip


def seconds(action: Callable[[], object]) -> tuple[float, object]:
    """Seconds of CPU that *action* takes, and what it gives."""
    started = time.process_time()
    result = action()
    return time.process_time() - started, result


def for_pages(ledger: list[Figure]) -> list[Finding]:
    """What the hub keeps: every judgement, and as many related pairs as a person may look through."""
    return check_ledger(ledger, as_of=DAY, most_related=KEPT)


def report_checks(shape: str, most: int, naive: int) -> None:
    """One line a size: for pages, whole, two by two, how many findings."""
    print(f"\n{shape:14} {'for pages s':>12} {'whole s':>9} {'findings':>10} {'2 by 2 s':>9} {'ratios':>14}")
    for size in (each for each in SIZES if each <= most):
        ledger = make_ledger(size, shape)
        check_ledger(ledger[:200], as_of=DAY)
        pages, _ = seconds(lambda ledger=ledger: for_pages(ledger))
        cells = f"{size:14,} {pages:12.2f}"
        if shape == "crowded" and size > naive * 5:
            # Its related pairs alone would fill the memory.
            print(cells)
            continue
        whole, found = seconds(lambda ledger=ledger: check_ledger(ledger, as_of=DAY))
        cells += f" {whole:9.2f} {len(found):10,}"  # type: ignore[arg-type]
        if size <= naive:
            slow, expected = seconds(lambda ledger=ledger: two_by_two.check(ledger, DAY))
            same = "" if found == expected else "  DIFFERENT"
            cells += f" {slow:9.2f} {slow / pages:6.0f}× {slow / whole:5.1f}×{same}"
        print(cells, flush=True)


def load_hub(home: Path, size: int) -> list[str]:
    """A hub in *home* with a ledger of *size* figures, two thirds checked; returns the keys of a few."""
    os.environ["GRAPPE_HOME"] = str(home)
    os.environ["GRAPPE_TWO_FACTOR_ROLES"] = ""
    from grappe.hub import run

    run.start()
    from grappe.hub.observatory.models import Figure as Stored
    from grappe.hub.registry.models import Source

    if Stored.objects.count() != size:
        Stored.objects.all().delete()
        source, _ = Source.objects.get_or_create(
            pk="made", defaults={"title": "Made", "publisher": "Nobody", "licence": "CC0-1.0"}
        )
        rows = []
        for number, figure in enumerate(make_ledger(size, "crowded")):
            row = figure_row(figure)
            names = ("document", "indicator", "kind", "subject", "place", "period_start", "period_end")
            rows.append(
                Stored(
                    id=figure.id, record_id=figure.id, source=source, proposed=row, record=row,
                    status="draft" if number % 3 == 0 else "checked", start=figure.surface_start or 0,
                    **{name: row[name] or "" for name in names},
                )
            )  # fmt: skip
        Stored.objects.bulk_create(rows, batch_size=500)
    return list(Stored.objects.filter(status="checked").values_list("pk", flat=True)[:5])


def report_pages(keys: list[str]) -> None:
    """One line a page: its time the first time after a write, then again."""
    from django.core.cache import cache
    from django.test import Client
    from django.utils import timezone

    from grappe.hub.people.actions import grant_role
    from grappe.hub.people.models import User

    user, is_new = User.objects.get_or_create(username="benchmark", email="benchmark@example.org")
    if is_new:
        grant_role(user=user, name="manager", cluster="", actor=None, at=timezone.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    pages = {
        "desk: findings": "/desk/figures/findings/",
        "desk: findings, last page": "/desk/figures/findings/?page=9999",
        "desk: ledger": "/desk/figures/",
        "desk: a figure": f"/desk/figures/{keys[0]}/",
        "site: key figures": "/fr/chiffres-cles/",
        "site: a figure": f"/fr/chiffres-cles/{keys[1]}/",
    }
    client.get(pages["desk: ledger"])
    print(f"\n{'page':28} {'after a write s':>16} {'again s':>9} {'kB':>7}")
    for name, address in pages.items():
        cache.clear()
        first, size = ask(client, address)
        again = statistics.median(ask(client, address)[0] for _ in range(5))
        print(f"{name:28} {first:16.2f} {again:9.3f} {size / 1000:7.0f}", flush=True)


def ask(client: object, address: str) -> tuple[float, int]:
    """Seconds of CPU that *address* takes, and its size."""
    started = time.process_time()
    answer = client.get(address)  # type: ignore[attr-defined]
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return time.process_time() - started, len(answer.content)


def main() -> None:
    """Check, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--most", type=int, default=50_000)
    parser.add_argument("--naive", type=int, default=2_000)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    for shape in ("spread", "crowded"):
        report_checks(shape, chosen.most, chosen.naive)
    print(f"\nat most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB of memory")
    if chosen.pages:
        with tempfile.TemporaryDirectory() as folder:
            report_pages(load_hub(chosen.home or Path(folder), chosen.pages))


if __name__ == "__main__":
    main()
