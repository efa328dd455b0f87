"""What an organisation page shows of each property: values, who says so, and what others say instead."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.public import typography
from grappe.hub.registry.facets import Codes, labels_of
from grappe.hub.registry.models import Statement
from grappe.hub.registry.queries import Dossier, ShownProperty, ShownValue
from grappe.statements.vocabulary import Property, code_labels

#: Said elsewhere on the page, or made for machines.
_LEFT_OUT = frozenset({"mentioned_in", "coordinates", "description"})
_CODE_LISTS = frozenset({"kind", "status", "size", "province"})
#: What rarely changes: its date stays in the panel. All the rest is shown with its date.
_LASTING = frozenset({"name", "kind", "website", "country", "province", "region", "municipality", "naics"})
_COUNTRIES = {"CA": "Canada"}
#: Longer texts are not underlined.
_LONG = 70
NameOf = Callable[[str], tuple[str, str] | None]


@dataclass(frozen=True)
class Saying:
    """One source's word for a value; *trail* is date, place in the file, period, licence."""

    source_id: str
    publisher: str
    title: str
    trail: tuple[str, ...]
    value: str = ""
    original: str = ""


@dataclass(frozen=True)
class Fact:
    """One value as shown: its text and link, a note (kind of name, role), its period, who says it, rivals."""

    text: str
    language: str
    sayings: tuple[Saying, ...]
    rivals: tuple[Saying, ...] = ()
    url: str = ""
    note: str = ""
    period: str = ""

    @property
    def is_long(self) -> bool:
        """Whether the text is a sentence rather than a value."""
        return len(self.text) > _LONG

    @property
    def count(self) -> int:
        """The number of sources that speak, rivals included."""
        return len({saying.source_id for saying in (*self.sayings, *self.rivals)})


@dataclass(frozen=True)
class FactRow:
    """A property and its values; *is_withheld* when it exists in English only."""

    code: str
    label: str
    facts: tuple[Fact, ...]
    is_withheld: bool = False


def fact_rows(dossier: Dossier, codes: Codes, language: str, name_of: NameOf) -> list[FactRow]:
    """The rows of the page, in the vocabulary's order."""
    rows = []
    for code, shown in dossier.properties.items():
        if code in _LEFT_OUT:
            continue
        rows.append(fact_row(shown, codes, language, name_of))
    return rows


def fact_row(shown: ShownProperty, codes: Codes, language: str, name_of: NameOf = lambda _: None) -> FactRow:
    """One property: French first when it is in a language, and no English that has no French."""
    definition = shown.definition
    is_text = definition.language and definition.type != "name"
    if is_text and not any(value.language == "fr" for value in shown.values):
        return FactRow(definition.code, definition.label(language), (), is_withheld=True)
    values = [v for v in shown.values if not is_text or v.language == language] or list(shown.values)
    writer = value_writer(definition, codes, language, name_of)
    accepted = [value for value in values if not value.is_rival]
    if definition.type == "name":
        accepted.sort(key=lambda value: (value.language != language, value.qualifier == "former"))
    rivals = tuple(
        saying for value in values if value.is_rival for saying in _sayings(value, writer, language)
    )
    facts = [_fact(value, definition, writer, language, rivals) for value in accepted]
    return FactRow(definition.code, definition.label(language), tuple(facts))


Writer = Callable[[str], tuple[str, str]]


def value_writer(
    definition: Property, codes: Codes, language: str, name_of: NameOf = lambda _: None
) -> Writer:
    """How the values of a property are written: text and link."""
    labels: Mapping[str, str] = {}
    if definition.code in _CODE_LISTS:
        labels = {code: each[language] for code, each in code_labels(definition.code).items()}
    elif definition.code == "country":
        labels = _COUNTRIES
    elif definition.codes == "workspace":
        labels = labels_of(definition.code, codes, language)

    def write(value: str) -> tuple[str, str]:
        if definition.type == "url":
            return typography.host_of(value), value
        if definition.type == "email":
            return value, f"mailto:{value}"
        if definition.type == "date":
            return typography.write_date(value, language), ""
        if definition.type == "integer" and value.lstrip("-").isdigit():
            return typography.write_number(int(value), language), ""
        if definition.type == "entity":
            return name_of(value) or (value, "")
        return labels.get(value, value), _page_url(definition.code, value, codes)

    return write


def _page_url(code: str, value: str, codes: Codes) -> str:
    if code in ("cluster", "sector") and value in codes[code]:
        return reverse(code, args=[value])
    return {
        "ror": f"https://ror.org/{value}",
        "lei": f"https://search.gleif.org/#/record/{value}",
    }.get(code, "")


def _fact(
    value: ShownValue, definition: Property, writer: Writer, language: str, rivals: tuple[Saying, ...]
) -> Fact:
    text, url = writer(value.value)
    return Fact(
        text=text,
        url=url,
        language=value.language,
        note=_note(definition, value.qualifier, language),
        period="" if _is_lasting(definition) else _period(value.statements[0], language),
        sayings=_sayings(value, writer, language, is_rival=False),
        rivals=rivals,
    )


def _is_lasting(definition: Property) -> bool:
    return definition.code in _LASTING or definition.type == "identifier"


def _note(definition: Property, qualifier: str, language: str) -> str:
    if not qualifier:
        return ""
    code_list = "name" if definition.type == "name" else "cluster_role"
    return code_labels(code_list).get(qualifier, {}).get(language, qualifier)


def _period(statement: Statement, language: str) -> str:
    return typography.write_period(statement.valid_from, statement.valid_to, language)


def _sayings(value: ShownValue, writer: Writer, language: str, is_rival: bool = True) -> tuple[Saying, ...]:
    return tuple(
        Saying(
            source_id=statement.source_id,
            publisher=statement.source.publisher,
            title=statement.source.title,
            trail=tuple(_trail(statement, language)),
            value=writer(value.value)[0] if is_rival else "",
            original=statement.original_value if statement.original_value != value.value else "",
        )
        for statement in value.statements
    )


def _trail(statement: Statement, language: str) -> list[str]:
    source = statement.source
    parts = [typography.write_date(source.published or None, language)]
    if statement.locator:
        parts.append(statement.locator)
    if period := _period(statement, language):
        parts.append(period)
    if source.accessed:
        parts.append(gettext("read on %s") % typography.write_date(source.accessed, language))
    if statement.asserted_by:
        parts.append(gettext("stated by %s") % typography.host_of(statement.asserted_by))
    parts.append(typography.write_licence(statement.licence or source.licence, language))
    if statement.rank == "deprecated" and statement.rank_reason:
        parts.append(statement.rank_reason)
    return parts
