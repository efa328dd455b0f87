"""Accounts: invitations, roles, the policy of second factors, sessions."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse

from grappe.hub.people.actions.invitations import NotOpen, accept_invitation, invite, withdraw_invitation
from grappe.hub.people.links import INVITATION
from grappe.hub.people.models import Invitation, Role, RoleName, User
from grappe.hub.people.queries import NotAllowed, may_invite, visible_accounts
from grappe.hub.registry.models import Code
from grappe.hub.worker import run_worker
from hub.desk_fixtures import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clusters(db):
    Code.objects.create(
        list="cluster", code="optonique", name_fr="Grappe fictive", name_en="Fictional cluster"
    )


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("role", "cluster", "asked"),
    [
        ("administrator", "", ["administrator", "manager", "editor", "viewer", "representative", "funder"]),
        ("manager", "optonique", ["editor", "viewer"]),
        ("editor", "optonique", []),
        ("viewer", "optonique", []),
        ("funder", "", []),
    ],
)
def test_who_may_invite_to_which_role(noon, role, cluster, asked):
    user = person(noon, role, cluster)
    assert [name for name in RoleName if may_invite(user, name, "optonique", "")] == asked
    others = [name for name in RoleName if may_invite(user, name, "aero", "")]
    assert others == (asked if role == "administrator" else [])


def test_an_invitation_opens_an_account_once(site, clusters, noon):
    manager = person(noon, "manager", "optonique")
    desk = client_of(manager)
    typed = {"email": "Nouvelle@Example.org", "name": "editor", "cluster": "optonique", "language": "fr"}
    desk.post(reverse("desk_accounts"), typed)
    run_worker(once=True)
    assert "/fr/invitation/" in mail.outbox[0].body
    link = reverse("invitation", args=[INVITATION.sign(Invitation.objects.get().pk)])
    weak = Client().post(link, {"full_name": "A B", "password": "court", "again": "court"})
    assert set(weak.context["form"].errors) == {"password"}
    password = "une longue phrase fictive"
    other = Client().post(link, {"full_name": "A B", "password": password, "again": password + "!"})
    assert set(other.context["form"].errors) == {"again"}
    opened = Client()
    opened.post(link, {"full_name": "Personne Fictive", "password": password, "again": password})
    user = User.objects.get(email="nouvelle@example.org")
    assert [(r.name, r.cluster) for r in Role.objects.filter(user=user)] == [("editor", "optonique")]
    assert opened.get("/desk/").status_code == 200
    assert Client().get(link).status_code == 410


def test_an_address_that_has_an_account_answers_as_that_account(site, noon):
    admin, known = person(noon, "administrator"), person(noon, "viewer", "aero")
    found = invite(
        email=known.email, name=RoleName.EDITOR, cluster="optonique", actor=admin, at=noon, language="fr"
    )
    link = reverse("invitation", args=[INVITATION.sign(found.pk)])
    assert Client().post(link, {}).context["is_theirs"] is False
    with pytest.raises(NotOpen):
        accept_invitation(invitation=found, actor=admin, at=noon)
    client_of(known).post(link)
    assert sorted(Role.objects.filter(user=known).values_list("name", "cluster")) == [
        ("editor", "optonique"),
        ("viewer", "aero"),
    ]


def test_a_withdrawn_invitation_opens_nothing(site, noon):
    manager, other = person(noon, "manager", "optonique"), person(noon, "manager", "aero")
    found = invite(email="x@example.org", name=RoleName.VIEWER, cluster="optonique", actor=manager, at=noon)
    with pytest.raises(NotAllowed):
        withdraw_invitation(invitation=found, actor=other, at=noon)
    client_of(manager).post(reverse("desk_withdraw_invitation", args=[found.pk]))
    run_worker(once=True)
    assert mail.outbox == []
    assert Client().get(reverse("invitation", args=[INVITATION.sign(found.pk)])).status_code == 410


def test_a_manager_sees_the_accounts_of_their_clusters(noon):
    manager = person(noon, "manager", "optonique")
    ours, _theirs = person(noon, "editor", "optonique"), person(noon, "editor", "aero")
    assert set(visible_accounts(manager)) == {manager, ours}
    assert visible_accounts(person(noon, "administrator")).count() == 4


def test_an_administrator_grants_and_ends_roles(site, noon):
    admin, user = client_of(person(noon, "administrator")), person(noon, "viewer", "aero")
    admin.post(reverse("desk_account", args=[user.pk]), {"name": "editor", "cluster": ""})
    role = Role.objects.get(user=user, name="editor")
    admin.post(reverse("desk_revoke_role", args=[role.pk]))
    role.refresh_from_db()
    assert role.revoked_at is not None


def test_who_must_have_a_second_factor_sets_it_up_before_the_desk(site, noon, settings):
    settings.TWO_FACTOR_ROLES = frozenset({"manager"})
    manager, editor = person(noon, "manager"), person(noon, "editor")
    assert client_of(manager).get("/desk/").headers["Location"] == reverse("mfa_index")
    assert client_of(editor).get("/desk/").status_code == 200
    Authenticator.objects.create(user=manager, type="totp", data={"secret": "x"})
    assert client_of(manager).get("/desk/").status_code == 200


def test_sessions_are_listed_and_the_others_ended(site, noon):
    user = person(noon, "viewer")
    here, there = Client(), Client()
    for client in (here, there):
        typed = {"login": user.username, "password": "phrase de passe longue"}
        assert client.post(reverse("account_login"), typed).status_code == 302
    assert len(here.get(reverse("usersessions_list")).context["sessions"]) == 2
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200
