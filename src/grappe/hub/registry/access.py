"""What a user may do to one object of the registry: the matrix, in the clusters the object is of."""

from collections.abc import Iterable

from grappe.hub.people.queries import NotAllowed, Visitor, may, roles_of
from grappe.hub.registry.models import Note, Organisation
from grappe.hub.registry.queries import current_id

__all__ = [
    "NotAllowed",
    "may_confirm_import",
    "may_do",
    "may_judge_all",
    "may_prepare_import",
    "may_record_membership",
    "may_retract_source",
    "may_speak_for",
    "may_withdraw_note",
    "may_write_contact",
    "may_write_note",
    "require",
]


def may_do(user: Visitor, verb: str, organisation: Organisation, kind: str = "organisation") -> bool:
    """Whether *user* may *verb* (``edit``, ``judge``) *organisation*: in one of its clusters at least.

    *kind* is the object of the matrix, when it is something of the organisation's (``claim``, ``proposal``).
    An organisation that is in no cluster is in the care of all of them.
    """
    return any(may(user, verb, kind, code) for code in organisation.clusters or [None])


def may_speak_for(user: Visitor, organisation: Organisation) -> bool:
    """Whether *user* represents *organisation*, under the id it has now or one that was merged into it."""
    if not may(user, "make", "proposal"):
        return False
    held = [role.organisation for role in roles_of(user) if role.organisation]
    return any(current_id(each) == organisation.pk for each in held)


def may_record_membership(user: Visitor, cluster: str) -> bool:
    """Whether *user* may say who is a member of *cluster*."""
    return may(user, "record", "membership", cluster)


def may_write_contact(user: Visitor, cluster: str) -> bool:
    """Whether *user* may write down whom the staff of *cluster* know."""
    return may(user, "write", "contact", cluster)


def may_judge_all(user: Visitor, organisations: Iterable[Organisation]) -> bool:
    """Whether *user* may judge each of *organisations*: a merge touches both."""
    return all(may_do(user, "judge", organisation) for organisation in organisations)


def may_retract_source(user: Visitor) -> bool:
    """Whether *user* may retract sources: they reach into every cluster."""
    return may(user, "retract", "source", "")


def may_prepare_import(user: Visitor, cluster: str) -> bool:
    """Whether *user* may bring a list of *cluster* ("": of all) and correct it."""
    return may(user, "prepare", "import", cluster)


def may_confirm_import(user: Visitor, cluster: str) -> bool:
    """Whether *user* may let a list of *cluster* ("": of all) change the registry, and undo it."""
    return may(user, "confirm", "import", cluster)


def may_write_note(user: Visitor, cluster: str) -> bool:
    """Whether *user* may write to the staff of *cluster*."""
    return may(user, "write", "note", cluster)


def may_withdraw_note(user: Visitor, note: Note) -> bool:
    """Whether *user* may withdraw *note*: its author, while of that cluster's staff, or its managers."""
    is_author = bool(user.is_authenticated and note.author_id == user.pk)
    return (is_author and may_write_note(user, note.cluster)) or may(
        user, "judge", "organisation", note.cluster
    )


def require(allowed: bool) -> None:
    """Raise NotAllowed unless *allowed*."""
    if not allowed:
        raise NotAllowed
