"""French ↔ English words of organisation names, learnt from pairs of names that mean the same.

IBM model 1 (Brown, Della Pietra, Della Pietra and Mercer, 1993, Computational Linguistics 19(2), § 4.2):
t(e|f) by expectation–maximisation over sentence pairs, each word of one language aligned with any word of the
other. Two models are learnt, one a direction; what is kept is their geometric mean.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from grappe.linkage.weights import STOP_WORDS
from grappe.statements.text import words

Lexicon = Mapping[str, Mapping[str, float]]


def learn_lexicon(
    pairs: Iterable[tuple[str, str]], *, rounds: int = 8, least: float = 0.12, least_pairs: int = 2
) -> dict[str, dict[str, float]]:
    """French word → English word → probability in (0, 1], from (French name, English name) *pairs*.

    A word pair is kept when it was seen in at least *least_pairs* names and its probability is at least
    *least*.
    """
    corpus = sorted({(_content(fr), _content(en)) for fr, en in pairs})
    corpus = [(fr, en) for fr, en in corpus if fr and en]
    forward = _model_1(corpus, rounds)
    backward = _model_1([(en, fr) for fr, en in corpus], rounds)
    seen = Counter((f, e) for fr, en in corpus for f in set(fr) for e in set(en))
    kept: dict[str, dict[str, float]] = {}
    for (f, e), count in sorted(seen.items()):
        probability = (forward[f].get(e, 0.0) * backward[e].get(f, 0.0)) ** 0.5
        if f != e and count >= least_pairs and probability >= least:
            kept.setdefault(f, {})[e] = round(probability, 3)
    return kept


def _content(name: str) -> tuple[str, ...]:
    return tuple(word for word in words(name) if word not in STOP_WORDS and not word.isdigit())


def _model_1(
    corpus: Sequence[tuple[tuple[str, ...], tuple[str, ...]]], rounds: int
) -> dict[str, dict[str, float]]:
    """t(target | source) as source → target → probability (equations 16 and 17, with an empty source
    word).
    """
    table: dict[str, dict[str, float]] = {}
    for source, target in corpus:
        for word in ("", *source):
            table.setdefault(word, {}).update(dict.fromkeys(target, 1.0))
    for row in table.values():
        row.update(dict.fromkeys(row, 1.0 / len(row)))
    for _ in range(rounds):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for source, target in corpus:
            for word in target:
                total = sum(table[s][word] for s in ("", *source))
                for s in ("", *source):
                    counts[s][word] += table[s][word] / total
        table = {s: _normalised(row) for s, row in counts.items()}
    return table


def _normalised(row: Mapping[str, float]) -> dict[str, float]:
    total = sum(row.values())
    return {word: value / total for word, value in row.items()}


def write_lexicon(lexicon: Lexicon) -> str:
    """The text of a lexicon file: French word, English word, probability, separated by tabs."""
    return "".join(f"{f}\t{e}\t{p}\n" for f, row in sorted(lexicon.items()) for e, p in sorted(row.items()))


def read_lexicon(text: str) -> dict[str, dict[str, float]]:
    """A word of either language → its translations → probability, from the text of a lexicon file."""
    both: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            french, english, probability = line.split("\t")
            both.setdefault(french, {})[english] = float(probability)
            both.setdefault(english, {})[french] = float(probability)
    return both


#: The probability of a word pair written by hand.
_WRITTEN = 0.6


def read_vocabulary(text: str) -> dict[str, dict[str, float]]:
    """A word of either language → its translations, from lines of French words, a tab, English words."""
    both: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            french, english = (side.split() for side in line.split("\t"))
            for one in french:
                for other in english:
                    if one != other:
                        both.setdefault(one, {})[other] = _WRITTEN
                        both.setdefault(other, {})[one] = _WRITTEN
    return both


@cache
def vocabulary() -> Lexicon:
    """The words of the vocabulary that comes with the package: common nouns and adjectives of both
    languages.
    """
    return read_vocabulary(files("grappe.linkage").joinpath("vocabulary.tsv").read_text("utf-8"))


def with_vocabulary(learnt: Lexicon) -> Lexicon:
    """*learnt* and the vocabulary that comes with the package; of two probabilities the larger."""
    both = {word: dict(others) for word, others in vocabulary().items()}
    for word, others in learnt.items():
        row = both.setdefault(word, {})
        for other, probability in others.items():
            row[other] = max(row.get(other, 0.0), probability)
    return both


@cache
def shipped_lexicon() -> Lexicon:
    """The lexicon learnt from the Research Organization Registry's labels (CC0), and the vocabulary."""
    return with_vocabulary(read_lexicon(files("grappe.linkage").joinpath("lexicon.tsv").read_text("utf-8")))
