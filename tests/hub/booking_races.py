"""Processes that book at the same moment, or die half-way: what tests and benchmarks run beside themselves.

python booking_races.py prepare | race | clients SECONDS THREADS SEED | half STATEMENT | check | clear
python booking_races.py measure N
"""

import itertools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

TESTS = Path(__file__).resolve().parents[1]
ZONE = ZoneInfo("America/Montreal")
AT = datetime(2026, 11, 22, 7, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=ZONE)
SITES = ("nord", "sud")
PROCESSES = ("dry_etch", "contact_lithography", "polishing")
PEOPLE = 32


def environment(home, url=""):
    """What a process needs in its environment to be of the hub at *home*."""
    return {**os.environ, "GRAPPE_HOME": str(home), "DATABASE_URL": url, "GRAPPE_LOG_LEVEL": "CRITICAL"}


def start(home, url, *arguments, **more):
    """A process of this file, started."""
    command = [sys.executable, __file__, *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment(home, url), **pipes, **more)


def ask(home, url, *arguments):
    """What a process of this file says, as JSON."""
    with start(home, url, *arguments) as process:
        told, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{arguments}: exit {process.returncode}")
    return json.loads(told)


@contextmanager
def own_database(url):
    """A PostgreSQL database of its own beside that of *url*, dropped at the end."""
    import psycopg

    name = f"races_{os.getpid()}_{random.randrange(10**6)}"
    base, _, _ = url.rpartition("/")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{base}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def races(home, url, count, racers=8):
    """[(won, refused, other answers)] of *count* races of *racers* processes for one slot each."""
    processes = [start(home, url, "race", number) for number in range(racers)]
    for process in processes:
        process.stdout.readline()
    found = []
    for number in range(count):
        moment = time.time() + 0.05
        for process in processes:
            process.stdin.write(f"{number} {moment}\n")
            process.stdin.flush()
        answers = Counter(process.stdout.readline().strip() for process in processes)
        won, refused = answers.pop("won", 0), answers.pop("refused", 0)
        found.append((won, refused, dict(answers)))
    for process in processes:
        process.communicate()
    return found


def clients(home, url, seconds, processes=8, threads=4):
    """What *processes* × *threads* clients did in so many seconds: counts by name."""
    started = [start(home, url, "clients", seconds, threads, seed) for seed in range(processes)]
    done = Counter()
    for process in started:
        told, _ = process.communicate()
        done.update(json.loads(told))
    return done


# ── In the processes ──────────────────────────────────────────────────────────────────────────────
def _prepare():
    from grappe.hub import run
    from hub.equipment_fixtures import member, site, tool, way

    run.start()
    nord, sud = (site(AT, code) for code in SITES)
    for each in (nord, sud):
        for process in PROCESSES:
            tool(each, process, capacity=2 if process == "polishing" else 1, hourly="101.01")
    way(nord, sud)
    for number in range(PEOPLE):
        member(AT, f"personne-{number}")
    return {"tools": len(SITES) * len(PROCESSES)}


def _clear():
    """Give the next test a hub without bookings; they are nobody's."""
    from grappe.hub.equipment.models import Booking, Reservation

    Booking.objects.all().delete()
    return Reservation.objects.all().delete()[0]


class _Hub:
    """What a process knows of the hub."""

    def __init__(self):
        from grappe.hub.equipment.models import Equipment
        from grappe.hub.people.models import User

        self.tools = list(Equipment.objects.select_related("facility").order_by("pk"))
        self.doing = {each.pk: each.capabilities.get() for each in self.tools}
        self.people = list(User.objects.filter(username__startswith="personne-").order_by("pk"))

    def wish(self, tool, hour):
        """An hour of *tool*: *hour* counts the open hours from the first Monday on."""
        from grappe.hub.equipment.queries.wishes import BookingWish

        days, left = divmod(hour, 9)
        day = days // 5 * 7 + days % 5
        begin = MONDAY + timedelta(days=day, hours=left)
        return BookingWish(tool, begin, begin + timedelta(hours=1), self.doing[tool.pk])

    def reserve(self, wishes, user, *, held=False):
        """A reservation of *wishes* by *user*."""
        from grappe.hub.equipment.actions.holding import book, hold_bookings
        from hub.equipment_fixtures import FIRM

        act = hold_bookings if held else book
        return act(wishes=wishes, organisation=FIRM, tier="industrial", title="course", actor=user, at=AT)


def _race(number):
    from grappe.hub.equipment.actions.refusing import BookingRefused

    hub = _Hub()
    print("ready", flush=True)
    for line in sys.stdin:
        slot, moment = line.split()
        while time.time() < float(moment):
            pass
        try:
            hub.reserve([hub.wish(hub.tools[0], int(slot))], hub.people[int(number)])
            print("won", flush=True)
        except BookingRefused as refused:
            print("refused" if refused.codes == ("taken",) else refused.codes, flush=True)
        except Exception as error:
            print(type(error).__name__, flush=True)


