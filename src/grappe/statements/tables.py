"""The tables and views of an ecosystem folder, each column with its meaning: documented here, once.

``docs/reference/ecosystem.md`` is generated from ``TABLES`` and ``VIEWS``.
"""

from collections.abc import Mapping

TEXT, LIST, INT, FLOAT = "VARCHAR", "VARCHAR[]", "INTEGER", "DOUBLE"
INTS, PAIRS, BOOL = "INTEGER[]", "STRUCT(name VARCHAR, value VARCHAR)[]", "BOOLEAN"

#: table → column → (DuckDB type, what it holds). The order is the order in the files.
TABLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sources": {
        "id": (TEXT, "slug, unique in the workspace"),
        "title": (TEXT, "title as its publisher gives it"),
        "publisher": (TEXT, "who publishes it"),
        "licence": (TEXT, "SPDX id or short name; `facts` for facts from a public page"),
        "url": (TEXT, "address of the publication"),
        "published": (TEXT, "date of publication, ISO 8601, as precise as known"),
        "accessed": (TEXT, "day the file was obtained"),
        "language": (TEXT, "fr, en or null"),
        "content_hash": (TEXT, "SHA-256 of the file"),
        "chain": (LIST, "producer → publisher → relay"),
        "visibility": (TEXT, "public, members or private"),
        "attribution": (TEXT, "the line the licence asks for"),
        "note": (TEXT, "what a reader should know"),
        "path": (TEXT, "file in the workspace"),
        "reader": (TEXT, "spreadsheet, document or register:<recipe>"),
    },
    "documents": {
        "id": (TEXT, "document id"),
        "source": (TEXT, "source id"),
        "title": (TEXT, "title"),
        "language": (TEXT, "fr, en or null"),
        "published": (TEXT, "date the document gives itself"),
        "text": (TEXT, "clean text; offsets count its characters"),
        "media_type": (TEXT, "media type of the file"),
        "pages": (INT, "number of pages"),
        "encoding": (TEXT, "encoding the file was read in"),
    },
    "passages": {
        "document": (TEXT, "document id"),
        "number": (INT, "order in the document, from 0"),
        "kind": (TEXT, "heading, paragraph, item, cell or footer"),
        "start": (INT, "first character"),
        "end": (INT, "one past the last character"),
        "level": (INT, "depth of a heading or item, from 1"),
        "page": (INT, "page, from 1"),
        "headings": (INTS, "numbers of the headings above, outermost first"),
        "table": (INT, "table, from 0"),
        "row": (INT, "row of the table, from 0"),
        "column": (INT, "column of the table, from 0"),
    },
    "statements": {
        "id": (TEXT, "hash of what makes it distinct"),
        "entity": (TEXT, "the subject's record id in its source"),
        "property": (TEXT, "property of the vocabulary"),
        "value": (TEXT, "normalised value"),
        "source": (TEXT, "source id"),
        "qualifier": (TEXT, "kind of name, role in a cluster"),
        "language": (TEXT, "language of the value"),
        "original_value": (TEXT, "as printed, when different"),
        "valid_from": (TEXT, "since when it is said to hold"),
        "valid_to": (TEXT, "until when"),
        "locator": (TEXT, "sheet!cell, page, character span or register key"),
        "method": (TEXT, "imported, extracted, declared, computed or curated"),
        "extractor": (TEXT, "what read it"),
        "extractor_version": (TEXT, "in which version"),
        "first_seen": (TEXT, "first day it was seen"),
        "last_seen": (TEXT, "last day it was seen"),
        "retracted_at": (TEXT, "when its source took it back"),
        "confidence": (FLOAT, "0 to 1"),
        "rank": (TEXT, "preferred, normal or deprecated"),
        "rank_reason": (TEXT, "why that rank"),
        "asserted_by": (TEXT, "person or body who asserts it"),
        "licence": (TEXT, "licence of the value"),
        "visibility": (TEXT, "public, members or private"),
    },
    "judgements": {
        "id": (TEXT, "hash of pair, relation and judge"),
        "left": (TEXT, "record id"),
        "right": (TEXT, "record id"),
        "relation": (TEXT, "same_as, branch_of, … different, unsure"),
        "who": (TEXT, "person or rule"),
        "why": (TEXT, "reason"),
        "at": (TEXT, "when"),
        "features": (PAIRS, "what agreed"),
        "retracted_at": (TEXT, "when it was taken back"),
        "retracted_by": (TEXT, "by whom"),
    },
    "identities": {
        "entity": (TEXT, "record id"),
        "organisation": (TEXT, "canonical id"),
    },
    "redirects": {
        "former": (TEXT, "canonical id no longer used"),
        "current": (TEXT, "canonical id that replaces it"),
    },
    "organisations": {
        "id": (TEXT, "canonical id"),
        "name_fr": (TEXT, "preferred French name"),
        "name_en": (TEXT, "preferred English name"),
        "acronym": (TEXT, "acronym"),
        "kind": (TEXT, "kind of organisation"),
        "status": (TEXT, "active, inactive or dissolved"),
        "description_fr": (TEXT, "French description"),
        "description_en": (TEXT, "English description"),
        "website": (TEXT, "web site"),
        "size": (TEXT, "size class"),
        "precision": (TEXT, "how precise the place is"),
        "country": (TEXT, "ISO 3166 code"),
        "province": (TEXT, "two-letter code"),
        "region_code": (TEXT, "administrative region of Québec, 01 to 17"),
        "region": (TEXT, "its name"),
        "municipality_code": (TEXT, "geographic code"),
        "municipality": (TEXT, "official name"),
        "postal_area": (TEXT, "forward sortation area"),
        "latitude": (FLOAT, "degrees, WGS84"),
        "longitude": (FLOAT, "degrees, WGS84"),
        "sectors": (LIST, "sector codes"),
        "stages": (LIST, "value-chain stages"),
        "clusters": (LIST, "cluster codes"),
        "statement_count": (INT, "statements about it"),
        "source_count": (INT, "sources that speak of it"),
        "last_stated": (TEXT, "latest date anything about it is said to hold"),
    },
    "figures": {
        "id": (TEXT, "hash of who says what about what; the same when the page is read again"),
        "indicator": (TEXT, "what is measured, in English"),
        "kind": (
            TEXT,
            "level, share, growth, rank, rate, ratio, comparison, distance, forecast, cumulative…",
        ),
        "unit": (TEXT, "unit, in English: jobs, currency, percent, rank…"),
        "value": (FLOAT, "absolute value; null for a range"),
        "lower": (FLOAT, "lower bound that the words give"),
        "upper": (FLOAT, "upper bound that the words give"),
        "qualifier": (
            TEXT,
            "exact, more_than, at_least, less_than, up_to, almost, approx, range, within_top",
        ),
        "currency": (TEXT, "ISO 4217 code"),
        "definition": (TEXT, "definition of the indicator"),
        "subject": (TEXT, "what it is about, in the language of the page"),
        "includes": (LIST, "what the scope includes"),
        "excludes": (LIST, "what it excludes"),
        "classification": (TEXT, "nomenclature and version"),
        "breakdown": (TEXT, "dimension of a breakdown"),
        "member": (TEXT, "its part"),
        "multi_response": (BOOL, "whether one respondent may count in several parts"),
        "share_of": (TEXT, "what a share is of"),
        "rank_of": (TEXT, "what a rank is among"),
        "place": (TEXT, "where it holds, in the language of the page"),
        "boundary_vintage": (TEXT, "edition of the place's limits"),
        "period_start": (TEXT, "start of what it describes; null when nobody says"),
        "period_end": (TEXT, "its end"),
        "period_kind": (TEXT, "year, span, month or day"),
        "magnitude": (INT, "power of ten as printed"),
        "decimals": (INT, "decimals as printed"),
        "price_basis": (TEXT, "current or constant prices"),
        "source": (TEXT, "body named for it, as printed"),
        "chain": (LIST, "producer → publisher → relay"),
        "document": (TEXT, "document id"),
        "start": (INT, "first character of the excerpt"),
        "end": (INT, "one past its last character"),
        "surface": (TEXT, "the number as printed"),
        "surface_start": (INT, "its first character"),
        "surface_end": (INT, "one past its last character"),
        "excerpt": (TEXT, "the number with its words"),
        "language": (TEXT, "language of the page"),
        "method": (TEXT, "cited, computed or estimated"),
        "formula": (TEXT, "how a computed figure was made"),
        "inputs": (LIST, "ids of the figures it was made from"),
        "seed": (INT, "seed of an estimate"),
        "uncertainty": (FLOAT, "half-width, in the unit"),
        "status": (TEXT, "draft: nobody has confirmed it"),
        "implied_fields": (LIST, "what was inferred rather than read"),
        "confidence": (FLOAT, "0 to 1"),
        "checked_by": (TEXT, "who confirmed it"),
        "checked_at": (TEXT, "when"),
        "review_by": (TEXT, "day it should be looked at again"),
        "supersedes": (TEXT, "id of the figure it replaces"),
        "note": (TEXT, "what a reviewer should know"),
    },
    "refusals": {
        "source": (TEXT, "source id"),
        "code": (TEXT, "kind of problem"),
        "severity": (TEXT, "error (row refused) or warning"),
        "file": (TEXT, "file"),
        "sheet": (TEXT, "sheet"),
        "row": (INT, "row, from 1"),
        "column": (TEXT, "column"),
        "page": (INT, "page"),
        "found": (TEXT, "what was found"),
        "expected": (TEXT, "what was expected"),
    },
    "codes": {
        "list": (TEXT, "cluster, sector or stage"),
        "code": (TEXT, "code"),
        "name_fr": (TEXT, "French label"),
        "name_en": (TEXT, "English label"),
        "parent": (TEXT, "code above"),
        "position": (INT, "order"),
        "text_fr": (TEXT, "French text"),
        "text_en": (TEXT, "English text"),
        "source": (TEXT, "source id of the text"),
        "extra": (TEXT, "anything else, JSON"),
    },
}

