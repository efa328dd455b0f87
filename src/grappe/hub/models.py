"""Every model of the hub, gathered so that Django finds them under one app label."""

from grappe.hub.journal.models import Entry
from grappe.hub.people.models import Role, User
from grappe.hub.public.models import (
    HomePage,
    NewsIndexPage,
    NewsPage,
    SectorTextIndexPage,
    SectorTextPage,
    TextPage,
)
from grappe.hub.registry.models import (
    Belonging,
    Code,
    Document,
    Import,
    Inverse,
    Judgement,
    Load,
    Note,
    Organisation,
    Passage,
    Pending,
    Record,
    Redirect,
    Source,
    Statement,
)

__all__ = [
    "Belonging",
    "Code",
    "Document",
    "Entry",
    "HomePage",
    "Import",
    "Inverse",
    "Judgement",
    "Load",
    "NewsIndexPage",
    "NewsPage",
    "Note",
    "Organisation",
    "Passage",
    "Pending",
    "Record",
    "Redirect",
    "Role",
    "SectorTextIndexPage",
    "SectorTextPage",
    "Source",
    "Statement",
    "TextPage",
    "User",
]