def _clients(seconds, threads, seed):
    hub, done, lock = _Hub(), Counter(), threading.Lock()
    until = time.time() + float(seconds)

    def one(number):
        from django.db import connection

        draw = random.Random(int(seed) * 100 + number)
        mine = []
        while time.time() < until:
            name = _act(hub, draw, mine)
            with lock:
                done[name] += 1
        connection.close()

    started = [threading.Thread(target=one, args=(number,)) for number in range(int(threads))]
    for each in started:
        each.start()
    for each in started:
        each.join()
    return done


def _act(hub, draw, mine):
    """One thing that a client does; returns what came of it."""
    from django.db import OperationalError

    from grappe.hub.equipment.actions.holding import confirm_reservation
    from grappe.hub.equipment.actions.moving import move_bookings
    from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
    from grappe.hub.equipment.actions.releasing import cancel_reservation

    user = draw.choice(hub.people)
    what = draw.choices(["hold", "book", "confirm", "cancel", "move"], [3, 3, 2, 2, 1])[0]
    try:
        if what in ("hold", "book"):
            chosen = draw.sample(hub.tools, draw.choice((1, 1, 2, 3)))
            wishes = [hub.wish(tool, draw.randrange(90)) for tool in chosen]
            mine.append((hub.reserve(wishes, user, held=what == "hold"), user))
        elif not mine:
            return "idle"
        else:
            reservation, user = draw.choice(mine)
            given = {"reservation": reservation, "actor": user, "at": AT}
            if what == "confirm":
                confirm_reservation(**given)
            elif what == "cancel":
                cancel_reservation(**given)
            else:
                old = reservation.bookings.filter(released_at=None).select_related("operator").first()
                if old is None:
                    return "idle"
                wish = hub.wish(draw.choice(hub.tools), draw.randrange(90))
                move_bookings(moves=[(old, wish)], actor=user, at=AT)
    except BookingRefused:
        return f"{what} refused"
    except NotStanding:
        return "not standing"
    except OperationalError as error:
        return f"error: {error}"
    return what


def _half(statement):
    """Hold over two sites, and wait to be killed at the *statement* of the transaction that inserts."""
    from django.db import connection

    hub, seen = _Hub(), Counter()

    def wrap(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith("INSERT"):
            seen["inserted"] += 1
            if seen["inserted"] == int(statement):
                print("half", flush=True)
                time.sleep(60)
        return answer

    tools = [next(each for each in hub.tools if each.facility.code == code) for code in SITES]
    with connection.execute_wrapper(wrap):
        hub.reserve([hub.wish(tool, 0) for tool in tools], hub.people[0], held=True)
    return {"inserted": seen["inserted"]}


def _check():
    """What stands: rows, overlaps of one unit, and whether each sum is the sum of its parts."""
    from grappe.hub.equipment.models import Booking, Reservation
    from grappe.hub.equipment.queries.numbers import total_of

    standing = list(Booking.objects.filter(released_at=None).order_by("equipment", "unit", "starts_at"))
    overlaps = sum(
        (one.equipment_id, one.unit) == (two.equipment_id, two.unit) and two.starts_at < one.ends_at
        for one, two in itertools.pairwise(standing)
    )
    hourly = Decimal("101.01")
    prices = sum((each.price_cad != hourly for each in standing), 0)
    reservations = list(Reservation.objects.all())
    whole = sum((total_of(each) for each in reservations), Decimal(0))
    summed = sum((each.price_cad for each in standing), Decimal(0))
    loose = sum(
        (each.state in ("held", "booked")) != each.bookings.filter(released_at=None).exists()
        for each in reservations
    )
    return {
        "standing": len(standing), "overlaps": overlaps, "wrong_prices": prices, "loose": loose,
        "reconciled": whole == summed == hourly * len(standing), "reservations": len(reservations),
    }  # fmt: skip


def _measure(count):
    """Milliseconds of processor time a reservation, and seconds for 200 bookings in one."""
    hub = _Hub()
    plenty = [hub.wish(tool, hour) for hour in range(9 * 5 * 30) for tool in hub.tools[:2]]
    for wish in plenty[:20]:
        hub.reserve([wish], hub.people[0])
    found = {}
    taken = 20
    for held in (True, False):
        before = time.process_time()
        for wish in plenty[taken : taken + int(count)]:
            hub.reserve([wish], hub.people[0], held=held)
        found["held" if held else "booked"] = 1000 * (time.process_time() - before) / int(count)
        taken += int(count)
    before, wall = time.process_time(), time.time()
    hub.reserve(plenty[taken : taken + 200], hub.people[0])
    found["cpu_200"], found["wall_200"] = time.process_time() - before, time.time() - wall
    return found


def main():
    """Do what the arguments say, and tell it as JSON."""
    sys.path.insert(0, str(TESTS))
    from grappe.hub.run import set_up

    set_up()
    name, *rest = sys.argv[1:]
    acts = {
        "prepare": _prepare,
        "clients": _clients,
        "half": _half,
        "check": _check,
        "clear": _clear,
        "measure": _measure,
    }
    if name == "race":
        _race(*rest)
    else:
        print(json.dumps(acts[name](*rest)), flush=True)


if __name__ == "__main__":
    main()
