"""The words of a company's name that tell it from others: its brand, as people write it, misspell it and
shorten it.

« LES PÉTROLES IRVING INC », « IRVING OIL COMM. » and « IRIVING ENERGY » speak of Irving; the words that
thousands of names share (group, consulting, Canada) tell nothing.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from grappe.linkage.lexicon import vocabulary
from grappe.linkage.parts import strip_form
from grappe.linkage.weights import STOP_WORDS, WordWeights

#: Weight, in nats, that the words of a brand reach together.
TELLING = 6.5
_COMMON = 2.5
_NUMBER = 4.0
#: Words that stand before a brand.
_LEADING = frozenset((
    "groupe", "group", "groupement", "the", "les", "le", "la", "l", "new", "team", "equipe",
    "consortium", "universite", "university", "institut", "institute", "centre", "center",
    "ministere", "department", "societe", "compagnie", "industries", "gouvernement", "office", "of",
))  # fmt: skip


@cache
def generic_words() -> frozenset[str]:
    """Words of business that tell little, in either language."""
    lines = files("grappe.linkage").joinpath("business.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def name_tokens(core: Sequence[str]) -> tuple[str, ...]:
    """The words of a core, letters that stand alone put together: l 3 harris → l3 harris; a final form
    dropped.
    """
    out: list[str] = []
    letters = ""
    for word in core:
        if len(word) == 1:
            letters += word
            continue
        out += [letters, word] if letters else [word]
        letters = ""
    return strip_form(tuple([*out, letters] if letters else out))[0]


def brand_weight(weights: WordWeights, word: str) -> float:
    """How telling a word is of a brand, in nats."""
    if word.isdigit():
        return _NUMBER
    if word in generic_words() or word in vocabulary():
        return min(_COMMON, weights.weight(word))
    return weights.weight(word)


def brand_of(weights: WordWeights, tokens: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """The first telling words of a name, and whether they tell enough (``TELLING``)."""
    start = 0
    while start < len(tokens) - 1 and _passes(tokens[start]):
        start += 1
    total, found = 0.0, []
    for word in tokens[start:]:
        if word not in STOP_WORDS:
            found.append(word)
            total += brand_weight(weights, word)
        if total >= TELLING:
            return tuple(found), True
    return tuple(found) or tuple(tokens), False


def _passes(word: str) -> bool:
    return word in STOP_WORDS or word in _LEADING


def numbers_in(tokens: Sequence[str]) -> frozenset[str]:
    """The numbers of a name: two names whose numbers differ are two names."""
    return frozenset(word for word in tokens if word.isdigit() and len(word) > 1)
