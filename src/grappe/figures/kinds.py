"""What kind of figure a number is, from the words around it: share, growth, rate, forecast, cumulative…"""

import re

from grappe.figures.exclusions import year_at
from grappe.figures.mentions import Mention, Reading
from grappe.figures.wordsets import word_set

_FUTURE = re.compile(r"(?:[a-z]{2,}(?:er|ir|dr|vr|rr)(?:a|ont)|sera|seront|aura|auront|fera|feront)$")
_NOT_FUTURE = frozenset({"opera", "camera", "era", "extra", "infra", "sierra", "terra", "para", "caldera"})
_OF = frozenset({"of", "de", "d'", "des", "du"})
_OUTPUTS = frozenset(
    {
        "solutions",
        "transfers",
        "projects",
        "patents",
        "companies",
        "products",
        "productions",
        "publications",
        "licences",
        "events",
        "meetings",
        "internships",
        "scholarships",
        "programs",
        "investments",
        "funds",
        "agreements",
    }
)
_PERFECT = word_set("kinds.perfect")
_MADE = re.compile(
    r"(?:implemented|carried|contributed|created|completed|supported|delivered|helped|launched|funded"
    r"|trained|organized|organised|filed|developed|accompanied|financed|produced|realise|realises|realisees"
    r"|cree|crees|creees|contribue|permis|soutenu|accompagne|accompagnes"
    r"|appuye|mene|menes|livre|finance|finances|forme|organise|depose|deposes|developpe|lance|lances|genere"
    r"|conclu|effectue|donne|octroye|implante|transfere)"
)
_WINDOW_BEFORE, _WINDOW_AFTER = 14, 8


def set_kind(reading: Reading, mention: Mention, previous_end: int, next_first: int) -> str:
    """The kind of *mention*; a decline's value becomes negative, « par an » enters the unit."""
    first, last = reading.tokens.sentence_at(mention.first)
    cues = _Cues(reading, mention, max(first, previous_end), min(last, next_first), first, last)
    if mention.form == "rank":
        return "rank"
    if mention.form == "times":
        return _times_kind(reading, mention, cues)
    if mention.form in ("percent", "points"):
        return _percent_kind(reading, mention, cues)
    if mention.unit in ("km", "metres", "minutes"):
        return "distance"
    if mention.form == "amount":
        _per_time(mention, cues)
    if mention.form == "measure" and mention.unit == "tonnes" and cues.near("per_year"):
        mention.unit = "tonnes per year"
    return _level_kind(reading, mention, cues)


class _Cues:
    """The words that speak for a kind, with how far they are: before and after, within the mention's
    reach."""

    def __init__(
        self, reading: Reading, mention: Mention, left: int, right: int, first: int, last: int
    ) -> None:
        keys = reading.tokens.keys
        self.reading, self.mention = reading, mention
        self.sentence = (first, last)
        start = _back_to_break(reading, mention.opening, max(left, mention.opening - _WINDOW_BEFORE))
        stop = _up_to_break(reading, mention.last, min(right, mention.last + _WINDOW_AFTER))
        self.before: dict[str, int] = {}
        self.after: dict[str, int] = {}
        for at, size, kinds in reading.words.kinds.within(keys, start, mention.first):
            for kind in kinds.split():
                self.before[kind] = mention.opening - (at + size)
        for at, _, kinds in reading.words.kinds.within(keys, mention.last, stop):
            for kind in kinds.split():
                self.after.setdefault(kind, at - mention.last)

    def near(self, kind: str, before: int = 8, after: int = 8) -> bool:
        """Whether a word for *kind* stands within reach."""
        return self.before.get(kind, 99) <= before or self.after.get(kind, 99) <= after

    def distance(self, kind: str) -> int:
        """Tokens to the nearest word for *kind*; 99 when none."""
        return min(self.before.get(kind, 99), self.after.get(kind, 99))

    def anywhere(self, kind: str) -> bool:
        """Whether a phrase for *kind* stands anywhere in the sentence."""
        first, last = self.sentence
        return any(
            kind in kinds.split()
            for _, _, kinds in self.reading.words.kinds.within(self.reading.tokens.keys, first, last)
        )


_BREAKS = frozenset({":", ";", "•", "|"})


def _back_to_break(reading: Reading, index: int, least: int) -> int:
    for at in range(index - 1, least - 1, -1):
        if reading.key(at) in _BREAKS and any(reading.key(i)[:1].isalnum() for i in range(at + 1, index)):
            return at
    return least


