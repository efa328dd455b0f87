"""Whose official tables are read, and in which layout each publishes them."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Layout:
    """One office's layout. *region*, *industry*, *value*: titles, the first that stands is taken; *period*:
    the same, or all of them joined when they all stand; *status*: all that stand; *code*: a regular
    expression whose group is the industry's code; *hidden*: statuses of a suppressed value.
    """

    name: str
    publisher: str
    licence: str
    url: str
    attribution: str
    region: tuple[str, ...]
    industry: tuple[str, ...]
    value: tuple[str, ...]
    period: tuple[str, ...]
    status: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    code: str | None = None


def layouts() -> dict[str, Layout]:
    """The layouts that come with Grappe, by name."""
    found = {}
    for file in sorted(files("grappe.measure").joinpath("layouts").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".toml"):
            name = file.name.removesuffix(".toml")
            read = tomllib.loads(file.read_text("utf-8"))
            told: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in read.items()
            }
            found[name] = Layout(name, **told)
    return found
