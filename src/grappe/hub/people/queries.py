"""Who may do what. Every function takes the user in; none reads a request."""

from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from grappe.hub.people.models import Role, RoleName, User

Visitor: TypeAlias = User | AnonymousUser

_STAFF = frozenset({RoleName.ADMINISTRATOR, RoleName.MANAGER, RoleName.EDITOR})
_MANAGING = frozenset({RoleName.ADMINISTRATOR, RoleName.MANAGER})


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


def may_administer(user: Visitor) -> bool:
    """Whether *user* may change accounts, roles and the deployment."""
    return _holds(user, frozenset({RoleName.ADMINISTRATOR}), cluster=None)


def may_manage(user: Visitor, cluster: str | None = None) -> bool:
    """Whether *user* may judge and publish in *cluster* (None: in any cluster)."""
    return _holds(user, _MANAGING, cluster)


def may_edit(user: Visitor, cluster: str | None = None) -> bool:
    """Whether *user* may correct the registry of *cluster* (None: of any cluster)."""
    return _holds(user, _STAFF, cluster)


def may_see_members_only(user: Visitor) -> bool:
    """Whether *user* may read statements whose visibility is ``members``."""
    return bool(roles_of(user)) or _is_superuser(user)


def may_see_private(user: Visitor) -> bool:
    """Whether *user* may read statements whose visibility is ``private``."""
    return _holds(user, _STAFF, cluster=None)


def may_represent(user: Visitor, organisation: str) -> bool:
    """Whether *user* speaks for the organisation of canonical id *organisation*."""
    return any(
        role.name == RoleName.REPRESENTATIVE and role.organisation == organisation for role in roles_of(user)
    )


def _holds(user: Visitor, names: frozenset[RoleName], cluster: str | None) -> bool:
    if _is_superuser(user):
        return True
    return any(
        role.name in names and (cluster is None or role.cluster in {"", cluster}) for role in roles_of(user)
    )


def _is_superuser(user: Visitor) -> bool:
    return bool(user.is_active and user.is_superuser)
