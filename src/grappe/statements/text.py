"""Text as all rooms compare it: folding, languages, French numbers."""

import re
import unicodedata

LANGUAGES = ("fr", "en")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "’": "'", "‘": "'", "`": "'"})
_SPACES = re.compile(r"\s+")
_LOOSE_SPACES = re.compile(r"\s{2,}|[^\S\u00a0\u202f]")
_NOT_WORD = re.compile(r"[^\w]+")


def fold(text: str) -> str:
    """Lower case, no accents, single spaces, straight apostrophes: « École  d’Été » → ``ecole d'ete``."""
    if text.isascii():
        return _SPACES.sub(" ", text.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SPACES.sub(" ", bare).strip()


def words(text: str) -> tuple[str, ...]:
    """The folded words of *text*: letters and digits only."""
    return tuple(word for word in _NOT_WORD.split(fold(text)) if word)


def clean(text: str, *, keep_no_break: bool = False) -> str:
    """NFC, white space as one space, no control characters, trimmed: what a cell says.

    *keep_no_break*: a lone no-break space stays, as French typography put it in a sentence.
    """
    composed = unicodedata.normalize("NFC", text)
    spaced = (_LOOSE_SPACES if keep_no_break else _SPACES).sub(" ", composed)
    if spaced.isprintable():
        return spaced.strip()
    return "".join(char for char in spaced if char == " " or unicodedata.category(char)[0] != "C").strip()
