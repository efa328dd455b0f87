"""The list of organisations: words, facets, what is missing or stale, order, columns, pages."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from grappe.hub.people.queries import may
from grappe.hub.people.shell import DeskView
from grappe.hub.registry import search
from grappe.hub.registry.facets import facet_label
from grappe.hub.registry.index import FACETS, IndexMissing
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.quality import ESSENTIAL, is_stale, missing_of, oldest_fresh
from grappe.hub.registry.queries import all_codes, organisations_in_order, visible_views
from grappe.hub.registry.wording import facet_labels, missing_labels, own_clusters

PAGE_LENGTH = 50
_LAST_PAGE = 2_000
#: Column → (label, order it sorts by).
COLUMNS = {
    "kind": (gettext_lazy("Kind"), ""),
    "municipality": (gettext_lazy("Municipality"), ""),
    "clusters": (gettext_lazy("Clusters"), ""),
    "sectors": (gettext_lazy("Sectors"), ""),
    "size": (gettext_lazy("Size"), ""),
    "completeness": (gettext_lazy("Completeness"), "completeness"),
    "stated": (gettext_lazy("Last confirmed"), "stated"),
    "weight": (gettext_lazy("Statements"), "weight"),
    "id": (gettext_lazy("Identifier"), ""),
}
_FIRST_COLUMNS = ("kind", "municipality", "clusters", "completeness", "stated")
_ORDERS = ("name", "completeness", "stated", "weight")


@dataclass(frozen=True)
class AskedList:
    """What the address asks of the list."""

    words: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    missing: str = ""
    is_stale: bool = False
    order: str = ""
    columns: tuple[str, ...] = _FIRST_COLUMNS
    page: int = 1

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Facet → its chosen code."""
        return {facet: (code,) for facet, code in self.chosen}

    @property
    def query_string(self) -> str:
        """What follows the question mark, in a fixed order."""
        pairs = [("q", self.words), *self.chosen, ("missing", self.missing)]
        pairs += [("stale", "1" if self.is_stale else ""), ("order", self.order)]
        pairs += [("page", str(self.page) if self.page > 1 else "")]
        return urlencode([pair for pair in pairs if pair[1]])

    def ordered(self, order: str) -> str:
        """The same list, in another order, from its first page."""
        return replace(self, order=order, page=1).query_string

    def on_page(self, page: int) -> str:
        """The same list, on another page."""
        return replace(self, page=page).query_string


def asked_in(query: QueryDict, columns: tuple[str, ...]) -> AskedList:
    """What the address asks; what is unknown is left out, never an error."""
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    chosen = ((facet, query.get(facet, "")[:60]) for facet in FACETS)
    missing, order = query.get("missing", ""), query.get("order", "")
    return AskedList(
        words=" ".join(query.get("q", "").replace("\x00", "").split())[:200],
        chosen=tuple((facet, code) for facet, code in chosen if code),
        missing=missing if missing in ESSENTIAL else "",
        is_stale=query.get("stale") == "1",
        order=order if order in _ORDERS else "",
        columns=columns,
        page=min(max(number, 1), _LAST_PAGE),
    )


@dataclass(frozen=True)
class Row:
    """One organisation of the list."""

    organisation: Organisation
    missing: tuple[str, ...]
    is_stale: bool
    clusters: str
    sectors: str

    @property
    def said(self) -> int:
        """How many of the essential values it has."""
        return len(ESSENTIAL) - len(self.missing)


class OrganisationsView(DeskView):
    """The list of organisations. One query for them, one for the codes, one for the saved views."""

    needs = ("consult", "organisation")
    template_name = "hub/desk/organisations.html"
    header_icon = "group"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Organisations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows of the page and what may be asked next."""
        asked = asked_in(self.request.GET, self._columns())
        codes = all_codes()
        context: dict[str, Any] = {
            "asked": asked,
            "columns": _columns(asked),
            "all_columns": COLUMNS,
            "of": len(ESSENTIAL),
            "may_edit": may(self.request.user, "edit", "organisation"),
            "may_measure": may(self.request.user, "publish", "figure"),
            "own_clusters": own_clusters(self.request.user, "consult", "organisation", codes["cluster"]),
            "views": [(each, each.owner == self.request.user) for each in visible_views(self.request.user)],
        }
        context["name_order"] = asked.ordered("name")
        try:
            context |= self._found(asked, codes)
        except IndexMissing:
            context |= {"is_index_missing": True, "rows": [], "facets": []}
        return super().get_context_data(**context, **kwargs)

    def _columns(self) -> tuple[str, ...]:
        """The columns that this person chose last; choosing keeps them for the next visit."""
        if "column" in self.request.GET:
            named = self.request.GET.getlist("column")
            self.request.session["desk_columns"] = [each for each in COLUMNS if each in named]
        return tuple(self.request.session.get("desk_columns", _FIRST_COLUMNS))

    def _found(self, asked: AskedList, codes: Any) -> dict[str, Any]:
        today = timezone.localdate()
        listing = search.Listing(
            order=asked.order,
            before=oldest_fresh(today) if asked.is_stale else None,
            missing=(asked.missing,) if asked.missing else (),
        )
        offset = (asked.page - 1) * PAGE_LENGTH
        found = search.list_organisations(
            asked.words, asked.filters, listing, offset=offset, limit=PAGE_LENGTH
        )
        last = max(1, -(-found.total // PAGE_LENGTH))
        clusters, sectors = facet_labels("cluster", codes), facet_labels("sector", codes)
        labels = missing_labels()
        return {
            "found": found,
            "rows": [
                Row(
                    each,
                    tuple(labels[code] for code in missing_of(each)),
                    is_stale(each, today),
                    ", ".join(clusters.get(code, code) for code in each.clusters),
                    ", ".join(sectors.get(code, code) for code in each.sectors),
                )
                for each in organisations_in_order(self.request.user, found.ids)
            ],
            "facets": _facets(asked, codes),
            "missing_choices": [(code, label, code == asked.missing) for code, label in labels.items()],
            "last_page": last,
            "former": asked.on_page(asked.page - 1) if asked.page > 1 else None,
            "next": asked.on_page(asked.page + 1) if asked.page < last else None,
        }


def _columns(asked: AskedList) -> list[dict[str, Any]]:
    return [
        {
            "code": code,
            "label": COLUMNS[code][0],
            "order": asked.ordered(COLUMNS[code][1]) if COLUMNS[code][1] else None,
            "is_sorted": bool(COLUMNS[code][1]) and asked.order == COLUMNS[code][1],
            "is_descending": COLUMNS[code][1] == "weight",
        }
        for code in asked.columns
    ]


def _facets(asked: AskedList, codes: Any) -> list[dict[str, Any]]:
    """One list of choices a facet, the largest first, with what choosing would leave."""
    shown = []
    for facet, counts in search.count_facets(asked.words, asked.filters).items():
        labels, chosen = facet_labels(facet, codes), asked.filters.get(facet, ("",))[0]
        counted = {**({chosen: 0} if chosen else {}), **counts}
        choices = sorted(counted.items(), key=lambda item: (-item[1], labels.get(item[0], item[0])))
        if choices:
            shown.append(
                {
                    "name": facet,
                    "label": facet_label(facet),
                    "choices": [
                        (code, labels.get(code, code), count, code == chosen) for code, count in choices
                    ],
                }
            )
    return shown
