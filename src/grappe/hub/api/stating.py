"""A statement that comes through the API, held to the rules of the desk's own form."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext

from grappe.hub.api.problems import Refused
from grappe.hub.api.shapes import NewStatement, statable_properties
from grappe.hub.people.models import User
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.access import NotAllowed, may_do
from grappe.hub.registry.actions.statements import Changed, correct_value
from grappe.hub.registry.forms import CorrectionForm
from grappe.hub.registry.models import Organisation, Statement
from grappe.hub.registry.queries import all_codes, desk_sources, version_of
from grappe.hub.registry.wording import qualifier_labels, value_labels
from grappe.statements.vocabulary import Property, properties

_SHOWN_AS = {"in_language": "language", "version": "property", "__all__": ""}


def state(
    organisation: Organisation,
    stated: NewStatement,
    require_match: Callable[[], None],
    actor: Visitor,
    at: datetime,
) -> Statement:
    """Add *stated* to *organisation* and return the statement.

    *require_match* is called once the state to compare with is read: what changes after that is a conflict.
    Raises Refused.
    """
    if not isinstance(actor, User) or not may_do(actor, "edit", organisation):
        raise Refused("not-allowed")
    prop = _property(stated.property)
    entities = list(organisation.records.values_list("entity", flat=True))
    version = version_of(entities, prop.code)
    require_match()
    form = _form(prop, stated, version, actor)
    try:
        return correct_value(
            organisation=organisation, correction=form.correction(), version=version, actor=actor, at=at
        )
    except Changed:
        raise Refused("conflict") from None
    except NotAllowed:
        raise Refused("not-allowed") from None


def _property(code: str) -> Property:
    if code not in statable_properties():
        raise _invalid({"property": [gettext("This property is not stated by hand.")]})
    return properties()[code]


def _form(prop: Property, stated: NewStatement, version: str, actor: User) -> CorrectionForm:
    labels, qualifiers = value_labels(prop, all_codes()), qualifier_labels(prop)
    given = stated.model_dump(exclude={"property"})
    form = CorrectionForm(
        {**given, "in_language": stated.language, "version": version},
        prop=prop,
        labels=labels,
        qualifiers=qualifiers,
        sources=list(desk_sources(actor).filter(retracted_at="")),
    )
    errors = {
        _SHOWN_AS.get(field, field): [str(each) for each in found] for field, found in form.errors.items()
    }
    for name, is_asked in (("qualifier", bool(qualifiers)), ("language", prop.language)):
        if given[name] and not is_asked:
            errors[name] = [gettext("“%s” has none.") % prop.code]
    if labels and not errors and form.cleaned_data["value"] not in labels:
        errors["value"] = [gettext("One of these is expected: %s.") % ", ".join(labels)]
    if errors:
        raise _invalid(errors)
    return form


def _invalid(errors: dict[str, list[str]]) -> Refused:
    return Refused(
        "invalid",
        errors=[{"field": field, "message": message} for field, found in errors.items() for message in found],
    )
