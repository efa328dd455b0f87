"""What is stored of the registry."""

from grappe.hub.registry.models.imports import OPEN, WORKING, Import, ImportState, Inverse
from grappe.hub.registry.models.organisations import Belonging, Organisation, Pending, Record, Redirect
from grappe.hub.registry.models.sources import VISIBILITIES, Document, Load, Passage, Source
from grappe.hub.registry.models.statements import Judgement, Statement
from grappe.hub.registry.models.words import Code, Note

__all__ = [
    "OPEN",
    "VISIBILITIES",
    "WORKING",
    "Belonging",
    "Code",
    "Document",
    "Import",
    "ImportState",
    "Inverse",
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