def _up_to_break(reading: Reading, index: int, most: int) -> int:
    for at in range(index, most):
        if reading.key(at) in _BREAKS:
            return at
    return most


def _percent_kind(reading: Reading, mention: Mention, cues: _Cues) -> str:
    after = reading.key(mention.last)
    growth, of_whole = cues.before.get("growth", 99), after in _OF
    if reading.key(mention.opening - 1) in ("up", "down") and not of_whole:
        growth = 0
    if growth <= (5 if of_whole else 12) and not _is_ratio_phrase(reading, mention):
        return _growth(mention, cues)
    if of_whole and cues.before.get("rate", 99) > 3 and not _of_growth(reading, mention):
        return _share_or_forecast(cues)
    if (
        _against_others(reading, mention)
        or cues.after.get("comparison", 99) <= 4
        or cues.before.get("comparison", 99) <= 5
    ):
        return "comparison"
    if cues.near("rate", 10, 6):
        if cues.after.get("growth", 99) <= 6 and cues.before.get("rate", 99) > 10:
            return _growth(mention, cues)
        return "rate"
    if cues.after.get("growth", 99) <= 5 or (cues.after.get("per_year", 99) == 0 and not of_whole):
        return _growth(mention, cues)
    return _share_or_forecast(cues)


def _against_others(reading: Reading, mention: Mention) -> bool:
    """« plus de 14 % … par rapport aux villes concurrentes », « … compared to competing cities »: never to a
    year."""
    for at in range(mention.last, min(mention.last + 14, len(reading.tokens.keys))):
        told = reading.key(at) == "compared" or (
            reading.key(at) == "par" and reading.key(at + 1) == "rapport"
        )
        if told:
            return not any(reading.is_number(i) for i in range(at, at + 4))
    return False


def _of_growth(reading: Reading, mention: Mention) -> bool:
    """« 12 % de croissance »."""
    found = (
        reading.words.kinds.at(reading.tokens.keys, mention.last + 1)
        if mention.last + 1 < len(reading.tokens.keys)
        else None
    )
    return found is not None and "growth" in found[1].split()


def _is_ratio_phrase(reading: Reading, mention: Mention) -> bool:
    """« réduit à 12 % », « a atteint 5 % »: the level reached, not the change."""
    return reading.key(mention.opening - 1) in ("a", "to", "at", "from") and reading.key(
        mention.opening - 2
    ) not in (
        "evaluee",
        "estimee",
        "s'",
        "evalue",
        "estime",
        "eleve",
    )


def _growth(mention: Mention, cues: _Cues) -> str:
    if mention.form == "percent" and (cues.near("per_year", 10, 6)):
        mention.unit = "percent per year"
    if (
        cues.distance("decline") <= cues.distance("growth")
        and cues.distance("decline") < 99
        and "negative" not in mention.marks
    ):
        mention.marks.add("negative")
        if mention.value is not None:
            mention.value = -mention.value
            mention.lower, mention.upper = (
                (-mention.upper if mention.upper is not None else None),
                (-mention.lower if mention.lower is not None else None),
            )
    if _is_future(cues):
        return "forecast"
    return "growth"


def _share_or_forecast(cues: _Cues) -> str:
    return "forecast" if _is_future(cues) else "share"


def _times_kind(reading: Reading, mention: Mention, cues: _Cues) -> str:
    after = [reading.key(at) for at in range(mention.last, mention.last + 5)]
    lower = any(_is_lower(reading, at) for at in range(mention.last, mention.last + 3))
    if lower:
        mention.unit = "times lower"
        return "comparison"
    if _is_future(cues):
        return "forecast"
    if "grows" in mention.marks and after[:1] not in (["le"], ["la"], ["the"]):
        return "growth"
    own = any(
        key
        in (
            "that",
            "celle",
            "celui",
            "celles",
            "ceux",
            "moyenne",
            "average",
            "ensemble",
            "economie",
            "economy",
        )
        for key in after
    )
    if own or reading.key(mention.first) in ("twice", "double", "triple"):
        return "ratio"
    return (
        "comparison"
        if any(
            key in ("que", "qu'", "than")
            for key in [reading.key(at) for at in range(mention.last, mention.last + 10)]
        )
        else "ratio"
    )


def _is_lower(reading: Reading, at: int) -> bool:
    found = reading.words.kinds.at(reading.tokens.keys, at) if reading.key(at) else None
    return reading.key(at) in ("moins", "less", "fewer") or (
        found is not None and "lower" in found[1].split()
    )


