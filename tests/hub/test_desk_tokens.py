"""One's tokens at the desk: made, shown once, revoked, nobody else's."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grappe.hub.api.models import Token
from grappe.hub.journal.models import Entry
from hub.api_fixtures import Api
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db
ASKED = {"name": "carnet", "scopes": ["read", "write:statements"], "days": "30"}


def secret_in(answer):
    """The secret that a page shows, "" when it shows none."""
    found = re.search(r'id="secret"[^>]*value="([^"]+)"', answer.content.decode())
    return found[1] if found else ""


def test_a_token_is_shown_once_and_works_until_revoked(client, registry, noon):
    client.force_login(person(noon, "editor"))
    made = client.post("/desk/tokens/", ASKED)
    secret = secret_in(made)
    assert "no-store" in made.headers["Cache-Control"]
    assert Api(secret).json("me")["scopes"] == ["read", "write:statements"]
    again = client.get("/desk/tokens/")
    assert secret not in again.content.decode()
    token = Token.objects.get()
    assert f"{token.prefix}…" in again.content.decode()
    assert (token.expires_at - token.created_at).days == 30
    client.post(f"/desk/tokens/{token.pk}/revoke/")
    assert Api(secret).get("me").status_code == 401
    lines = Entry.objects.filter(object_kind="token").order_by("pk")
    assert [line.verb for line in lines] == ["create_token", "revoke_token"]
    assert secret not in str([line.data for line in lines])


def test_nobody_revokes_or_sees_another_ones_token(client, registry, noon):
    client.force_login(person(noon, "administrator"))
    client.post("/desk/tokens/", ASKED)
    token = Token.objects.get()
    client.force_login(person(noon, "viewer"))
    assert client.post(f"/desk/tokens/{token.pk}/revoke/", follow=True).status_code == 404
    assert token.prefix not in client.get("/desk/tokens/").content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None


def test_what_is_wrong_is_said_and_nothing_is_made(client, registry, noon):
    client.force_login(person(noon, "viewer"))
    for wrong in ({"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": "12"}):
        answer = client.post("/desk/tokens/", ASKED | wrong)
        assert (answer.status_code, secret_in(answer)) == (200, "")
    assert Token.objects.count() == 0


def test_the_page_of_tokens_costs_a_fixed_number_of_queries(client, registry, noon):
    client.force_login(person(noon, "viewer"))
    client.get("/desk/tokens/")
    counts = []
    for number in (1, 3):
        while Token.objects.count() < number:
            client.post("/desk/tokens/", ASKED)
        with CaptureQueriesContext(connection) as captured:
            client.get("/desk/tokens/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
