"""Reads the records of a file one by one, and gathers what is wrong with all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import InvalidOperation
from typing import Any, TypeVar

from grappe.statements.problems import GrappeError, Problem

_Read = TypeVar("_Read")


class RecordReader:
    """Reads each record of a part, and gathers the problems of all."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def each(
        self, raw: Mapping[str, Any], part: str, read: Callable[[Mapping[str, Any]], _Read]
    ) -> Iterator[_Read]:
        """What *read* makes of each record of *part*; one at fault becomes a problem with its number."""
        for number, row in enumerate(raw.get(part, ()), start=1):
            try:
                yield read(row)
            except GrappeError as error:
                self.problems += [
                    replace(each, file=self.file, sheet=part, row=number) for each in error.problems
                ]
            except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
                told = f"{type(error).__name__}: {error}"
                self.problems.append(
                    Problem("bad_value", file=self.file, sheet=part, row=number, found=told, expected=part)
                )

    def refuse(self) -> None:
        """Raise GrappeError with every problem so far; none, and it returns."""
        if self.problems:
            raise GrappeError(*self.problems)
