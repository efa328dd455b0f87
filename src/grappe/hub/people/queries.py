"""Who may do what. Every function takes the user in; none reads a request."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from grappe.hub.people.matrix import VISITOR, cells
from grappe.hub.people.models import Role, RoleName, User

Visitor: TypeAlias = User | AnonymousUser


def roles_of(user: Visitor) -> tuple[Role, ...]:
    """The roles that *user* holds now; one query a user object, none for a visitor without account."""
    if not user.is_authenticated or not user.is_active:
        return ()
    held: tuple[Role, ...] | None = getattr(user, "_held_roles", None)
    if held is None:
        held = tuple(Role.objects.filter(user=user, revoked_at__isnull=True))
        user._held_roles = held  # type: ignore[attr-defined]
    return held


def holders_of(name: str, cluster: str = "") -> QuerySet[User]:
    """The active accounts that hold role *name* for *cluster* or for all clusters, by user name."""
    holds = Role.objects.filter(name=name, cluster__in={cluster, ""}, revoked_at__isnull=True)
    return User.objects.filter(is_active=True, pk__in=holds.values("user")).order_by("username")


def may(user: Visitor, verb: str, kind: str, cluster: str | None = None) -> bool:
    """Whether the matrix lets *user* do *verb* to an object of *kind* in *cluster* (None: in any cluster).

    Raises KeyError for a verb and kind that the matrix does not have.
    """
    row = cells()[verb, kind]
    if row[VISITOR] == "yes" or (_is_superuser(user) and row[RoleName.ADMINISTRATOR] == "yes"):
        return True
    return any(
        (row[role.name] == "yes" and (cluster is None or role.cluster in {"", cluster}))
        or (row[role.name] == "all" and role.cluster == "")
        for role in roles_of(user)
    )


def clusters_where(user: Visitor, verb: str, kind: str) -> frozenset[str] | None:
    """The clusters in which *user* may do *verb* to an object of *kind*; None: all of them."""
    row = cells()[verb, kind]
    if row[VISITOR] == "yes" or (_is_superuser(user) and row[RoleName.ADMINISTRATOR] == "yes"):
        return None
    held = {
        role.cluster
        for role in roles_of(user)
        if row[role.name] == "yes" or (row[role.name] == "all" and role.cluster == "")
    }
    return None if "" in held else frozenset(held)


def may_administer(user: Visitor) -> bool:
    """Whether *user* may change accounts, roles and the deployment."""
    return may(user, "administer", "account")


def may_manage(user: Visitor, cluster: str | None = None) -> bool:
    """Whether *user* may judge and publish in *cluster* (None: in any cluster)."""
    return may(user, "judge", "organisation", cluster)


def may_edit(user: Visitor, cluster: str | None = None) -> bool:
    """Whether *user* may correct the registry of *cluster* (None: of any cluster)."""
    return may(user, "edit", "organisation", cluster)


def may_see_members_only(user: Visitor) -> bool:
    """Whether *user* may read statements whose visibility is ``members``."""
    return may(user, "read", "members_statement")


def may_see_private(user: Visitor) -> bool:
    """Whether *user* may read statements whose visibility is ``private``."""
    return may(user, "read", "private_statement")


def may_represent(user: Visitor, organisation: str) -> bool:
    """Whether *user* speaks for the organisation of canonical id *organisation*."""
    return any(
        role.name == RoleName.REPRESENTATIVE and role.organisation == organisation for role in roles_of(user)
    )


def _is_superuser(user: Visitor) -> bool:
    return bool(user.is_active and user.is_superuser)
