"""Who may do what. Every function takes the user in; none reads a request."""

from typing import TypeAlias

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet

from grappe.hub.people.matrix import VISITOR, cells
from grappe.hub.people.models import Invitation, Role, RoleName, User

Visitor: TypeAlias = User | AnonymousUser


class NotAllowed(PermissionDenied):
    """The matrix does not let this person do this to this object; a page that says no more answers 403."""


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


def may_invite(user: Visitor, name: str, cluster: str, organisation: str) -> bool:
    """Whether *user* may invite somebody to the role *name*, for *cluster* or for *organisation*.

    Administrators: any role. Managers: the desk's lesser roles in their own clusters, and representatives.
    Representatives: colleagues for the organisation that they represent.
    """
    if may_administer(user):
        return True
    if name == RoleName.REPRESENTATIVE:
        return bool(organisation) and (may(user, "invite", "account") or may_represent(user, organisation))
    lesser = name in {RoleName.EDITOR, RoleName.VIEWER} and bool(cluster)
    return lesser and may(user, "invite", "account", cluster)


def role_label(name: str) -> str:
    """What the role *name* is called, in the active language."""
    return str(RoleName(name).label)


def must_use_two_factors(user: Visitor) -> bool:
    """Whether the deployment's policy asks a second factor of *user*: they hold one of the roles it names."""
    return any(role.name in settings.TWO_FACTOR_ROLES for role in roles_of(user))


def visible_accounts(user: Visitor) -> QuerySet[User]:
    """The accounts that *user* may see, with the roles they ``held``, by name: two queries.

    Administrators: all. Managers: those that hold a role for one of their clusters.
    """
    held = Prefetch("roles", Role.objects.filter(revoked_at=None), to_attr="held")
    found = User.objects.prefetch_related(held).order_by("username")
    if may_administer(user):
        return found
    clusters = clusters_where(user, "invite", "account")
    theirs = Role.objects.filter(revoked_at=None).exclude(cluster="")
    if clusters is not None:
        theirs = theirs.filter(cluster__in=clusters)
    return found.filter(pk__in=theirs.values("user"))


def open_invitations(user: Visitor) -> QuerySet[Invitation]:
    """The invitations that wait for an answer and that *user* may see: those of the clusters they manage."""
    waiting = Invitation.objects.filter(answered_at=None, withdrawn_at=None).select_related("invited_by")
    clusters = clusters_where(user, "invite", "account")
    return waiting if clusters is None else waiting.filter(cluster__in=clusters)


def _is_superuser(user: Visitor) -> bool:
    return bool(user.is_active and user.is_superuser)
