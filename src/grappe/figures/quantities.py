"""Numbers with what they measure: amounts, percentages, lengths, counts of things; ranges of them."""

from dataclasses import dataclass, replace
from decimal import Decimal

from grappe.figures.counted import read_ellipsis, read_noun
from grappe.figures.mentions import Mention, Numeral, Reading, set_bounds
from grappe.figures.numerals import read_numeral
from grappe.figures.wordsets import word_set

_DASHES = frozenset({"-", "to", "a", "and", "et", "or", "ou"})
_LOOSE = frozenset({"les", "the", "des", "its", "ses", "leurs", "their", "nos", "our"})
_SIGNS = {
    "+": "more_than",
    ">": "more_than",
    "≥": "at_least",
    "<": "less_than",
    "≤": "up_to",
    "~": "approx",
    "≈": "approx",
    "±": "approx",
}
_SYMBOLS = frozenset({"$", "€", "£", "¥"})
#: Verbs after which « de A à B » tells two figures, one before and one after.
_MOVES = word_set("quantities.moves")


@dataclass(slots=True)
class _Measure:
    """What stands right after a number."""

    form: str
    last: int
    unit: str | None = None
    currency: str | None = None
    indicator: str | None = None
    noun: int | None = None


def read_quantity(reading: Reading, index: int) -> list[Mention]:
    """The figure (or the two ends told by « from A to B ») whose number starts at token *index*, or none."""
    numeral = read_numeral(reading, index)
    if numeral is None:
        return []
    measure = _measure(reading, index, numeral)
    pair = _second(reading, index, numeral, measure)
    if pair:
        return pair
    if measure is None:
        return []
    return [_mention(reading, index, numeral, measure)]


def _measure(reading: Reading, index: int, numeral: Numeral) -> _Measure | None:
    last = numeral.last
    plus = last if reading.key(last) == "+" and reading.glued(last) else None
    if plus is not None:
        last = last + 1
        numeral_after = reading.words.magnitudes[reading.language].get(reading.key(last))
        if numeral_after and len(reading.key(last)) > 3:
            last += 1
    return _percent(reading, last) or _amount(reading, index, last) or _thing(reading, index, last, numeral)


def _percent(reading: Reading, last: int) -> _Measure | None:
    found = reading.words.percents.at(reading.tokens.keys, last) if reading.key(last) else None
    if found:
        return _Measure(found[1], last + found[0], unit=found[1])
    if reading.key(last) in ("points", "pts") and reading.key(last + 1) in (
        "de",
        "en",
        "in",
        "over",
        "sur",
        "depuis",
        "par",
    ):
        return _Measure("points", last + 1, unit="points")
    return None


def _amount(reading: Reading, index: int, last: int) -> _Measure | None:
    keys = reading.tokens.keys
    after = last + 1 if reading.key(last) in ("de", "d'", "of") else last
    found = reading.words.currencies.at(keys, after) if after < len(keys) else None
    if found and _suffix_fits(reading, index, after):
        end = after + found[0]
        return _Measure("amount", end, unit="currency", currency=_currency_after(reading, index, found[1]))
    sign = _prefix(reading, index)
    if sign:
        return _Measure("amount", last, unit="currency", currency=sign[1])
    return None


def _suffix_fits(reading: Reading, index: int, after: int) -> bool:
    """A sign after the number belongs to it unless it is glued to the next number (« 12 et $15 »)."""
    if reading.key(after) in _SYMBOLS and reading.is_number(after + 1) and reading.glued(after + 1):
        return reading.glued(after)
    return reading.key(after) not in ("cad", "usd", "eur") or after != index


def _currency_after(reading: Reading, index: int, named: str) -> str:
    prefix = _prefix(reading, index)
    if named == "$" and prefix and prefix[1] != "$":
        return prefix[1]
    return named


