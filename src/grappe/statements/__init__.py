"""Who said what, when, about which period, under which licence: the vocabulary all rooms share."""

from grappe.statements.problems import GrappeError, Problem
from grappe.statements.records import (
    Document,
    Judgement,
    Organisation,
    Passage,
    Place,
    Relation,
    Source,
    Statement,
)

__all__ = [
    "Document",
    "GrappeError",
    "Judgement",
    "Organisation",
    "Passage",
    "Place",
    "Problem",
    "Relation",
    "Source",
    "Statement",
]
