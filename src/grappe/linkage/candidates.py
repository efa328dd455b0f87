"""Which pairs are worth comparing: nearest names by words and by letters, same keys, same address, same site.

Names are compared as TF-IDF vectors (Salton and Buckley, 1988) with fixed word weights; French and
English words stand for their translations. Only the nearest few names of each left party are kept:
memory stays bounded.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grappe.linkage.lexicon import Lexicon
from grappe.linkage.parties import Name, Party
from grappe.linkage.weights import WordWeights

#: A key shared by more right parties than this proposes none of them.
MOST_SHARING = 60
_ACRONYM_LETTERS = range(2, 13)


@dataclass(frozen=True)
class Nearness:
    """How many nearest names each channel keeps."""

    by_words: int = 24
    by_letters: int = 16


class Vectors:
    """Sparse matrices of names over one vocabulary, which only grows by the names of the right side."""

    def __init__(self, features: Callable[[Name], Mapping[str, float]]) -> None:
        self._features = features
        self._columns: dict[str, int] = {}

    def matrix(self, names: Sequence[Name], *, grow: bool) -> Any:
        """A row-normalised scipy CSR matrix of *names*; unknown features count in the norm only."""
        import numpy as np
        from scipy.sparse import csr_matrix

        columns, data, starts = [], [], [0]
        for name in names:
            row = self._features(name)
            norm = sum(value * value for value in row.values()) ** 0.5 or 1.0
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


def word_features(weights: WordWeights, lexicon: Lexicon) -> Callable[[Name], Mapping[str, float]]:
    """The words of a name with their weights, and their translations at a discount."""

    def features(name: Name) -> Mapping[str, float]:
        row: dict[str, float] = {}
        for word in name.tokens:
            row[word] = max(row.get(word, 0.0), weights.weight(word))
            for other, probability in lexicon.get(word, {}).items():
                if probability >= 0.15:
                    row[other] = max(row.get(other, 0.0), 0.8 * probability**0.5 * weights.weight(word))
        return row

    return features


def letter_features(name: Name) -> Mapping[str, float]:
    """The runs of three letters of a name without its spaces; the first ones count double."""
    text = "^" + name.compact[:120]
    row = {text[i : i + 3]: 1.0 for i in range(max(1, len(text) - 2))}
    row[text[:3]] = 2.0
    row[text[:5]] = 2.0
    return row


def nearest_names(
    left: Sequence[Name], right: Sequence[Name], features: Callable[[Name], Mapping[str, float]],
    most: int, least: float,
) -> Iterable[tuple[int, int, float]]:  # fmt: skip
    """(left position, right position, cosine) of the *most* nearest right names of each left name."""
    import numpy as np
    from sparse_dot_topn import sp_matmul_topn

    vectors = Vectors(features)
    there = vectors.matrix(right, grow=True).T.tocsr()
    for start in range(0, len(left), 20_000):
        here = vectors.matrix(left[start : start + 20_000], grow=False)
        found = sp_matmul_topn(here, there, top_n=most, threshold=least, sort=True, n_threads=1)
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr)) + start
        yield from zip(rows.tolist(), found.indices.tolist(), found.data.tolist(), strict=True)


def keys_of(one: Party) -> set[str]:
    """Keys of which one in common is worth a look: acronyms, initials, compact names, sites, address, ids."""
    keys = {name.compact for name in one.names if len(name.compact) >= 2} | one.initials | one.acronyms
    keys |= {f"@{label}" for label in (one.domain,) if label}
    keys |= {f"{scheme}:{value}" for scheme, value in one.identifiers}
    if one.postal:
        keys.add(f"{one.postal} {one.street[0]}")
    if one.street[0] and one.street[1]:
        keys.add(f"{one.street[0]} {one.street[1][0]} {one.city}")
    return keys


def shared_keys(left: Sequence[Party], right: Sequence[Party]) -> dict[int, set[int]]:
    """Left position → right positions that share a key not too common."""
    holders: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(right):
        for key in keys_of(one):
            holders[key].append(position)
    return {
        position: {other for key in keys_of(one) for other in holders.get(key, ())
                   if len(holders[key]) <= MOST_SHARING}
        for position, one in enumerate(left)
    }  # fmt: skip


def candidates(
    left: Sequence[Party], right: Sequence[Party], weights: WordWeights, lexicon: Lexicon,
    near: Nearness = Nearness(),
) -> list[list[int]]:  # fmt: skip
    """For each left party, the positions of the right parties to compare it with, sorted."""
    found: list[set[int]] = [set() for _ in left]
    for position, others in (*shared_keys(left, right).items(), *named_whole(left, right).items()):
        found[position] |= others
    left_names, left_owners = _names(left)
    right_names, right_owners = _names(right)
    channels = (
        (word_features(weights, lexicon), near.by_words, 0.12),
        (letter_features, near.by_letters, 0.3),
    )
    for features, most, least in channels:
        found_here: list[list[tuple[float, int]]] = [[] for _ in left]
        for here, there, cosine in nearest_names(left_names, right_names, features, most, least):
            found_here[left_owners[here]].append((-cosine, right_owners[there]))
        # A party of many names, as a free text is, brings no more candidates than three would.
        for position, met in enumerate(found_here):
            found[position].update(other for _, other in sorted(met)[: 2 * most])
    for position, others in _spelt_by_initials(left, right).items():
        found[position] |= others
    return [sorted(others) for others in found]


def named_whole(left: Sequence[Party], right: Sequence[Party]) -> dict[int, set[int]]:
    """Left position → right positions one of whose names stands word for word in the left text."""
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    longest = 1
    for position, one in enumerate(right):
        for name in one.names:
            if name.kind != "site" and len(name.compact) > 2:
                holders[name.tokens].append(position)
                longest = max(longest, len(name.tokens))
    found: dict[int, set[int]] = {}
    for position, one in enumerate(left):
        text = one.text
        spans = (
            text[a:b]
            for a in range(len(text))
            for b in range(a + 1, min(a + 1 + min(longest, 14), len(text) + 1))
        )
        met = {
            other for span in spans if len(held := holders.get(span, ())) <= MOST_SHARING for other in held
        }
        if met:
            found[position] = met
    return found


def _names(parties: Sequence[Party]) -> tuple[list[Name], list[int]]:
    """Every name with the position of its party; each distinct list of words once a party."""
    pairs = [(name, position) for position, one in enumerate(parties) for name in one.names]
    return [name for name, _ in pairs], [position for _, position in pairs]


def looks_like_acronym(one: Party) -> str:
    """The acronym that a party is named by, or ""."""
    first = one.names[0] if one.names else None
    if first is None or len(first.tokens) > 2 or len(first.compact) not in _ACRONYM_LETTERS:
        return ""
    return first.compact


def _spelt_by_initials(left: Sequence[Party], right: Sequence[Party], most: int = 25) -> dict[int, set[int]]:
    """For parties named by an acronym, the names whose words begin with most of its letters."""
    import numpy as np

    asked = [(i, acronym) for i, one in enumerate(left) if (acronym := looks_like_acronym(one))]
    owners = [(i, name) for i, one in enumerate(right) for name in one.names if len(name.tokens) > 1]
    if not asked or not owners or len(asked) * len(owners) > 400_000_000:
        return {}
    begins = np.zeros((36, len(owners)), np.int8)
    for column, (_, name) in enumerate(owners):
        for word in name.tokens:
            if word[0] in _LETTERS:
                begins[_LETTERS.index(word[0]), column] += 1
    sizes = begins.sum(axis=0, dtype=np.int32)
    found: dict[int, set[int]] = {}
    for position, acronym in asked:
        wanted = {letter: acronym.count(letter) for letter in set(acronym) if letter in _LETTERS}
        met = np.zeros(len(owners), np.int32)
        for letter, count in wanted.items():
            met += np.minimum(begins[_LETTERS.index(letter)], count)
        score = met / max(1, len(acronym)) - 0.05 * np.maximum(0, sizes - met)
        chosen = np.argpartition(-score, min(most, len(owners) - 1))[:most]
        found[position] = {owners[i][0] for i in chosen.tolist() if met[i] >= 2}
    return found


_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
