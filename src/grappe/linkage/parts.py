"""The parts of an organisation's name: its core, its legal form, and the other names written into it.

« Boulangerie Grappe-Test Ltée, faisant affaire sous Pain d'essai (9000-0000 Québec inc.) » has a core, a
legal form, a trade name and a number. The parts are kept apart, never dropped: they are evidence of
their own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grappe.linkage.texts import names_country
from grappe.statements import Relation
from grappe.statements.text import fold, words

#: Legal forms as they fold, canonical form first; Québec's, Canada's, then those often met abroad.
_FORMS = {
    "inc": "inc|incorporated|incorporee|incorp",
    "ltd": "ltd|limited|ltee|limitee|lte|limite|company limited|co ltd|ltee ltd|ltd ltee|ltd lte",
    "corp": "corp|corporation",
    "cie": "cie|co|company|compagnie",
    "llc": "llc|l l c|limited liability company",
    "llp": "llp|l l p|limited liability partnership",
    "lp": "lp|l p|limited partnership|societe en commandite|s e c|sec",
    "senc": "s e n c|senc|societe en nom collectif",
    "sencrl": "s e n c r l|sencrl|s r l|srl|senc r l|societe a responsabilite limitee",
    "enr": "enr|enrg|enregistree|reg d|regd|reg|registered",
    "ulc": "ulc|u l c",
    "sa": "sa|s a|s a s|sas|sarl|s a r l|eurl",
    "gmbh": "gmbh|ag|kg|gmbh co kg|mbh",
    "plc": "plc|pty ltd|pty|pte ltd|pte|pvt ltd|private limited|pvt",
    "bv": "b v|bv|n v|nv|ab|a s|oy|oyj|aps|spa|s p a|spzoo|sp z oo|sp z o o|kk|k k|ooo",
}
_BY_WORDS = {
    tuple(form.split()): canonical for canonical, forms in _FORMS.items() for form in forms.split("|")
}
_LONGEST = max(map(len, _BY_WORDS))
_NEVER_ALONE = {"sa", "ag", "ab", "as", "co", "sec", "reg", "kg"}

#: What introduces a second name, in either language: what the two are to one another, and whether that
#: reads from the name before the marker to the one after it.
MARKED: tuple[tuple[Relation, bool, str], ...] = (
    ("trade_name_of", False,
     r"f\.?a\.?s\.?\s*[:.]?\s|faisant\s+(?:aussi\s+)?affaires?\s+sous(?:\s+(?:le|la)\s+(?:nom|raison\s+sociale))?"
     r"(?:\s+de)?|exploitée?\s+sous(?:\s+le\s+nom)?(?:\s+de)?|d\.?\s?/?\s?b\.?\s?/?\s?a\.?(?=[\s:])|"
     r"doing\s+business\s+as|o/a\b|operating\s+as|trading\s+as|t/a\b"),
    ("renamed_to", False,
     r"anciennement|autrefois|jadis|formerly(?:\s+known\s+as)?|previously(?:\s+known\s+as)?"),
    ("renamed_to", True, r"devenue?\b|now(?:\s+known\s+as)\b|renamed(?:\s+to)?|renommée?"),
    ("merged_into", True, r"fusionnée?\s+(?:avec|dans|à)|merged\s+(?:into|with)"),
    ("branch_of", True,
     r"(?:une?\s+|an?\s+)?(?:division|succursale|filiale|subsidiary)\s+(?:de\s+la|de|du|des|of)\b|"
     r"(?:a\s+)?branch\s+of\b"),
    ("member_of_group", True, r"(?:une?\s+|an?\s+)?(?:membre|member)\s+(?:du|de|of(?:\s+the)?)\b"),
    ("same_as", True,
     r"also\s+known\s+as|a\.?k\.?a\.?(?=[\s:])|connue?\s+sous(?:\s+le\s+nom)?(?:\s+de)?|aussi\s+appelée?|"
     r"a\s?/\s?s\b|c\s?/\s?o\b"),
)  # fmt: skip
_MARKERS = re.compile(
    rf"\s*(?:[,;(]\s*)?(?<!\w)(?:{'|'.join(marker for _, _, marker in MARKED)})\s*:?\s*", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]{2,})[)\]]\s*")
_SLASH = re.compile(r"\s+[/|]\s+|\s+[–—]\s+|\s+-\s+")
_NUMBERED = re.compile(
    r"^\s*(?:\d{4}\s?-\s?\d{4}|\d{5,10})\s+(?:qu[eé]bec|canada|ontario|alberta|manitoba|b\.?c\.?|n\.?b\.?|"
    r"nova scotia|n\.?s\.?|saskatchewan|sask|p\.?e\.?i\.?|newfoundland.*|yukon|british columbia|new brunswick)\b",  # noqa: E501
    re.IGNORECASE,
)
#: Beyond this, a name is cut: what follows names nothing.
MOST_LETTERS = 600


@dataclass(frozen=True)
class NameParts:
    """A name split: *core* words (folded), *form* (canonical legal form or ""), *others* (further names as
    written; « (Canada) » is not one), and whether the core is a number given by a register."""

    core: tuple[str, ...]
    form: str
    others: tuple[str, ...]
    numbered: bool


def split_name(name: str) -> NameParts:
    """The parts of *name*; a name made only of a legal form keeps it as its core."""
    text = name[:MOST_LETTERS]
    pieces = [piece.strip(" ,;/") for piece in _MARKERS.split(text)]
    pieces = [piece for piece in pieces if piece]
    inner: list[str] = []
    head = _BRACKETS.sub(lambda match: inner.append(match.group(1)) or " ", pieces[0]) if pieces else ""  # type: ignore[func-returns-value]
    halves = [half for half in _SLASH.split(head) if half.strip()]
    core, form = strip_form(name_words((halves[0] if halves else text).replace("&", " & ")))
    if len(halves) > 1:
        core, form = strip_form(name_words(head))
    others = (*(halves if len(halves) > 1 else ()), *inner, *pieces[1:])
    kept = tuple(other for other in others if name_words(other) and not names_country(other))
    return NameParts(core, form, kept, bool(_NUMBERED.match(text)))


def strip_form(core: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """*core* without the legal forms and the article around it, and the last legal form found."""
    form = ""
    kept = core
    while len(kept) > 1:
        size = next((n for n in range(min(_LONGEST, len(kept) - 1), 0, -1) if kept[-n:] in _BY_WORDS), 0)
        if not size or (
            size == 1 and kept[-1] in _NEVER_ALONE and form == "" and len(kept) == 2 and len(kept[0]) < 3
        ):
            break
        form = form or _BY_WORDS[kept[-size:]]
        kept = kept[:-size]
    if len(kept) > 1 and kept[0] in ("the", "le", "la", "les"):
        kept = kept[1:]
    return kept, form


_CODE = re.compile(r"^([a-z]{1,6})(\d{3,6})$")


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name, a unit's code as two: « UMR7083 » → umr, 7083."""
    found = words(text)
    if not any(word[-1].isdigit() and word[0].isalpha() for word in found):
        return found
    return tuple(piece for word in found for piece in _CODE.sub(r"\1 \2", word).split())


