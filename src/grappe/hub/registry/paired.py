"""Paired columns: ``title_fr`` and ``title_en`` read as one, with a visible fallback."""

from typing import Any

OTHER = {"fr": "en", "en": "fr"}


def paired(record: Any, field: str, language: str) -> tuple[str, str]:
    """The text of ``field_<language>`` of *record* and its language; the other language's when it is empty.

    *record* may be an object or a mapping. ("", *language*) when neither is there.
    """
    for each in (language, OTHER[language]):
        name = f"{field}_{each}"
        text = record.get(name) if isinstance(record, dict) else getattr(record, name, None)
        if text:
            return str(text), each
    return "", language
