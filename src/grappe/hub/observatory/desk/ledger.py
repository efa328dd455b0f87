"""The ledger: every figure that documents give, filtered; those ticked go on a fact sheet."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.observatory.forms import indicator_choices
from grappe.hub.observatory.models import Figure
from grappe.hub.observatory.queries import (
    STALE,
    codes_against,
    count_statuses,
    may_publish,
    seen_doubts,
    standing_resolutions,
    visible_figures,
)
from grappe.hub.people.shell import DeskView

PAGE_LENGTH = 50
_FILTERS = ("q", "indicator", "place", "status", "source", "stale")


@dataclass(frozen=True)
class AskedLedger:
    """What the address asks of the ledger; "" asks nothing."""

    q: str = ""
    indicator: str = ""
    place: str = ""
    status: str = ""
    source: str = ""
    stale: str = ""

    @property
    def query_string(self) -> str:
        """What follows the question mark, without the page."""
        return urlencode([(name, getattr(self, name)) for name in _FILTERS if getattr(self, name)])


def asked_in(query: QueryDict) -> AskedLedger:
    """What the address asks; what is unknown is left out, never an error."""
    said = {name: query.get(name, "").replace("\x00", "").strip()[:200] for name in _FILTERS}
    if said["status"] not in Figure.Status.values:
        said["status"] = ""
    said["stale"] = "1" if said["stale"] == "1" else ""
    return AskedLedger(**said)


class LedgerView(DeskView):
    """The figures of the ledger, a page at a time. Ten queries at most, however many figures."""

    needs = ("consult", "figure")
    template_name = "hub/desk/figures.html"
    header_icon = "table"

    def get_page_title(self) -> str:
        """The title of the ledger."""
        return gettext("Key figures")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows of the page with what speaks against each, and what may be asked next."""
        user, asked = self.request.user, asked_in(self.request.GET)
        against = codes_against(seen_doubts(user, timezone.localdate()), standing_resolutions())
        visible = visible_figures(user)
        found = filter_figures(visible, asked, [key for key, codes in against.items() if codes & STALE])
        page = Paginator(found, PAGE_LENGTH).get_page(self.request.GET.get("page"))
        counts = count_statuses(user)
        context = {
            "asked": asked,
            "page_of": page,
            "rows": [(each, each.core, sorted(against.get(each.record_id, ()))) for each in page],
            "counts": [(code, label, counts.get(code, 0)) for code, label in Figure.Status.choices],
            "waiting": counts.get("draft", 0),
            "may_publish": may_publish(user),
            **choices_of(visible),
        }
        return super().get_context_data(**context, **kwargs)


def filter_figures(figures: QuerySet[Figure], asked: AskedLedger, stale: list[str]) -> QuerySet[Figure]:
    """Those of *figures* that the address asks for; *stale* are the ids of records past their time."""
    for name in ("indicator", "place", "status", "source"):
        if value := getattr(asked, name):
            figures = figures.filter(**{name: value})
    if asked.q:
        figures = figures.filter(subject__icontains=asked.q)
    return figures.filter(record_id__in=stale) if asked.stale else figures


def choices_of(figures: QuerySet[Figure]) -> dict[str, Any]:
    """What the filters offer: three queries."""
    plain = figures.order_by()
    indicators = list(plain.values_list("indicator", flat=True).distinct())
    places = sorted(place for place in plain.values_list("place", flat=True).distinct() if place)
    return {
        "indicators": indicator_choices(indicators),
        "places": places,
        "sources": sorted(plain.values_list("source", "source__title").distinct(), key=lambda s: s[1]),
    }
