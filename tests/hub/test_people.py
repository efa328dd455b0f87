"""Roles: who may do what, in which cluster, since when."""

import pytest
from django.contrib.auth.models import AnonymousUser

from grappe.hub.journal.queries import entries_about
from grappe.hub.people import queries
from grappe.hub.people.actions import create_demo_users, grant_role, revoke_role
from grappe.hub.people.models import RoleName, User


@pytest.fixture
def person(db):
    return User.objects.create_user("a.exemple", "a.exemple@example.org")


def test_a_visitor_may_nothing():
    visitor = AnonymousUser()
    assert queries.roles_of(visitor) == ()
    assert not queries.may_edit(visitor)
    assert not queries.may_see_members_only(visitor)


def test_an_editor_of_one_cluster_edits_that_cluster_only(person, noon):
    grant_role(user=person, name=RoleName.EDITOR, cluster="optonique", actor=None, at=noon)
    assert queries.may_edit(person, "optonique")
    assert queries.may_edit(person)
    assert not queries.may_edit(person, "aero")
    assert not queries.may_manage(person, "optonique")


def test_a_role_granted_twice_is_held_once(person, noon):
    first = grant_role(user=person, name=RoleName.MANAGER, actor=None, at=noon)
    assert grant_role(user=person, name=RoleName.MANAGER, actor=None, at=noon) == first
    assert [entry.verb for entry in entries_about("user", person.pk)] == ["grant_role"]


def test_a_revoked_role_closes_the_desk_and_stays_on_record(person, noon):
    role = grant_role(user=person, name=RoleName.ADMINISTRATOR, actor=None, at=noon)
    assert queries.may_administer(person)
    revoke_role(role=role, actor=None, at=noon)
    same = User.objects.get(pk=person.pk)
    assert not queries.may_administer(same)
    assert [entry.verb for entry in entries_about("user", person.pk)] == ["revoke_role", "grant_role"]


def test_roles_cost_one_query_a_user(person, noon, django_assert_num_queries):
    grant_role(user=person, name=RoleName.VIEWER, actor=None, at=noon)
    same = User.objects.get(pk=person.pk)
    with django_assert_num_queries(1):
        assert queries.may_see_members_only(same)
        assert not queries.may_see_private(same)


def test_demo_log_ins_open_with_the_password_shown_once(site, noon, client):
    logins = create_demo_users(at=noon)
    assert [login.role for login in logins] == list(RoleName.values)
    again = create_demo_users(at=noon)
    assert User.objects.count() == len(RoleName)
    assert not client.login(username=logins[0].username, password=logins[0].password)
    assert client.login(username=again[0].username, password=again[0].password)
    assert client.get("/desk/").status_code == 200
