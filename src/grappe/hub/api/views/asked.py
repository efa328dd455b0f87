"""What callers ask of lists: the parameters that several operations share."""

from typing import Annotated

from ninja import Field, Path, Query, Schema

from grappe.hub.api.paging import MOST, USUAL
from grappe.hub.registry.index import FACETS

_SAFE = r"^[^\x00-\x1f\x7f/]+$"
Key = Path(..., pattern=_SAFE, max_length=200)
Codes = Annotated[list[Annotated[str, Field(pattern=_SAFE, max_length=60)]], Field(max_length=40)]
_Word = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]


class Paging(Schema):
    """Which page of a list."""

    cursor: str = Field("", max_length=2_000, description="As `next` of the page before gives it.")
    limit: int = Field(USUAL, ge=1, le=MOST, description="At most so many items.")


class Words(Schema):
    """Words."""

    q: _Word = Field("", description="Words in French or English, accents or not.")

    @property
    def words(self) -> str:
        """The words, without needless spaces."""
        return " ".join(self.q.split())


class Facets(Schema):
    """Facets: any of the codes of a facet, all of the facets."""

    kind: Codes = []
    sector: Codes = []
    region: Codes = []
    stage: Codes = []
    cluster: Codes = []
    size: Codes = []

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Facet → the codes asked, for those asked."""
        return {facet: tuple(getattr(self, facet)) for facet in FACETS if getattr(self, facet)}


class Search(Facets, Words):
    """Words and facets."""


class StatementSearch(Schema):
    """Which statements."""

    source: _Word = Field("", description="A source id.")
    property: _Word = Field("", description="A property of the vocabulary.")
    entity: _Word = Field("", description="A record id.")


__all__ = ["Codes", "Key", "Paging", "Query", "Search", "StatementSearch", "Words"]
