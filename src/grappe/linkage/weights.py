"""How telling a word is in an organisation's name: fixed weights, so that no list changes another's links.

w(word) = ln(N / (1 + n)), n of N background names holding the word (Spärck Jones, 1972), learnt once from ROR
and GLEIF names (both CC0). A word never seen there has the highest weight.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from math import log

from grappe.statements.text import words

STOP_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "of",
        "for",
        "the",
        "and",
        "in",
        "on",
        "at",
        "to",
        "by",
        "pour",
        "par",
        "sur",
        "un",
        "une",
        "dans",
        "with",
        "y",
        "e",
        "und",
        "der",
        "die",
        "das",
        "fur",
        "von",
        "del",
        "della",
        "di",
        "el",
        "los",
        "las",
        "da",
        "do",
        "dos",
        "s",
        "n",
        "c",
        "o",
        "i",
    ]
)


class WordWeights:
    """Weights from background counts: ``weight("universite")`` is small, that of an unknown word the
    largest.
    """

    def __init__(self, names: int, counts: Mapping[str, int]) -> None:
        self._names = names
        self._counts = counts
        self._known: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """The weight of a folded word, in nats; stop words have a tenth of a nat."""
        known = self._known.get(word)
        if known is None:
            known = 0.1 if word in STOP_WORDS else log(self._names / (1 + self._counts.get(word, 2)))
            if len(self._known) < 2_000_000:
                self._known[word] = known
        return known

    def count(self, word: str) -> int:
        """How many background names hold a folded word; 0 for those too rare to be kept."""
        return self._counts.get(word, 0)


def count_words(names: Iterable[str], least: int = 8) -> str:
    """The text of a weights file: the number of names, then each word held by at least *least* of them."""
    total, counts = 0, Counter[str]()
    for name in names:
        total += 1
        counts.update(set(words(name)))
    kept = sorted((word, n) for word, n in counts.items() if n >= least and len(word) < 40)
    return f"\t{total}\n" + "".join(f"{word}\t{n}\n" for word, n in kept)


@cache
def shipped_weights() -> WordWeights:
    """The weights that come with the package."""
    text = files("grappe.linkage").joinpath("words.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return WordWeights(int(rows[0][1]), {word: int(n) for word, n in rows[1:]})
