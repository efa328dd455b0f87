"""What indicators and places are called in either language (``naming.toml``, the lexicon of places)."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from grappe.figures.lexicon import Language, unit_names
from grappe.figures.scopes import place_named

_VOWELS = "aeiouyéèêhâîôœ"
_PREFIXES = {"share of ": "part ", "growth of ": "croissance ", "rank of ": "rang "}


def indicator_name(indicator: str, language: Language) -> str:
    """« Part de l’emploi », "Share of employment": the indicator's name, with a capital.

    An indicator that nobody named in French is given as it is.
    """
    name = indicator if language == "en" else _in_french(indicator)
    return name[:1].upper() + name[1:]


def _in_french(indicator: str) -> str:
    named = _names()["indicators"].get(indicator)
    if named:
        return str(named[0])
    for prefix, word in _PREFIXES.items():
        if indicator.startswith(prefix):
            of = _names()["indicators"].get(indicator.removeprefix(prefix))
            return word + of[1] if of else indicator
    if indicator.startswith("number of "):
        units = unit_names().get(indicator.removeprefix("number of "))
        return f"nombre {_of(units[1])}" if units else indicator
    return indicator


def _of(noun: str) -> str:
    return f"d’{noun}" if noun[:1].lower() in _VOWELS else f"de {noun}"


def kind_name(kind: str, language: Language) -> str:
    """« part », "share": what a kind of figure is called."""
    named = _names()["kinds"][kind]
    return str(named[0] if language == "fr" else named[1])


def place_name(place: str | None, language: Language) -> str:
    """The place's name in *language* when the lexicon knows it, else as it is printed; "" for none."""
    found = place_named(place)
    if found is None:
        return place or ""
    return found.fr if language == "fr" else found.en


@cache
def _names() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("grappe.figures").joinpath("naming.toml").read_text("utf-8"))
