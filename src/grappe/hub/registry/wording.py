"""What the desk calls things, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext

from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import Visitor, clusters_where
from grappe.hub.registry.facets import Codes, labels_of
from grappe.hub.registry.models import Code, Organisation
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import codes_of
from grappe.statements.vocabulary import Property, code_labels, properties


def language() -> str:
    """``fr`` or ``en``."""
    return (get_language() or "fr")[:2]


def property_label(code: str) -> str:
    """The label of a property of the vocabulary; its code when it has none."""
    found = properties().get(code)
    return found.label(language()) if found else code


def value_labels(prop: Property, codes: Codes) -> dict[str, str]:
    """Code → label for a property whose values are codes; empty for others."""
    if prop.codes == "workspace":
        return {code: name_of_code(each) for code, each in codes.get(prop.code, {}).items()}
    if prop.type != "code" or prop.codes == "naics":
        return {}
    return {code: labels[language()] for code, labels in code_labels(prop.codes or "").items()}


def qualifier_labels(prop: Property) -> dict[str, str]:
    """Qualifier → label of a property that has some."""
    listed = code_labels("name" if prop.type == "name" else "cluster_role")
    return {code: listed.get(code, {}).get(language(), code) for code in prop.qualifiers}


def name_of_code(code: Code) -> str:
    """The name of a cluster, sector or stage, in the other language when it has none in this one."""
    return paired(code, "name", language())[0] or code.code


def name_of(organisation: Organisation) -> str:
    """The name of an organisation in the reader's language, the other one's when it has none."""
    return paired(organisation, "name", language())[0] or organisation.pk


def facet_labels(facet: str, codes: Codes) -> Mapping[str, str]:
    """Code → label of one facet of the list."""
    return missing_labels() if facet == "missing" else labels_of(facet, codes, language())


def missing_labels() -> dict[str, str]:
    """What an organisation's page may lack."""
    return {
        "kind": gettext("Kind"),
        "description": gettext("French description"),
        "website": gettext("Web site"),
        "place": gettext("Municipality"),
        "sector": gettext("Sector of activity"),
        "size": gettext("Size"),
    }


def own_clusters(
    user: Visitor, verb: str, kind: str, clusters: Mapping[str, Code] | None = None
) -> dict[str, str]:
    """Code → name of the *clusters* in which *user* may *verb* an object of *kind*, in order.

    One query for the clusters when they are not at hand.
    """
    allowed = clusters_where(user, verb, kind)
    known = codes_of("cluster") if clusters is None else clusters
    return {c: name_of_code(each) for c, each in known.items() if allowed is None or c in allowed}


def relation_labels() -> dict[str, str]:
    """What two organisations may be to one another, read from the first to the second."""
    return {
        "same_as": gettext("is the same organisation as"),
        "different": gettext("is not"),
        "branch_of": gettext("is a branch of"),
        "renamed_to": gettext("was renamed to"),
        "merged_into": gettext("was merged into"),
        "trade_name_of": gettext("is a trade name of"),
        "member_of_group": gettext("belongs to the group"),
        "unsure": gettext("may be the same as"),
    }


def deed(entry: Entry) -> str:
    """What a journal line says was done, in one sentence without its subject."""
    data = entry.data
    labels = {
        "what": property_label(data.get("property", "")),
        "value": data.get("value", ""),
        "title": data.get("title", ""),
        "months": data.get("months", ""),
        "count": data.get("count", ""),
        "cluster": data.get("cluster", ""),
        "starts_on": data.get("starts_on", ""),
        "relation": relation_labels().get(data.get("relation", ""), ""),
        "names": " · ".join(each["name"] for each in _named(data)),
    }
    return deeds().get(entry.verb, entry.verb) % labels


def _named(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The organisations that a line names; a load counts them."""
    named = data.get("organisations", ())
    return named if isinstance(named, list) else []


def deeds() -> dict[str, str]:
    """Verb of the journal → what it says was done, with places for what a line holds."""
    return {
        "correct_value": gettext("stated “%(what)s”: %(value)s"),
        "retract_statement": gettext("took back “%(what)s”: %(value)s"),
        "restore_statement": gettext("stated again “%(what)s”: %(value)s"),
        "judge": gettext("judged “%(relation)s”: %(names)s"),
        "retract_judgement": gettext("took back the judgement “%(relation)s”: %(names)s"),
        "restore_judgement": gettext("judged again “%(relation)s”: %(names)s"),
        "retract_source": gettext("retracted the source %(title)s"),
        "restore_source": gettext("brought back the source %(title)s"),
        "set_due_months": gettext("expects %(title)s every %(months)s months"),
        "write_note": gettext("wrote a note"),
        "withdraw_note": gettext("withdrew a note"),
        "restore_note": gettext("brought back a note"),
        "bring_list": gettext("brought the list"),
        "replace_list": gettext("brought the list again"),
        "say_columns": gettext("said what the columns hold"),
        "amend_list": gettext("amended the list"),
        "take_amendment_back": gettext("took an amendment back"),
        "read_again": gettext("had the list read again"),
        "confirm_import": gettext("confirmed the changes"),
        "cancel_import": gettext("cancelled the import"),
        "ask_undo": gettext("asked to undo the import"),
        "restart_import": gettext("started the import again"),
        "apply_import": gettext("imported %(title)s"),
        "undo_import": gettext("undid the import of %(title)s"),
        "correct_many": gettext("stated “%(what)s” for %(count)s organisations"),
        "retract_many": gettext("took back what was stated for many"),
        "add_contact": gettext("wrote down a contact"),
        "withdraw_contact": gettext("withdrew a contact"),
        "restore_contact": gettext("brought back a contact"),
        "record_membership": gettext("recorded a membership: %(cluster)s since %(starts_on)s"),
        "change_membership": gettext("changed a membership: %(cluster)s since %(starts_on)s"),
        "withdraw_membership": gettext("took back a membership: %(cluster)s since %(starts_on)s"),
        "restore_membership": gettext("brought back a membership: %(cluster)s since %(starts_on)s"),
        "make_proposal": gettext("proposed “%(what)s”: %(value)s"),
        "withdraw_proposal": gettext("withdrew the proposal “%(what)s”: %(value)s"),
        "accept_proposal": gettext("accepted the proposal “%(what)s”: %(value)s"),
        "refuse_proposal": gettext("refused the proposal “%(what)s”: %(value)s"),
        "confirm_claim": gettext("asked to represent it"),
        "decide_claim": gettext("decided who represents it"),
        "ask_confirmation": gettext("asked whether the page is right"),
        "answer_confirmation": gettext("answered whether the page is right"),
        "handle_answer": gettext("handled an answer"),
        "confirm_page": gettext("confirmed the page"),
    }
