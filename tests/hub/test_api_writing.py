"""Adding a statement through the API: who may, what is refused, nothing lost and nothing twice."""

import json
import threading

import pytest
from django.db import OperationalError, connection

from grappe.hub.api.actions import forget_replays
from grappe.hub.api.models import Replay
from grappe.hub.api.openapi import make_api
from grappe.hub.journal.queries import entries_about
from grappe.hub.people.models import RoleName
from grappe.hub.registry.models import Organisation, Statement
from hub.api_fixtures import Api, caller
from hub.desk_fixtures import person, rows

pytestmark = pytest.mark.django_db
STATED = {"property": "employees", "value": "600", "reason": "appel du 20 novembre"}


def etag(api, organisation):
    return api.get(f"organisations/{organisation.pk}").headers["ETag"]


def add(api, organisation, content=STATED, **headers):
    headers.setdefault("If-Match", "*")
    return api.post(f"organisations/{organisation.pk}/statements", {**STATED, **content}, **headers)


def test_a_statement_is_added_shown_first_and_journaled(institute, noon):
    api = caller(noon, "editor", "optonique")
    content = {"value": "1 250", "valid_from": "2026-11"}
    answer = add(api, institute, content, **{"If-Match": etag(api, institute)})
    assert answer.status_code == 201
    found = answer.json()
    assert (found["value"], found["original_value"], found["valid_from"], found["method"], found["rank"]) == (
        "1250",
        "1 250",
        "2026-11",
        "curated",
        "preferred",
    )
    assert (
        answer.headers["Location"] == found["url"] == f"http://localhost:8000/api/v1/statements/{found['id']}"
    )
    assert api.json(f"statements/{found['id']}") == found
    assert answer.headers["ETag"] == etag(api, institute)
    assert Organisation.objects.get(acronym="IFO").size == "large"
    (line,) = entries_about("statement", found["id"])
    assert (line.verb, line.actor.username) == ("correct_value", "api-editor-optonique")


@pytest.mark.parametrize("role", ["", *RoleName.values])
def test_only_who_may_edit_adds_and_the_others_change_nothing(institute, noon, role):
    if role in ("representative", "funder"):
        api = Api()
        api.client.force_login(person(noon, role))
    else:
        api = caller(noon, role)
    before = rows()
    answer = add(api, institute)
    expected = {"administrator": 201, "manager": 201, "editor": 201, "viewer": 403}.get(role, 401)
    assert answer.status_code == expected
    if expected != 201:
        assert rows() == before


def test_an_editor_of_another_cluster_adds_nothing_here(institute, noon):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    api, before = caller(noon, "editor", "optonique"), rows()
    refused = add(api, planes)
    assert (refused.status_code, refused.json()["type"][-11:]) == (403, "not-allowed")
    # Nor moves one of theirs into a cluster that is not.
    assert add(api, institute, {"property": "cluster", "value": "aero"}).status_code == 403
    assert rows() == before


def test_a_session_adds_nothing_and_a_token_only_within_its_scopes(institute, noon):
    api = Api()
    api.client.force_login(person(noon, "manager"))
    assert add(api, institute).status_code == 401
    assert add(caller(noon, "editor", scopes=["read"]), institute).status_code == 403
    assert Statement.objects.filter(value="600").count() == 0


def test_what_changed_meanwhile_is_told_and_nothing_is_lost(institute, noon):
    first, second = caller(noon, "editor"), caller(noon, "manager")
    seen = etag(first, institute)
    assert seen == etag(second, institute)
    assert add(first, institute, **{"If-Match": seen}).status_code == 201
    refused = add(second, institute, {"value": "700"}, **{"If-Match": seen})
    assert (refused.status_code, refused.json()["type"][-7:]) == (412, "changed")
    assert add(second, institute, **{"If-Match": ""}).status_code == 428
    stated = Statement.objects.filter(origin="hub", property="employees")
    assert list(stated.values_list("value", flat=True)) == ["600"]
    weakened = f"W/{etag(second, institute)}"
    assert add(second, institute, {"value": "700"}, **{"If-Match": f'"x", {weakened}'}).status_code == 201


REFUSED = {
    "value": [
        {"value": "plusieurs"},
        {"value": ""},
        {"value": "x\u0000"},
        {"property": "sector", "value": "none"},
    ],
    "property": [{"property": "coordinates", "value": "1,2"}, {"property": "none"}],
    "language": [{"language": "fr"}, {"language": "de"}],
    "qualifier": [{"qualifier": "legal"}, {"property": "name", "value": "A", "qualifier": "none"}],
    "valid_to": [{"valid_from": "2026", "valid_to": "2025"}],
    "valid_from": [{"valid_from": "hier"}],
    "source": [{"source": "none"}],
    "reason": [{"reason": ""}],
    "visibility": [{"visibility": "secret"}],
    "surprise": [{"surprise": "1"}],
}


def test_what_can_not_be_accepted_is_named_field_by_field(institute, noon):
    api, before = caller(noon, "editor"), rows()
    for field, contents in REFUSED.items():
        for content in contents:
            answer = add(api, institute, content, **{"Accept-Language": "fr"})
            assert answer.status_code == 422, content
            assert [each["field"].removeprefix("stated.") for each in answer.json()["errors"]] == [field], (
                content
            )
    lone = json.dumps({**STATED, "value": "§"}).replace("\\u00a7", "\\ud800")
    assert add_raw(api, institute, lone).status_code == 422
    assert add_raw(api, institute, "{").status_code == 400
    assert add_raw(api, institute, "[]").status_code == 422
    assert rows() == before


def add_raw(api, organisation, body):
    return api.post(f"organisations/{organisation.pk}/statements", body, **{"If-Match": "*"})


def test_a_repeated_request_is_answered_the_same_and_done_once(institute, noon):
    api = caller(noon, "editor")
    once = {"If-Match": etag(api, institute), "Idempotency-Key": '"clé-1"'.encode().decode("latin-1")}
    first, again = add(api, institute, **once), add(api, institute, **once)
    assert (first.status_code, first.content, first.headers["ETag"]) == (
        again.status_code,
        again.content,
        again.headers["ETag"],
    )
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Statement.objects.filter(origin="hub", property="employees").count() == 1
    other = add(api, institute, {"value": "700"}, **once)
    assert (other.status_code, other.json()["type"][-10:]) == (422, "reused-key")
    # Another person's key is another key; a refusal is kept nowhere.
    manager = caller(noon, "manager")
    assert add(manager, institute, {"value": "oui"}, **once | {"If-Match": "*"}).status_code == 422
    assert add(manager, institute, {"value": "700"}, **once | {"If-Match": "*"}).status_code == 201
    assert forget_replays(before=Replay.objects.latest("at").at) == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in memory, for one at a time")
@pytest.mark.django_db(transaction=True)
def test_of_equal_requests_at_once_one_is_done(registry, noon):
    institute = Organisation.objects.get(acronym="IFO")
    secret, answers = caller(noon, "editor").secret, []

    def ask():
        try:
            answers.append(add(Api(secret), institute, **{"Idempotency-Key": "k"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Statement.objects.filter(origin="hub", property="employees").count() == 1


def test_a_writer_that_waited_too_long_is_told_to_come_again(rf):
    handlers = make_api()._exception_handlers
    answer = handlers[OperationalError](
        rf.post("/api/v1/reservations"), OperationalError("database is locked")
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    with pytest.raises(OperationalError):
        handlers[OperationalError](rf.post("/"), OperationalError("no such table"))
