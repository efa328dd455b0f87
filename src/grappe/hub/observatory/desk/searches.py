"""Searches that are measured: the list as it is asked becomes a group beside sectors and clusters."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.observatory.actions.searches import measure_search, remove_search
from grappe.hub.observatory.queries import visible_searches
from grappe.hub.observatory.search_forms import SearchForm
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.desk.listing import asked_in
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.queries import all_codes


class MeasureSearchView(DeskView):
    """Measures what the address asks for, words and facets; and the searches that are measured."""

    needs = ("publish", "figure")
    template_name = "hub/desk/measure_search.html"
    header_icon = "view"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Measure a search")

    def trail(self) -> list[tuple[str, str]]:
        """The list of organisations."""
        return [(reverse("desk_organisations"), gettext("Organisations"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is asked in words, the form, the searches there are."""
        asked, codes = asked_in(self.request.GET, ()), all_codes()
        language = self.request.LANGUAGE_CODE[:2]
        chosen = [labels_of(facet, codes, language).get(code, code) for facet, code in asked.chosen]
        context = {
            "asked": [*([asked.words] if asked.words else []), *chosen],
            "form": kwargs.pop("form", None) or SearchForm(),
            "searches": list(visible_searches(self.request.user)),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the search, and have it measured."""
        form, asked = SearchForm(request.POST), asked_in(request.GET, ())
        if not (asked.words or asked.chosen):
            self.warn(gettext("Search or choose in the list of organisations first."))
            return redirect("desk_organisations")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        typed = form.cleaned_data
        made = measure_search(
            code=typed["code"],
            names=(typed["name_fr"], typed["name_en"]),
            words=asked.words,
            filters=asked.filters,
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("“%s” is being measured: its page has the results within minutes.") % made)
        return redirect("desk_measure_search")


class RemoveSearchView(DeskView):
    """Measures a search no more."""

    needs = ("publish", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_measure_search")

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Remove it. Raises Http404."""
        found = get_object_or_404(visible_searches(request.user), pk=code)
        remove_search(search=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The search is no longer measured."))
        return redirect("desk_measure_search")
