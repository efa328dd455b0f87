"""The shapes of what the API takes and gives. Nothing known is null, never an empty text."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, JsonValue

from grappe.hub.registry.forms import NOT_CORRECTED
from grappe.statements.vocabulary import properties


def _storable(text: str) -> str:
    """*text* unless a database can't keep it. Raises ValueError for a null or a half of a character."""
    if "\x00" in text:
        raise ValueError("no null character is accepted")
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_storable)]
Visibility = Literal["public", "members", "private"]
_STATES = (
    "uploaded (being opened), columns (to be said), reading, refused (mistakes to mend), ready (to confirm), "
    "applying, applied, undoing, undone, cancelled, failed"
)


class Problem(Schema):
    """What is refused and why (RFC 9457)."""

    type: str = Field(description="Address that names the kind of problem; see the reference.")
    title: str = Field(description="The kind of problem, in the language of Accept-Language.")
    status: int
    detail: str = Field(description="What to do, or what is wrong with this very request.")
    instance: str = Field(description="The path that was asked.")
    errors: list["FieldError"] = Field(default=[], description="What is wrong, field by field.")


class FieldError(Schema):
    """One field that can’t be accepted."""

    field: str
    message: str
    code: str | None = Field(None, description="Of a booking’s refusal: the same in every language.")


class Place(Schema):
    """Where an organisation is, as precisely as its sources say."""

    precision: str | None = Field(description="point, postal_area, municipality, region, province, country")
    country: str | None
    province: str | None
    region_code: str | None
    region: str | None
    municipality_code: str | None
    municipality: str | None
    postal_area: str | None
    latitude: float | None = Field(description="Degrees, WGS84.")
    longitude: float | None = Field(description="Degrees, WGS84.")


class Organisation(Schema):
    """What the accepted public statements about one organisation come to."""

    id: str = Field(description="Canonical id: minted once, never used again.")
    url: str = Field(description="This organisation in the API.")
    page: str = Field(description="Its page on the site.")
    name_fr: str | None
    name_en: str | None
    acronym: str | None
    kind: str | None
    status: str | None
    description_fr: str | None
    description_en: str | None = Field(description="Null while the French that goes with it is missing.")
    website: str | None
    size: str | None
    place: Place
    sectors: list[str]
    stages: list[str]
    clusters: list[str]
    statement_count: int = Field(description="Public statements.")
    source_count: int = Field(description="Sources of public statements.")
    last_stated: str | None = Field(description="ISO 8601, as precise as known.")
    missing_fr: list[str] = Field(description="What is said in English only.")


class SourceBrief(Schema):
    """The source of a statement."""

    id: str
    title: str
    publisher: str
    published: str | None
    licence: str
    url: str | None


class Statement(Schema):
    """One source says that a record has a property with a value."""

    id: str
    url: str
    organisation: str | None = Field(description="Canonical id of what the record is judged to be.")
    entity: str = Field(description="The record, under its source’s own id.")
    property: str
    value: str
    qualifier: str | None
    language: str | None
    original_value: str | None = Field(description="As printed, when that differs.")
    valid_from: str | None
    valid_to: str | None
    locator: str | None = Field(description="Where it stands in the source.")
    method: str = Field(description="imported, extracted, declared, computed or curated")
    confidence: float = Field(description="0 to 1.")
    rank: str = Field(description="preferred, normal or deprecated")
    rank_reason: str | None
    asserted_by: str | None
    licence: str = Field(description="The statement’s own, else its source’s.")
    visibility: Visibility
    first_seen: str | None
    last_seen: str | None
    source: SourceBrief


class Value(Schema):
    """One distinct value; *is_rival* when a preferred one is shown before it."""

    value: str
    language: str | None
    qualifier: str | None
    is_rival: bool
    statements: list[Statement]


class PropertyValues(Schema):
    """All the values of one property, the preferred first."""

    property: str
    label_fr: str
    label_en: str
    has_rivals: bool
    values: list[Value]


class OrganisationDetail(Organisation):
    """An organisation with every visible value, who says it, and what others say instead."""

    entities: list[str] = Field(description="The records it gathers, of those you may see.")
    properties: list[PropertyValues]


class Source(Schema):
    """A publication or a list that says things."""

    id: str
    url: str = Field(description="This source in the API.")
    title: str
    publisher: str
    licence: str
    is_redistributable: bool = Field(description="Whether its statements are in the public exports.")
    address: str | None = Field(description="Where it is published.")
    published: str | None
    accessed: str | None
    language: str | None
    chain: list[str] = Field(description="Producer → publisher → relay.")
    attribution: str | None
    note: str | None
    visibility: Visibility
    statement_count: int = Field(description="Of the statements you may see.")


class Code(Schema):
    """A cluster, sector of activity or value-chain stage."""

    code: str
    name_fr: str | None
    name_en: str | None
    parent: str | None
    organisation_count: int


class _List(Schema):
    next: str | None = Field(description="The address of the next page; null on the last.")


