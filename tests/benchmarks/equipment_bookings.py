"""Bookings measured: processor time a reservation, 200 at once, races for one slot, many clients for a while.

    python tests/benchmarks/equipment_bookings.py [--postgres URL] [--races 20] [--seconds 60]

Each database is a new one with two sites, six machines and 32 people; every reservation passes the whole
policy. With PostgreSQL the processor time is that of the client: its server works beside.
"""

import argparse
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from hub.booking_races import ask, clients, own_database, races


def measure(home, url, asked):
    """One column of the table: what is measured → what was found."""
    ask(home, url, "prepare")
    speed = ask(home, url, "measure", asked.reservations)
    return {
        "a hold, ms CPU": f"{speed['held']:.1f}",
        "a booking, ms CPU": f"{speed['booked']:.1f}",
        "200 in one, s CPU": f"{speed['cpu_200']:.2f}",
        "200 in one, s": f"{speed['wall_200']:.2f}",
    }


def contend(home, url, asked):
    """The rest of the column: who came at the same time."""
    ask(home, url, "prepare")
    found = races(home, url, asked.races)
    done = clients(home, url, asked.seconds)
    after = ask(home, url, "check")
    acted = sum(
        count for name, count in done.items() if name in ("hold", "book", "confirm", "cancel", "move")
    )
    errors = {name: count for name, count in done.items() if name.startswith("error")}
    return {
        f"races of 8, of {asked.races}: double-booked": sum(won > 1 for won, _, _ in found),
        "  nobody won, or another answer": sum(won < 1 or bool(other) for won, _, other in found),
        f"32 clients for {asked.seconds} s: done": acted,
        "  refused": sum(count for name, count in done.items() if name.endswith("refused")),
        "  errors": errors or 0,
        "  standing at the end": after["standing"],
        "  double-booked": after["overlaps"],
        "  wrong prices, loose reservations": f"{after['wrong_prices']}, {after['loose']}",
        "  totals reconcile": "yes" if after["reconciled"] else "NO",
    }


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postgres", default="", help="a PostgreSQL that may be given new databases")
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--reservations", type=int, default=300)
    asked = parser.parse_args()
    columns = {}
    for name, url in (("SQLite", ""), ("PostgreSQL", asked.postgres)):
        if name == "PostgreSQL" and not url:
            print("PostgreSQL: --postgres names none, not measured")
            continue
        column = {}
        for part in (measure, contend):
            with tempfile.TemporaryDirectory() as home, own_database(url) if url else nullcontext("") as own:
                column |= part(home, own, asked)
        columns[name] = column
    width = max(len(row) for row in columns["SQLite"])
    print(" " * width, *(f"{name:>12}" for name in columns))
    for row in columns["SQLite"]:
        print(f"{row:<{width}}", *(f"{column[row]!s:>12}" for column in columns.values()))


if __name__ == "__main__":
    main()
