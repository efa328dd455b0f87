"""What is stored of the registry."""

from grappe.hub.registry.models.imports import OPEN, WORKING, Import, ImportState, Inverse
from grappe.hub.registry.models.members import Claim, ConfirmationRequest, Membership, Proposal
from grappe.hub.registry.models.organisations import Belonging, Organisation, Pending, Record, Redirect
from grappe.hub.registry.models.pairs import Pair
from grappe.hub.registry.models.sources import VISIBILITIES, Document, Load, Passage, Source
from grappe.hub.registry.models.statements import Judgement, Statement
from grappe.hub.registry.models.words import Code, Contact, Note, SavedView

__all__ = [
    "OPEN",
    "VISIBILITIES",
    "WORKING",
    "Belonging",
    "Claim",
    "Code",
    "ConfirmationRequest",
    "Contact",
    "Document",
    "Import",
    "ImportState",
    "Inverse",
    "Judgement",
    "Load",
    "Membership",
    "Note",
    "Organisation",
    "Pair",
    "Passage",
    "Pending",
    "Proposal",
    "Record",
    "Redirect",
    "SavedView",
    "Source",
    "Statement",
]
