"""Searching the index: words in either language, without accents, with a typo; facets, map, completion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from grappe.hub.registry.index import CELLS, FACETS, OpenIndex, cell_centre, open_index
from grappe.statements.text import fold, words

#: Articles and link words that a visitor types and that no result needs to have.
_LINK_WORDS = frozenset(
    (
        *("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "un", "une"),
        *("of", "and", "the", "in", "for"),
    )
)
_MOST_FACET_VALUES = 500
#: Above this many results a map shows counted cells, not points.
MOST_POINTS = 2_000
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Found:
    """One page of results: *total* of all, *ids* of this page in order, *words* to highlight.

    *approximate* is true when no result has all the words as typed.
    """

    total: int
    ids: tuple[str, ...]
    words: tuple[str, ...] = ()
    approximate: bool = False


@dataclass(frozen=True)
class MapPoint:
    """A dot: one organisation (*id*), or *count* of them in a cell of the map."""

    latitude: float
    longitude: float
    count: int = 1
    id: str | None = None


@dataclass(frozen=True)
class RegionCount:
    """*count* placed organisations of a region, at their mean place; degrees, WGS84."""

    code: str
    latitude: float
    longitude: float
    count: int


def find_organisations(text: str, filters: Filters, *, offset: int = 0, limit: int = 25) -> Found:
    """The organisations that have all the words of *text* and pass *filters* (facet → any of its codes).

    By relevance when there is text, else by name.
    """
    opened = open_index()
    query, approximate = _matching(opened, text, filters)
    searcher = opened.index.searcher()
    hits: Any
    if _significant(text):
        hits = searcher.search(query, limit, offset=offset)
    else:
        hits = searcher.search(query, limit, offset=offset, order_by_field="position", order=Order.Asc)
    ids = tuple(_id_of(searcher, address) for _, address in hits.hits)
    return Found(hits.count, ids, _significant(text), approximate)


@dataclass(frozen=True)
class Listing:
    """What the desk's list asks beside words and facets.

    *order*: ``name``, ``stated`` (oldest first), ``completeness`` (poorest first) or ``weight`` (most said
    first); "" is by relevance. *before*: only what was last stated before this month number. *missing*: only
    what lacks each of these.
    """

    order: str = ""
    before: int | None = None
    missing: tuple[str, ...] = ()


_ORDERS = {
    "name": ("position", Order.Asc),
    "stated": ("stated", Order.Asc),
    "completeness": ("completeness", Order.Asc),
    "weight": ("weight", Order.Desc),
}


def list_organisations(
    text: str, filters: Filters, listing: Listing, *, offset: int = 0, limit: int = 50
) -> Found:
    """The same as ``find_organisations``, in the order and with the conditions of *listing*."""
    opened = open_index()
    found, approximate = _matching(opened, text, filters)
    parts = [(Occur.Must, found)]
    parts += [(Occur.Must, Query.term_query(opened.schema, "missing", code)) for code in listing.missing]
    if listing.before is not None:
        parts.append((Occur.Must, _stated_before(opened, listing.before)))
    query = Query.boolean_query(parts)
    searcher = opened.index.searcher()
    order = _ORDERS.get(listing.order or ("" if _significant(text) else "name"))
    hits: Any
    if order is None:
        hits = searcher.search(query, limit, offset=offset)
    else:
        hits = searcher.search(query, limit, offset=offset, order_by_field=order[0], order=order[1])
    ids = tuple(_id_of(searcher, address) for _, address in hits.hits)
    return Found(hits.count, ids, _significant(text), approximate)


def _stated_before(opened: OpenIndex, month: int) -> Query:
    return Query.range_query(
        opened.schema, "stated", tantivy.FieldType.Unsigned, 0, month, include_upper=False
    )


def count_facets(text: str, filters: Filters) -> dict[str, dict[str, int]]:
    """Facet → code → how many results choosing it would leave; a facet ignores its own choices."""
    opened = open_index()
    searcher = opened.index.searcher()
    free = [facet for facet in FACETS if not filters.get(facet)]
    base, _ = _matching(opened, text, filters)
    counts = _count(searcher.aggregate(base, _terms(free)), free)
    for facet in FACETS:
        if facet not in free:
            others = {name: codes for name, codes in filters.items() if name != facet}
            query, _ = _matching(opened, text, others)
            counts |= _count(searcher.aggregate(query, _terms([facet])), [facet])
    return {facet: counts[facet] for facet in FACETS}


def count_within(filters: Filters) -> dict[str, dict[str, int]]:
    """Facet → code → how many organisations that pass *filters* have it, a facet's own choices included."""
    opened = open_index()
    return _count(opened.index.searcher().aggregate(_filter(opened, filters), _terms([*FACETS])), [*FACETS])


def regions_within(filters: Filters) -> list[RegionCount]:
    """The regions of the placed organisations that pass *filters*, the fullest first."""
    opened = open_index()
    placed = _filter(opened, filters).and_must_match(Query.exists_query("latitude"))
    means = {name: {"avg": {"field": name}} for name in ("latitude", "longitude")}
    terms = {"field": "region", "size": _MOST_FACET_VALUES}
    answer = opened.index.searcher().aggregate(placed, {"regions": {"terms": terms, "aggs": means}})
    found = [
        RegionCount(each["key"], each["latitude"]["value"], each["longitude"]["value"], each["doc_count"])
        for each in answer["regions"]["buckets"]
    ]
    return sorted(found, key=lambda region: (-region.count, region.code))


