"""What the address asks of an official table: which region, industry, years, method; never an error."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from grappe.hub.observatory.growing import Pair, Span, whole_span
from grappe.hub.observatory.models import OfficialTable

if TYPE_CHECKING:
    from grappe.measure.shifts import Model

MODELS: tuple["Model", ...] = ("dunn", "esteban-marquillas", "dynamic")
#: As many lines as one can tell apart.
MOST_COMPARED = 3


@dataclass(frozen=True)
class AskedGrowth:
    """One industry of one region between two periods, decomposed by *model*."""

    region: str
    industry: str
    span: Span
    model: "Model"


def regions_of(table: OfficialTable) -> list[str]:
    """Its regions without the nation."""
    return [each for each in table.regions if each != table.reference_region]


def industries_of(table: OfficialTable) -> list[tuple[str, str]]:
    """(code, title) without the totals, by title."""
    found = [(code, title) for code, title in table.industries.items() if code != table.total_industry]
    return sorted(found, key=lambda each: (each[1].casefold(), each[0]))


def asked_span(table: OfficialTable, query: QueryDict) -> Span | None:
    """The periods asked; from the first to the last otherwise; None when there is one only."""
    whole = whole_span(table)
    if whole is None:
        return None
    places = {period: place for place, period in enumerate(table.periods)}
    start, end = query.get("from", ""), query.get("to", "")
    if start in places and end in places and places[start] < places[end]:
        return Span(start, end)
    return whole


def asked_growth(table: OfficialTable, query: QueryDict) -> AskedGrowth | None:
    """What is asked, with the table's own choices for the rest; None when nothing can grow in it."""
    span, regions, industries = asked_span(table, query), regions_of(table), industries_of(table)
    if span is None or not regions or not industries:
        return None
    region, industry = _first_pair(table)
    model = query.get("method", "")
    return AskedGrowth(
        next((each for each in regions if each == query.get("region")), region),
        next((each for each, _ in industries if each == query.get("industry")), industry),
        span,
        next((each for each in MODELS if each == model), MODELS[0]),
    )


def asked_pairs(table: OfficialTable, query: QueryDict) -> list[Pair]:
    """The regions and industries to compare, each once; two when fewer are asked, of the table's choice."""
    regions, codes = regions_of(table), dict(industries_of(table))
    if not regions or not codes:
        return []
    numbers = range(1, MOST_COMPARED + 1)
    asked = [(query.get(f"region{n}", ""), query.get(f"industry{n}", "")) for n in numbers]
    pairs = list(dict.fromkeys(pair for pair in asked if pair[0] in regions and pair[1] in codes))
    region, industry = pairs[0] if pairs else _first_pair(table)
    own = [(region, industry), *((other, industry) for other in regions if other != region)]
    return pairs if len(pairs) > 1 else own[:2]


def _first_pair(table: OfficialTable) -> Pair:
    """The home region and the first industry followed there, or the first of each."""
    regions, codes = regions_of(table), [code for code, _ in industries_of(table)]
    followed = [code for code in codes if code in table.followed]
    home = table.home_region if table.home_region in regions else regions[0]
    return home, (followed or codes)[0]
