"""Short names and the long ones they stand for: INO, Institut national d'optique, National Optics
Institute.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from grappe.linkage.parties import Party
from grappe.linkage.weights import STOP_WORDS


def acronym_fit(left: Party, right: Party) -> tuple[float, int]:
    """How well one party's short name stands for the other (stated, spelt by initials, or in its site),
    0–1, and how many letters the short name has: three letters meet by chance, six do not.
    """
    best, letters = 0.0, 0
    for one, other in ((left, right), (right, left)):
        short = {
            name.compact for name in one.names[:2] if len(name.tokens) <= 2 and 2 <= len(name.compact) <= 12
        }
        short |= one.acronyms
        for value, met in ((1.0, set(other.acronyms)), (0.9, set(other.site)), (0.8, set(other.initials))):
            if value > best and (both := short & met):
                best, letters = value, max(map(len, both))
        if best < 0.7 and short:
            fits = ((0.7 * spelt_share(s, n.tokens), len(s))
                    for s in sorted(short) for n in other.names if len(n.tokens) > 1)  # fmt: skip
            best, letters = max((best, letters), max(fits, default=(0.0, 0)))
    if best < 0.6 and (spelt := left.initials & right.initials):
        best, letters = 0.6, max(map(len, spelt))
    return best, letters


def spelt_share(acronym: str, tokens: Sequence[str]) -> float:
    """How well the words, in order, begin with the letters of *acronym*: 1 when they spell it and
    nothing else.

    Each full word may give its first letters; 0 when the letters can't all be found in order.
    """
    place = used = skipped = 0
    for word in tokens:
        taken = 0
        while place < len(acronym) and taken < len(word) and taken < 4 and word[taken] == acronym[place]:
            # Later letters of a word are taken only when the next word does not begin with them.
            place, taken = place + 1, taken + 1
        if taken:
            used += 1
        elif word not in STOP_WORDS:
            skipped += 1
    if place < len(acronym):
        return 0.6 * place / len(acronym) if place >= 3 and place >= len(acronym) - 1 else 0.0
    return max(0.0, min(1.0, 1.0 - 0.12 * skipped - 0.1 * (used == 1)))


#: An initialism within a name stands for this many of its words.
_RUN = range(3, 7)


@lru_cache(200_000)
def initial_runs(tokens: tuple[str, ...]) -> Mapping[str, tuple[int, int]]:
    """Initials of each run of three to six telling words, with where the run starts and ends: « institut
    national des sciences appliquées de Rouen » → insa (0, 5), inn…, sar…
    """
    full = [place for place, word in enumerate(tokens) if word not in STOP_WORDS]
    found: dict[str, tuple[int, int]] = {}
    for size in _RUN:
        for first in range(len(full) - size + 1):
            run = full[first : first + size]
            found.setdefault("".join(tokens[place][0] for place in run), (run[0], run[-1] + 1))
    return found


def contracted(tokens: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """*tokens* with a run of words put as initials where *other* has them so: « insa de Rouen »."""
    shorts = [word for word in other if len(word) in _RUN and word.isalpha() and word not in tokens]
    if not shorts or len(tokens) < _RUN.start:
        return tokens
    runs = initial_runs(tokens)
    for short in shorts:
        if short in runs:
            start, end = runs[short]
            return (*tokens[:start], short, *tokens[end:])
    return tokens
