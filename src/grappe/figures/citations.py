"""Who says a figure: « selon X », « according to X », « (X, 2016) », the speaker of a quotation, a study
announced."""

import re

from grappe.figures.mentions import Reading
from grappe.figures.wordsets import word_set

_SAYS = word_set("citations.says")
_STOP = word_set("citations.stop")
_STUDY = re.compile(
    r"\b(cartographie|mapping|étude|study|sondage|survey|enquête|rapport|report|recensement|census"
    r"|diagnostic|portrait|inventaire|inventory|répertoire|directory|analyse|analysis)\b"
    r"[^.;:]{0,80}?\b(?:commissioned by|carried out by|conducted by|produced by|prepared by|published by|by"
    r"|commandée? par|réalisée? par|menée? par|produite? par|préparée? par|publiée? par|dressée? par"
    r"|effectuée? par|de la firme)\s+"
    r"((?:l[’']|la |le |the )?[A-ZÀ-Þ][\w’'&.-]*(?:\s+(?:[A-ZÀ-Þ][\w’'&.-]*|de|du|des|la|et|and|of"
    r"|d[’'][A-ZÀ-Þ]\w*))*)",
)
_PARENTHESES = re.compile(
    r"\(\s*(?:sources?\s*:\s*)?((?:[A-ZÀ-Þ«“][^()]{2,120}?),?\s*(?:19|20)\d\d(?:\s*[-–]\s*(?:19"
    r"|20)?\d\d)?)\s*\)|\(\s*sources?\s*:\s*([^()]{2,120})\)"
)
_LABELLED = re.compile(r"\(\s*[Ss]ources?\s*:\s*([^()]{2,120})\)")
_MOST_WORDS = 24


def cited(reading: Reading, first: int, last: int) -> tuple[int, int] | None:
    """The tokens of the body or work that the sentence [first, last) names as its source, or None."""
    for at in range(first, last):
        key = reading.key(at)
        start = None
        if key == "selon" or (key == "apres" and reading.key(at - 1) == "d'"):
            start = at + 1
        elif (key == "according" and reading.key(at + 1) == "to") or (
            key in ("source", "sources") and reading.key(at + 1) == ":"
        ):
            start = at + 2
        elif key in _SAYS and reading.key(at - 1) == ",":
            start = at + 1
        if start is not None:
            end = _name_end(reading, start, last)
            if end > start and _names_somebody(reading, start, end):
                return start, end
    return None


def _names_somebody(reading: Reading, start: int, end: int) -> bool:
    return any(reading.word(at)[:1].isupper() for at in range(start, end)) and reading.key(start) not in (
        "que",
        "qu'",
        "lequel",
        "laquelle",
        "eux",
        "lui",
        "elle",
    )


def _name_end(reading: Reading, start: int, last: int) -> int:
    """Up to a comma that no other part of the name follows, a verb or the sentence's end."""
    at, quoted = start, False
    while at < last and at - start < _MOST_WORDS:
        key = reading.key(at)
        quoted = quoted or key in ("«", "“")
        if quoted and key in ("»", "”"):
            quoted, at = False, at + 1
            continue
        if key in (".", ";", ")", "»", "”", '"', "!", "?", ":", "(", "[", "*") or (
            key == "-" and not reading.glued(at)
        ):
            if (
                key == "("
                and re.fullmatch(r"[A-Z]{2,8}", reading.word(at + 1))
                and reading.key(at + 2) == ")"
            ):
                return at + 3
            break
        if key == "," and not _name_goes_on(reading, at + 1):
            if reading.is_number(at + 1) and len(reading.word(at + 1)) == 4:
                return at + 2
            break
        if key in _STOP and at > start:
            break
        at += 1
    return at


def _name_goes_on(reading: Reading, at: int) -> bool:
    key = reading.key(at)
    return (
        key in ("de", "d'", "des", "of")
        and reading.word(at + 1 if reading.key(at + 1) not in ("la", "l'") else at + 2)[:1].isupper()
    )


def in_parentheses(sentence: str) -> str | None:
    """« (Statistique Canada, 2016) », « (source : MDEIE) » at the end of a sentence, or None."""
    labelled = _LABELLED.search(sentence)
    if labelled:
        return labelled[1].strip()
    match = _PARENTHESES.search(sentence)
    found = (match[1] or match[2]).strip() if match else None
    return found if found and len(re.findall(r"[A-Za-zÀ-ÿ]{2,}", found)) >= 1 else None


def published_in(sentence: str) -> list[re.Match[str]]:
    """Each « (Statistique Canada, 2016) » of a sentence."""
    return list(_PARENTHESES.finditer(sentence))


def study_in(text: str) -> str | None:
    """« mapping … commissioned by AluQuébec » → « mapping, AluQuébec »; None when no study is named."""
    match = _STUDY.search(text)
    return f"{match[1]}, {match[2].strip()}" if match else None


_NAMED = (
    r"(?:M\. |Mme |Mr\. |Ms\. )?[A-ZÀ-Þ][\w’'.-]+(?:\s+(?:[A-ZÀ-Þ]\.|de|d[’']|[A-ZÀ-Þ][\w’'.-]+)){1,4}"
    r"\s*,[^.;!?«“\"]{3,160}"
)
_SPEAKER = re.compile(rf"[”»\"]\s*[,–—-]?\s*({_NAMED})$")
_SAID_BY = re.compile(
    r"[”»\"]\s*,?\s*(?:a |s’est |s'est |se )?(?:mentionne|affirme|explique|dit|souligne|précise|indique"
    r"|déclare|ajoute|soutient|conclut|commente|rappelle|réjouit|déclaré|affirmé|expliqué|says|said|explains|explained"
    r"|adds|added|stated|states|notes|noted)\s+(?:le |la |l’|l')?"
    rf"({_NAMED})"
)


def speaker_after(text: str) -> str | None:
    """The name and role after a quotation: « ” Hans Fraikin, General Manager … »; None."""
    match = _SPEAKER.search(text.strip()) or _SAID_BY.search(text.strip())
    return match[1].strip(" .") if match else None


def is_signature(text: str) -> bool:
    """Whether a line is somebody's name and role, as under a quotation."""
    return (
        len(text) < 200
        and re.match(
            r"[–—-]?\s*(?:M\. |Mme )?[A-ZÀ-Þ][\w’'.-]+(?:\s+(?:[A-ZÀ-Þ]\.|de|d[’']"
            r"|[A-ZÀ-Þ][\w’'.-]+)){1,4}\s*,\s*\S",
            text,
        )
        is not None
        and not re.search(r"\d", text)
    )


def opens_quotation(text: str) -> bool:
    """Whether a passage is mostly somebody's words."""
    return text.lstrip()[:1] in '“«"' and len(text) > 60
