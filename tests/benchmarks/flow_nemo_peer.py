"""Reserves in NEMO as its own calendar does, for ``flow_nemo.py``; runs in NEMO's own environment.

    python flow_nemo_peer.py DATABASE RESERVATIONS RACES USERS

Prints one line of JSON. The settings are those of NEMO's own tests, without logging and mail.
"""

import json
import multiprocessing
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from NEMO.tests import test_settings

_HOUR = timedelta(hours=1)


def set_up(database):
    """NEMO with an empty database."""
    Path(database).unlink(missing_ok=True)
    told = {name: getattr(test_settings, name) for name in dir(test_settings) if name.isupper()}
    told |= {
        "DEBUG": False,
        "LOGGING_CONFIG": None,
        "ALLOWED_HOSTS": ["*"],
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3", "NAME": database, "OPTIONS": {"timeout": 60},
            }
        },
    }  # fmt: skip
    settings.configure(**told)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def people_and_tools(count):
    """Qualified users with a project each, one who is not qualified, and two tools."""
    from NEMO.models import Account, Project, Qualification, Tool, User

    account = Account.objects.create(name="Account")
    project = Project.objects.create(name="Project", account=account, application_identifier="P")
    users = [
        User.objects.create(
            username=f"user{at}", first_name="User", last_name=str(at), email=f"user{at}@example.org",
            training_required=False, badge_number=str(at + 1),
        )
        for at in range(count + 1)
    ]  # fmt: skip
    tools = [
        Tool.objects.create(
            name=name, visible=True, _operational=True, _category="Etch", _location="Lab", _phone_number="1",
            _primary_owner=users[0], _notification_email_address="tool@example.org",
            _reservation_horizon=None,
        )
        for name in ("Raced", "Reserved")
    ]  # fmt: skip
    for user in users:
        user.projects.add(project)
    for user in users[:-1]:
        for tool in tools:
            Qualification.objects.create(user=user, tool=tool)
    return users[:-1], users[-1], tools, project


def form(tool, start):
    """What the calendar posts: naive local times as seconds."""
    local = start.replace(tzinfo=None)
    seconds = [(at - datetime(1970, 1, 1)).total_seconds() for at in (local, local + _HOUR)]  # noqa: DTZ001
    return {"start": seconds[0], "end": seconds[1], "item_id": tool.id, "item_type": "tool"}


def first_day():
    """Midnight, a week from now, in the server's zone."""
    from django.utils import timezone

    day = timezone.localtime() + timedelta(days=7)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def policy_ms(user, tool, project, count):
    """Processor milliseconds of one reservation, by what ``create_reservation`` calls to check and save."""
    from NEMO.models import Reservation
    from NEMO.policy import policy_class as policy

    day = first_day()
    begin = time.process_time()
    for at in range(count):
        one = Reservation(
            user=user, creator=user, tool=tool, start=day + at * _HOUR, end=day + (at + 1) * _HOUR
        )
        one.short_notice = tool.determine_insufficient_notice(one.start)
        problems, _ = policy.check_to_save_reservation(
            cancelled_reservation=None, new_reservation=one, user_creating_reservation=user,
            explicit_policy_override=False,
        )  # fmt: skip
        if problems:
            sys.exit(str(problems))
        one.project = user.active_projects()[0]
        policy.check_billing_to_project(one.project, user, tool, one)
        one.save_and_notify()
    return 1000 * (time.process_time() - begin) / count


def client_of(user):
    """A browser in which *user* has signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client


def page_ms(user, tool, count):
    """Processor milliseconds of one reservation through the page."""
    from NEMO.models import Reservation

    client, day = client_of(user), first_day() + timedelta(days=60)
    forms = [form(tool, day + at * _HOUR) for at in range(count)]
    client.post("/create_reservation/", forms.pop())
    before = Reservation.objects.count()
    begin = time.process_time()
    for each in forms:
        client.post("/create_reservation/", each)
    spent = time.process_time() - begin
    if Reservation.objects.count() - before != len(forms):
        sys.exit("the page did not take every reservation")
    return 1000 * spent / len(forms)


def race(users, tool, count):
    """How many of *count* races for one slot leave more than one reservation, and how many posts failed."""
    from django.db import connections
    from NEMO.models import Reservation

    day = first_day() + timedelta(days=120)
    context = multiprocessing.get_context("fork")
    barrier, failed = context.Barrier(len(users)), context.Value("i", 0)
    clients = [client_of(user) for user in users]
    connections.close_all()

    def run(client):
        for at in range(count):
            barrier.wait()
            try:
                done = client.post("/create_reservation/", form(tool, day + timedelta(days=at)))
                wrong = done.status_code >= 500
            except Exception:
                wrong = True
            with failed.get_lock():
                failed.value += wrong
        connections.close_all()

    runners = [context.Process(target=run, args=(client,)) for client in clients]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    taken = [
        Reservation.objects.filter(tool=tool, start=day + timedelta(days=at)).count() for at in range(count)
    ]
    if not all(taken):
        sys.exit(f"a race without a winner: {taken}")
    return sum(each > 1 for each in taken), failed.value


def unqualified(user, tool, project):
    """Whether the page and the REST API take a reservation of a user who is not qualified."""
    from NEMO.models import Reservation, User
    from rest_framework.test import APIClient

    day = first_day() + timedelta(days=200)
    client_of(user).post("/create_reservation/", form(tool, day))
    by_page = Reservation.objects.filter(user=user).exists()
    staff = User.objects.create(
        username="api", first_name="A", last_name="P", email="a@b.example", is_superuser=True
    )
    api = APIClient()
    api.force_authenticate(staff)
    done = api.post(
        "/api/reservations/",
        {
            "user": user.id, "creator": staff.id, "tool": tool.id, "project": project.id,
            "short_notice": False,
            "start": (day + _HOUR).isoformat(), "end": (day + 2 * _HOUR).isoformat(),
        },
        format="json",
    )  # fmt: skip
    made = Reservation.objects.filter(user=user, start=day + _HOUR).exists()
    if not made and done.status_code not in (400, 403):
        sys.exit(f"the REST API answered {done.status_code}")
    return by_page, made


def main():
    """Measure, and tell in JSON."""
    database, *numbers = sys.argv[1:]
    reservations, races, count = (int(each) for each in numbers)
    set_up(database)
    users, stranger, (raced, reserved), project = people_and_tools(count)
    told = {
        "policy_ms": policy_ms(users[0], reserved, project, reservations),
        "page_ms": page_ms(users[0], reserved, reservations),
        "races": races,
    }
    told["double_booked"], told["refused_by_error"] = race(users, raced, races)
    told["page_takes_unqualified"], told["api_takes_unqualified"] = unqualified(stranger, reserved, project)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
