"""Compressed containers (.xlsx, .ods, .docx) are measured before anything opens them."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from grappe.statements import GrappeError, Problem

UNFOLDED_LIMIT = 1 << 30
_RATIO_LIMIT = 400
_RATIO_FLOOR = 64 << 20
_BLOCK = 1 << 16


def check_archive(path: Path, *, limit: int = UNFOLDED_LIMIT) -> dict[str, int]:
    """The members of the zip file *path* with their sizes, known to unfold to *limit* bytes at most.

    First by what its directory declares (total, and ratio to the size of the file), then by unfolding every
    member in small blocks, since a bomb lies about its size. Raises GrappeError ``archive_too_large``,
    ``damaged_file`` or ``protected_file``.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    declared = sum(member.file_size for member in members)
    by_ratio = max(_RATIO_FLOOR, path.stat().st_size * _RATIO_LIMIT)
    allowed = min(limit, by_ratio)
    if declared > allowed:
        raise _too_large(path, declared, allowed)
    if any(member.flag_bits & 1 for member in members):
        raise GrappeError(Problem("protected_file", file=path.name))
    _measure(path, members, allowed)
    return {member.filename: member.file_size for member in members}


def unfold(path: Path, name: str) -> Iterator[bytes]:
    """The bytes of one member in blocks of at most a megabyte. Raises GrappeError ``damaged_file``."""
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(name)
    yield from _unfold_member(path, member)


def _measure(path: Path, members: list[zipfile.ZipInfo], allowed: int) -> None:
    total = 0
    for member in members:
        before, checksum = total, 0
        for block in _unfold_member(path, member):
            checksum = zlib.crc32(block, checksum)
            total += len(block)
            if total > allowed:
                raise _too_large(path, total, allowed)
        if (total - before, checksum) != (member.file_size, member.CRC):
            raise _damaged(path, member.filename)


def _unfold_member(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Raw inflation: the standard reader stops at the declared size, which is the size that may lie."""
    with path.open("rb") as handle:
        handle.seek(max(0, member.header_offset))
        header = handle.read(30)
        if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
            raise _damaged(path, member.filename)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        handle.seek(name_length + extra_length, 1)
        chunks = _chunks(path, member, handle)
        if member.compress_type == zipfile.ZIP_STORED:
            yield from chunks
        elif member.compress_type == zipfile.ZIP_DEFLATED:
            yield from _inflate(path, member, chunks)
        else:
            raise _damaged(path, member.filename)


def _chunks(path: Path, member: zipfile.ZipInfo, handle: BinaryIO) -> Iterator[bytes]:
    left = member.compress_size
    while left > 0:
        chunk = handle.read(min(_BLOCK, left))
        if not chunk:
            raise _damaged(path, member.filename)
        left -= len(chunk)
        yield chunk


def _inflate(path: Path, member: zipfile.ZipInfo, chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    try:
        for chunk in chunks:
            while chunk:
                block = inflater.decompress(chunk, 1 << 20)
                if block:
                    yield block
                chunk = inflater.unconsumed_tail  # noqa: PLW2901 -- the rest of the same chunk
    except zlib.error as error:
        raise _damaged(path, member.filename) from error
    if not inflater.eof:
        raise _damaged(path, member.filename)


def _too_large(path: Path, size: int, allowed: int) -> GrappeError:
    return GrappeError(
        Problem("archive_too_large", file=path.name, found=_megabytes(size), expected=_megabytes(allowed))
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _damaged(path: Path, found: str) -> GrappeError:
    return GrappeError(Problem("damaged_file", file=path.name, found=found))