def _prefix(reading: Reading, index: int) -> tuple[int, str] | None:
    """How many tokens of currency stand right before *index*, and which."""
    at = index - 1
    if at < reading.taken:
        return None
    key = reading.key(at)
    if key in _SYMBOLS:
        letters = reading.key(at - 1)
        if key == "$" and letters in ("us", "u.s", "ca", "c", "cdn", "cad", "a") and reading.glued(at):
            return 2, "USD" if letters.startswith("u") else "CAD"
        return 1, {"$": "$", "€": "EUR", "£": "GBP", "¥": "JPY"}[key]
    if reading.word(at) in ("CAD", "USD", "EUR", "GBP"):
        return 1, reading.word(at)
    return None


def _thing(reading: Reading, index: int, last: int, numeral: Numeral) -> _Measure | None:
    money = _money(reading, index, last, numeral)
    if money:
        return _Measure("amount", last, unit="currency", currency="$")
    found = read_noun(reading, last, numeral) or read_ellipsis(reading, index, last, numeral)
    if found is None:
        return None
    form = "measure" if found.measure else "count"
    return _Measure(form, found.last if found.measure else last, found.unit, None, found.indicator, found.at)


def _money(reading: Reading, index: int, last: int, numeral: Numeral) -> bool:
    """« 12 milliards » alone, or « 4 milliards d'investissements »: an amount, where money is spoken of."""
    if numeral.power < 6:
        return False
    if (
        reading.paid
        and reading.paid[0] >= reading.tokens.sentence_at(index)[0]
        and read_noun(reading, last, numeral) is None
    ):
        return True
    at = last + 1 if reading.key(last) in ("de", "d'", "of", "in", "en") else last
    keys = reading.tokens.keys
    named = reading.words.indicators.at(keys, at) if at < len(keys) else None
    if named and named[1].money:
        return True
    if at > last and reading.key(last) in ("de", "d'", "of"):
        return False
    first, end = reading.tokens.sentence_at(index)
    if read_noun(reading, last, numeral) is not None:
        return False
    return any(found.money for _, _, found in reading.words.indicators.within(keys, first, end))


def _second(reading: Reading, index: int, numeral: Numeral, measure: _Measure | None) -> list[Mention]:
    """« 10 à 15 % », « between 3 and 5 billion dollars »: one range, or two figures when things move."""
    after = measure.last if measure and measure.form in ("percent", "amount", "points") else numeral.last
    joint = reading.key(after)
    if joint not in _DASHES or (joint in ("et", "and") and not _between(reading, index)):
        return []
    qualifier = _qualifier_from(reading, after + 1)
    start = after + 1 + (qualifier[0] if qualifier else 0)
    start += 1 if reading.key(start) in _SYMBOLS or reading.key(start) in _LOOSE else 0
    other = read_numeral(reading, start)
    if other is None or not _may_join(reading, joint, after, numeral, other):
        return []
    whole = _measure(reading, start, other)
    before = measure is not None and (measure.noun is None or measure.noun <= index)
    if whole is None and measure and before and joint in ("a", "to") and _moves(reading, index):
        # « le nombre d'entreprises est passé de 320 à 410 »: the noun stands before both.
        whole = replace(measure, last=other.last)
    if whole is None or (measure is not None and measure.form != whole.form and measure.form != "count"):
        return []
    low = numeral
    if numeral.power == 0 and other.power and numeral.value * 10**other.power <= other.value * 1000:
        low = Numeral(
            numeral.value * 10**other.power, numeral.last, numeral.decimals, other.power, numeral.typed
        )
    if joint in ("to", "a") and (qualifier or _moves(reading, index)):
        return _two(reading, index, low, start, other, whole, after)
    return _range(reading, index, low, start, other, whole)


def _between(reading: Reading, index: int) -> bool:
    return any(reading.key(at) in ("entre", "between") for at in range(max(0, index - 4), index))


def _may_join(reading: Reading, joint: str, after: int, numeral: Numeral, other: Numeral) -> bool:
    if joint in ("ou", "or", "-", "a", "to"):
        low = numeral.value * 10**other.power if numeral.power == 0 else numeral.value
        return low < other.value or (joint in ("to", "a") and _moves(reading, after - 1))
    return numeral.value != other.value


