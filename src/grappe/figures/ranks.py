"""Ranks: « 14e rang », « fourth-largest », « one of the world's three main », « le plus grand … au
Canada »."""

import re
from decimal import Decimal

from grappe.figures.mentions import Mention, Reading, set_bounds
from grappe.figures.numerals import read_numeral
from grappe.figures.wordsets import word_set

_SUFFIXES = word_set("ranks.suffixes")
_LARGEST = re.compile(r"t?h?(?:largest|biggest|highest|lowest|best)$")
_RANK_NOUNS = word_set("ranks.rank_nouns")
_NOT_RANKED = word_set("ranks.not_ranked")
_VERBS = word_set("ranks.verbs")
_SUPER = word_set("ranks.super")
_ADJECTIVES = word_set("ranks.adjectives")
_GROUP = word_set("ranks.group")
_AMONG = frozenset({"among", "amongst", "parmi", "top", "palmares", "one", "l'", "un", "une", "des"})
_SCOPES = frozenset(
    {
        "industrie",
        "segment",
        "secteur",
        "employeur",
        "exportateur",
        "producteur",
        "pole",
        "centre",
        "center",
        "sector",
        "employer",
        "exporter",
        "producer",
        "industry",
        "market",
        "marche",
        "hub",
    }
)
_PLURAL = frozenset({"most"})


def read_rank(reading: Reading, index: int) -> Mention | None:
    """The rank whose number or superlative is at token *index*, or None."""
    key = reading.key(index)
    if reading.is_number(index):
        return _ordinal_digits(reading, index) or _within_top(reading, index) or _number_one(reading, index)
    if "-" in key and _compound(reading, index):
        return _rank(index, index + 1, reading.words.ordinals[key.split("-")[0]])
    if key in reading.words.ordinals:
        # « a premier cluster » praises, it does not rank.
        return None if key == "premier" and reading.language == "en" else _ordinal_word(reading, index)
    if key in _SUPER:
        return _superlative_en(reading, index)
    if key == "plus":
        return _superlative_fr(reading, index)
    if key in reading.words.numerals:
        return _within_top(reading, index) or _number_one(reading, index)
    return None


def _rank(first: int, last: int, value: int, *marks: str) -> Mention:
    return Mention(first, last, first, last, "rank", Decimal(value), unit="rank", marks=set(marks))


def _compound(reading: Reading, index: int) -> bool:
    first, _, rest = reading.key(index).partition("-")
    return first in reading.words.ordinals and (rest in _SUPER or rest in ("most", "best", "highest"))


def _ordinal_digits(reading: Reading, index: int) -> Mention | None:
    after = index + 1
    if not reading.glued(after) or not reading.word(index).isdigit() or len(reading.word(index)) > 3:
        return None
    suffix = reading.key(after)
    value = int(reading.word(index))
    if "-" in suffix and suffix.split("-")[0] in _SUFFIXES:
        return _rank(index, after + 1, value) if _LARGEST.search(suffix) else None
    if suffix not in _SUFFIXES:
        return _rank(index, after + 1, value, "typed") if _LARGEST.match(suffix) else None
    nxt = after + 1
    if reading.key(nxt) in _NOT_RANKED or reading.key(index - 1) in ("du", "siecle"):
        return None
    if reading.key(nxt) in (",", "et", "and", "ou") and reading.is_number(nxt + 1) and reading.glued(nxt + 2):
        return _rank(index, nxt, value) if _ranked_verb(reading, index) else None
    if _has_evidence(reading, index, nxt):
        return _rank(index, nxt, value)
    return None


