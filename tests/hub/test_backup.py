"""Backups under concurrent writes, restored elsewhere: counts and row hashes equal, on both databases."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from workspaces import build_ecosystem

GRAPPE = Path(sys.executable).parent / "grappe"
#: Writes pairs of journal lines, one transaction each, until it is killed.
WRITER = """
import django, itertools; django.setup()
from django.db import transaction
from django.utils import timezone
from grappe.hub.journal.actions import record
for number in itertools.count():
    with transaction.atomic():
        for half in ("first", "second"):
            record(actor=None, at=timezone.now(), verb=half, object_kind="pair", object_id=number)
    if number == 20: print("writing", flush=True)
"""


class Deployment:
    """A home and a database, asked through the command line."""

    def __init__(self, home: Path, url: str = "") -> None:
        home.mkdir()
        self.home, self.url = home, url
        self.environment = {
            **os.environ,
            "GRAPPE_HOME": str(home),
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "grappe.hub.config.settings",
        }

    def run(self, *command, check=True):
        """What a command of grappe did."""
        told = [GRAPPE, "--lang", "en", *command]
        return subprocess.run(told, env=self.environment, check=check, capture_output=True, text=True)

    def rows(self, query):
        """All the rows of a query."""
        if not self.url:
            with closing(sqlite3.connect(self.home / "grappe.sqlite3")) as found:
                return found.execute(query).fetchall()
        import psycopg

        with psycopg.connect(self.url) as found:
            return found.execute(query).fetchall()

    def hashes(self):
        """Table → (rows, hash of the rows)."""
        listed = (
            "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            if self.url
            else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        found = {}
        for (name,) in self.rows(listed):
            rows = sorted(map(repr, self.rows(f'SELECT * FROM "{name}"')))
            found[name] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found


def check_restoring(tmp_path, urls):
    """Back up while another process writes, and once more when it stopped; restore both elsewhere."""
    one = Deployment(tmp_path / "one", urls[0])
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    one.run("load", folder)
    (one.home / "media").mkdir(exist_ok=True)
    (one.home / "media" / "logo.svg").write_text("<svg/>")
    (one.home / "imports" / "7").mkdir(parents=True)
    (one.home / "imports" / "7" / "liste.csv").write_text("Nom\n")
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(command, env=one.environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        one.run("backup", tmp_path / "busy.tar.gz")
        still_writing = writer.poll() is None
        writer.kill()
    assert still_writing
    one.run("backup", tmp_path / "quiet.tar.gz", "--secret")

    two = Deployment(tmp_path / "two", urls[1])
    two.run("restore", tmp_path / "busy.tar.gz")
    halves = two.rows("SELECT object_id, count(*) FROM hub_entry WHERE object_kind = 'pair' GROUP BY 1")
    assert sorted(int(key) for key, _ in halves) == list(range(len(halves)))
    assert {count for _, count in halves} == {2}
    assert len(halves) > 20
    assert {n: c for n, (c, _) in two.hashes().items()} == manifest_of(tmp_path / "busy.tar.gz")["database"][
        "counts"
    ]

    refused = two.run("restore", tmp_path / "quiet.tar.gz", check=False)
    told = f"{two.home} holds a registry already: --force replaces it.\n"
    assert (refused.returncode, refused.stderr) == (3, told)
    two.run("restore", tmp_path / "quiet.tar.gz", "--force")
    assert two.hashes() == one.hashes()
    for name in ("media/logo.svg", "imports/7/liste.csv", "secret-key"):
        assert (two.home / name).read_text() == (one.home / name).read_text()
    assert (two.home / "search" / "current").exists()


def manifest_of(archive):
    """The manifest of a backup."""
    with tarfile.open(archive) as packed:
        return json.load(packed.extractfile("manifest.json"))


@pytest.mark.slow
def test_a_backup_of_sqlite_under_writes_is_one_moment_and_comes_back(tmp_path):
    check_restoring(tmp_path, ("", ""))


@pytest.fixture
def two_databases():
    """The addresses of two new databases on the server of DATABASE_URL."""
    import psycopg

    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL server")
    names = [f"grappe_backup_{os.getpid()}_{number}" for number in (1, 2)]
    with psycopg.connect(server, autocommit=True) as found:
        for name in names:
            found.execute(f'CREATE DATABASE "{name}"')
        yield [f"{server.rpartition('/')[0]}/{name}" for name in names]
        for name in names:
            found.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.postgres
@pytest.mark.parametrize("tools", ["with its tools", "without them"])
def test_a_backup_of_postgresql_under_writes_is_one_moment_and_comes_back(
    tmp_path, two_databases, monkeypatch, tools
):
    if tools == "without them":
        # The other commands are still found.
        path = tmp_path / "bin"
        path.mkdir()
        monkeypatch.setenv("PATH", str(path))
    check_restoring(tmp_path, two_databases)
    name = "database.dump" if tools == "with its tools" else "database.copy.zip"
    assert manifest_of(tmp_path / "quiet.tar.gz")["database"]["copy"] == name


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small_backup(tmp_path_factory):
    """A backup of an empty database file, and what it takes to change one."""
    folder = tmp_path_factory.mktemp("small")
    with closing(sqlite3.connect(folder / "database.sqlite3")) as made:
        made.execute("CREATE TABLE django_migrations (id INTEGER)")
    data = (folder / "database.sqlite3").read_bytes()
    told = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest = {
        "format": 1,
        "grappe": "0.1.0",
        "database": {"vendor": "sqlite", "copy": "database.sqlite3", "counts": {}},
        "migrations": ["hub.0001_initial"],
        "files": {"database.sqlite3": told},
    }
    return data, manifest


def pack(path, members):
    """An archive of *members*."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


#: What a backup of the other kind of database holds.
OTHER_COPY = "database.dump" if connection.vendor == "sqlite" else "database.sqlite3"
REFUSED = {
    "damaged": lambda data, m: ({"database.sqlite3": data[:-1] + b"x"}, m),
    "newer": lambda data, m: ({"database.sqlite3": data}, m | {"migrations": ["hub.9999_later"]}),
    "other_database": lambda data, m: (
        {"database.sqlite3": data},
        m | {"migrations": [], "database": {"vendor": "other", "copy": OTHER_COPY, "counts": {}}},
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("reason", [*REFUSED, "not_a_backup", "outside"])
def test_what_can_not_be_restored_is_refused_and_touches_nothing(tmp_path, settings, small_backup, reason):
    from grappe.hub.operations.backup import Unrestorable, restore_backup

    data, manifest = small_backup
    settings.GRAPPE_HOME = tmp_path / "home"
    archive = tmp_path / "a.tar.gz"
    if reason == "not_a_backup":
        archive.write_bytes(b"PK no tar")
    elif reason == "outside":
        pack(archive, {"../escaped": b"x", "manifest.json": json.dumps(manifest).encode()})
    else:
        members, told = REFUSED[reason](data, manifest)
        pack(archive, {**members, "manifest.json": json.dumps(told).encode()})
    with pytest.raises(Unrestorable) as refused:
        restore_backup(archive=archive)
    assert refused.value.reason == ("not_a_backup" if reason == "outside" else reason)
    assert list((tmp_path / "home").iterdir()) == []
    assert not (tmp_path / "escaped").exists()
    shutil.rmtree(tmp_path / "home")
