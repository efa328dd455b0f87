"""The facets of the directory as they are shown: label, choices, counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from grappe.hub.public.asked import Asked
from grappe.hub.registry.facets import Codes, facet_label, labels_of
from grappe.hub.registry.index import FACETS

#: Choices shown before "more".
SHOWN = 7


@dataclass(frozen=True)
class Choice:
    """One code that may be chosen: its label, how many results it has, whether it is chosen."""

    facet: str
    code: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet: the first choices (and every chosen one), and the others."""

    name: str
    label: str
    first: tuple[Choice, ...]
    others: tuple[Choice, ...]


def facets_of(
    counts: Mapping[str, Mapping[str, int]], asked: Asked, codes: Codes, language: str
) -> list[Facet]:
    """The facets that have something to choose, each with its largest choices first."""
    shown = []
    for name in FACETS:
        chosen = asked.filters.get(name, ())
        labels = labels_of(name, codes, language)
        found = {**dict.fromkeys(chosen, 0), **counts.get(name, {})}
        choices = [
            Choice(name, code, labels.get(code, code), count, code in chosen) for code, count in found.items()
        ]
        choices.sort(key=lambda choice: (not choice.is_chosen, -choice.count, choice.label))
        if choices:
            most = max(SHOWN, len(chosen))
            shown.append(Facet(name, facet_label(name), tuple(choices[:most]), tuple(choices[most:])))
    return shown


def by_facet(facet: str) -> str:
    """The heading of a count by one facet in the active language."""
    return {
        "kind": gettext("By kind"),
        "sector": gettext("By sector"),
        "region": gettext("By region"),
        "stage": gettext("By value-chain stage"),
        "cluster": gettext("By cluster"),
    }[facet]
