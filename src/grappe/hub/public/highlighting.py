"""Marking the words that a visitor looked for, in either language, with or without their accents."""

import re
from html import escape

from grappe.statements.text import fold

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_STEM = 4


def mark_words(text: str, looked_for: tuple[str, ...]) -> str:
    """*text* as safe HTML, ``<mark>`` around each word that begins like one of *looked_for* (folded)."""
    if not looked_for:
        return escape(text)
    parts, end = [], 0
    for match in _WORD.finditer(text):
        parts.append(escape(text[end : match.start()]))
        word = escape(match.group())
        parts.append(f"<mark>{word}</mark>" if _is_alike(fold(match.group()), looked_for) else word)
        end = match.end()
    parts.append(escape(text[end:]))
    return "".join(parts)


def _is_alike(word: str, looked_for: tuple[str, ...]) -> bool:
    # A plural or a feminine form shares the first letters: cut the last one off longer words.
    stems = (w[:-1] if len(w) > _SHORTEST_STEM and w[-1] in "sxe" else w for w in looked_for)
    return any(word == stem or (len(stem) >= _SHORTEST_STEM and word.startswith(stem)) for stem in stems)
