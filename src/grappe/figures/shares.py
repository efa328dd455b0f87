"""What a share is of, what a rank is among: the phrase after « % of », the scope after a superlative."""

from grappe.figures.lexicon import lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.places import Spot
from grappe.figures.wordsets import word_set

_OF = frozenset({"of", "de", "d'", "des", "du"})
_VERBS = word_set("shares.verbs")
_NEW_CLAUSE = word_set("shares.new_clause")
_FIELDS = word_set("shares.fields")
_MOST = 16


def whole_span(reading: Reading, mention: Mention, last: int) -> tuple[int, int] | None:
    """The tokens of what the percent is of (« 45% of Canadian aerospace workforce »), or None."""
    if mention.form != "percent":
        return None
    bare = reading.key(mention.last) in lexicon().adjectives and reading.word(mention.last)[0].isupper()
    if reading.key(mention.last) not in _OF and not bare:
        return None
    start = mention.last + 1
    end = start
    while end < min(last, start + _MOST):
        key = reading.key(end)
        if (
            (key in _VERBS and end > start)
            or _ends_phrase(reading, end)
            or (not key[0].isalpha() and key not in ("-", "'s", "&", "/", "'"))
        ):
            break
        end += 1
    bare_place = lexicon().places.at(reading.tokens.keys, start) if start < len(reading.tokens.keys) else None
    if bare_place and start + bare_place[0] >= end and not bare:
        return None
    return (mention.last, end) if end > start else None


def _ends_phrase(reading: Reading, at: int) -> bool:
    """« et créent », « dans la formation », « exportent »: where what the share is of stops."""
    key = reading.key(at)
    if key in ("et", "and"):
        following = reading.key(at + 1)
        verb = following.endswith("ent") and not following.endswith("ment")
        return verb or following in _NEW_CLAUSE or any(reading.is_number(at + step) for step in (1, 2))
    if key == "en":
        return not (reading.word(at + 1).isupper() or reading.key(at + 1) in _FIELDS)
    if key == "dans":
        # « de l'emploi dans la région » says where the whole is; « dans l'entreposage » what the part does.
        return not _leads_to_place(reading, at + 1)
    return len(key) > 5 and key.endswith("ent") and not key.endswith("ment") and reading.language == "fr"


def _leads_to_place(reading: Reading, at: int) -> bool:
    while reading.key(at) in ("le", "la", "l'", "les", "tout", "toute", "ensemble", "du", "de"):
        at += 1
    return at < len(reading.tokens.keys) and lexicon().places.at(reading.tokens.keys, at) is not None


def whole_text(reading: Reading, span: tuple[int, int] | None) -> str | None:
    """The phrase itself, without its « of »."""
    if span is None:
        return None
    start = span[0] + (reading.key(span[0]) in _OF)
    while (
        reading.key(start) in ("la", "l'", "les", "le", "the", "total", "all", "ses", "its", "des", "du")
        and start < span[1] - 1
    ):
        start += 1
    return reading.tokens.span(start, span[1])


def scope_of(mention: Mention, near: list[Spot]) -> Spot | None:
    """The place among which something is ranked: the nearest world, continent or country around the rank."""
    if mention.form != "rank":
        return None
    around = [spot for spot in near if spot.place.level in ("world", "continent", "country", "province")]
    before = [
        spot
        for spot in around
        if spot.at < mention.first and (spot.possessive or spot.adjective) and mention.first - spot.at <= 3
    ]
    after = [spot for spot in around if mention.last <= spot.at <= mention.last + 14]
    if before and ("superlative" in mention.marks or not after or any(spot.possessive for spot in before)):
        return before[-1]
    return after[0] if after else None


def ranked(reading: Reading, mention: Mention, last: int) -> str | None:
    """What is ranked, or in what: « visual effects centre », « clothing manufacturing »; None when unsaid."""
    at = mention.last
    while at < last and (
        reading.key(at) in _SUPERLATIVES
        or reading.key(at) in ("rang", "rank", "place", "position", "echelon", "mondial", "canadien")
        or reading.key(at) in lexicon().adjectives
    ):
        at += 1
    links = 0
    while at < last and reading.key(at) in _LINKS and links < 4:
        at, links = at + 1, links + 1
    if at < last and lexicon().places.at(reading.tokens.keys, at):
        return None
    end = at
    while end < min(last, at + 8):
        key = reading.key(end)
        if key in _RANK_STOP or not (key[0].isalpha() or key in ("-", "&")):
            break
        end += 1
    return reading.tokens.span(at, end) if end > at and len(reading.tokens.span(at, end)) > 3 else None


_SUPERLATIVES = word_set("shares.superlatives")
_LINKS = word_set("shares.links")
_RANK_STOP = word_set("shares.rank_stop")


def indicator_of(
    reading: Reading, mention: Mention, first: int, last: int, whole: tuple[int, int] | None
) -> str | None:
    """What an amount, a share or a growth measures (« sales », « employment »), in English; None when
    unsaid."""
    found = None
    start, stop = (whole[0], whole[1]) if whole else (first, last)
    best = 99
    for at, size, indicator in lexicon().indicators.within(reading.tokens.keys, start, stop):
        if mention.form == "amount" and not indicator.money:
            continue
        distance = mention.opening - (at + size) if at < mention.first else at - mention.last
        if distance < best:
            found, best = indicator.name, distance
    return found
