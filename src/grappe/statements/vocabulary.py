"""The property vocabulary, read from ``vocabulary.toml``: the one place that says what may be stated."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Property:
    """One property: its labels, type and unit, and the public terms it maps to."""

    code: str
    fr: str
    en: str
    type: str
    single: bool = False
    language: bool = False
    unit: str | None = None
    codes: str | None = None
    qualifiers: tuple[str, ...] = ()
    public: bool = True
    maps_to: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The label in ``fr`` or ``en``."""
        return self.fr if language == "fr" else self.en


@cache
def properties() -> Mapping[str, Property]:
    """All properties by code, in the order of the file."""
    return {code: _property(code, block) for code, block in _read()["property"].items()}


def _property(code: str, block: dict[str, Any]) -> Property:
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in block.items()}
    return Property(code=code, **values)


@cache
def code_labels(code_list: str) -> Mapping[str, Mapping[str, str]]:
    """The members of a closed list (``kind``, ``size``…) with their labels: code → {fr, en}.

    Raises KeyError for a list that ``vocabulary.toml`` does not have.
    """
    labels: Mapping[str, Mapping[str, str]] = _read()["codes"][code_list]
    return labels


def label_of(code_list: str, code: str | None, language: str) -> str:
    """The label of *code* in *language*; the code itself when the list does not have it; "" for None."""
    if code is None:
        return ""
    return code_labels(code_list).get(code, {}).get(language, code)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(files("grappe.statements").joinpath("vocabulary.toml").read_text("utf-8"))
