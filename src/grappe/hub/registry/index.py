"""The search index: derived from the database, rebuilt with one command, replaced whole.

French words are stemmed before accents are taken off (the stemmer needs them), English ones after. Only
what every visitor may see is in it. A rebuild writes a new folder, then moves the pointer: searches never
wait and a killed rebuild changes nothing.
"""

import fcntl
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

FACETS = ("kind", "sector", "region", "stage", "cluster", "size")
#: Lengths of the geohash cells that maps are counted by, coarse to fine.
CELLS = (2, 3, 4, 5)
#: Room between neighbours in name order, so that a changed organisation finds its place without a rebuild.
SPACING = 1 << 20
_POINTER = "current"
#: Raised when the fields change: an index of other fields is no index.
_FIELDS_VERSION = "f2"
_WORD = r"[\p{L}\p{N}]+"
_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True)
class Entry:
    """What is indexed of one organisation. *names* in any language; *texts* by language ("" : either).

    *stated* is the month number of its latest statement; *missing* what its page should say and doesn't.
    """

    id: str
    position: int
    names: tuple[str, ...]
    texts: dict[str, str]
    facets: dict[str, tuple[str, ...]]
    latitude: float | None = None
    longitude: float | None = None
    weight: int = 0
    stated: int = 0
    missing: tuple[str, ...] = ()
    completeness: int = 0


@dataclass(frozen=True)
class OpenIndex:
    """An index opened for searching, with the analysers its fields were written with."""

    index: tantivy.Index
    analysers: dict[str, tantivy.TextAnalyzer] = field(repr=False)

    @property
    def schema(self) -> tantivy.Schema:
        """The schema that queries are made for."""
        return self.index.schema

    def stem(self, language: str, word: str) -> str | None:
        """The stem of *word* as field *language* has it, or None when nothing is left of it."""
        stems = self.analysers[language].analyze(word)
        return stems[0] if stems else None


class IndexMissing(Exception):  # noqa: N818
    """No index was built here by this version; ``grappe index`` builds it."""


class IndexBusy(Exception):  # noqa: N818
    """Another process is writing the index."""


def open_index() -> OpenIndex:
    """The current index. Raises IndexMissing when there is none."""
    try:
        generation = (_home() / _POINTER).read_text("ascii")
    except FileNotFoundError:
        raise IndexMissing from None
    if not generation.startswith(_FIELDS_VERSION):
        raise IndexMissing
    return _open(str(_home() / generation))


@lru_cache(maxsize=2)
def _open(path: str) -> OpenIndex:
    index = tantivy.Index.open(path)
    return OpenIndex(index, _register(index))


@contextmanager
def writing(*, wait_s: float) -> Iterator[None]:
    """The right to write the index, one process at a time. Raises IndexBusy after *wait_s* seconds."""
    _home().mkdir(parents=True, exist_ok=True)
    with (_home() / "lock").open("w") as lock:
        deadline = time.monotonic() + wait_s
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise IndexBusy from None
                time.sleep(0.05)
        yield


def write_index(entries: Iterable[Entry]) -> int:
    """Write a new index of *entries* and make it the current one; returns their number.

    Called with the right to write (``writing``).
    """
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    former = [path for path in home.iterdir() if path.is_dir()]
    number = max(map(_number_of, former), default=0) + 1
    generation = f"{_FIELDS_VERSION}g{number}"
    target = home / generation
    target.mkdir()
    index = tantivy.Index(_schema(), path=str(target))
    _register(index)
    writer = index.writer(64_000_000, 1)
    count = 0
    for entry in entries:
        writer.add_document(_document(entry))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    pointer = home / f"{_POINTER}.next"
    pointer.write_text(generation, "ascii")
    pointer.replace(home / _POINTER)
    # The index just left may still be read by another worker: only older ones go.
    for path in sorted(former, key=_number_of)[:-1]:
        shutil.rmtree(path, ignore_errors=True)
    return count


def _number_of(generation: Path) -> int:
    return int(generation.name.rpartition("g")[2])


def update_index(entries: Collection[Entry], gone: Collection[str]) -> None:
    """Replace *entries* in the current index and take *gone* out of it.

    Called with the right to write. Raises IndexMissing.
    """
    opened = open_index()
    writer = opened.index.writer(15_000_000, 1)
    for key in (*(entry.id for entry in entries), *gone):
        writer.delete_documents_by_term("id", key)
    for entry in entries:
        writer.add_document(_document(entry))
    writer.commit()
    writer.wait_merging_threads()
    opened.index.reload()


