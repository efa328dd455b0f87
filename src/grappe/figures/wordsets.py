"""The small sets of words that rules test, from ``wordsets.toml``."""

import tomllib
from functools import cache
from importlib.resources import files


def word_set(name: str) -> frozenset[str]:
    """The set *name*, « module.set ». Raises KeyError for one that the file does not have."""
    module, _, key = name.partition(".")
    return frozenset(_read()[module][key].split())


@cache
def _read() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("grappe.figures").joinpath("wordsets.toml").read_text("utf-8"))
