"""A passage → the figures' numbers in it, in order, none overlapping another."""

from functools import cache

from grappe.figures.exclusions import forbidden_spans, is_excluded, is_year, year_is_count
from grappe.figures.lexicon import lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.quantities import read_quantity
from grappe.figures.ranks import read_rank
from grappe.figures.ratios import read_ratio
from grappe.figures.tokens import Tokens

#: Beyond it a passage is a dump of numbers, and what the words around each say is no longer told apart.
MOST_MENTIONS = 300


@cache
def _starters() -> frozenset[str]:
    """Words that may start a figure."""
    words = lexicon()
    ordinals = set(words.ordinals)
    return frozenset(
        set(words.numerals) | set(words.collectives) | ordinals | set(words.fractions) | set(words.multiples)
        | {"largest", "biggest", "plus"}
    )  # fmt: skip


@cache
def _compound_parts() -> frozenset[str]:
    words = lexicon()
    return frozenset(set(words.numerals) | set(words.ordinals) | {"demi", "half", "deux", "trois"})


def may_hold_figures(tokens: Tokens) -> bool:
    """Whether some word of *tokens* may start a figure: most passages hold none, and are left at once."""
    if True in tokens.numeric or not _starters().isdisjoint(tokens.keys):
        return True
    return any("-" in key and key.split("-", 1)[0] in _compound_parts() for key in tokens.keys)


def scan(reading: Reading, start: int, end: int) -> list[Mention]:
    """The mentions in ``text[start:end]``, whose tokens *reading* holds; :data:`MOST_MENTIONS` at most."""
    tokens = reading.tokens
    forbidden = forbidden_spans(tokens.text, start, end)
    starters, parts = _starters(), _compound_parts()
    found: list[Mention] = []
    for index, key in enumerate(tokens.keys):
        if index < reading.taken:
            continue
        if len(found) >= MOST_MENTIONS:
            break
        if (
            not tokens.numeric[index]
            and key not in starters
            and not ("-" in key and key.split("-", 1)[0] in parts)
        ):
            continue
        if forbidden and any(a <= tokens.starts[index] < b for a, b in forbidden):
            continue
        here = _read(reading, index)
        if here:
            found += here
            reading.taken = max(mention.last for mention in here)
            last = here[-1]
            if last.form == "count" and last.unit:
                reading.counted = (last.first, last.unit, last.indicator)
            if last.form == "amount":
                reading.paid = (last.first, last.currency or "$")
    return found


def _read(reading: Reading, index: int) -> list[Mention]:
    numeric = reading.tokens.numeric[index]
    rank = read_rank(reading, index)
    if rank:
        return [rank]
    if numeric and (
        is_excluded(reading, index) or (is_year(reading, index) and not year_is_count(reading, index))
    ):
        return []
    ratio = read_ratio(reading, index)
    if ratio:
        return [ratio]
    return read_quantity(reading, index)
