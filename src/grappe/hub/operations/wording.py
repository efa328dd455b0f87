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
        "title": data.get("title", ""),
        "why": data.get("why", ""),
        **{each: data.get(each, 0) for each in ("new", "changed", "gone")},
    }
    return said % labels


def _deeds() -> dict[str, str]:
    return {
        "load_ecosystem": gettext("loaded an ecosystem folder: %(count)s statements changed"),
        "load_figures": gettext(
            "read the figures of the documents: %(new)s new, %(changed)s changed, %(gone)s gone"
        ),
        "accept_figure": gettext("accepted a key figure"),
        "fix_figure": gettext("fixed a key figure"),
        "reject_figure": gettext("rejected a key figure"),
        "dispute_figure": gettext("disputed a key figure: %(why)s"),
        "undo_review": gettext("undid the review of a key figure"),
        "resolve_finding": gettext("resolved a finding: %(why)s"),
        "reopen_finding": gettext("opened a finding again"),
        "publish_sheet": gettext("published the fact sheet “%(title)s”"),
        "withdraw_sheet": gettext("withdrew a fact sheet"),
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
