"""What the journal's page says was done, also of what no organisation's timeline shows."""

from django.utils.translation import gettext

from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import role_label
from grappe.hub.registry.wording import deed

_ROLES = ("grant_role", "revoke_role", "invite", "accept_invitation", "withdraw_invitation")


def told_of(entry: Entry) -> str:
    """What a journal line says was done, in one sentence without its subject."""
    said = _deeds().get(entry.verb)
    if said is None:
        return deed(entry)
    data = entry.data
    role = data.get("role") or data.get("name", "")
    labels = {
        "name": data.get("name", ""),
        "url": data.get("url", ""),
        "cluster": data.get("cluster", ""),
        "role": role_label(role) if entry.verb in _ROLES and role else role,
        "count": data.get("statements", ""),
    }
    return said % labels


def _deeds() -> dict[str, str]:
    return {
        "load_ecosystem": gettext("loaded an ecosystem folder: %(count)s statements changed"),
        "create_token": gettext("made the token “%(name)s”"),
        "revoke_token": gettext("revoked the token “%(name)s”"),
        "add_webhook": gettext("had %(url)s told"),
        "remove_webhook": gettext("stopped telling %(url)s"),
        "enable_webhook": gettext("had %(url)s told again"),
        "disable_webhook": gettext("disabled %(url)s, which refused too often"),
        "deliver_again": gettext("had %(url)s told an event again"),
        "grant_role": gettext("gave the role “%(role)s” %(cluster)s"),
        "revoke_role": gettext("ended the role “%(role)s” %(cluster)s"),
        "invite": gettext("invited somebody to the role “%(role)s” %(cluster)s"),
        "accept_invitation": gettext("accepted an invitation"),
        "withdraw_invitation": gettext("withdrew an invitation"),
        "set_demo_password": gettext("made a demonstration account"),
        "save_view": gettext("kept a view of the list"),
        "delete_view": gettext("let go of a view of the list"),
    }