def _per_time(mention: Mention, cues: _Cues) -> None:
    if cues.near("per_hour", 8, 6):
        mention.unit = "currency per hour"
    elif cues.near("per_year", 6, 7) or _each_year(cues):
        mention.unit = "currency per year"


def _each_year(cues: _Cues) -> bool:
    first = cues.sentence[0]
    keys = cues.reading.tokens.keys[first : first + 2]
    return keys in (["chaque", "annee"], ["each", "year"], ["every", "year"])


def _level_kind(reading: Reading, mention: Mention, cues: _Cues) -> str:
    if (
        cues.before.get("growth", 99) <= 1
        and reading.key(mention.opening - 1) in ("de", "d'", "of", "by")
        and mention.form == "amount"
    ):
        return _growth(mention, cues)
    if _is_future(cues) and "from" not in mention.marks:
        return "forecast"
    if (
        cues.anywhere("cumulative")
        or _since_beginning(reading, mention, cues)
        or _accomplished(reading, mention, cues)
    ):
        return "cumulative"
    return "level"


def _is_future(cues: _Cues) -> bool:
    reading, mention = cues.reading, cues.mention
    if cues.before.get("forecast", 99) <= 12 or cues.after.get("forecast", 99) <= _comma_after(
        reading, mention, 6
    ):
        return True
    if any(
        reading.key(at) == "d'" and reading.key(at + 1) == "ici"
        for at in range(mention.last, mention.last + 8)
    ):
        return True
    last = len(reading.tokens.keys)
    if any(
        reading.key(at) == "by" and year_at(reading, at + 1)
        for at in range(mention.last, min(last, mention.last + 5))
    ):
        return True
    if "to" in mention.marks:
        keys = reading.tokens.keys[cues.sentence[0] : mention.first]
        if "will" in keys or any(
            _FUTURE.search(key) and key not in _NOT_FUTURE for key in keys if reading.language == "fr"
        ):
            return True
    first = max(cues.sentence[0], mention.opening - 12)
    return (
        any(
            _FUTURE.search(reading.key(at))
            and reading.key(at) not in _NOT_FUTURE
            and reading.words.nouns.get(reading.key(at)) is None
            for at in range(first, mention.opening)
        )
        and reading.language == "fr"
    )


def _is_awaited(cues: _Cues) -> bool:
    """« 350 exposants et 12 000 visiteurs sont attendus »."""
    reading, (_, last) = cues.reading, cues.sentence
    awaited = (
        "attendu",
        "attendus",
        "attendue",
        "attendues",
        "prevu",
        "prevus",
        "prevue",
        "prevues",
        "expected",
        "planned",
    )
    return any(
        reading.key(at) in awaited and reading.key(at - 1) in ("sont", "est", "are", "is", "seront")
        for at in range(cues.mention.last, last)
    )


def _comma_after(reading: Reading, mention: Mention, most: int) -> int:
    """How far the clause goes after the number, at most *most* tokens."""
    for step in range(most + 1):
        if reading.key(mention.last + step) == ",":
            return step
    return most


def _since_beginning(reading: Reading, mention: Mention, cues: _Cues) -> bool:
    """« Depuis 2015, plus de 200 projets … », counts only."""
    if mention.unit not in _OUTPUTS and mention.form != "amount":
        return False
    first, last = cues.sentence
    return any(
        reading.key(at) in ("depuis", "since") and (reading.is_number(at + 1) or reading.is_number(at + 2))
        for at in range(first, last - 1)
    )


def _accomplished(reading: Reading, mention: Mention, cues: _Cues) -> bool:
    """« INO has implemented over 6,500 solutions »: an output, after a perfect tense."""
    if mention.unit not in _OUTPUTS or mention.form != "count":
        return False
    first = max(cues.sentence[0], mention.first - 30)
    if mention.unit in ("companies", "people") and not any(
        reading.key(at)
        in (
            "creation",
            "creations",
            "cree",
            "created",
            "create",
            "soutenu",
            "accompagne",
            "supported",
            "helped",
            "lance",
            "launched",
            "creer",
        )
        for at in range(max(first, mention.opening - 6), mention.opening)
    ):
        return False
    for at in range(first, mention.opening):
        if reading.key(at) in _PERFECT and any(
            _MADE.fullmatch(reading.key(i)) for i in range(at + 1, min(at + 4, mention.opening))
        ):
            return True
    return False
