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

__all__ = [
    "Entry",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "Role",
    "SectorTextIndexPage",
    "SectorTextPage",
    "TextPage",
    "User",
]
