"""Reads the records of a file one by one, and gathers what is wrong with all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin

from grappe.statements.problems import GrappeError, Problem

_Read = TypeVar("_Read")
#: What a record that is not as it should be makes a reader raise.
_FAULTS = (KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError)
_PLAIN = frozenset((str, int, bool, type(None)))


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


_Named = TypeVar("_Named", bound=_WithId)


def _with_its_types(record: _Read) -> _Read:
    """The record, when its plain fields hold what their types say: JSON may hold anything anywhere."""
    if is_dataclass(record):
        for one in fields(record):
            value = getattr(record, one.name)
            expected = _expected(one.type, value)
            if expected:
                found = f"{type(value).__name__} {value}"
                raise GrappeError(Problem("bad_value", column=one.name, found=found, expected=expected))
            for each in value if isinstance(value, tuple) else ():
                _with_its_types(each)
    return record


def _expected(kind: Any, value: Any) -> str | None:
    """What was expected when *value* is not of *kind*; None when it is, or when *kind* is not plain."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return None if value in inside else f"one_of:{', '.join(inside)}"
    if origin in (tuple, frozenset):
        return None if inside[0] is not str or all(isinstance(each, str) for each in value) else "text"
    allowed = inside or (kind,)
    if not _PLAIN.issuperset(allowed) or isinstance(value, tuple(allowed)):
        return None
    return "text" if str in allowed else "integer"


class RecordReader:
    """Reads each record of a part, and gathers the problems of all."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def each(
        self, raw: Mapping[str, Any], part: str, read: Callable[[Mapping[str, Any]], _Read]
    ) -> Iterator[_Read]:
        """What *read* makes of each record of *part*; one at fault becomes a problem with its number."""
        told = raw.get(part, ())
        if not isinstance(told, list | tuple):
            found = f"{part}: {type(told).__name__}"
            self.problems.append(Problem("bad_value", file=self.file, found=found, expected="list"))
            return
        for number, row in enumerate(told, start=1):
            try:
                yield _with_its_types(read(row))
            except GrappeError as error:
                self.problems += [
                    replace(each, file=self.file, sheet=part, row=number) for each in error.problems
                ]
            except _FAULTS as error:
                found = f"{type(error).__name__}: {error}"
                self.problems.append(
                    Problem("bad_value", file=self.file, sheet=part, row=number, found=found, expected=part)
                )

    def by_id(
        self, raw: Mapping[str, Any], part: str, read: Callable[[Mapping[str, Any]], _Named]
    ) -> dict[str, _Named]:
        """The same, by the id of each; an id that comes twice is a problem."""
        found: dict[str, _Named] = {}
        for one in self.each(raw, part, read):
            if found.setdefault(one.id, one) is not one:
                self.problems.append(
                    Problem("duplicate_key", file=self.file, sheet=part, found=one.id, expected=part)
                )
        return found

    def refuse(self) -> None:
        """Raise GrappeError with every problem so far; none, and it returns."""
        if self.problems:
            raise GrappeError(*self.problems)
