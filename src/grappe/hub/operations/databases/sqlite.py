"""SQLite: its online backup, which neither waits for writers nor makes them wait (write-ahead log)."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection


class SqliteCopies:
    """The database file of the settings."""

    name = "database.sqlite3"

    def __init__(self) -> None:
        self._file = Path(str(connection.settings_dict["NAME"]))

    def copy(self, target: Path) -> dict[str, int]:
        """Write the database as it is at one moment to *target*; returns table → rows of that moment."""
        with (
            closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # All the pages in one step are one read: the writers' pages are beside, in the log.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            names = [row[0] for row in copy.execute(_TABLES)]
            return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608

    def is_empty(self) -> bool:
        """Whether there is no file, or no table in it."""
        if not self._file.exists():
            return True
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as found:
            return found.execute(_TABLES).fetchone() is None

    def put_back(self, copy: Path) -> None:
        """Put the file in the place of the one there, its log gone with it. Raises sqlite3.DatabaseError."""
        with closing(sqlite3.connect(copy)) as found:
            (told,) = found.execute("PRAGMA quick_check(1)").fetchone()
        if told != "ok":
            raise sqlite3.DatabaseError(told)
        connection.close()
        self._file.parent.mkdir(parents=True, exist_ok=True)
        for ending in ("-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        copy.replace(self._file)


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
