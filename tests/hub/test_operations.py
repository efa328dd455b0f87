"""Health, metrics, logs and maintenance, as the machines of whoever runs a hub see them."""

import json
import logging
import re

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from grappe.hub.config.logs import REQUEST_ID, logging_for
from grappe.hub.operations import maintenance, views
from grappe.hub.registry.models import Pending, Statement
from hub.api_fixtures import Api, caller
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db


def test_a_process_is_alive_without_its_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer.headers["Cache-Control"]


def test_ready_is_database_tables_and_index(client, registry, settings, tmp_path, monkeypatch):
    settings.MIGRATION_MODULES = {}
    monkeypatch.setitem(views._CHECKS, "tables", lambda: True)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"database": True, "tables": True, "index": True, "worker": False},
    )
    settings.GRAPPE_HOME = tmp_path / "elsewhere"
    unready = client.get("/readyz")
    assert (unready.status_code, unready.json()["index"]) == (503, False)


def test_tables_that_are_not_made_are_not_ready(client, settings):
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    # Another test may have left word of the migrations.
    if recorder.has_table():
        recorder.migration_qs.all().delete()
    assert client.get("/readyz").json()["tables"] is False


def measured(answer):
    """(name, labels) → value of every sample of an exposition."""
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_count_requests_by_view_and_status(client, registry, noon):
    def counted(status, view="api:get_organisation"):
        labels = (("method", "GET"), ("status", status), ("view", view))
        return measured(client.get("/metrics")).get(("grappe_http_requests_total", labels), 0)

    before = counted("404"), counted("200", "api:list_clusters")
    Api().get("organisations/GR0")
    Api().get("clusters")
    assert (counted("404"), counted("200", "api:list_clusters")) == (before[0] + 1, before[1] + 1)
    buckets = [
        value
        for (name, labels), value in measured(client.get("/metrics")).items()
        if name == "grappe_http_request_seconds_bucket" and ("view", "api:list_clusters") in labels
    ]
    assert buckets == sorted(buckets)
    Pending.objects.create(organisation="GR1")
    now = measured(client.get("/metrics"))
    assert now["grappe_index_pending", ()] == 1
    assert now["grappe_rows", (("table", "statements"),)] == Statement.objects.count()
    assert now["grappe_database_bytes", ()] > 100_000
    assert (now["grappe_workers", ()], now["grappe_maintenance", ()]) == (0, 0)


def test_metrics_count_log_ins_that_opened_nothing(client, site, noon):
    def failures():
        return measured(client.get("/metrics"))["grappe_login_failures_total", ()]

    before = failures()
    user = person(noon, "viewer")
    for password in ("faux", "phrase de passe longue"):
        Client().post("/fr/compte/login/", {"login": user.username, "password": password})
    assert failures() == before + 1


def test_metrics_are_for_this_machine_or_the_token(client, site, settings):
    assert client.get("/metrics").status_code == 200
    foreign = ({"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"REMOTE_ADDR": ""})
    for elsewhere in foreign:
        assert client.get("/metrics", **elsewhere).status_code == 404
        assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ", **elsewhere).status_code == 404
    settings.METRICS_TOKEN = "secret des mesures"
    asked = {"REMOTE_ADDR": "203.0.113.7", "HTTP_AUTHORIZATION": "Bearer secret des mesures"}
    assert client.get("/metrics", **asked).status_code == 200
    assert client.get("/metrics", **asked | {"HTTP_AUTHORIZATION": "Bearer autre"}).status_code == 404


def test_a_request_is_one_json_line_with_the_users_number_only(registry, noon, caplog):
    caplog.set_level(logging.INFO, "grappe.requests")
    api = caller(noon, "viewer")
    answer = api.get("clusters")
    (record,) = [each for each in caplog.records if each.name == "grappe.requests"]
    shown = formatted(record, answer.headers["X-Request-ID"])
    user = person(noon, "funder").pk - 1
    assert {name: shown[name] for name in ("view", "method", "status", "user", "level", "request_id")} == {
        "view": "api:list_clusters",
        "method": "GET",
        "status": 200,
        "user": user,
        "level": "INFO",
        "request_id": answer.headers["X-Request-ID"],
    }
    assert "@" not in json.dumps(shown)
    assert 0 < shown["ms"] < 60_000


def formatted(record, request_id):
    """The JSON of a log record, as the settings have it."""
    config = logging.config.dictConfigClass(logging_for("INFO", "json"))
    formatter = config.configure_formatter(config.config["formatters"]["json"])
    kept = REQUEST_ID.set(request_id)
    for each in logging_for("INFO", "json")["filters"].values():
        each["()"]().filter(record)
    REQUEST_ID.reset(kept)
    return json.loads(formatter.format(record))


def test_the_id_of_a_request_is_a_trusted_proxys_or_new(client, site, settings):
    asked = {"X-Request-ID": "abcd-1234"}
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz", headers=asked)["X-Request-ID"])
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers=asked)["X-Request-ID"] == "abcd-1234"
    forged = {"X-Request-ID": "a\x1b[31m" * 3}
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz", headers=forged)["X-Request-ID"])


def test_an_unknown_form_of_logs_is_refused():
    with pytest.raises(ValueError, match="line or json"):
        logging_for("INFO", "xml")


def test_in_maintenance_nothing_is_written_and_all_is_read(client, institute, settings, noon):
    maintenance.begin(settings.GRAPPE_HOME, "reading")
    api = caller(noon, "editor")
    assert client.get(f"/fr/organisations/{institute.pk}/").status_code == 200
    refused = client.post("/fr/compte/login/", {})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "300")
    page = refused.content.decode()
    assert "Le site est en entretien" in page
    assert "The site is in maintenance" in page
    told = api.post(f"organisations/{institute.pk}/statements", {}, **{"If-Match": "*"})
    assert (told.status_code, told.headers["Content-Type"], told.headers["Retry-After"]) == (
        503,
        "application/problem+json",
        "300",
    )
    maintenance.begin(settings.GRAPPE_HOME, "closed")
    assert client.get("/fr/").status_code == 503
    assert client.get("/healthz").status_code == 200
    maintenance.end(settings.GRAPPE_HOME)
    assert client.get("/fr/").status_code == 200
