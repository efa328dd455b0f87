"""Webhooks against a real server that fails, is silent, then works: signed, told until taken, disabled."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from grappe.hub import fetching
from grappe.hub.journal.models import Unsent
from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions.judgements import merge_organisations, retract_judgement
from grappe.hub.registry.actions.sources import retract_source
from grappe.hub.registry.models import Judgement, Organisation, Source
from grappe.hub.webhooks import actions, jobs
from grappe.hub.webhooks.actions import BACKOFF, MOST_FAILURES, NoSuchAddress, add_endpoint
from grappe.hub.webhooks.events import EVENTS
from grappe.hub.webhooks.models import Delivery, Endpoint
from hub.api_fixtures import state
from hub.desk_fixtures import named, person

pytestmark = pytest.mark.django_db


class Receiver:
    """A server that answers each request as the next of *answers* says; "silence" answers nothing."""

    def __init__(self):
        self.answers, self.received, self.stop = [], [], threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                answer = receiver.answers.pop(0) if receiver.answers else 204
                if answer == "silence":
                    receiver.stop.wait(20)
                    return
                self.send_response(answer)
                if answer == 302:
                    self.send_header("Location", receiver.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOKS_ANYWHERE = True
    monkeypatch.setattr(jobs, "_TIMEOUT_S", 0.5)
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.stop.set()
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def chief(noon):
    return person(noon, "manager")


def endpoint_at(url, chief, at, *, cluster="", events=tuple(EVENTS)):
    Unsent.objects.all().delete()
    endpoint = add_endpoint(url=url, cluster=cluster, events=events, actor=chief, at=at)
    Unsent.objects.all().delete()
    return endpoint


def tell(*, later=False):
    """Run the task; *later*: as if what waits was due."""
    if later:
        moment = timezone.now() - timedelta(seconds=1)
        Delivery.objects.filter(due_at__gt=moment).update(due_at=moment)
    return jobs.tell.func()


def test_an_event_is_signed_as_receivers_libraries_check(receiver, registry, institute, chief, noon):
    endpoint = endpoint_at(receiver.url, chief, noon, events=["statement.added"])
    statement = state(institute, "employees", "600", noon)
    assert tell() == 1
    ((headers, body),) = receiver.received
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(timezone.now().timestamp() - int(headers["webhook-timestamp"])) < 60
    assert json.loads(body) == {
        "type": "statement.added",
        "timestamp": "2026-11-22T12:00:00+00:00",
        "data": {
            "id": statement.pk,
            "url": f"http://localhost:8000/api/v1/statements/{statement.pk}",
            "property": "employees",
            "organisations": [
                {"id": institute.pk, "url": f"http://localhost:8000/api/v1/organisations/{institute.pk}"}
            ],
        },
    }
    assert tell() == 0
    assert len(receiver.received) == 1


def test_it_is_told_until_it_is_taken(receiver, registry, institute, chief, noon):
    endpoint_at(receiver.url, chief, noon, events=["statement.added"])
    state(institute, "employees", "600", noon)
    receiver.answers = [500, "silence", 302, 200]
    outcomes = []
    for attempt in range(4):
        before = timezone.now()
        tell(later=True)
        delivery = Delivery.objects.get()
        outcomes.append(delivery.outcome.split(" ")[0])
        if attempt < 3:
            wait = (delivery.due_at - before).total_seconds() / 60
            assert BACKOFF[attempt] <= wait < BACKOFF[attempt] + 1
    assert outcomes == ["500", "time", "302", "200"]
    assert delivery.delivered_at is not None
    assert Endpoint.objects.get().failures == 0
    ids = {headers["webhook-id"] for headers, _ in receiver.received}
    assert len(receiver.received) == 4
    assert len(ids) == 1


def test_one_that_always_refuses_is_disabled_and_whoever_made_it_is_told(
    receiver, registry, institute, chief, noon, django_capture_on_commit_callbacks
):
    endpoint = endpoint_at(receiver.url, chief, noon, events=["statement.added"])
    receiver.answers = [500] * 100
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            state(institute, "employees", str(1000 + number), noon)
        for _ in range(MOST_FAILURES + 5):
            tell(later=True)
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.disabled_at is not None) == (MOST_FAILURES, True)
    assert len(receiver.received) == MOST_FAILURES
    (letter,) = [each for each in mail.outbox if each.to == [chief.email]]
    assert letter.subject == "Un webhook est désactivé"
    assert receiver.url in letter.body
    receiver.answers = []
    actions.enable_endpoint(endpoint=endpoint, actor=chief, at=timezone.now())
    waiting = Delivery.objects.filter(given_up_at=None).count()
    assert waiting > 0
    assert tell() == waiting


def test_one_that_is_gone_is_told_nothing_more(receiver, registry, institute, chief, noon):
    endpoint_at(receiver.url, chief, noon)
    receiver.answers = [410]
    state(institute, "employees", "600", noon)
    tell()
    assert Endpoint.objects.get().disabled_at is not None


def test_a_delivery_is_given_up_after_the_last_attempt_and_told_again_when_asked(
    receiver, registry, institute, chief, noon, monkeypatch
):
    monkeypatch.setattr(actions, "MOST_FAILURES", 1000)
    endpoint_at(receiver.url, chief, noon, events=["statement.added"])
    state(institute, "employees", "600", noon)
    receiver.answers = [503] * (len(BACKOFF) + 1)
    for _ in range(len(BACKOFF) + 3):
        tell(later=True)
    delivery = Delivery.objects.get()
    assert (len(receiver.received), delivery.given_up_at is not None) == (len(BACKOFF) + 1, True)
    actions.deliver_again(delivery=delivery, actor=chief, at=timezone.now())
    assert tell() == 1


def kinds_told(receiver):
    tell()
    told = [json.loads(body)["type"] for _, body in receiver.received]
    receiver.received.clear()
    return sorted(told)


def test_what_happens_is_told_by_its_kind(receiver, registry, institute, chief, noon):
    endpoint_at(receiver.url, chief, noon)
    lasers = [named("Lasers Fictifs inc.", code) for code in ("optonique", "aero")]
    merge_organisations(first=lasers[0], second=lasers[1], why="", actor=chief, at=noon)
    assert kinds_told(receiver) == ["organisation.changed", "organisation.merged"]
    retract_judgement(judgement=Judgement.objects.get(origin="hub"), actor=chief, at=noon)
    assert kinds_told(receiver) == ["organisation.changed", "organisation.changed", "organisation.split"]
    retract_source(source=Source.objects.get(pk="membres"), why="", actor=chief, at=noon)
    assert kinds_told(receiver) == ["source.retracted"]


def test_what_is_not_public_is_not_told(receiver, registry, institute, chief, noon):
    endpoint_at(receiver.url, chief, noon)
    for visibility in ("members", "private"):
        state(institute, "email", f"{visibility}@x.example", noon, visibility=visibility)
    retract_source(source=Source.objects.get(pk="repertoire"), why="", actor=chief, at=noon)
    assert kinds_told(receiver) == []
    assert Unsent.objects.count() == 0


def test_an_endpoint_of_a_cluster_is_told_of_its_organisations_only(receiver, registry, institute, noon):
    of_aero = person(noon, "manager", "aero")
    endpoint_at(receiver.url, of_aero, noon, cluster="aero")
    state(institute, "employees", "600", noon)
    assert kinds_told(receiver) == []
    state(Organisation.objects.get(name_fr="Avions Imaginaires"), "employees", "5", noon)
    assert kinds_told(receiver) == ["organisation.changed", "statement.added"]
    for cluster in ("", "optonique"):
        with pytest.raises(NotAllowed):
            endpoint_at(receiver.url, of_aero, noon, cluster=cluster)


def test_an_event_undone_with_its_transaction_is_not_told(receiver, registry, institute, chief, noon):
    endpoint_at(receiver.url, chief, noon)
    with transaction.atomic():
        state(institute, "employees", "600", noon)
        transaction.set_rollback(True)
    assert kinds_told(receiver) == []


NO_ADDRESSES = (
    *("http://203.0.113.9/", "ftp://example.org/", "https://", "https://user@example.org/", "mailto:a@b.c"),
    *("https://exa mple.org/", "https://example.org:99999/", "javascript:alert(1)", ""),
)


def test_an_address_that_is_no_https_address_is_refused(chief, noon):
    for url in NO_ADDRESSES:
        with pytest.raises(NoSuchAddress):
            add_endpoint(url=url, cluster="", events=["statement.added"], actor=chief, at=noon)


HOSTS = ("127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[::]", "localhost")


def test_nothing_of_this_network_is_reached(receiver, registry, institute, chief, noon, settings):
    settings.WEBHOOKS_ANYWHERE = False
    for host in HOSTS:
        url = f"https://{host}:{receiver.server.server_port}/"
        endpoint_at(url, chief, noon, events=["statement.added"])
    state(institute, "employees", "600", noon)
    tell()
    outcomes = Delivery.objects.values_list("outcome", flat=True)
    assert [outcome.split(" ")[0] for outcome in outcomes] == ["network"] * len(HOSTS)
    assert receiver.received == []


def test_a_name_that_leads_here_is_not_followed(
    receiver, registry, institute, chief, noon, settings, monkeypatch
):
    """A public name with a private address, beside a public one: all are refused, none is asked again."""
    settings.WEBHOOKS_ANYWHERE = False
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(fetching.socket, "getaddrinfo", resolve)
    endpoint_at("https://hooks.example.org/", chief, noon, events=["statement.added"])
    state(institute, "employees", "600", noon)
    tell()
    assert Delivery.objects.get().outcome.startswith("network")
    assert asked == ["hooks.example.org"]


# ── At the desk ─────────────────────────────────────────────────────────────────────────────────────

ASKED = {"url": "https://hooks.example.org/grappe", "cluster": "aero", "events": ["statement.added"]}


def test_a_manager_has_another_system_told_at_the_desk(client, registry, noon, settings):
    settings.TWO_FACTOR_ROLES = []
    manager = person(noon, "manager", "aero")
    client.force_login(manager)
    page = client.post("/desk/webhooks/", ASKED, follow=True).content.decode()
    endpoint = Endpoint.objects.get()
    assert (endpoint.cluster, endpoint.created_by, endpoint.secret in page) == ("aero", manager, True)
    faults = ({"url": "http://x.example"}, {"events": []}, {"cluster": "optonique"}, {"cluster": ""})
    for wrong in faults:
        assert client.post("/desk/webhooks/", ASKED | wrong).status_code == 200
    assert Endpoint.objects.count() == 1
    client.force_login(person(noon, "manager", "optonique"))
    assert client.get(f"/desk/webhooks/{endpoint.pk}/", follow=True).status_code == 404
    assert "hooks.example.org" not in client.get("/desk/webhooks/").content.decode()
    client.force_login(manager)
    client.post(f"/desk/webhooks/{endpoint.pk}/remove/")
    endpoint.refresh_from_db()
    assert endpoint.removed_at is not None
