"""What each facet and its codes are called, on the public site and at the desk."""

from collections.abc import Mapping

from django.utils.translation import gettext

from grappe.hub.registry.models import Code
from grappe.hub.registry.paired import paired
from grappe.intake.gazetteer import REGIONS
from grappe.statements.vocabulary import code_labels

#: List → code → the cluster, sector or stage.
Codes = Mapping[str, Mapping[str, Code]]


def facet_label(facet: str) -> str:
    """The heading of one facet in the active language."""
    return {
        "kind": gettext("Kind"),
        "sector": gettext("Sector of activity"),
        "region": gettext("Region"),
        "stage": gettext("Value-chain stage"),
        "cluster": gettext("Cluster"),
        "size": gettext("Size"),
    }[facet]


def labels_of(facet: str, codes: Codes, language: str) -> Mapping[str, str]:
    """Code → label of one facet, in *language*."""
    if facet == "region":
        return REGIONS
    if facet in ("kind", "size"):
        return {code: labels[language] for code, labels in code_labels(facet).items()}
    return {code: paired(record, "name", language)[0] for code, record in codes.get(facet, {}).items()}
