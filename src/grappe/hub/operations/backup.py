"""A backup: one archive of the database at one moment, the uploaded files, and a manifest that proves them.

The database is copied first: every file it speaks of is still there when the files are read. The manifest
comes last in the archive, with the SHA-256 of each member as it was written.
"""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from grappe import __version__
from grappe.hub.operations.databases import copies_named, copies_of

FORMAT = 1
MANIFEST = "manifest.json"
SECRET = "secret-key"  # noqa: S105 - the name of a file
#: What is kept of GRAPPE_HOME beside the database; the index, static files and cache are made again.
FOLDERS = ("media", "imports")
_PIECE = 1 << 20


class Unrestorable(Exception):  # noqa: N818
    """The archive can't be put back here; *reason* is a key of the messages of the command line."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason, self.what = reason, what


def write_backup(*, out: Path, at: datetime, with_secret: bool = False) -> dict[str, Any]:
    """Write the backup *out* while the hub goes on; returns its manifest.

    *with_secret*: the signing key too, so that sessions and signed links hold. The archive appears whole.
    """
    copies, part = copies_of(), out.with_name(f".{out.name}.part")
    files: dict[str, dict[str, Any]] = {}
    with TemporaryDirectory(dir=out.parent) as scratch:
        copy = Path(scratch) / copies.name
        counts = copies.copy(copy)
        with tarfile.open(part, "w:gz", compresslevel=1) as archive:
            files[copies.name] = _add(archive, copy, copies.name)
            for path, name in _kept_files(with_secret):
                files[name] = _add(archive, path, name)
            manifest = {
                "format": FORMAT,
                "grappe": __version__,
                "at": at.isoformat(timespec="seconds"),
                "database": {"vendor": connection.vendor, "copy": copies.name, "counts": counts},
                "migrations": sorted(f"{app}.{name}" for app, name in _applied()),
                "files": files,
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
            told = Path(scratch) / MANIFEST
            told.write_text(text, "utf-8")
            archive.add(told, MANIFEST)
    part.chmod(0o600)
    part.replace(out)
    return manifest


def restore_backup(*, archive: Path, force: bool = False) -> dict[str, Any]:
    """Put the backup *archive* into this deployment, verified first; returns its manifest.

    Nothing is touched unless all of it is whole and can be read here. *force*: in place of what is there.
    Raises Unrestorable. Called while nothing else runs; the caller migrates and rebuilds the index after.
    """
    home = Path(settings.GRAPPE_HOME)
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as scratch:
        folder = Path(scratch)
        manifest = _unpack(archive, folder)
        _verify(folder, manifest)
        try:
            copies = copies_named(manifest["database"]["copy"])
        except ValueError:
            raise Unrestorable("other_database", manifest["database"]["vendor"]) from None
        if not force and not (copies.is_empty() and not any(_files_under(home))):
            raise Unrestorable("not_empty", str(home))
        copies.put_back(folder / copies.name)
        for name in FOLDERS:
            _put_folder(folder / name, home / name)
        if (folder / SECRET).exists():
            (folder / SECRET).replace(home / SECRET)
    return manifest


def _applied() -> Iterator[tuple[str, str]]:
    yield from MigrationLoader(connection).applied_migrations


def _kept_files(with_secret: bool) -> Iterator[tuple[Path, str]]:
    home = Path(settings.GRAPPE_HOME)
    for path in _files_under(home):
        yield path, path.relative_to(home).as_posix()
    if with_secret and (home / SECRET).exists():
        yield home / SECRET, SECRET


def _files_under(home: Path) -> Iterator[Path]:
    for name in FOLDERS:
        yield from sorted(path for path in (home / name).rglob("*") if path.is_file())


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next *size* bytes."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    member = archive.gettarinfo(path, name)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    with path.open("rb") as file:
        hashed = _Hashed(file)
        archive.addfile(member, hashed)
    return {"size": member.size, "sha256": hashed.digest.hexdigest()}


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, OSError, EOFError, ValueError):
        raise Unrestorable("not_a_backup", archive.name) from None
    if manifest.get("format") != FORMAT:
        raise Unrestorable("newer", str(manifest.get("grappe")))
    return manifest


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    for name, told in manifest["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != told["size"] or _digest_of(path) != told["sha256"]:
            raise Unrestorable("damaged", name)
    known = {
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    newer = sorted(set(manifest["migrations"]) - known)
    if newer:
        raise Unrestorable("newer", newer[-1])


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _put_folder(fresh: Path, target: Path) -> None:
    if fresh.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        fresh.replace(target)