def _ordinal_word(reading: Reading, index: int) -> Mention | None:
    nxt = index + 1
    key = reading.key(nxt)
    value = reading.words.ordinals[reading.key(index)]
    if key in _NOT_RANKED or not key or (value == 1 and key == "plus" and reading.key(index).endswith("s")):
        return None
    if key in _RANK_NOUNS:
        return _rank(index, nxt, value)
    if (
        key in _SUPER
        or key == "most"
        or (key == "plus" and reading.key(nxt + 1) in _ADJECTIVES | {"importants"})
    ):
        return _rank(index, nxt + 1 if key in _SUPER else nxt, value)
    if reading.key(index).endswith("s") or reading.key(nxt) in ("of", "to") or _of_its_kind(reading, nxt):
        return None
    if (
        reading.key(nxt) in ("au", "en", "in", "dans", "a")
        and _ranked_verb(reading, index)
        and _scope(reading, nxt, 5)
    ):
        return _rank(index, nxt, value)
    if value > 1 and reading.language == "en" and not _ranked_verb(reading, index):
        return None
    if reading.key(index) in ("second", "seconde") and not _scope(reading, nxt, 8):
        return None
    if _role_noun(reading, nxt) and _scope(reading, nxt, 9):
        return _rank(index, nxt, value)
    return None


_ROLES = re.compile(
    r"(?:employ|export|import|product|produc|fabric|constructeur|manufactur|destination|marche|partenaire"
    r"|secteur|segment|pole|centre|center|ville|metropole|city|grappe|cluster|province|pays|country"
    r"|industrie|industry"
    r"|puissance|capitale|capital|acteur|joueur|fournisseur|supplier|port|aeroport|airport|place|region"
    r"|contributeur|donneur|hub|reseau|consommat|creancier|vendeur|rang|bassin|ecosysteme|creneau|poste)"
)


def _role_noun(reading: Reading, index: int) -> bool:
    return any(_ROLES.match(reading.key(at)) is not None for at in (index, index + 1, index + 2))


def _of_its_kind(reading: Reading, index: int) -> bool:
    keys = reading.tokens.keys[index : index + 7]
    return any(key in ("kind", "genre", "type", "time", "fois") for key in keys)


def _has_evidence(reading: Reading, index: int, nxt: int) -> bool:
    key = reading.key(nxt)
    if (
        key in _RANK_NOUNS
        or key in _SUPER
        or key in ("most", "plus", "mondial", "mondiale", "best")
        or _ranked_verb(reading, index)
    ):
        return True
    if reading.key(index - 1) == "(" or key in (",", ".", ")"):
        return False
    return _scope(reading, nxt, 8)


def _ranked_verb(reading: Reading, index: int) -> bool:
    first, _ = reading.tokens.sentence_at(index)
    for at in range(index - 1, max(first, index - 7) - 1, -1):
        key = reading.key(at)
        if key in _VERBS:
            return (
                key not in ("is", "est", "are", "sont", "was", "etait", "place", "figure") or index - at <= 3
            )
        if key in (",", ";", "(", ":"):
            return False
    return False


def _scope(reading: Reading, start: int, width: int) -> bool:
    """Whether a place (« au Canada », « mondial », « world's ») stands within *width* tokens."""
    keys = reading.tokens.keys
    _, end = reading.tokens.sentence_at(min(start, len(keys) - 1))
    last = min(end, start + width)
    if any(keys[at] in reading.words.adjectives for at in range(start, last)):
        return True
    return next(reading.words.places.within(keys, start, last), None) is not None


def _within_top(reading: Reading, index: int) -> Mention | None:
    """« one of the world's three main », « parmi les 10 plus grands », « top 5 »."""
    numeral = read_numeral(reading, index)
    if (
        numeral is None
        or numeral.power
        or numeral.decimals
        or not 2 <= numeral.value <= 500
        or numeral.collective
    ):
        return None
    last = numeral.last
    before = reading.key(index - 1)
    if before == "top" or (before == "-" and reading.key(index - 2) == "top"):
        return _top(reading, index, numeral.last)
    if reading.key(last) in ("%", "$"):
        return None
    near = [reading.key(at) for at in range(last, last + 3)]
    grouped = near[0] in _GROUP or (
        near[0] == "plus" and near[1] in _ADJECTIVES | {"performants", "performantes", "attractives"}
    )
    superlative = ("plus" in near[1:] and near[near.index("plus", 1) - 1] in ("les", "des")) or reading.key(
        last + 3
    ) == "plus"
    before_group = before in ("premiers", "premieres", "top", "meilleurs", "meilleures", "plus")
    if not (grouped or superlative or before_group or near[1] in _SUPER) or not _is_among(reading, index):
        return None
    return _top(reading, index, last)


