"""Search, facet counts and organisation dossier at scale beside naive ILIKE and COUNT, then whole pages.

``python tests/benchmarks/hub_reads.py --rows 100000 [--home FOLDER]`` builds and loads a synthetic ecosystem
when FOLDER has none, then prints p50 and p95 of server time in milliseconds and the ratio to the naive way.
Pages are asked through Django's test client, middleware and templates included; only the home page's facts
and the map page's table are kept a minute, as they are in service.
Set DATABASE_URL for PostgreSQL.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

ASKED = [
    "laser",
    "boreal optique",
    "capteurs québec",
    "lazer",
    "synthetic prism",
    "fibre montreal",
    "imagerie",
]
_KINDS = ("sector", "cluster")


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--home", type=Path, default=Path("var/benchmark"))
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    os.environ["GRAPPE_HOME"] = str(chosen.home)
    os.environ["GRAPPE_TWO_FACTOR_ROLES"] = ""
    chosen.home.mkdir(parents=True, exist_ok=True)
    prepare(chosen.home, chosen.rows)
    from django.db import connection

    print(f"{chosen.rows:,} organisations, {connection.vendor}")
    print(f"{'':24} {'p50 ms':>9} {'p95 ms':>9} {'naive p50':>10} {'naive p95':>10} {'ratio':>7}")
    for name, ours, naive in comparisons():
        report(name, ours, naive, chosen.rounds)
    print(f"\n{'whole pages':30} {'p50 ms':>9} {'p95 ms':>9} {'kB':>6} {'queries':>8}")
    for name, addresses in pages().items():
        report_page(name, addresses, chosen.rounds)
    print(f"\n{'the desk, as a manager':30} {'p50 ms':>9} {'p95 ms':>9} {'kB':>6} {'queries':>8}")
    manager = a_manager()
    for name, addresses in desk_pages().items():
        report_page(name, addresses, chosen.rounds, manager)


def prepare(home: Path, rows: int) -> None:
    """Build, load and index the synthetic ecosystem unless it is there."""
    from grappe.hub import run

    run.start()
    from grappe.hub.registry.models import Organisation

    if Organisation.objects.count() == rows:
        return
    from grappe.intake.workspace import load_workspace
    from grappe.pipeline import build

    workspace = synthetic.write_workspace(home / "workspace", rows)
    build(load_workspace(workspace), home / "ecosystem")
    run.load(home / "ecosystem")


def comparisons() -> list[tuple[str, Callable[[int], object], Callable[[int], object]]]:
    """(what, our way, the naive way), each called with the round's number."""
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Q

    from grappe.hub.registry import queries, search
    from grappe.hub.registry.models import Organisation, Statement

    visitor = AnonymousUser()
    ids = list(Organisation.objects.values_list("id", flat=True))
    random.Random(7).shuffle(ids)

    def text_of(turn: int) -> str:
        return ASKED[turn % len(ASKED)]

    def ours_search(turn: int) -> object:
        found = search.find_organisations(text_of(turn), {})
        return queries.organisations_in_order(visitor, found.ids)

    def like(turn: int) -> object:
        has_all = Q()
        for word in text_of(turn).split():
            has_all &= (
                Q(name_fr__icontains=word)
                | Q(name_en__icontains=word)
                | Q(description_fr__icontains=word)
                | Q(description_en__icontains=word)
                | Q(municipality__icontains=word)
            )
        return Organisation.objects.filter(has_all)

    def naive_search(turn: int) -> object:
        matching = like(turn)
        return matching.count(), list(matching[:25])

    def naive_facets(turn: int) -> object:
        from collections import Counter

        counts = {
            name: Counter() for name in ("sectors", "stages", "clusters", "kind", "region_code", "size")
        }
        for row in like(turn).values(*counts):
            for name, value in row.items():
                counts[name].update(value if isinstance(value, list) else [value])
        return counts

    def ours_facets(turn: int) -> object:
        return search.count_facets(text_of(turn), {"cluster": ("grappe-1",)})

    def ours_map(turn: int) -> object:
        return search.locate(text_of(turn), {})

    def naive_map(turn: int) -> object:
        return list(like(turn).values("latitude", "longitude"))

    def naive_page(turn: int) -> object:
        organisation = Organisation.objects.get(pk=ids[turn])
        said = Statement.objects.filter(entity__in=[r.entity for r in organisation.records.all()])
        return [(statement, statement.source.title) for statement in said]

    return [
        ("search, first page", ours_search, naive_search),
        ("facet counts", ours_facets, naive_facets),
        ("organisation dossier", lambda turn: queries.dossier_of(visitor, ids[turn]), naive_page),
        ("map points", ours_map, naive_map),
        ("completion", lambda turn: search.complete(text_of(turn)[:5]), naive_search),
    ]  # fmt: skip


