"""What is published of an organisation, as its own people read it: the first value of a property first."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from grappe.hub.registry.facets import Codes
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import ShownProperty, all_codes, dossier_of
from grappe.hub.registry.wording import language, property_label, qualifier_labels, value_labels
from grappe.statements.vocabulary import Property, properties

#: Written by machines for machines, or judged by staff: not proposed by members.
_NOT_PROPOSED = frozenset({"mentioned_in", "coordinates", "part_of", "related_to", "identifier"}) | {
    "cluster",
    "confirmed",
    "agreement",
}


@dataclass(frozen=True)
class ValueLine:
    """One value: its text, its language, what kind of it, and how many sources say so."""

    text: str
    language: str
    note: str
    source_count: int
    is_rival: bool


@dataclass(frozen=True)
class PropertyLine:
    """A property, its values, and whether a representative may propose another."""

    code: str
    label: str
    values: tuple[ValueLine, ...]
    is_open: bool


def may_be_proposed(code: str) -> Property | None:
    """The property *code* when representatives may propose a value of it, else None."""
    found = properties().get(code)
    return found if found and found.public and code not in _NOT_PROPOSED else None


def value_rows(organisation: Organisation) -> list[PropertyLine]:
    """What is public of *organisation*, in the order of the vocabulary: four queries."""
    dossier, codes = dossier_of(AnonymousUser(), organisation.pk), all_codes()
    return [_property_line(shown, codes) for shown in dossier.properties.values()]


def _property_line(shown: ShownProperty, codes: Codes) -> PropertyLine:
    prop = shown.definition
    labels, kinds = value_labels(prop, codes), qualifier_labels(prop)
    ordered = sorted(shown.values, key=lambda v: (v.is_rival, v.language not in ("", language())))
    values = tuple(
        ValueLine(
            labels.get(value.value, value.value),
            value.language,
            kinds.get(value.qualifier, value.qualifier),
            value.source_count,
            value.is_rival,
        )
        for value in ordered
    )
    return PropertyLine(prop.code, property_label(prop.code), values, may_be_proposed(prop.code) is not None)


def addable(rows: list[PropertyLine]) -> list[tuple[str, str]]:
    """(code, label) of what a representative may propose and that nobody says yet."""
    said = {row.code for row in rows}
    return [(c, property_label(c)) for c in properties() if c not in said and may_be_proposed(c)]