#: Views of the DuckDB file: name → (what it answers, query).
VIEWS: Mapping[str, tuple[str, str]] = {
    "organisation_statements": (
        "every statement with the organisation it is about and who says it",
        "SELECT i.organisation, s.*, src.publisher, src.title AS source_title, src.url AS source_url, "
        "src.published FROM statements s JOIN identities i USING (entity) "
        "JOIN sources src ON src.id = s.source",
    ),
    "cluster_memberships": (
        "who is in which cluster, in what role, since when, says who",
        "SELECT o.id AS organisation, coalesce(o.name_fr, o.name_en) AS name, s.value AS cluster, "
        "s.qualifier AS role, s.valid_from, s.locator, coalesce(s.asserted_by, s.publisher) AS says_who, "
        "s.publisher, s.source_title, s.source_url "
        "FROM organisation_statements s JOIN organisations o ON o.id = s.organisation "
        "WHERE s.property = 'cluster' AND s.retracted_at IS NULL",
    ),
    "organisations_in_several_clusters": (
        "organisations in two clusters or more, with who says so",
        "SELECT organisation, name, count(DISTINCT cluster) AS clusters, "
        "list(DISTINCT cluster ORDER BY cluster) AS which, "
        "list(DISTINCT says_who ORDER BY says_who) AS says_who FROM cluster_memberships "
        "GROUP BY organisation, name HAVING count(DISTINCT cluster) > 1 ORDER BY clusters DESC, name",
    ),
    "rivals": (
        "single-valued properties on which statements about one organisation disagree",
        "SELECT organisation, property, language, list(DISTINCT value ORDER BY value) AS values, "
        "count(DISTINCT source) AS sources FROM organisation_statements "
        "WHERE retracted_at IS NULL AND property IN (SELECT code FROM single_properties) "
        "GROUP BY organisation, property, language HAVING count(DISTINCT value) > 1",
    ),
}


def columns_sql(table: str) -> str:
    """The column list of *table* for CREATE TABLE."""
    return ", ".join(f'"{name}" {kind}' for name, (kind, _) in TABLES[table].items())


def select_sql(table: str) -> str:
    """The columns of *table*, quoted, in order."""
    return ", ".join(f'"{name}"' for name in TABLES[table])