def report(name: str, ours: Callable[[int], object], naive: Callable[[int], object], rounds: int) -> None:
    """Print one line: ours and the naive way, in the same run."""
    fast, slow = measure(ours, rounds), measure(naive, max(7, rounds // 5))
    ratio = statistics.median(slow) / statistics.median(fast)
    cells = [f"{statistics.median(t):9.1f} {statistics.quantiles(t, n=20)[-1]:9.1f}" for t in (fast, slow)]
    print(f"{name:24} {cells[0]} {cells[1]:>21} {ratio:6.0f}×")


def pages() -> dict[str, list[str]]:
    """What → the addresses asked in turn."""
    from grappe.hub.registry.models import Code, Organisation

    ids = list(Organisation.objects.values_list("id", flat=True))
    random.Random(11).shuffle(ids)
    of = {kind: list(Code.objects.filter(list=kind).values_list("code", flat=True)) for kind in _KINDS}
    narrowed = "kind=company&cluster=grappe-1"
    return {
        "home": ["/fr/"],
        "directory": ["/fr/repertoire/"],
        "directory, two facets, a word": [f"/fr/repertoire/?q={word}&{narrowed}" for word in ASKED],
        "the same, second page": [f"/fr/repertoire/?q={word}&{narrowed}&page=2" for word in ASKED],
        "organisation": [f"/fr/organisations/{each}/" for each in ids[:200]],
        "sector": [f"/fr/secteurs/{code}/" for code in of["sector"]],
        "cluster": [f"/fr/grappes/{code}/" for code in of["cluster"]],
        "sectors": ["/fr/secteurs/"],
        "clusters": ["/fr/grappes/"],
        "map": ["/fr/carte/"],
        "map points": ["/fr/repertoire/points.json"],
        "sources": ["/fr/sources/"],
    }


def a_manager() -> object:
    """An account that manages all clusters."""
    from django.utils import timezone

    from grappe.hub.people.actions import grant_role
    from grappe.hub.people.models import User

    user, is_new = User.objects.get_or_create(username="benchmark", email="benchmark@example.org")
    if is_new:
        grant_role(user=user, name="manager", cluster="", actor=None, at=timezone.now())
    return user


def desk_pages() -> dict[str, list[str]]:
    """What of the desk → the addresses asked in turn."""
    from grappe.hub.registry.models import Organisation, Source

    ids = list(Organisation.objects.values_list("id", flat=True))
    random.Random(12).shuffle(ids)
    of_all = "/desk/registry/organisations/"
    return {
        "organisations": [of_all],
        "organisations, a word": [f"{of_all}?q={word}" for word in ASKED],
        "the same, two facets": [f"{of_all}?q={word}&kind=company&cluster=grappe-1" for word in ASKED],
        "organisation": [f"{of_all}{each}/" for each in ids[:200]],
        "members": ["/desk/registry/members/"],
        "sources": ["/desk/registry/sources/"],
        "source": [f"/desk/registry/sources/{each}/" for each in Source.objects.values_list("pk", flat=True)],
        "queue of pairs": ["/desk/registry/pairs/"],
        "imports": ["/desk/registry/imports/"],
        "journal": ["/desk/journal/"],
    }


def report_page(name: str, addresses: list[str], rounds: int, user: object = None) -> None:
    """Print one line: the time of a page, its size, its queries."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, size = Client(headers={"host": "localhost"}), 0
    if user is not None:
        client.force_login(user)  # type: ignore[arg-type]

    def ask(turn: int) -> None:
        nonlocal size
        answer = client.get(addresses[turn % len(addresses)])
        if answer.status_code != 200:
            raise SystemExit(f"{addresses[turn % len(addresses)]}: {answer.status_code}")
        size = len(answer.content)

    taken = measure(ask, rounds)
    with CaptureQueriesContext(connection) as captured:
        ask(0)
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    print(f"{name:30} {p50:9.1f} {p95:9.1f} {size / 1000:6.0f} {len(captured):8}")


def measure(action: Callable[[int], object], rounds: int) -> list[float]:
    """Milliseconds of each call, after one that warms up."""
    action(0)
    taken = []
    for turn in range(rounds):
        started = time.perf_counter()
        action(turn)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


if __name__ == "__main__":
    main()
