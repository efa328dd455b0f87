"""What a check found about figures, said in both languages with its arithmetic (``findings.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from grappe.figures.lexicon import Language
from grappe.figures.printing import print_amount, print_number
from grappe.statements.figures import Number

Severity = Literal["error", "question", "information"]
#: A number to print (with its currency when it is money), a pair of texts (French, English), or a text.
Detail = str | Number | tuple[str, str] | tuple[Number, str]


@dataclass(frozen=True)
class Finding:
    """One thing found: *code* is a key of ``findings.toml``; *figures* are ids, sorted; *details* fill its
    wording.

    ``error``: it cannot be true, or may not be published. ``question``: a person must say. ``information``:
    what the figures imply.
    """

    code: str
    severity: Severity
    figures: tuple[str, ...]
    details: tuple[tuple[str, Any], ...] = ()

    def explain(self, language: Language) -> str:
        """One or two sentences with the numbers compared, in *language*."""
        wording: str = _wordings()[self.code][language]
        return wording.format(**{name: _shown(value, language) for name, value in self.details})

    @property
    def order(self) -> tuple[str, ...]:
        """What findings are sorted by, so that they do not depend on the order of the figures."""
        return (self.code, *self.figures, repr(self.details))


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, tuple):
        if isinstance(value[0], str):
            return str(value[0] if language == "fr" else value[1])
        return print_amount(value[0], value[1], language) if value[1] else print_number(value[0], language)
    if isinstance(value, int | float):
        return print_number(value, language)
    return str(value)


def finding_codes() -> tuple[str, ...]:
    """Every code with a wording, in the order of the file."""
    return tuple(_wordings())


def finding_title(code: str, language: Language) -> str:
    """The code's short name in *language*."""
    return str(_wordings()[code][f"title_{language}"])


@cache
def _wordings() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("grappe.figures").joinpath("findings.toml").read_text("utf-8"))
