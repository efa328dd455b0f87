"""What a figure is about: a sector named in its sentence, a body that acts in it, else the section's
topic."""

import re

from grappe.figures.lexicon import lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.wordsets import word_set

_HEADS_FR = word_set("subjects.heads_fr")
_HEADS_EN = word_set("subjects.heads_en")
_BARE = word_set("subjects.bare")
_STOP = word_set("subjects.stop")
_EMPTY = word_set("subjects.empty")
_ACTS = re.compile(
    r"(?:compte|comptait|emploie|employait|regroupe|reunit|rassemble|a|est|has|is|employs|brings|generates"
    r"|represents|offers|offre|detient|possede|genere|represente|realise|accueille|dispose|affiche|forme"
    r"|supports|soutient|accompagne|operates|exploite|annonce|mobilise|had|was|comprend|includes|contribue"
    r"|developpe|develops|recense|receives|recoit|gere|manages|produit|produces|livre|delivers|prevoit|vise"
    r"|investit|embauche|expedie)$"
)


def sector_near(reading: Reading, mention: Mention, first: int, last: int) -> str | None:
    """The sector named closest to the mention between two tokens, « industrie de la mode »; None."""
    best: tuple[int, str] | None = None
    for at in range(first, last):
        key = reading.key(at)
        if key not in _HEADS_FR and (
            key not in _HEADS_EN or (reading.language == "fr" and reading.word(at)[0].isupper())
        ):
            continue
        if mention.noun is not None and mention.noun == at:
            continue
        name = _french_name(reading, at, last) if key in _HEADS_FR else _english_name(reading, at, first)
        if name:
            distance = mention.first - at if at < mention.first else 2 + at - mention.last
            if best is None or distance < best[0]:
                best = distance, name
    return best[1] if best else None


def _french_name(reading: Reading, at: int, last: int) -> str | None:
    """The complement of « industrie », « secteur », « grappe »…, with the head."""
    end, told = at + 1, False
    places = lexicon().adjectives
    while end < min(last, at + 12):
        key, word = reading.key(end), reading.word(end)
        if key in _STOP or not (key[:1].isalpha() or key in ("&", "-", "/")) or _is_verb(key):
            break
        if key in ("du", "de", "d'", "des", "la", "le", "les", "l'", "et"):
            if _only_a_place(reading, end, last):
                break
            end += 1
            continue
        if key in places or (key in _EMPTY and not told):
            end += 1
            continue
        if word[0].isupper() and lexicon().places.at(reading.tokens.keys, end):
            break
        told = told or len(key) > 2 or word.isupper()
        end += 1
    while end > at + 1 and reading.key(end - 1) in (
        "du",
        "de",
        "d'",
        "des",
        "la",
        "le",
        "les",
        "l'",
        "et",
        "-",
    ):
        end -= 1
    return reading.tokens.span(at, end) if told else None


def _is_verb(key: str) -> bool:
    """« donnait », « comptera », « emploient »: French verbs told by their endings."""
    told = key.endswith(("ait", "aient", "tera", "nera", "ront"))
    return len(key) > 4 and (told or (key.endswith("ent") and not key.endswith("ment")))


def _only_a_place(reading: Reading, at: int, last: int) -> bool:
    """« du Québec », « de la région de Québec »: a place, hence not what the sector is."""
    at += 1
    while at < last and reading.key(at) in ("la", "le", "les", "l'", "de", "du", "ce", "cette"):
        at += 1
    return (
        at < last
        and lexicon().places.at(reading.tokens.keys, at) is not None
        and reading.word(at)[0].isupper()
    )


def _english_name(reading: Reading, at: int, first: int) -> str | None:
    """« Québec's aerospace industry » → « aerospace industry »."""
    start, told = at, False
    while start - 1 >= first and at - start < 7:
        key, word = reading.key(start - 1), reading.word(start - 1)
        if (
            key in _BARE
            or key in ("of", "'s", "largest", "biggest")
            or key in _STOP - {"and"}
            or not (key[0].isalpha() or key in ("&", "-"))
        ):
            break
        if key == "and" and not told:
            break
        if lexicon().places.at(reading.tokens.keys, start - 1) and word[0].isupper():
            break
        start -= 1
        told = told or (key not in _EMPTY and key not in lexicon().adjectives and key != "and")
    while start < at and (reading.key(start) in lexicon().adjectives or reading.key(start) in ("and", "&")):
        start += 1
    return reading.tokens.span(start, at + 1) if told and start < at else None