def positions_of(ids: Iterable[str]) -> dict[str, int]:
    """Where those of *ids* that are in the index stand in name order. Raises IndexMissing."""
    opened = open_index()
    searcher = opened.index.searcher()
    found: dict[str, int] = {}
    for each in ids:
        hits: Any = searcher.search(tantivy.Query.term_query(opened.schema, "id", each), 1)
        for _, address in hits.hits:
            values: Any = searcher.fast_field_values("position", [address])
            found[each] = int(values[0])
    return found


def _home() -> Path:
    return Path(settings.GRAPPE_HOME) / "search"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("name", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("words", tokenizer_name="folded")
    builder.add_text_field("fr", tokenizer_name="fr", index_option="freq")
    builder.add_text_field("en", tokenizer_name="en", index_option="freq")
    for name in (*FACETS, "missing", *(f"cell{length}" for length in CELLS)):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("position", "weight", "completeness"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_unsigned_field("stated", fast=True, indexed=True)
    builder.add_float_field("latitude", fast=True)
    builder.add_float_field("longitude", fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> dict[str, tantivy.TextAnalyzer]:
    lower, fold = tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()
    chains: dict[str, list[Any]] = {
        "folded": [lower, fold],
        "fr": [lower, tantivy.Filter.stemmer("french"), fold],
        "en": [lower, fold, tantivy.Filter.stemmer("english")],
    }
    analysers = {}
    for name, filters in chains.items():
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORD))
        for each in filters:
            builder = builder.filter(each)
        analysers[name] = builder.build()
        index.register_tokenizer(name, analysers[name])
    return analysers


def _document(entry: Entry) -> tantivy.Document:
    from grappe.statements.text import fold

    document = tantivy.Document()
    document.add_text("id", entry.id)
    for name in entry.names:
        document.add_text("name", fold(name))
        document.add_text("words", name)
    neutral = entry.texts.get("", "")
    for language in ("fr", "en"):
        document.add_text(language, f"{entry.texts.get(language, '')} {neutral}")
    for facet, codes in entry.facets.items():
        for code in codes:
            document.add_text(facet, code)
    document.add_unsigned("position", entry.position)
    document.add_unsigned("weight", entry.weight)
    document.add_unsigned("stated", entry.stated)
    document.add_unsigned("completeness", entry.completeness)
    for code in entry.missing:
        document.add_text("missing", code)
    if entry.latitude is not None and entry.longitude is not None:
        document.add_float("latitude", entry.latitude)
        document.add_float("longitude", entry.longitude)
        cell = geohash(entry.latitude, entry.longitude, CELLS[-1])
        for length in CELLS:
            document.add_text(f"cell{length}", cell[:length])
    return document


def geohash(latitude: float, longitude: float, length: int) -> str:
    """The geohash (Niemeyer 2008) of a point in degrees: base-32 bisection, longitude first."""
    return "".join(_BASE32[number] for number in _fives(_bisections(latitude, longitude, length * 5)))


def _bisections(latitude: float, longitude: float, count: int) -> Iterator[int]:
    ranges = [[-180.0, 180.0], [-90.0, 90.0]]
    values = (longitude, latitude)
    for turn in range(count):
        bounds, value = ranges[turn % 2], values[turn % 2]
        middle = sum(bounds) / 2
        upper = value >= middle
        bounds[0 if upper else 1] = middle
        yield int(upper)


def _fives(bits: Iterator[int]) -> Iterator[int]:
    number = 0
    for place, bit in enumerate(bits, start=1):
        number = number * 2 + bit
        if place % 5 == 0:
            yield number
            number = 0


def cell_centre(cell: str) -> tuple[float, float]:
    """The latitude and longitude of the middle of a geohash cell, in degrees."""
    ranges = [[-180.0, 180.0], [-90.0, 90.0]]
    bits = [_BASE32.index(char) >> shift & 1 for char in cell for shift in range(4, -1, -1)]
    for turn, bit in enumerate(bits):
        bounds = ranges[turn % 2]
        bounds[0 if bit else 1] = sum(bounds) / 2
    return sum(ranges[1]) / 2, sum(ranges[0]) / 2
