"""What the tests of the desk share: a loaded registry and people who hold roles."""

from django.core.signals import request_finished
from django.db import close_old_connections

from grappe.hub.people.actions import grant_role
from grappe.hub.people.models import User
from grappe.hub.registry.models import (
    Belonging,
    Organisation,
    Record,
    Redirect,
    Source,
    Statement,
)


def person(noon, name, cluster="", username=""):
    """A new account that holds role *name*."""
    username = username or f"{name}-{cluster or 'partout'}"
    user = User.objects.create_user(username, f"{username}@example.org", "phrase de passe longue")
    grant_role(user=user, name=name, cluster=cluster, actor=None, at=noon)
    return user


def close(answer):
    """Let go of what *answer* holds open, as Django's client does: the connection of the test stays open."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def rows(*, but=()):
    """All rows that a derivation writes, as plain values."""
    models = {Organisation, Record, Redirect, Statement, Source} - set(but)
    found = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    belongings = Belonging.objects.values("organisation", "list", "code", "role", "since")
    return {**found, "Belonging": sorted(map(str, belongings))}


def named(name, cluster):
    """The organisation of that name in that cluster."""
    return next(o for o in Organisation.objects.filter(name_fr=name) if cluster in o.clusters)
