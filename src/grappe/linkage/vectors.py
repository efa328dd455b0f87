"""Names as sparse vectors of words and of letters, and the nearest of them by cosine (Salton and Buckley,
1988).

Word weights are fixed; French and English words stand for their translations on the side that asks. Only
the nearest few names of each are kept: memory stays bounded.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from grappe.linkage.acronyms import initial_runs
from grappe.linkage.lexicon import Lexicon
from grappe.linkage.parties import Name
from grappe.linkage.weights import WordWeights

#: The features of a name and the length to divide them by; for the side that asks and the side that answers.
Describe = Callable[[Name], tuple[Mapping[str, float], float]]
Sides = tuple[Describe, Describe]


class Vectors:
    """Sparse matrices of names over one vocabulary, which only grows by the names of the right side."""

    def __init__(self, features: "Describe", shared: "Vectors | None" = None) -> None:
        self._features = features
        self._columns: dict[str, int] = shared._columns if shared else {}

    def matrix(self, names: Sequence[Name], *, grow: bool) -> Any:
        """A scipy CSR matrix of *names*, each row divided by the length its features come with."""
        import numpy as np
        from scipy.sparse import csr_matrix

        columns, data, starts = [], [], [0]
        for name in names:
            row, norm = self._features(name)
            for feature, value in row.items():
                column = self._columns.get(feature)
                if column is None and grow:
                    column = self._columns[feature] = len(self._columns)
                if column is not None:
                    columns.append(column)
                    data.append(value / norm)
            starts.append(len(columns))
        shape = (len(names), max(1, len(self._columns)))
        return csr_matrix(
            (np.array(data, np.float32), np.array(columns, np.int32), np.array(starts, np.int64)), shape
        )


#: Kindred words of two languages begin alike: épidémiologie, epidemiology.
_STEM = 6
_STEM_SHARE = 0.65
_TRANSLATION_SHARE = 0.9
#: Weight of the initials of a name's first words, in nats: INSA Rouen, Institut national des sciences
#: appliquées.
_INITIALS = 6.0
_MOST_RUN = 10


def word_features(
    weights: WordWeights, lexicon: Lexicon, *, translated: bool
) -> Callable[[Name], tuple[Mapping[str, float], float]]:
    """The words of a name with their weights, the beginnings of its long words, and, on the side that asks,
    their translations. The length is that of the words alone: a word is worth as much however many
    translations it has.
    """

    def features(name: Name) -> tuple[Mapping[str, float], float]:
        row: dict[str, float] = {}
        square = 0.0
        for word in set(name.tokens):
            value = weights.weight(word)
            square += value * value
            row[word] = max(row.get(word, 0.0), value)
            if len(word) > _STEM and not word.isdigit():
                stem = word[:_STEM] + "~"
                row[stem] = max(row.get(stem, 0.0), _STEM_SHARE * value)
            if translated:
                for other, probability in lexicon.get(word, {}).items():
                    row[other] = max(row.get(other, 0.0), _TRANSLATION_SHARE * probability**0.5 * value)
        for initials, (start, _) in initial_runs(name.tokens[:_MOST_RUN]).items():
            if start == 0:
                row.setdefault(initials, _INITIALS)
        return row, square**0.5 or 1.0

    return features


def letter_features(name: Name) -> tuple[Mapping[str, float], float]:
    """The runs of three letters of a name without its spaces; the first ones count double."""
    text = "^" + name.compact[:120]
    row = {text[i : i + 3]: 1.0 for i in range(max(1, len(text) - 2))}
    row[text[:3]] = 2.0
    row[text[:5]] = 2.0
    return row, sum(value * value for value in row.values()) ** 0.5


class Nearest:
    """The names of one side, ready to be asked for the nearest to others."""

    def __init__(self, names: Sequence[Name], features: Sides, most: int, least: float) -> None:
        vectors = Vectors(features[1])
        self._there = vectors.matrix(names, grow=True).T.tocsr()
        self._asking = Vectors(features[0], vectors)
        self.most = most
        self._least = least

    def ask(self, names: Sequence[Name]) -> Iterable[tuple[int, int, float]]:
        """(position among those asked, position among those held, cosine) of the nearest few of each."""
        import numpy as np
        from sparse_dot_topn import sp_matmul_topn

        here = self._asking.matrix(names, grow=False)
        found = sp_matmul_topn(
            here, self._there, top_n=self.most, threshold=self._least, sort=True, n_threads=1
        )
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        return zip(rows.tolist(), found.indices.tolist(), found.data.tolist(), strict=True)
