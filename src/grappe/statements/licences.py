"""The licences that sources carry, read from ``licences.toml``: their names, and what may be given away."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Licence:
    """A licence by its SPDX id or short name. *redistributable*: to anybody, for any use."""

    code: str
    fr: str
    en: str
    url: str = ""
    redistributable: bool = False


@cache
def licences() -> Mapping[str, Licence]:
    """The known licences by code, in the order of the file."""
    read = tomllib.loads(files("grappe.statements").joinpath("licences.toml").read_text("utf-8"))
    return {code: Licence(code=code, **block) for code, block in read.items()}


def licence_of(code: str) -> Licence:
    """The licence *code*; one that nobody described is named by its code and may not be redistributed."""
    return licences().get(code) or Licence(code, code, code)


def is_redistributable(code: str) -> bool:
    """Whether what carries licence *code* may be given to anybody for any use."""
    return licence_of(code).redistributable
