"""A passage as tokens: numbers as they are printed, words, and single signs, with their offsets.

One regular expression walks the text once; everything after works on lists, hence the speed.
"""

import re
from dataclasses import dataclass
from itertools import islice

from grappe.figures.wordsets import word_set
from grappe.statements.text import fold

_LETTER = r"[a-zA-ZªºÀ-ÖØ-öø-ɏ\u0300-\u036f]"
_SPACE = r"[ \u00a0\u202f\u2009]"
#: A number: with letters typed for digits; grouped by spaces, commas or points; plain with decimals.
_NUMBER = (
    r"\d+(?:[OoIl]+\d+|O+)(?:[OoIl]*\d+|O+)*(?![^\W\d_])"
    r"|\d{1,4}(?:[-/.]\d{1,2}){2}(?!\d)"
    rf"|[1-9]\d{{0,2}}(?:{_SPACE}\d{{3}})+(?!\d)(?:,\d{{1,3}}(?!\d)|\.\d{{1,3}}(?!\d))?"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d.])"
    r"|\d+(?:[.,]\d+)?"
)
_TOKEN = re.compile(
    # Most words are plain: what joins nothing is taken at once.
    rf"({_NUMBER})|({_LETTER}++(?![-‑'’\d])"
    r"|[A-Z]{1,4}\d+[A-Z][A-Za-z\d]*"
    rf"|(?:[dlnsjcmtDLNSJCMT]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uelqu|[Ee]ntr)['’](?=[^\W_])"
    rf"|['’]s(?![^\W_])|{_LETTER}+(?:[-‑](?:[dlDL]['’])?{_LETTER}+)*)"
    r"|[^\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
#: The longest passage that is read whole; what is longer is no sentence of a person.
MOST_TOKENS = 4_000
_SIGNS = str.maketrans({"’": "'", "‑": "-", "–": "-", "—": "-", "−": "-"})
_ENDS = frozenset(".!?…")
_ABBREVIATIONS = word_set("tokens.abbreviations")


class _Keys(dict[str, str]):
    """Folded words, remembered; forgotten together when they are too many."""

    def __missing__(self, word: str) -> str:
        if len(self) > 200_000:
            self.clear()
        key = fold(word.translate(_SIGNS))
        self[word] = key
        return key


_KEYS = _Keys()


@dataclass(slots=True)
class Tokens:
    """*words* as printed, *keys* folded, *starts* and *ends* in the document's characters, *numeric* where a
    token is a number in digits, *sentences* the index of the first token of each sentence, then the length.
    """

    text: str
    words: list[str]
    keys: list[str]
    starts: list[int]
    ends: list[int]
    numeric: list[bool]
    sentences: list[int]

    def sentence_at(self, index: int) -> tuple[int, int]:
        """First token and one past the last of the sentence that holds token *index*."""
        first, last = 0, len(self.words)
        for bound in self.sentences:
            if bound > index:
                last = bound
                break
            first = bound
        return first, last

    def glued(self, index: int) -> bool:
        """Whether token *index* touches the one before."""
        return index > 0 and self.starts[index] == self.ends[index - 1]

    def span(self, first: int, last: int) -> str:
        """The text from token *first* to before token *last*."""
        return self.text[self.starts[first] : self.ends[last - 1]] if last > first else ""


def tokenize(text: str, start: int = 0, end: int | None = None) -> Tokens:
    """The tokens of ``text[start:end]``, at most :data:`MOST_TOKENS`."""
    found = list(islice(_TOKEN.finditer(text, start, len(text) if end is None else end), MOST_TOKENS))
    words = [match[0] for match in found]
    kinds = [match.lastindex for match in found]
    keys = [
        _KEYS[word] if kind == 2 else word if kind == 1 else word.translate(_SIGNS)
        for word, kind in zip(words, kinds, strict=True)
    ]
    starts = [match.start() for match in found]
    ends = [match.end() for match in found]
    numeric = [kind == 1 for kind in kinds]
    tokens = Tokens(text, words, keys, starts, ends, numeric, [])
    tokens.sentences = _sentences(tokens)
    return tokens


def _sentences(tokens: Tokens) -> list[int]:
    bounds = [0]
    words, count = tokens.words, len(tokens.words)
    for index in range(1, count - 1):
        if words[index] in _ENDS and _ends(tokens, index):
            after = index + 1
            while after < count and words[after] in "»”\"’')]" and tokens.glued(after):
                after += 1
            bounds.append(after)
    return [*bounds, count]


def _ends(tokens: Tokens, index: int) -> bool:
    after = index + 1
    nxt = tokens.words[after]
    if nxt in "»”\"’')]":
        return True
    if tokens.starts[after] == tokens.ends[index]:
        return False
    before = tokens.keys[index - 1]
    short = before in _ABBREVIATIONS or (
        len(before) == 1 and before.isalpha() and tokens.words[index - 1].isupper()
    )
    return not short and (nxt[0].isupper() or nxt[0].isdigit() or not nxt[0].isalnum())


def phrase(text: str) -> tuple[str, ...]:
    """The keys of a phrase of the lexicon, cut as texts are."""
    # An elided word is one only before a letter.
    text = text.replace("' ", "'")
    elided = text.endswith("'")
    keys = tokenize(f"{text}x" if elided else text).keys
    return tuple(keys[:-1] if elided else keys)