def _top(reading: Reading, index: int, last: int) -> Mention:
    numeral = read_numeral(reading, index)
    value = numeral.value if numeral else Decimal(0)
    return set_bounds(Mention(index, last, index, last, "rank", value, qualifier="within_top", unit="rank"))


def _is_among(reading: Reading, index: int) -> bool:
    first, _ = reading.tokens.sentence_at(index)
    before = [reading.key(at) for at in range(max(first, index - 8), index)]
    text = " ".join(before)
    return (
        any(key in ("among", "amongst", "parmi", "top", "palmares", "rangs") for key in before)
        or re.search(r"\b(?:one of|un des|une des|l' un d|l' une d|fait partie d|font partie d)", text)
        is not None
    )


def _number_one(reading: Reading, index: int) -> Mention | None:
    before = reading.key(index - 1)
    one = reading.word(index) == "1" or reading.key(index) in ("one", "un")
    if one and (
        before in ("number", "numero", "#")
        or (before in ("o", "°", ".") and reading.key(index - 2) in ("n", "no"))
    ):
        return _rank(index, index + 1, 1)
    return None


def _superlative_en(reading: Reading, index: int) -> Mention | None:
    """« Canada's largest aerospace centre », « the largest segment », singular and firm."""
    before = reading.key(index - 1)
    if (
        before in reading.words.ordinals
        or (before.isalpha() and reading.words.numerals.get(before, 0) > 1)
        or reading.is_number(index - 1)
        or _among_many(reading, index)
    ):
        return None
    head = _head_after(reading, index + 1)
    if head is None or (head.endswith("s") and not head.endswith(("ss", "us", "is"))):
        return None
    possessive = before == "'s" or _scope(reading, index - 3, 3) if index >= 1 else False
    if (
        possessive
        or head in _SCOPES
        or (before in ("the", "its") and _scope(reading, index + 1, 12) and not _is_project(reading, index))
    ):
        return _rank(index, index + 1, 1, "superlative")
    return None


def _is_project(reading: Reading, index: int) -> bool:
    return any(
        reading.key(at) in ("investment", "project", "investissement", "projet", "infrastructure")
        for at in range(index + 1, index + 5)
    )


def _among_many(reading: Reading, index: int) -> bool:
    first, _ = reading.tokens.sentence_at(index)
    text = " ".join(reading.key(at) for at in range(max(first, index - 7), index))
    return (
        re.search(
            r"\b(?:one of|among|some of|un des|une des|l' un d|l' une d|parmi|certains des|plusieurs des"
            r"|of the)\b",
            text,
        )
        is not None
    )


def _head_after(reading: Reading, index: int) -> str | None:
    head = None
    for at in range(index, index + 6):
        key = reading.key(at)
        if (
            not key
            or not (key[0].isalpha() or key == "&")
            or key
            in ("in", "of", "for", "at", "that", "which", "with", "and", "by", "on", "to", "after", "is")
        ):
            break
        head = key
    return head


def _superlative_fr(reading: Reading, index: int) -> Mention | None:
    """« le plus grand centre … au Canada », « la plus importante grappe … »: singular, with « le » or
    « la »."""
    det = reading.key(index - 1)
    adjective = reading.key(index + 1)
    ordinal = reading.words.ordinals.get(det)
    if ordinal and ordinal > 1:
        return None
    concentration = (
        adjective in ("forte", "grande", "haute", "importante") and reading.key(index + 2) == "concentration"
    )
    if (
        not (det in ("le", "la", "leur", "son", "sa") or (index == 0 and adjective in _ADJECTIVES))
        or adjective.endswith("s")
        or not (adjective in _ADJECTIVES or concentration)
    ):
        return None
    if _among_many(reading, index - 1) or reading.key(index + 2) in (
        "nombre",
        "partie",
        "part",
        "defi",
        "avantage",
        "atout",
    ):
        return None
    if _is_project(reading, index + 1):
        return None
    if (
        _scope(reading, index + 2, 12)
        or reading.key(index + 2) in _SCOPES
        or reading.key(index - 2) in _SCOPES
    ):
        return _rank(index, index + 2, 1, "superlative")
    return None
