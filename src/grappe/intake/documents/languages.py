"""French or English, by the letters of the text."""

from functools import cache
from typing import Any

_MOST_CHARACTERS = 20_000
_FEWEST_LETTERS = 20


def detect_language(text: str) -> str | None:
    """``fr`` or ``en``, from the first twenty thousand characters; None under twenty letters."""
    sample = text[:_MOST_CHARACTERS]
    if sum(char.isalpha() for char in sample) < _FEWEST_LETTERS:
        return None
    return str(_identifier().classify(sample)[0])


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["fr", "en"])
    return identifier