def complete(text: str, *, limit: int = 8) -> tuple[str, ...]:
    """The organisations whose names go on from what is typed, the best known first."""
    typed = words(text)
    if not typed:
        return ()
    opened = open_index()
    schema = opened.schema
    parts = [(Occur.Must, Query.term_query(schema, "words", word)) for word in typed[:-1]]
    parts.append((Occur.Must, Query.regex_query(schema, "words", f"{typed[-1]}.*")))
    parts.append((Occur.Should, Query.boost_query(Query.term_query(schema, "name", fold(text)), 10.0)))
    searcher = opened.index.searcher()
    hits = searcher.search(Query.boolean_query(parts), limit, weight_by_field="weight").hits
    return tuple(_id_of(searcher, address) for _, address in hits)


def locate(text: str, filters: Filters, *, precision: int = 2) -> list[MapPoint]:
    """The dots of a map: one an organisation, or, above ``MOST_POINTS``, one a geohash cell with its count.

    *precision* 0 to 3 chooses the size of the cells, from some 1,200 km to 5 km.
    """
    opened = open_index()
    query, _ = _matching(opened, text, filters)
    query = query.and_must_match(Query.exists_query("latitude"))
    searcher = opened.index.searcher()
    hits: Any = searcher.search(query, MOST_POINTS)
    if hits.count > MOST_POINTS:
        return _cells(searcher, query, f"cell{CELLS[precision]}")
    addresses = [address for _, address in hits.hits]
    latitudes: Any = searcher.fast_field_values("latitude", addresses)
    longitudes: Any = searcher.fast_field_values("longitude", addresses)
    ids = [_id_of(searcher, address) for address in addresses]
    return [MapPoint(a, b, 1, c) for a, b, c in zip(latitudes, longitudes, ids, strict=True)]


def _id_of(searcher: Any, address: Any) -> str:
    return str(searcher.doc(address).get_first("id"))


def _cells(searcher: Any, query: Query, field: str) -> list[MapPoint]:
    answer = searcher.aggregate(query, {"cells": {"terms": {"field": field, "size": 10_000}}})
    return [
        MapPoint(*cell_centre(bucket["key"]), bucket["doc_count"]) for bucket in answer["cells"]["buckets"]
    ]


def _significant(text: str) -> tuple[str, ...]:
    typed = words(text)
    return tuple(word for word in typed if word not in _LINK_WORDS) or typed


def _matching(opened: OpenIndex, text: str, filters: Filters) -> tuple[Query, bool]:
    chosen = _filter(opened, filters)
    typed = _significant(text)
    if not typed:
        return chosen, False
    said, approximate = _said(opened, text, typed)
    whole = Query.boost_query(Query.term_query(opened.schema, "name", fold(text)), 20.0)
    return Query.boolean_query([(Occur.Must, said), (Occur.Must, chosen), (Occur.Should, whole)]), approximate


def _said(opened: OpenIndex, text: str, typed: tuple[str, ...]) -> tuple[Query, bool]:
    """All the words as typed; else with a typo in those that stand nowhere; else any of them. And whether
    that is approximate. Decided before filters, so that facets count what the list shows."""
    original = {fold(word): word for word in text.replace("'", " ").replace("’", " ").split()}
    exact = [_exact(opened, word, original.get(word, word)) for word in typed]
    query = _all_of(exact)
    if _has_results(opened, query):
        return query, False
    near = [
        part if _has_results(opened, part) else _fuzzy(opened, word, original.get(word, word))
        for word, part in zip(typed, exact, strict=True)
    ]
    query = _all_of(near)
    if _has_results(opened, query):
        return query, True
    return Query.boolean_query([(Occur.Should, part) for part in near]), True


def _all_of(parts: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _has_results(opened: OpenIndex, query: Query) -> bool:
    answer: Any = opened.index.searcher().search(query, 1)
    return bool(answer.count)


def _filter(opened: OpenIndex, filters: Filters) -> Query:
    parts = [
        Query.term_set_query(opened.schema, facet, list(codes))
        for facet, codes in filters.items()
        if facet in FACETS and codes
    ]
    if not parts:
        return Query.const_score_query(Query.all_query(), 0.0)
    return Query.const_score_query(Query.boolean_query([(Occur.Must, part) for part in parts]), 0.0)


def _exact(opened: OpenIndex, word: str, typed: str) -> Query:
    """One word, as it stands in a name or by its stem in a text of either language."""
    choices = [Query.boost_query(Query.term_query(opened.schema, "words", word), 3.0)]
    for language in ("fr", "en"):
        stems = sorted({opened.stem(language, form) or "" for form in (word, typed)} - {""})
        choices += [Query.term_query(opened.schema, language, stem) for stem in stems]
    if len(word) >= 4:
        choices.append(Query.boost_query(Query.regex_query(opened.schema, "words", f"{word}.*"), 0.5))
    return Query.disjunction_max_query(choices, 0.1)


def _fuzzy(opened: OpenIndex, word: str, typed: str) -> Query:
    """One word with one letter wrong, missing, added or swapped with the next."""
    if len(word) < 4:
        return _exact(opened, word, typed)
    near = [Query.fuzzy_term_query(opened.schema, "words", word, distance=1)]
    stems = {language: opened.stem(language, typed) for language in ("fr", "en")}
    near += [Query.fuzzy_term_query(opened.schema, name, stem) for name, stem in stems.items() if stem]
    return Query.disjunction_max_query([_exact(opened, word, typed), *near])


def _terms(facets: list[str]) -> dict[str, Any]:
    return {name: {"terms": {"field": name, "size": _MOST_FACET_VALUES}} for name in facets}


def _count(answer: dict[str, Any], facets: list[str]) -> dict[str, dict[str, int]]:
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]} for name in facets
    }