def _moves(reading: Reading, index: int) -> bool:
    keys = reading.tokens.keys
    return any(keys[at] in _MOVES or keys[at] == "from" for at in range(max(0, index - 8), index))


def _qualifier_from(reading: Reading, start: int) -> tuple[int, str] | None:
    """A qualifier that begins at token *start*: its length and meaning."""
    for size in (4, 3, 2, 1):
        end = start + size - 1
        if end < len(reading.tokens.keys):
            found = reading.words.qualifiers.at(reading.tokens.keys, end)
            if found and found[0] == size:
                return found
    return None


def _range(
    reading: Reading, index: int, low: Numeral, start: int, high: Numeral, whole: _Measure
) -> list[Mention]:
    mention = _mention(reading, start, high, whole)
    before = opening_of(reading, index)
    mention.value, mention.qualifier = None, "range"
    mention.lower, mention.upper = sorted((_plain(low.value), _plain(high.value)))
    mention.first, mention.opening = before[0], before[1]
    return [mention]


def _two(
    reading: Reading, index: int, low: Numeral, start: int, high: Numeral, whole: _Measure, after: int
) -> list[Mention]:
    one = _mention(
        reading,
        index,
        low,
        _Measure(whole.form, after, whole.unit, whole.currency, whole.indicator, whole.noun),
    )
    reading.taken = after
    two = _mention(reading, start, high, whole)
    one.marks.add("from")
    two.marks.add("to")
    one.last = one.closing = after
    return [one, two]


def opening_of(reading: Reading, index: int) -> tuple[int, int, str]:
    """First token of the surface, first of its qualifier, and the qualifier's meaning ("exact")."""
    first = index
    prefix = _prefix(reading, index)
    if prefix:
        first -= prefix[0]
    sign = reading.key(first - 1)
    if sign in _SIGNS and first - 1 >= reading.taken and (reading.glued(first) or sign != "+"):
        return first - 1, first - 1, _SIGNS[sign]
    before = first - 1
    article = reading.key(before) in ("une", "un", "a") and reading.key(first) in reading.words.collectives
    if before > reading.taken and (article or reading.key(before) in _LOOSE):
        before -= 1
    if before >= reading.taken:
        for end in (first - 1, before):
            found = reading.words.qualifiers.at(reading.tokens.keys, end) if end >= 0 else None
            if found and end - found[0] + 1 >= reading.taken:
                return first, end - found[0] + 1, found[1]
    return first, first, "exact"


def _plain(value: Decimal) -> Decimal:
    """Without the zeros of a product: 15.50 billion is 15500000000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _mention(reading: Reading, index: int, numeral: Numeral, measure: _Measure) -> Mention:
    first, opening, qualifier = opening_of(reading, index)
    value = _plain(numeral.value)
    last = measure.last if measure.form != "count" else numeral.last
    if reading.key(numeral.last) == "+" and reading.glued(numeral.last):
        qualifier, last = "more_than", max(last, numeral.last + 1)
    power = numeral.power
    if measure.form != "percent" and reading.key(numeral.last) == "+":
        extra = reading.words.magnitudes[reading.language].get(reading.key(numeral.last + 1), 0)
        if extra > 2 and len(reading.key(numeral.last + 1)) > 3:
            value, power = _plain(value * 10**extra), extra
            last = max(last, numeral.last + 2)
    closing = measure.noun + 1 if measure.noun is not None else last
    after = reading.words.qualifiers_after.at(reading.tokens.keys, closing) if reading.key(closing) else None
    if after and qualifier == "exact" and reading.key(closing + after[0]) not in ("de", "d'", "than", "que"):
        qualifier, closing = after[1], closing + after[0]
    if qualifier == "exact" and numeral.collective:
        qualifier = "approx"
    return set_bounds(
        Mention(
            first, last, opening, closing, measure.form,  # type: ignore[arg-type]
            Decimal(value), qualifier=qualifier, unit=measure.unit,
            indicator=measure.indicator, currency=measure.currency, power=power, decimals=numeral.decimals,
            noun=measure.noun, marks={"typed"} if numeral.typed else set(),
        )
    )  # fmt: skip
