"""The records that cross the seam. A statement's id is the hash of what makes it distinct, nothing else.

Dates are ISO 8601 strings of the precision that is known ("2016", "2016-05", "2016-05-03"); None is
"unknown", never today. Nothing here reads the clock.
"""

from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import blake2b
from typing import Any, Literal

Method = Literal["imported", "extracted", "declared", "computed", "curated"]
Rank = Literal["preferred", "normal", "deprecated"]
Visibility = Literal["public", "members", "private"]
NameKind = Literal["legal", "trade", "former", "acronym", "translation", "other"]
Relation = Literal[
    "same_as",
    "branch_of",
    "renamed_to",
    "merged_into",
    "trade_name_of",
    "member_of_group",
    "different",
    "unsure",
]
PassageKind = Literal["heading", "paragraph", "item", "cell", "footer"]
PlacePrecision = Literal["point", "postal_area", "municipality", "region", "province", "country"]

_SEPARATOR = "\x1f"


def hash_id(*parts: str | None) -> str:
    """The 24-hexadecimal-digit BLAKE2b of *parts*, in order; None and "" are distinct."""
    joined = _SEPARATOR.join("\x00" if part is None else part for part in parts)
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Source:
    """A publication or a list that says things: an edition of a file, a page, a register.

    *chain* runs producer → publisher → relay, by name. *accessed* is the day the file was read by the
    person who brought it; *content_hash* is the SHA-256 of its bytes ("" until read).
    """

    id: str
    title: str
    publisher: str
    licence: str
    url: str | None = None
    published: str | None = None
    accessed: str | None = None
    language: str | None = None
    content_hash: str = ""
    chain: tuple[str, ...] = ()
    visibility: Visibility = "public"
    attribution: str | None = None
    note: str | None = None
    path: str | None = None
    reader: str | None = None


@dataclass(frozen=True)
class Document:
    """The clean text of one file. Offsets of passages and mentions count characters of *text*.

    For plain text files *text* is the decoded file, unchanged, so that offsets lead back into it.
    """

    id: str
    source: str
    title: str | None
    language: str | None
    published: str | None
    text: str = field(repr=False)
    media_type: str = "text/plain"
    pages: int | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Passage:
    """A heading, paragraph, list item, table cell or footer: ``document.text[start:end]``.

    *headings* are the numbers of the headings above it, outermost first; *level* is the heading's or the
    list item's depth from 1; *page* counts from 1; a cell also says its table, row and column from 0.
    """

    document: str
    number: int
    kind: PassageKind
    start: int
    end: int
    level: int | None = None
    page: int | None = None
    headings: tuple[int, ...] = ()
    table: int | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Statement:
    """One source says that *entity* has *property* = *value*.

    *entity* is the subject's own record id within its source (``ror:015zaxe34``), never rewritten.
    *qualifier* refines the property: the kind of a name, the role in a cluster. *value* is normalised,
    *original_value* is as printed when that differs. *confidence* is in [0, 1].
    """

    entity: str
    property: str
    value: str
    source: str
    qualifier: str | None = None
    language: str | None = None
    original_value: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    locator: str | None = None
    method: Method = "imported"
    extractor: str | None = None
    extractor_version: str | None = None
    first_seen: str | None = None
    last_seen: str | None = None
    retracted_at: str | None = None
    confidence: float = 1.0
    rank: Rank = "normal"
    rank_reason: str | None = None
    asserted_by: str | None = None
    licence: str | None = None
    visibility: Visibility = "public"

    @cached_property
    def id(self) -> str:
        """What makes it distinct: who says (source, asserter) what (entity, property, qualifier, value,
        language) about which period. Where it stands in the file (locator) and when it was seen are not
        part of it, so that next year's edition recognises it."""
        return hash_id(
            self.source,
            self.asserted_by,
            self.entity,
            self.property,
            self.qualifier,
            self.value,
            self.language,
            self.valid_from,
            self.valid_to,
        )


@dataclass(frozen=True)
class Judgement:
    """A stored decision about two records. Never deleted: *retracted_at* takes it back.

    ``renamed_to``, ``merged_into``, ``branch_of``, ``trade_name_of`` and ``member_of_group`` read from
    *left* to *right*; the others are symmetric and are stored with ``left < right``.
    """

    left: str
    right: str
    relation: Relation
    who: str
    why: str
    at: str | None = None
    features: tuple[tuple[str, str], ...] = ()
    retracted_at: str | None = None
    retracted_by: str | None = None

    SYMMETRIC = frozenset({"same_as", "different", "unsure"})

    def __post_init__(self) -> None:
        if self.relation in self.SYMMETRIC and self.left > self.right:
            left, right = self.right, self.left
            object.__setattr__(self, "left", left)
            object.__setattr__(self, "right", right)

    @cached_property
    def id(self) -> str:
        """Who decided what about which pair; deciding the same again is the same judgement."""
        return hash_id(self.left, self.right, self.relation, self.who)


@dataclass(frozen=True)
class Place:
    """Where something is, with the precision said. *latitude*, *longitude* in degrees, WGS84.

    *located_by* says what they are of: the point given, the place of that name, a postal area's centre.
    """

    precision: PlacePrecision
    country: str = "CA"
    province: str | None = None
    region_code: str | None = None
    region: str | None = None
    municipality_code: str | None = None
    municipality: str | None = None
    postal_area: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    located_by: Literal["point", "place", "postal_area"] | None = None


@dataclass(frozen=True)
class Organisation:
    """What the accepted statements about one set of records come to: a projection, never a source.

    *id* is canonical (minted once); *records* are the entities it gathers, sorted.
    """

    id: str
    records: tuple[str, ...]
    name_fr: str | None
    name_en: str | None
    acronym: str | None = None
    kind: str | None = None
    status: str | None = None
    description_fr: str | None = None
    description_en: str | None = None
    website: str | None = None
    size: str | None = None
    place: Place | None = None
    sectors: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    statement_count: int = 0
    source_count: int = 0
    last_stated: str | None = None


def as_row(record: Any) -> dict[str, Any]:
    """The fields of a record by name, in order; a statement or judgement also says its ``id`` first."""
    row = {f.name: getattr(record, f.name) for f in fields(record)}
    if isinstance(record, Statement | Judgement):
        return {"id": record.id, **row}
    return row
