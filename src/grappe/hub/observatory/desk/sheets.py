"""Fact sheets at the desk: chosen figures, what speaks against each, titles, and out they go."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from grappe.figures.sheet import NEVER, bars
from grappe.hub.observatory.actions.sheets import publish_sheet, withdraw_sheet
from grappe.hub.observatory.forms import SheetForm
from grappe.hub.observatory.models import Figure
from grappe.hub.observatory.queries import seen_doubts, visible_figures, visible_sheets
from grappe.hub.people.queries import clusters_where
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.wording import own_clusters
from grappe.statements.problems import GrappeError

MOST_FIGURES = 24


class SheetsView(DeskView):
    """The fact sheets that stand. One query."""

    needs = ("publish", "figure")
    template_name = "hub/desk/sheets.html"
    header_icon = "doc-full"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Fact sheets")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row a sheet."""
        return super().get_context_data(sheets=list(visible_sheets(self.request.user)), **kwargs)


class NewSheetView(DeskView):
    """Publishes the figures ticked in the ledger; the address names them, in the order of the sheet."""

    needs = ("publish", "figure")
    template_name = "hub/desk/new_sheet.html"
    header_icon = "doc-full"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Publish a fact sheet")

    def trail(self) -> list[tuple[str, str]]:
        """The list of sheets."""
        return [(reverse("desk_sheets"), gettext("Fact sheets"))]

    def chosen(self) -> list[Figure]:
        """The figures named, that this person may see, in order."""
        keys = list(dict.fromkeys(self.request.GET.getlist("figure")))[:MOST_FIGURES]
        found = visible_figures(self.request.user).in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The figures with what bars each, and the form."""
        figures = self.chosen()
        against = bars([each.core for each in figures], seen_doubts(self.request.user, timezone.localdate()))
        reasons: dict[str, list[str]] = {}
        for core, why in against:
            reasons.setdefault(core.id, []).append(bar_label(why))
        context = {
            "rows": [(each, each.core, reasons.get(each.record_id, [])) for each in figures],
            "is_barred": bool(against),
            "form": kwargs.pop("form", None) or self.form(),
        }
        return super().get_context_data(**context, **kwargs)

    def form(self, data: Any = None) -> SheetForm:
        """The form, with the clusters this person may publish for."""
        user = self.request.user
        has_all = clusters_where(user, "publish", "figure") is None
        return SheetForm(data, clusters=own_clusters(user, "publish", "figure"), has_all=has_all)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Publish; say what stands in the way otherwise."""
        form, figures = self.form(request.POST), self.chosen()
        if not figures:
            self.warn(gettext("Tick figures in the ledger first."))
            return redirect("desk_figures")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        typed = form.cleaned_data
        try:
            publish_sheet(
                figures=figures,
                titles=(typed["title_fr"], typed["title_en"]),
                reasons=(typed["reason_fr"], typed["reason_en"]),
                cluster=typed["cluster"],
                as_of=timezone.localdate(),
                actor=request.user,  # type: ignore[arg-type]
                at=self.now(),
            )
        except GrappeError as error:
            never = any(problem.expected in NEVER for problem in error.problems)
            form.add_error(*refusal(is_final=never))
            return self.render_to_response(self.get_context_data(form=form))
        self.tell(gettext("The fact sheet is published."))
        return redirect("desk_sheets")


class WithdrawSheetView(DeskView):
    """Takes a sheet off the site."""

    needs = ("publish", "figure")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_sheets")

    def post(self, request: HttpRequest, sheet: int) -> HttpResponse:
        """Withdraw it. Raises Http404."""
        found = get_object_or_404(visible_sheets(request.user), pk=sheet)
        withdraw_sheet(sheet=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The fact sheet is off the site."))
        return redirect("desk_sheets")


def refusal(*, is_final: bool) -> tuple[str | None, str]:
    """(field, what to do) when a sheet is refused; each figure says beside it what bars it."""
    if is_final:
        return None, gettext("Leave out what is rejected or would reveal a firm: no reason lets it be shown.")
    return "reason_fr", gettext("Say why these figures are published all the same, or leave some out.")


def bar_label(key: str) -> str:
    """Why a figure may not be shown, in a word."""
    return {
        "unchecked_figure": gettext("not checked"),
        "stale_figure": gettext("stale"),
        "contradicted_figure": gettext("contradicted"),
        "withdrawn_figure": gettext("rejected"),
        "revealing_figure": gettext("would reveal a firm"),
    }[key]
