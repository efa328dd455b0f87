"""Opening official files: plain, zipped or a folder; rows and JSON items streamed, in bounded memory."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, Any

from grappe.statements import GrappeError, Problem

#: A line or a JSON item longer than this is no register's: the file is damaged, or a trap.
MOST_CHARACTERS = 4_000_000
_CHUNK = 1 << 18


class RegisterFiles:
    """The files of one edition of a register: a file, a ``.zip`` or a folder.

    *encodings* are tried in order on the whole file; *problems* gathers rows that can't be read.
    """

    def __init__(self, path: Path, encodings: Sequence[str], delimiter: str, member: str | None) -> None:
        self.path = path
        self.encodings = encodings
        self.delimiter = delimiter
        self.member = member
        self.problems: list[Problem] = []
        if not path.exists():
            raise GrappeError(Problem("file_missing", file=path.name))

    def rows(
        self, member: str | None = None, required: Sequence[str] = ()
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """(row number as a spreadsheet shows it, cells by column) of a CSV file.

        A row with too few or too many cells is a problem. Raises :class:`GrappeError` for a missing
        column, an encoding that does not hold, an oversized line.
        """
        with self._text(member or self.member) as (name, file):
            reader = csv.reader(_lines(file, name), delimiter=self.delimiter)
            try:
                header = [cell.strip() for cell in next(reader, [])]
                _refuse_missing(name, header, required)
                for number, cells in enumerate(reader, start=2):
                    if len(cells) == len(header):
                        yield number, dict(zip(header, cells, strict=True))
                    elif cells:
                        self.problems.append(
                            Problem(
                                "bad_value",
                                file=name,
                                row=number,
                                found=str(len(cells)),
                                expected=str(len(header)),
                            )
                        )
            except csv.Error as error:
                raise GrappeError(
                    Problem("damaged_file", file=name, row=reader.line_num, found=str(error))
                ) from error
            except UnicodeDecodeError as error:
                raise _encoding_error(name, error) from error

    def items(self, member: str | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """(index from 0, object) of a JSON array of objects, one at a time.

        Raises :class:`GrappeError` when the file is truncated or is no such array.
        """
        with self._text(member or self.member) as (name, file):
            try:
                yield from _items(file, name)
            except UnicodeDecodeError as error:
                raise _encoding_error(name, error) from error

    def has(self, member: str) -> bool:
        """Whether the folder or archive holds *member* (a name, ``*`` allowed)."""
        return any(fnmatch(name.rsplit("/", 1)[-1], member) for name in self._members())

    def _members(self) -> list[str]:
        if self.path.is_dir():
            return sorted(item.name for item in self.path.iterdir() if item.is_file())
        if zipfile.is_zipfile(self.path):
            with zipfile.ZipFile(self.path) as archive:
                return sorted(archive.namelist())
        return [self.path.name]

    @contextmanager
    def _text(self, member: str | None) -> Iterator[tuple[str, IO[str]]]:
        encoding = self.encodings[0] if len(self.encodings) == 1 else self._fitting_encoding(member)
        with self._bytes(member) as (name, file):
            yield name, io.TextIOWrapper(file, encoding=encoding, newline="")

    @contextmanager
    def _bytes(self, member: str | None) -> Iterator[tuple[str, IO[bytes]]]:
        if self.path.is_dir():
            path = self.path / self._named(member)
            with path.open("rb") as file:
                yield path.name, file
        elif zipfile.is_zipfile(self.path):
            try:
                with zipfile.ZipFile(self.path) as archive, archive.open(self._named(member)) as file:
                    yield file.name, file
            except zipfile.BadZipFile as error:
                raise GrappeError(Problem("damaged_file", file=self.path.name, found=str(error))) from error
        else:
            with self.path.open("rb") as file:
                yield self.path.name, file

    def _named(self, member: str | None) -> str:
        wanted = member or "*"
        names = [name for name in self._members() if fnmatch(name.rsplit("/", 1)[-1], wanted)]
        if not names:
            raise GrappeError(Problem("file_missing", file=f"{self.path.name}/{wanted}"))
        return names[0]

    def _fitting_encoding(self, member: str | None) -> str:
        for encoding in self.encodings:
            with self._bytes(member) as (_, file):
                try:
                    text = io.TextIOWrapper(file, encoding=encoding)
                    while text.read(_CHUNK):
                        pass
                except UnicodeDecodeError:
                    continue
            return encoding
        raise GrappeError(
            Problem(
                "unknown_encoding", file=self.path.name, found=", ".join(self.encodings), expected="UTF-8"
            )
        )


def _lines(file: IO[str], name: str) -> Iterator[str]:
    while line := file.readline(MOST_CHARACTERS):
        if len(line) == MOST_CHARACTERS:
            raise GrappeError(Problem("damaged_file", file=name, found=f"> {MOST_CHARACTERS} c."))
        yield line


def _refuse_missing(name: str, header: list[str], required: Sequence[str]) -> None:
    if not any(header):
        raise GrappeError(Problem("file_empty", file=name, expected=", ".join(required)))
    missing = [column for column in required if column not in header]
    if missing:
        raise GrappeError(
            *(
                Problem("missing_column", file=name, expected=column, found=", ".join(header))
                for column in missing
            )
        )


def _items(file: IO[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    decoder = json.JSONDecoder()
    buffer, at, index = file.read(_CHUNK).lstrip("\ufeff \t\r\n"), 1, 0
    if not buffer.startswith("["):
        raise GrappeError(Problem("damaged_file", file=name, found=buffer[:20]))
    ended = False
    while True:
        at = _skip(buffer, at)
        if buffer[at : at + 1] == "]":
            return
        try:
            if buffer[at : at + 1] != "{":
                raise ValueError(buffer[at : at + 20])
            item, at = decoder.raw_decode(buffer, at)
        except ValueError as error:
            if ended or len(buffer) - at > MOST_CHARACTERS or buffer[at : at + 1] not in ("", "{"):
                raise GrappeError(Problem("damaged_file", file=name, found=f"$[{index}]: {error}")) from error
            more = file.read(max(_CHUNK, len(buffer) - at))
            buffer, at, ended = buffer[at:] + more, 0, not more
        else:
            yield index, item
            index += 1


def _skip(buffer: str, at: int) -> int:
    while at < len(buffer) and buffer[at] in " \t\r\n,":
        at += 1
    return at


def _encoding_error(name: str, error: UnicodeDecodeError) -> GrappeError:
    return GrappeError(
        Problem("unknown_encoding", file=name, found=f"{error.encoding}: 0x{error.object[error.start]:02x}")
    )