#: Institutions' kinds by their usual abbreviation. French, then English.
_ABBREVIATIONS = {
    "chu": ("centre hospitalier universitaire", "university hospital center", "university hospital centre",
            "university hospital"),
    "chru": ("centre hospitalier regional universitaire",),
    "ciusss": ("centre integre universitaire de sante et de services sociaux",
               "centre integre universitaire en sante et services sociaux"),
    "cisss": ("centre integre de sante et de services sociaux",
         "centre integre en sante et services sociaux"),
    "clsc": ("centre local de services communautaires",),
    "cegep": ("college d enseignement general et professionnel",
         "college of general and vocational education"),
    "cctt": ("centre collegial de transfert de technologie",),
    "ens": ("ecole normale superieure",),
    "ensa": ("ecole nationale superieure d architecture",),
    "iut": ("institut universitaire de technologie",),
    "iep": ("institut d etudes politiques", "sciences po"),
    "umr": ("unite mixte de recherche",),
    "ur": ("unite de recherche", "ea", "equipe d accueil", "urp"),
    "spf": ("service public federal", "federal public service", "fps"),
    "hes": ("haute ecole specialisee", "university of applied sciences", "fachhochschule"),
    "pme": ("petites et moyennes entreprises", "small and medium enterprises", "sme"),
}  # fmt: skip
_PHRASES = sorted(
    ((tuple(phrase.split()), short) for short, phrases in _ABBREVIATIONS.items() for phrase in phrases),
    key=lambda pair: (-len(pair[0]), pair),
)


def abbreviated(core: Sequence[str]) -> list[tuple[str, ...]]:
    """The core with its kind of institution abbreviated, when it has one: « centre hospitalier
    universitaire de Québec » → « chu de Québec ».
    """
    for phrase, short in _PHRASES:
        for start in range(len(core) - len(phrase) + 1):
            if tuple(core[start : start + len(phrase)]) == phrase:
                return [(*core[:start], short, *core[start + len(phrase) :])]
    return []


def compact(core: tuple[str, ...]) -> str:
    """The letters and digits of a core without spaces: « H.M.D. Essai » and « HMD essai » are one."""
    return "".join(core)


def fold_code(text: str) -> str:
    """A postal code or number as compared: folded, without spaces or dashes, upper case."""
    return re.sub(r"[\W_]+", "", fold(text)).upper()
