"""What is stored of the registry."""

from grappe.hub.registry.models.organisations import Belonging, Organisation, Pending, Record, Redirect
from grappe.hub.registry.models.sources import VISIBILITIES, Document, Load, Passage, Source
from grappe.hub.registry.models.statements import Judgement, Statement
from grappe.hub.registry.models.words import Code, Note

__all__ = [
    "VISIBILITIES",
    "Belonging",
    "Code",
    "Document",
    "Judgement",
    "Load",
    "Note",
    "Organisation",
    "Passage",
    "Pending",
    "Record",
    "Redirect",
    "Source",
    "Statement",
]
