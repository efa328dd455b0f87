"""What the pages of imports call things."""

from django.utils.translation import gettext

from grappe.hub.registry.models import Import
from grappe.hub.registry.wording import language
from grappe.intake.spreadsheets.headers import ROLES
from grappe.statements.vocabulary import code_labels, properties


def kind_labels() -> dict[str, str]:
    """What may happen to a row, in the order of the page."""
    return {
        "new": gettext("New"),
        "changed": gettext("Changed"),
        "conflicting": gettext("Contradicted elsewhere"),
        "gone": gettext("No longer in the list"),
        "same": gettext("Unchanged"),
        "founded": gettext("New organisations"),
        "joined": gettext("Joined to an organisation that is here"),
        "recognised": gettext("Recognised although spelled otherwise"),
        "moved": gettext("Records of other sources, linked otherwise"),
    }


def kind_notes() -> dict[str, str]:
    """What each kind means, in a sentence."""
    return {
        "new": gettext("Rows that the edition before did not have."),
        "changed": gettext("Rows that say something else than in the edition before."),
        "conflicting": gettext("Another source or a correction says otherwise. Both are kept and shown."),
        "gone": gettext("What the list said of them is retracted; what others say stays."),
        "same": gettext("Rows confirmed by this edition."),
        "founded": gettext("Nobody spoke of them before: look for a namesake before you confirm."),
        "joined": gettext(
            "The rules hold them for organisations that are already here, for the reason given."
        ),
        "recognised": gettext("The same row as in the edition before, under another spelling or number."),
        "moved": gettext("With this list, the rules link these records otherwise."),
    }


def step_texts() -> dict[str, str]:
    """What a background task is at."""
    return {
        "": gettext("Waiting for its turn"),
        "reading": gettext("Reading the list"),
        "comparing": gettext("Comparing with the edition before"),
        "linking": gettext("Finding who is who"),
        "deriving": gettext("Deriving the organisations"),
        "writing": gettext("Storing the changes"),
        "undoing": gettext("Finding what was there before"),
    }


def reason_text(rule: str | None, why: str | None) -> str:
    """Why a row is the organisation that it is linked to."""
    why = why or ""
    if rule == "identifier":
        scheme, _, value = why.partition(" ")
        prop = properties().get(scheme)
        return gettext("same %(scheme)s: %(value)s") % {
            "scheme": prop.label(language()) if prop else scheme,
            "value": value,
        }
    texts = {
        "name+place": gettext("same name, same municipality"),
        "name": gettext("same name; no other place is known"),
    }
    return texts.get(rule or "", "")


def recognised_text(rule: str | None, detail: str | None) -> str:
    """How a row of the edition before was recognised."""
    if rule == "identifier":
        return reason_text(rule, detail)
    texts = {
        "name+place": gettext("same name, same municipality; its number in the list changed"),
        "name": gettext("same name; its municipality changed"),
    }
    return texts.get(rule or "", "")


def column_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, (value, label)) of what a column may hold."""
    known = [(code, prop.label(language())) for code, prop in properties().items()]
    roles = {
        "key": gettext("Number or code of the row in this list"),
        "source": gettext("Who says this row"),
        "source_url": gettext("Address of who says this row"),
        "stated_on": gettext("Day the row is true of"),
        "licence": gettext("Licence of the row"),
        "cluster_role": gettext("Role in the cluster"),
        "person_role": gettext("Office of the person"),
    }
    decided = [("", gettext("— to be said: not read —")), ("ignore", gettext("Leave this column out"))]
    about_row = [(role, label) for role, label in roles.items() if role in ROLES]
    return [
        ("", decided),
        (gettext("Of the organisation"), sorted(known, key=lambda pair: pair[1])),
        (gettext("Of the row"), about_row),
    ]


def qualifier_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, (value, label)) of the kinds of name and the roles in a cluster."""

    def listed(kind: str) -> list[tuple[str, str]]:
        return [(code, labels[language()]) for code, labels in code_labels(kind).items()]

    return [
        ("", [("", "—")]),
        (gettext("Kind of name"), listed("name")),
        (gettext("Role in the cluster"), listed("cluster_role")),
    ]


def outcome_text(brought: Import) -> str:
    """What became of an import, in a sentence."""
    texts = {
        "applied": gettext("The registry now says what this list says."),
        "undone": gettext("Everything is again as it was before this import."),
        "cancelled": gettext("Nothing was changed. The file was deleted."),
        "failed": gettext(
            "A fault of ours stopped this import; nothing was changed. Start it again, or cancel it."
        ),
    }
    return texts.get(brought.state, "")
