"""What a visitor asks of the directory: words, choices, page. Read from an address, written back to one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from grappe.hub.registry.index import FACETS

_LONGEST_WORDS = 200
_LONGEST_CODE = 60
_MOST_CHOICES = 40
_LAST_PAGE = 400


@dataclass(frozen=True)
class Asked:
    """*words* to find, *filters* (facet → any of its codes) to pass, *page* from 1."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    def without(self, facet: str, code: str) -> "Asked":
        """The same, one choice less, from the first page."""
        left = tuple(each for each in self.filters.get(facet, ()) if each != code)
        filters = {**self.filters, facet: left}
        return Asked(self.words, {name: codes for name, codes in filters.items() if codes})

    def on_page(self, page: int) -> "Asked":
        """The same, on another page."""
        return replace(self, page=page)

    @property
    def query_string(self) -> str:
        """What follows the question mark, in a fixed order; "" when nothing is asked."""
        return urlencode(list(self._pairs()))

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.words:
            yield "q", self.words
        for facet in FACETS:
            yield from ((facet, code) for code in self.filters.get(facet, ()))
        if self.page > 1:
            yield "page", str(self.page)


def asked_in(query: QueryDict) -> Asked:
    """What the address asks; whatever is too long or no number is left out, never an error."""
    words = " ".join(query.get("q", "").replace("\x00", "").split())[:_LONGEST_WORDS]
    filters = {}
    for facet in FACETS:
        codes = dict.fromkeys(code for code in query.getlist(facet) if 0 < len(code) <= _LONGEST_CODE)
        if codes:
            filters[facet] = tuple(codes)[:_MOST_CHOICES]
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    return Asked(words, filters, min(max(number, 1), _LAST_PAGE))
