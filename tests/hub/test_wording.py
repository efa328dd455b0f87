"""Allauth's pages and messages in the French of Québec."""

import re

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from django.core import mail
from django.utils.translation import override

from grappe.hub.people.models import User
from grappe.hub.people.wording import SAID_OTHERWISE

FOREIGN = re.compile(r"e-?mails?\b|\bmails?\b|spam|login|identifiant invalide|se connecter", re.IGNORECASE)


def text_of(answer):
    """The words of a page, without its tags, its addresses and its scripts."""
    body = re.sub(r"<(script|style|head).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'")


@pytest.fixture
def person(site):
    return User.objects.create_user("c.exemple", "c.exemple@example.org", "un-mot-de-passe-fictif")


@pytest.mark.parametrize("path", ["login/", "password/reset/", "password/reset/done/", "logout/"])
def test_a_page_says_courriel_and_session(client, person, path):
    if path == "logout/":
        client.force_login(person)
    text = text_of(client.get(f"/fr/compte/{path}"))
    assert FOREIGN.findall(text) == []


def test_a_wrong_password_is_refused_in_the_words_of_quebec(client, person):
    for name, refusal in (
        ("c.exemple", "Le nom d’utilisateur ou le mot de passe n’est pas le bon."),
        ("c.exemple@example.org", "L’adresse courriel ou le mot de passe n’est pas le bon."),
    ):
        text = text_of(client.post("/fr/compte/login/", {"login": name, "password": "autre"}))
        assert refusal in text
        assert FOREIGN.findall(text) == []


def test_the_message_that_resets_a_password_says_courriel(client, person):
    client.post("/fr/compte/password/reset/", {"email": "c.exemple@example.org"})
    (sent,) = mail.outbox
    assert sent.subject == "[Grappe] Changer de mot de passe"
    assert "Vous recevez ce courriel parce qu’un nouveau mot de passe" in sent.body
    assert FOREIGN.findall(re.sub(r"\S+@\S+|https?://\S+", "", sent.body)) == []


def test_every_error_of_the_adapter_is_mended():
    with override("fr"):
        said = {code: str(text) for code, text in DefaultAccountAdapter.error_messages.items()}
    assert {code: text for code, text in said.items() if FOREIGN.search(text)} == {}
    assert len(SAID_OTHERWISE) == len(set(SAID_OTHERWISE))
