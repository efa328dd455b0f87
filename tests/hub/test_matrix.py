"""The access matrix is whole, and the predicates read it."""

import pytest
from django.contrib.auth.models import AnonymousUser

from grappe.hub.people import matrix, queries
from grappe.hub.people.actions import grant_role
from grappe.hub.people.models import RoleName, User

pytestmark = pytest.mark.django_db


def holder(noon, name, cluster=""):
    user = User.objects.create_user(f"u-{name}-{cluster}", f"{name}{cluster}@example.org")
    grant_role(user=user, name=name, cluster=cluster, actor=None, at=noon)
    return user


@pytest.mark.parametrize("role", RoleName.values)
def test_a_role_held_everywhere_may_what_its_column_says(role, noon):
    user = holder(noon, role)
    asked = {(kind, verb): queries.may(user, verb, kind) for kind, verb, _ in matrix.rows()}
    assert asked == {(kind, verb): row[role] in ("yes", "all") for kind, verb, row in matrix.rows()}


def test_a_visitor_reads_public_pages_and_nothing_else():
    asked = {(kind, verb): queries.may(AnonymousUser(), verb, kind) for kind, verb, _ in matrix.rows()}
    assert [key for key, allowed in asked.items() if allowed] == [("page", "read")]


@pytest.mark.parametrize("role", ["manager", "editor", "viewer"])
def test_a_role_held_for_one_cluster_reaches_no_other(role, noon):
    user = holder(noon, role, "optonique")
    for kind, verb, row in matrix.rows():
        if row[matrix.VISITOR] == "no":
            assert queries.may(user, verb, kind, "optonique") == (row[role] == "yes"), (kind, verb)
            assert not queries.may(user, verb, kind, "aero"), (kind, verb)
    assert queries.clusters_where(user, "consult", "organisation") == {"optonique"}
    assert queries.clusters_where(user, "retract", "source") == frozenset()
    assert queries.clusters_where(holder(noon, role), "consult", "organisation") is None


def test_a_table_that_is_not_whole_is_refused(monkeypatch):
    monkeypatch.setattr(matrix, "TABLE", matrix.TABLE.replace("funder visitor", "visitor funder"))
    with pytest.raises(ValueError, match="one column a role"):
        matrix.cells.__wrapped__()
    monkeypatch.undo()
    monkeypatch.setattr(matrix, "TABLE", matrix.TABLE.replace("all ", "oui "))
    with pytest.raises(ValueError, match="yes, all or no"):
        matrix.cells.__wrapped__()
