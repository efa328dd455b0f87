"""Copies of a database while others write to it: one consistent moment, and how to put it back."""

from pathlib import Path
from typing import Protocol

from django.db import connection


class Copies(Protocol):
    """How one kind of database is copied and put back."""

    #: What the copy is called in an archive.
    name: str

    def copy(self, target: Path) -> dict[str, int]:
        """Write the database as it is at one moment to *target*; returns table → rows of that moment."""

    def is_empty(self) -> bool:
        """Whether the database has no table of a hub."""

    def put_back(self, copy: Path) -> None:
        """Make the database what *copy* says, in place of all that it holds."""


def copies_of() -> Copies:
    """The way that goes with the database of the settings."""
    if connection.vendor == "sqlite":
        from grappe.hub.operations.databases.sqlite import SqliteCopies

        return SqliteCopies()
    from grappe.hub.operations.databases.postgres import DumpCopies, TableCopies, has_tools

    return DumpCopies() if has_tools() else TableCopies()


def copies_named(name: str) -> Copies:
    """The way that made the copy called *name*. Raises ValueError when it is for another database."""
    if connection.vendor == "sqlite":
        from grappe.hub.operations.databases.sqlite import SqliteCopies

        ways: list[Copies] = [SqliteCopies()]
    else:
        from grappe.hub.operations.databases.postgres import DumpCopies, TableCopies

        ways = [DumpCopies(), TableCopies()]
    for way in ways:
        if way.name == name:
            return way
    raise ValueError(name)
