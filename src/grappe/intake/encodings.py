"""Which encoding a text file is in, found by reading all of it in bounded memory."""

import codecs
from pathlib import Path

from grappe.statements import GrappeError, Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What French and English texts hold beyond ASCII; a wrong decoding gives other characters.
_EXPECTED = frozenset("àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ«»’‘“”–—…•·°²³\u00a0€®©™½§ñáíóú")
_OLD_ENCODINGS = ("cp1252", "mac_roman", "cp850")
_SAMPLE_BYTES = 1 << 20
_BLOCK = 1 << 16


def detect_encoding(path: Path) -> str:
    """The Python name of the encoding of *path*: ``utf-8``, ``utf-8-sig``, ``utf-16``, ``cp1252``…

    A byte-order mark is believed; then UTF-8 if every byte fits; then, by what French and English are
    written with, Windows-1252, Latin-1 or the encodings of old Macintosh and DOS exports. Raises GrappeError
    ``unknown_encoding`` when nothing fits, or when UTF-8 is broken in the middle.
    """
    with path.open("rb") as handle:
        head = handle.read(_SAMPLE_BYTES)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _proved(path, name)
    wide = _utf16_without_mark(head)
    if wide:
        return _proved(path, wide)
    broken_at = _first_error(path, "utf-8")
    if broken_at is None:
        return "utf-8"
    if _has_utf8_letters(path, broken_at):
        raise _unknown(path, f"UTF-8, {_line_of(path, broken_at)}")
    return _best_old_encoding(path, broken_at)


def encoding_or_none(path: Path) -> str | None:
    """The encoding, or None when only the file's own declaration can tell."""
    try:
        return detect_encoding(path)
    except GrappeError:
        return None


def _proved(path: Path, name: str) -> str:
    broken_at = _first_error(path, name)
    if broken_at is not None:
        raise _unknown(path, name.upper())
    return name


def _utf16_without_mark(head: bytes) -> str | None:
    if b"\0" not in head:
        return None
    odd, even = head[1::2].count(0), head[::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _first_error(path: Path, name: str) -> int | None:
    """The offset of the block where decoding first fails (exact for a one-byte-at-a-time look), or None."""
    decoder = codecs.getincrementaldecoder(name)()
    offset = 0
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return offset + max(0, error.start - (len(error.object) - len(block)))
            offset += len(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return offset
    return None


def _has_utf8_letters(path: Path, until: int) -> bool:
    """Whether what precedes the error already held letters that only UTF-8 writes so."""
    with path.open("rb") as handle:
        before = handle.read(min(until, _SAMPLE_BYTES))
    return any(byte >= 0xC2 for byte in before)


def _line_of(path: Path, offset: int) -> str:
    lines = 1
    with path.open("rb") as handle:
        while offset > 0 and (block := handle.read(min(_BLOCK, offset))):
            lines += block.count(b"\n")
            offset -= len(block)
    return f"ligne/line {lines}"


def _best_old_encoding(path: Path, around: int) -> str:
    with path.open("rb") as handle:
        handle.seek(max(0, around - 1024))
        beyond = bytes(byte for byte in handle.read(_SAMPLE_BYTES) if byte >= 0x80)
    scores = {name: _plausibility(beyond, name) for name in _OLD_ENCODINGS}
    best = max(_OLD_ENCODINGS, key=lambda name: scores[name])
    if scores[best] < 0.5:
        raise _unknown(path, "")
    if best == "cp1252" and _first_error(path, "cp1252") is not None:
        raise _unknown(path, "Windows-1252")
    return best


def _plausibility(beyond: bytes, name: str) -> float:
    text = beyond.decode(name, "replace")
    return sum(char in _EXPECTED for char in text) / max(1, len(text))


def _unknown(path: Path, found: str) -> GrappeError:
    return GrappeError(Problem("unknown_encoding", file=path.name, found=found or "?"))
