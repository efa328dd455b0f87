"""What the same pages say of organisations besides figures: who speaks for one, since when it is, with whom
it agrees.

Proposals for people to confirm, as statements of method ``extracted``; each leads back to its characters. A
name is taken as printed: linkage says later which organisation it is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from grappe import __version__
from grappe.statements.records import Document, Passage, Statement
from grappe.statements.text import fold, words

EXTRACTOR = "grappe.figures.facts"
_UPPER = r"[A-ZÀ-ÖØ-Þ]"
_WORD = rf"{_UPPER}[\w’'-]+"
#: A person: two to four capitalised words, initials and particles between.
_PERSON = (
    r"(?:Selon |According to )?(?:M\. |Mme |Mr\. |Ms\. |Dr )?"
    rf"({_WORD}(?: (?:{_UPPER}\.|de|d[’']|van|von|{_WORD})){{1,3}})"
)
#: An organisation: capitalised words, with links between them.
_LINK = rf"de|du|des|la|le|et|and|of|the|for|pour|–|&|d[’']{_WORD}|l[’']{_WORD}"
_BODY = rf"(?:the |la |le |l[’'])?({_UPPER}[\w’'&.-]*\w(?: (?:{_LINK}|{_UPPER}[\w’'&-]*\w))*)"
_CHIEF = (
    r"chief [\w ]*?officer|ceo|president|(?:general |executive |managing |scientific )?(?:director|manager)"
)
_CHEF = r"(?:chef|cheffe) de la direction|directeur général|directrice générale"
_ROLE = (
    rf"((?:acting |interim |senior |executive |vice[- ]|co[- ]?)*(?:{_CHIEF}|chair(?:man|woman|person)?"
    rf"|founder)"
    rf"(?:,? (?:and|&) (?:{_CHIEF}|founder))?"
    r"|(?:vice-|co)?(?:président|présidente|directeur|directrice|fondateur|fondatrice|pdg"
    r"|chef de la direction|cheffe de la direction)"
    r"(?:[ -](?:général|générale|exécutif|exécutive|scientifique))*(?:-(?:directeur|directrice) générale?)?"
    rf"(?: par intérim)?(?:,? et (?:{_CHEF}))?)"
)
_SIGNED = re.compile(
    rf"{_PERSON}\s*,\s*(?i:{_ROLE})\s*(?:,|\bof\b|\bat\b|\bde\b|\bdu\b|\bd[’']|\bchez\b)\s*"
    r"(?:the |la |l[’'])?([^,.;:!?()\n”»]{2,70})"
)
_OF_BODY = re.compile(rf"(?i:{_ROLE})\s+(?:de la |de l[’']|de |du |d[’']|of )\s*{_BODY}\s*,\s*{_PERSON}")
_MADE = (
    r"(?:was |were |a été |est |fut )?(?:set up|founded|created|established|launched|incorporated|fondée?"
    r"|créée?"
    r"|mise? sur pied|établie?|constituée?|lancée?|née?)"
)
_WHEN = r"(?:in|en|since|depuis)\s+(?:le \d{1,2}(?:er)? )?(?:([^\W\d_]+) )?((?:19|20)\d\d)\b"
_FOUNDED = re.compile(rf"{_BODY}(?: ?\([^()]{{2,40}}\))?,?(?:[^,.;]{{3,80}},)?\s+(?i:{_MADE})\s+{_WHEN}")
_SINCE = re.compile(
    rf"(?:^|[.!?]\s+)(?i:founded|created|established|fondée?|créée?|active?|actif)\s+{_WHEN}\s*,\s*{_BODY}"
)
_PACT = r"(?i:agreement|partnership|entente|accord|partenariat|alliance)"
_PAIR = rf"{_BODY}(?: ?\([^()]{{2,40}}\))?(?:, [^.;]{{3,90}}?,)?\s+(?:and|et)\s+{_BODY}"
_AGREED = re.compile(
    rf"(?:{_PACT}[^.;]{{0,60}}?\b(?:between|entre)\s+{_PAIR}|{_PAIR}[^.;]{{0,120}}?\b"
    rf"(?:have signed|signed|ont signé|ont conclu|concluent|signent|announce"
    rf"|annoncent)\b[^.;]{{0,60}}?\b{_PACT}\b)"
)
_LEADERS = re.compile(r"(?:leaders?|chefs? de file|fleurons|entreprises phares)\b.{0,40}", re.IGNORECASE)
_MOST_NAME = 80
#: Beyond it a passage is no paragraph that presents somebody.
_MOST_CHARACTERS = 5_000
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
_MONTHS = (
    ("janvier", "january"), ("fevrier", "february"), ("mars", "march"), ("avril", "april"), ("mai", "may"),
    ("juin", "june"), ("juillet", "july"), ("aout", "august"), ("septembre", "september"),
    ("octobre", "october"), ("novembre", "november"), ("decembre", "december"),
)  # fmt: skip


def propose_facts(document: Document, passages: Sequence[Passage]) -> list[Statement]:
    """Statements about the organisations that *document* names, in the order of its text, each once.

    Properties: ``person`` (« Name, role »), ``founded`` (year or month), ``agreement`` (the other party) and
    ``cluster`` with the qualifier ``leader`` (the heading's sector). *entity* is the document's source and
    the folded name.
    """
    found: dict[str, Statement] = {}
    for statement in _statements(document, passages):
        found.setdefault(statement.id, statement)
    return list(found.values())


def _statements(document: Document, passages: Sequence[Passage]) -> Iterator[Statement]:
    for passage in passages:
        text = document.text[passage.start : passage.end].translate(_SPACES)
        if len(text) <= _MOST_CHARACTERS:
            yield from _people(document, passage, text)
            yield from _foundings(document, passage, text)
            yield from _agreements(document, passage, text)
    yield from _leaders(document, passages)


def _people(document: Document, passage: Passage, text: str) -> Iterator[Statement]:
    for match in _SIGNED.finditer(text):
        person, role, body = match[1], match[2], _name(match[3])
        if body:
            yield _fact(document, passage, match.span(), body, "person", f"{person}, {role}")
    for match in _OF_BODY.finditer(text):
        role, body, person = match[1], _name(match[2]), match[3]
        if body:
            yield _fact(document, passage, match.span(), body, "person", f"{person}, {role}")


def _foundings(document: Document, passage: Passage, text: str) -> Iterator[Statement]:
    for pattern, (body, month, year) in ((_FOUNDED, (1, 2, 3)), (_SINCE, (3, 1, 2))):
        for match in pattern.finditer(text):
            name = _name(match[body])
            if name:
                told = _date(match[month], match[year])
                yield _fact(document, passage, match.span(), name, "founded", told)


def _date(month: str | None, year: str) -> str:
    key = fold(month or "")
    number = next((at for at, names in enumerate(_MONTHS, start=1) if key in names), None)
    return f"{year}-{number:02d}" if number else year


def _agreements(document: Document, passage: Passage, text: str) -> Iterator[Statement]:
    for match in _AGREED.finditer(text):
        one, other = (_name(match[1] or match[3]), _name(match[2] or match[4]))
        if one and other and fold(one) != fold(other):
            yield _fact(document, passage, match.span(), one, "agreement", other)
            yield _fact(document, passage, match.span(), other, "agreement", one)


def _leaders(document: Document, passages: Sequence[Passage]) -> Iterator[Statement]:
    """The items of a list that « Leaders in the sector: » announces, under the heading above it."""
    headings = {one.number: document.text[one.start : one.end] for one in passages if one.kind == "heading"}
    sector: str | None = None
    for passage in passages:
        text = document.text[passage.start : passage.end]
        if passage.kind != "item":
            announced = len(text) < 80 and _LEADERS.match(text)
            above = [headings[number] for number in passage.headings if number in headings]
            sector = next(iter(above), document.title or text) if announced else None
            continue
        if sector:
            for name in _listed(text):
                span = (text.find(name), text.find(name) + len(name))
                yield _fact(document, passage, span, name, "cluster", sector, qualifier="leader")


def _listed(text: str) -> Iterable[str]:
    parts = re.split(r"\s*[,;•]\s*", text.strip(" .;"))
    return [part for part in parts if 1 < len(part) <= _MOST_NAME and part[:1].isupper()]


def _name(text: str) -> str | None:
    """The organisation's name without what follows it; None when it is none."""
    cut = re.split(r"\s+(?:et|and)\s+(?=[a-zà-ÿ]|Commissioner|Commissaire)|\s+–\s+|\s{2,}", text.strip())[0]
    told = re.sub(r"^(?:(?:the|la|le)\s+|l[’'])", "", cut, flags=re.IGNORECASE).strip(" ,.;:–-")
    if told[:1].islower() and " " in told:
        # « l'équipementier Héroux-Devtek »: what it is, then its name.
        named = re.search(rf" ({_UPPER}.*)", told)
        told = named[1] if named else ""
    return told if 1 < len(told) <= _MOST_NAME and not told.isdigit() and words(told) else None


def _fact(
    document: Document, passage: Passage, span: tuple[int, int], body: str, code: str, value: str,
    qualifier: str | None = None,
) -> Statement:  # fmt: skip
    start, end = passage.start + span[0], passage.start + span[1]
    return Statement(
        entity=f"{document.source}:{'-'.join(words(body))}",
        property=code,
        value=value.strip(),
        source=document.source,
        qualifier=qualifier,
        original_value=body,
        locator=f"{start}-{end}",
        method="extracted",
        extractor=EXTRACTOR,
        extractor_version=__version__,
        first_seen=document.published,
        last_seen=document.published,
        confidence=0.7,
    )
