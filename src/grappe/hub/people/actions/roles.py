"""Writes on accounts and roles."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import Role, RoleName, User

#: The Django groups that carry Wagtail's own permissions (see ``public.actions.create_site``).
DESK_GROUPS = {
    RoleName.MANAGER: "Grappe managers",
    RoleName.EDITOR: "Grappe editors",
    RoleName.VIEWER: "Grappe viewers",
}


@dataclass(frozen=True)
class DemoLogin:
    """What ``grappe demo`` prints once: the password is kept nowhere but as a hash."""

    username: str
    role: str
    password: str


@transaction.atomic
def grant_role(
    *, user: User, name: RoleName, actor: User | None, at: datetime, cluster: str = "", organisation: str = ""
) -> Role:
    """Give *user* the role *name* and return it; granting it again changes nothing.

    Called by administrators and by the creation of demo accounts.
    """
    role, is_new = Role.objects.get_or_create(
        user=user,
        name=name,
        cluster=cluster,
        organisation=organisation,
        revoked_at=None,
        defaults={"granted_at": at},
    )
    if is_new:
        _open_desk(user, name)
        record(
            actor=actor,
            at=at,
            verb="grant_role",
            object_kind="user",
            object_id=user.pk,
            data={"role": name, "cluster": cluster},
        )
    return role


@transaction.atomic
def revoke_role(*, role: Role, actor: User | None, at: datetime) -> Role:
    """End *role* at *at* and return it; the line stays, so that the past can be read."""
    if role.revoked_at is None:
        role.revoked_at = at
        role.save(update_fields=["revoked_at"])
        _close_desk(role.user, RoleName(role.name))
        record(
            actor=actor,
            at=at,
            verb="revoke_role",
            object_kind="user",
            object_id=role.user_id,
            data={"role": role.name, "cluster": role.cluster},
        )
    return role


def create_demo_users(*, at: datetime, organisation: str = "") -> tuple[DemoLogin, ...]:
    """One visibly fictional account a role, with a new random password each time; what to print, once.

    The representative's is for *organisation*. Called by ``grappe demo`` only.
    """
    represented = {RoleName.REPRESENTATIVE: organisation}
    return tuple(_create_demo_user(name, represented.get(name, ""), at) for name in RoleName)


@transaction.atomic
def _create_demo_user(name: RoleName, organisation: str, at: datetime) -> DemoLogin:
    username, password = f"demo-{name.value}", secrets.token_urlsafe(12)
    user, _ = User.objects.get_or_create(
        username=username,
        defaults={
            "email": f"{username}@example.org",
            "first_name": "Démo",
            "last_name": f"{name.value} (personne fictive)",
        },
    )
    user.set_password(password)
    user.save()
    grant_role(user=user, name=name, organisation=organisation, actor=None, at=at)
    record(actor=None, at=at, verb="set_demo_password", object_kind="user", object_id=user.pk)
    return DemoLogin(username=username, role=name.value, password=password)


def _open_desk(user: User, name: RoleName) -> None:
    if name == RoleName.ADMINISTRATOR:
        user.is_superuser = user.is_staff = True
        user.save(update_fields=["is_superuser", "is_staff"])
    elif name in DESK_GROUPS:
        user.groups.add(Group.objects.get_or_create(name=DESK_GROUPS[name])[0])


def _close_desk(user: User, name: RoleName) -> None:
    if Role.objects.filter(user=user, name=name, revoked_at__isnull=True).exists():
        return
    if name == RoleName.ADMINISTRATOR:
        user.is_superuser = user.is_staff = False
        user.save(update_fields=["is_superuser", "is_staff"])
    elif name in DESK_GROUPS:
        user.groups.remove(*Group.objects.filter(name=DESK_GROUPS[name]))