class Organisations(_List):
    """A page of organisations."""

    total: int = Field(description="Of all pages.")
    approximate: bool = Field(description="No organisation has these very words: these are the nearest.")
    items: list[Organisation]


class Statements(_List):
    """A page of statements."""

    items: list[Statement]


class Sources(_List):
    """A page of sources."""

    items: list[Source]


class Codes(Schema):
    """A whole list of codes, in its order."""

    items: list[Code]


class FacetCount(Schema):
    """How many organisations choosing a code would leave."""

    code: str
    label_fr: str
    label_en: str
    count: int


class Facets(Schema):
    """The facets of a search, each with its codes, the most frequent first."""

    facets: dict[str, list[FacetCount]]


class Completion(Schema):
    """An organisation whose name goes on from what is typed."""

    id: str
    url: str
    name_fr: str | None
    name_en: str | None
    municipality: str | None


class Completions(Schema):
    """The best completions, the best known first."""

    items: list[Completion]


class RoleHeld(Schema):
    """A role, for one cluster or (null) for all."""

    role: str
    cluster: str | None


class Me(Schema):
    """On whose behalf you ask, and what you may."""

    username: str | None = Field(description="Null for a visitor.")
    roles: list[RoleHeld]
    scopes: list[str]
    visibilities: list[Visibility] = Field(description="Of the statements that you may read.")


def statable_properties() -> list[JsonValue]:
    """The properties that people may state by hand."""
    return [code for code, prop in properties().items() if prop.public and code not in NOT_CORRECTED]


class NewStatement(Schema):
    """A value to add: it is shown first, and erases nothing."""

    model_config = ConfigDict(extra="forbid")
    property: Text = Field(max_length=40, json_schema_extra={"enum": statable_properties()})
    value: Text = Field(min_length=1, max_length=4_000)
    reason: Text = Field(min_length=1, max_length=500, description="What makes it better than the others.")
    qualifier: Text = Field("", max_length=40, description="Kind of a name, role in a cluster.")
    language: Literal["", "fr", "en"] = ""
    valid_from: Text = Field("", max_length=10, description="2026, 2026-11 or 2026-11-20.")
    valid_to: Text = Field("", max_length=10)
    source: Text = Field("grappe-desk", max_length=100, description="A source id; the secretariat if absent.")
    asserted_by: Text = Field("", max_length=200)
    visibility: Visibility = "public"


class Import(Schema):
    """One edition of a list: how far it is, what it would change or changed."""

    id: int
    url: str
    page: str = Field(description="Its page at the desk.")
    source: str = Field(description="Id of its source, which is there once the import is applied.")
    title: str
    published: str | None
    cluster: str | None = Field(description="Whose list it is; null: of all clusters.")
    file_name: str
    content_hash: str = Field(description="SHA-256 of the file.")
    state: str = Field(description=_STATES)
    step: str | None
    percent: int = Field(description="Of the work in hand.")
    counts: dict[str, int] = Field(description="Records, errors, warnings; changes by kind.")
    digest: str | None = Field(description="Of the changes, to confirm them as they were shown.")
    is_stale: bool = Field(description="The registry changed since: look at the changes again.")
    fault: str | None
    mapping: dict[str, Any] = Field(description="What each column holds, as proposed or as read.")
    brought_by: str
    brought_at: str
    confirmed_by: str | None
    applied_at: str | None
    undone_at: str | None


class Imports(Schema):
    """One page of imports."""

    items: list[Import]
    next: str | None


class NewImport(Schema):
    """Which list it is. For the next edition of a known one, `source` and `published` say it."""

    source: Text = Field("", max_length=100, description="Id of the source whose next edition it is.")
    published: Text = Field("", max_length=10, description="2026, 2026-11 or 2026-11-20; empty: unknown.")
    cluster: Text = Field("", max_length=60, description="Whose list it is; empty: of all clusters.")
    title: Text = Field("", max_length=200, description="Without the year.")
    publisher: Text = Field("", max_length=200)
    licence: Text = Field("", max_length=200)
    language: Literal["", "fr", "en"] = ""
    visibility: Visibility = "public"


class Columns(Schema):
    """What each column holds."""

    model_config = ConfigDict(extra="forbid")
    mapping: dict[str, Any] | None = Field(None, description="Null: as the import proposes.")


class Shown(Schema):
    """What was shown of an import when it is confirmed."""

    model_config = ConfigDict(extra="forbid")
    digest: Text = Field(max_length=64, description="Of the changes that you were shown.")


class Mistake(Schema):
    """Something in a list that a person should look at."""

    code: str
    severity: Literal["error", "warning"]
    sheet: str | None
    row: int | None
    column: str | None
    found: str | None
    message: str = Field(description="In the language of Accept-Language.")


class Mistakes(Schema):
    """One page of mistakes, errors first."""

    items: list[Mistake]
    next: str | None


Json = dict[str, Any]
