"""What the journal says was done to pooled equipment, and what its lines are about."""

from django.utils.translation import gettext, pgettext


def equipment_deeds() -> dict[str, str]:
    """Verb → what it says was done."""
    return {**_of_catalogues(), **_of_requests(), **_of_bookings(), **_of_people()}


def _of_catalogues() -> dict[str, str]:
    return {
        "store_catalogue": gettext("stored the catalogue of a site"),
        "store_ways": gettext("stored the ways between sites"),
        "confirm_catalogue": gettext("confirmed the catalogue of a site"),
        "declare_closure": gettext("closed an equipment"),
        "withdraw_closure": gettext("opened an equipment again"),
    }


def _of_requests() -> dict[str, str]:
    return {
        "write_flow": gettext("wrote a version of the flow “%(name)s”"),
        "ask_reviews": gettext("asked sites to review the flow “%(name)s”"),
        "review_flow": gettext("reviewed the flow “%(name)s” for a site"),
        "release_flow": gettext("released the flow “%(name)s”"),
        "hold_flow": gettext("put the flow “%(name)s” on hold: %(why)s"),
        "make_request": gettext("asked the sites for “%(title)s”"),
        "move_request": gettext("moved the request “%(title)s” on"),
        "close_request": gettext("closed the request “%(title)s”"),
        "issue_quote": gettext("issued a quote for “%(title)s”"),
        "withdraw_quote": gettext("withdrew a quote for “%(title)s”"),
        "accept_quote": gettext("accepted a quote for “%(title)s”"),
    }


def _of_bookings() -> dict[str, str]:
    return {
        "hold_bookings": gettext("held equipment for “%(title)s”"),
        "book": gettext("booked equipment for “%(title)s”"),
        "confirm_reservation": gettext("confirmed “%(title)s”"),
        "cancel_reservation": gettext("cancelled “%(title)s”"),
        "cancel_booking": gettext("gave back a time of “%(title)s”"),
        "move_bookings": gettext("moved bookings of “%(title)s”"),
        "hand_over_booking": gettext("handed over a booking of “%(title)s”"),
        "expire_hold": gettext("let go of the hold “%(title)s”, which nobody confirmed"),
        "wait_for": gettext("stood in line for an equipment"),
        "stop_waiting": gettext("left the line for an equipment"),
        "offer_freed_time": gettext("offered freed time to the next in line"),
        "start_use": gettext("began to use an equipment"),
        "log_use": gettext("logged the use of an equipment"),
        "mark_missed": gettext("marked a booking as missed"),
    }


def _of_people() -> dict[str, str]:
    return {
        "ask_qualification": gettext("asked for a qualification"),
        "grant_qualification": gettext("granted a qualification"),
        "refuse_qualification": gettext("refused a qualification"),
        "revoke_qualification": gettext("took a qualification back"),
        "recognise_qualification": gettext("recognised a qualification of another site"),
        "end_recognition": gettext("stopped recognising a qualification of another site"),
        "record_agreement": gettext("recorded an agreement with a site"),
        "end_agreement": gettext("ended an agreement with a site"),
    }


def equipment_kinds() -> dict[str, str]:
    """Kind of thing that lines are about → its name."""
    return {
        "agreement": pgettext("journal", "agreement"),
        "booking": pgettext("journal", "booking"),
        "closure": pgettext("journal", "closure of an equipment"),
        "facility": pgettext("journal", "site"),
        "flow": pgettext("journal", "process flow"),
        "qualification": pgettext("journal", "qualification"),
        "recognition": pgettext("journal", "recognition between sites"),
        "request": pgettext("journal", "access request"),
        "reservation": pgettext("journal", "reservation"),
        "waiting": pgettext("journal", "waiting list"),
    }
