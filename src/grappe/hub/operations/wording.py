"""What the journal's page says was done, also of what no organisation's timeline shows."""

import re

from django.utils.translation import gettext, pgettext

from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import role_label
from grappe.hub.registry.wording import deed, deeds

#: What a line holds, in the words of a deed.
_PLACE = re.compile(r"%\(\w+\)s")
_ROLES = ("grant_role", "revoke_role", "invite", "accept_invitation", "withdraw_invitation")


def told_of(entry: Entry) -> str:
    """What a journal line says was done, in one sentence without its subject."""
    said = (_deeds() | _deeds_of_equipment()).get(entry.verb)
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


def verb_labels() -> dict[str, str]:
    """Verb → what it says was done, whatever the line: an ellipsis stands for what each holds."""
    return {
        verb: _PLACE.sub("…", said) for verb, said in (deeds() | _deeds() | _deeds_of_equipment()).items()
    }


def kind_labels() -> dict[str, str]:
    """Kind of thing that lines are about → its name; kinds that are not here are shown as they are."""
    return {
        "agreement": pgettext("journal", "agreement"),
        "batch": pgettext("journal", "changes of many"),
        "booking": pgettext("journal", "booking"),
        "claim": pgettext("journal", "claim of a page"),
        "closure": pgettext("journal", "closure"),
        "confirmation": pgettext("journal", "yearly confirmation"),
        "contact": pgettext("journal", "contact"),
        "facility": pgettext("journal", "facility"),
        "figure": pgettext("journal", "key figure"),
        "finding": pgettext("journal", "finding"),
        "flow": pgettext("journal", "flow"),
        "import": pgettext("journal", "import"),
        "invitation": pgettext("journal", "invitation"),
        "judgement": pgettext("journal", "judgement"),
        "ledger": pgettext("journal", "ledger of key figures"),
        "load": pgettext("journal", "load"),
        "measurement": pgettext("journal", "measurement"),
        "membership": pgettext("journal", "membership"),
        "note": pgettext("journal", "note"),
        "proposal": pgettext("journal", "proposal"),
        "qualification": pgettext("journal", "qualification"),
        "queue": pgettext("journal", "queue of pairs"),
        "recognition": pgettext("journal", "recognition between sites"),
        "request": pgettext("journal", "request for equipment"),
        "reservation": pgettext("journal", "reservation"),
        "search": pgettext("journal", "measured search"),
        "sheet": pgettext("journal", "fact sheet"),
        "source": pgettext("journal", "source"),
        "statement": pgettext("journal", "statement"),
        "table": pgettext("journal", "official table"),
        "token": pgettext("journal", "token"),
        "user": pgettext("journal", "account"),
        "view": pgettext("journal", "saved view"),
        "waiting": pgettext("journal", "place on a waiting list"),
        "webhook": pgettext("journal", "webhook"),
    }


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
        "compute_figure": gettext("computed a key figure"),
        "remove_figure": gettext("removed a key figure that is computed no more"),
        "load_table": gettext("loaded an official table"),
        "remove_table": gettext("removed an official table"),
        "measure_group": gettext("measured a sector, a cluster or a search"),
        "remove_measurement": gettext("removed a measurement whose group is gone"),
        "measure_search": gettext("had a search measured"),
        "remove_search": gettext("stopped measuring a search"),
        "propose_pairs": gettext("proposed pairs to judge"),
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


def _deeds_of_equipment() -> dict[str, str]:
    return {
        "accept_quote": gettext("accepted a quote"),
        "ask_qualification": gettext("asked to be qualified"),
        "ask_reviews": gettext("asked the sites to review a flow"),
        "book": gettext("booked equipment"),
        "cancel_booking": gettext("cancelled one booking"),
        "cancel_reservation": gettext("cancelled a reservation"),
        "close_request": gettext("closed a request for equipment"),
        "confirm_catalogue": gettext("confirmed a site’s catalogue"),
        "confirm_reservation": gettext("confirmed a reservation"),
        "declare_closure": gettext("declared a closure"),
        "end_agreement": gettext("ended an agreement"),
        "end_recognition": gettext("ended a recognition between sites"),
        "expire_hold": gettext("let a hold expire"),
        "grant_qualification": gettext("qualified somebody"),
        "hand_over_booking": gettext("handed a booking over"),
        "hold_bookings": gettext("held equipment for a while"),
        "hold_flow": gettext("put a flow on hold"),
        "issue_quote": gettext("issued a quote"),
        "log_use": gettext("logged a use"),
        "make_request": gettext("made a request for equipment"),
        "mark_missed": gettext("marked a booking as missed"),
        "move_bookings": gettext("moved bookings"),
        "move_request": gettext("moved a request on"),
        "offer_freed_time": gettext("offered freed time to somebody who waits"),
        "recognise_qualification": gettext("recognised another site’s qualification"),
        "record_agreement": gettext("recorded an agreement"),
        "refuse_qualification": gettext("refused a qualification"),
        "release_flow": gettext("released a flow"),
        "review_flow": gettext("reviewed a flow"),
        "revoke_qualification": gettext("revoked a qualification"),
        "start_use": gettext("started a use"),
        "stop_waiting": gettext("stopped waiting for equipment"),
        "store_catalogue": gettext("stored a site’s catalogue"),
        "store_ways": gettext("stored the ways between sites"),
        "wait_for": gettext("went on a waiting list"),
        "withdraw_closure": gettext("withdrew a closure"),
        "withdraw_quote": gettext("withdrew a quote"),
        "write_flow": gettext("wrote a flow"),
    }