def actor_of(reading: Reading, first: int, last: int) -> str | None:
    """The body that the sentence starts with and that acts in it (« INO has implemented … »); None for a
    place."""
    at = first
    if reading.key(at) in ("le", "la", "l'", "les", "the"):
        at += 1
    opened = at > first
    start = at
    while (
        at < last
        and at - start < 6
        and (
            _is_capital(reading, at)
            or (at > start and reading.key(at) in ("de", "du", "des", "d'", "and", "et", "of", "&", "la"))
        )
    ):
        at += 1
    while at > start and reading.key(at - 1) in ("de", "du", "des", "d'", "and", "et", "of", "la"):
        at -= 1
    if at == start or lexicon().places.at(reading.tokens.keys, start):
        return None
    verb = reading.key(at)
    if verb == "(" and reading.key(at + 2) == ")":
        verb = reading.key(at + 3)
    if not _ACTS.match(verb) or (verb == "a" and (reading.language == "en" or reading.word(at) != "a")):
        return None
    word = reading.word(start)
    if (
        at == start + 1
        and not opened
        and not (
            word.isupper()
            or any(char.isupper() for char in word[1:])
            or reading.key(start) not in lexicon().nouns
        )
    ):
        return None
    if (
        reading.key(start) in _PRONOUNS
        or reading.key(start) in _HEADS_FR
        or reading.key(start) in _HEADS_EN
        or reading.key(start) in lexicon().nouns
    ):
        return None
    return reading.tokens.span(start, at)


_PRONOUNS = word_set("subjects.pronouns")
_DOMAINS = word_set("topics.domains")


def domain_near(reading: Reading, mention: Mention, first: int, last: int) -> str | None:
    """The field of activity named nearest to the mention between two tokens (« œuvrer en optique »); None."""
    named = [
        at
        for at in range(first, last)
        if (reading.key(at) in _DOMAINS or set(reading.key(at).split("-")) & _DOMAINS)
        and (at == first or not reading.word(at).istitle())
    ]
    return reading.word(min(named, key=lambda at: (abs(at - mention.first), at))) if named else None


def _praised(reading: Reading, mention: Mention, first: int) -> str | None:
    at = mention.first - 1
    while at > first and mention.first - at < 5 and reading.key(at) != ",":
        at -= 1
    if reading.key(at) != ",":
        return None
    if reading.key(at - 1) == ")" and reading.key(at - 3) == "(":
        return reading.word(at - 2)
    start = at
    while start > first and _is_capital(reading, start - 1):
        start -= 1
    return (
        reading.tokens.span(start, at)
        if start < at and reading.key(start) not in lexicon().places.first_words()
        else None
    )


def _is_capital(reading: Reading, at: int) -> bool:
    word = reading.word(at)
    return word[:1].isupper() and word[0].isalpha() and not word.endswith(("'", "’"))


def common_body(reading: Reading, first: int, last: int) -> str | None:
    """« Le consortium », « the cluster » that starts a sentence: a body without its name; None."""
    at = first
    while at < last and reading.key(at) not in (
        "le",
        "la",
        "l'",
        "the",
        "notre",
        "our",
        "cette",
        "ce",
        "this",
    ):
        if reading.key(at) not in (
            "depuis",
            "sa",
            "creation",
            ",",
            "since",
            "its",
            "en",
            "in",
            "a",
            "ce",
            "jour",
        ) and not reading.is_number(at):
            return None
        at += 1
    return reading.word(at + 1) if reading.key(at + 1) in _BODIES and at + 1 < last else None


_BODIES = word_set("subjects.bodies")


def acting_before(reading: Reading, mention: Mention, first: int) -> str | None:
    """The body that is the clause's subject after a comma (« A leader in technology, INO has … »), or that an
    apposition praises (« C2MI, Canada's largest … »); None."""
    if mention.form == "rank":
        named = _praised(reading, mention, first)
        if named:
            return named
    for at in range(mention.first - 1, first, -1):
        if reading.key(at) == "," and _is_capital(reading, at + 1):
            found = actor_of(reading, at + 1, mention.first)
            if found:
                return found
    return None
