"""The shapes of what the API gives, as dictionaries that type checkers know. The reference describes each."""

from typing import Any, TypedDict


class Place(TypedDict):
    """Where an organisation is; degrees, WGS84."""

    precision: str | None
    country: str | None
    province: str | None
    region_code: str | None
    region: str | None
    municipality_code: str | None
    municipality: str | None
    postal_area: str | None
    latitude: float | None
    longitude: float | None


class Organisation(TypedDict):
    """An organisation as a list gives it."""

    id: str
    url: str
    page: str
    name_fr: str | None
    name_en: str | None
    acronym: str | None
    kind: str | None
    status: str | None
    description_fr: str | None
    description_en: str | None
    website: str | None
    size: str | None
    place: Place
    sectors: list[str]
    stages: list[str]
    clusters: list[str]
    statement_count: int
    source_count: int
    last_stated: str | None
    missing_fr: list[str]


class Statement(TypedDict):
    """One source says that a record has a property with a value."""

    id: str
    url: str
    organisation: str | None
    entity: str
    property: str
    value: str
    qualifier: str | None
    language: str | None
    original_value: str | None
    valid_from: str | None
    valid_to: str | None
    locator: str | None
    method: str
    confidence: float
    rank: str
    rank_reason: str | None
    asserted_by: str | None
    licence: str
    visibility: str
    first_seen: str | None
    last_seen: str | None
    source: dict[str, Any]


class OrganisationDetail(Organisation):
    """An organisation with every value, its statements and its rivals."""

    entities: list[str]
    properties: list[dict[str, Any]]


class Source(TypedDict):
    """A publication or a list that says things."""

    id: str
    url: str
    title: str
    publisher: str
    licence: str
    is_redistributable: bool
    address: str | None
    published: str | None
    accessed: str | None
    language: str | None
    chain: list[str]
    attribution: str | None
    note: str | None
    visibility: str
    statement_count: int
