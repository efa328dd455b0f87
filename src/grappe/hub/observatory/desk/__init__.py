"""Key figures in Wagtail's shell: the ledger, the review, what the checks found, fact sheets, official
tables, searches that are measured.
"""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from grappe.hub.observatory.desk import findings, ledger, reviewing, searches, sheets, tables
from grappe.hub.people.shell import DeskItem

_ONE = "figures/<str:figure>/"


def menu_items() -> list[DeskItem]:
    """The observatory's items of the desk's menu."""
    return [
        DeskItem(needs, label, reverse_lazy(name), icon, order, name)
        for needs, label, name, icon, order in (
            (("consult", "figure"), _("Key figures"), "desk_figures", "table", 62),
            (("consult", "figure"), _("Findings"), "desk_findings", "warning", 64),
            (("publish", "figure"), _("Fact sheets"), "desk_sheets", "doc-full", 66),
            (("consult", "table"), _("Official tables"), "desk_tables", "table", 68),
        )
    ]


def urls() -> list[URLPattern]:
    """The observatory's addresses under the desk's."""
    return [
        path("figures/", ledger.LedgerView.as_view(), name="desk_figures"),
        path("figures/next/", reviewing.NextView.as_view(), name="desk_next_figure"),
        path("figures/undo/", reviewing.UndoView.as_view(), name="desk_undo_review"),
        path("figures/findings/", findings.FindingsView.as_view(), name="desk_findings"),
        path("figures/findings/resolve/", findings.ResolveView.as_view(), name="desk_resolve"),
        path("figures/sheets/", sheets.SheetsView.as_view(), name="desk_sheets"),
        path("figures/sheets/new/", sheets.NewSheetView.as_view(), name="desk_new_sheet"),
        path(
            "figures/sheets/<int:sheet>/withdraw/",
            sheets.WithdrawSheetView.as_view(),
            name="desk_withdraw_sheet",
        ),
        path("measure-search/", searches.MeasureSearchView.as_view(), name="desk_measure_search"),
        path(
            "measure-search/<slug:code>/remove/",
            searches.RemoveSearchView.as_view(),
            name="desk_remove_search",
        ),
        path("official-tables/", tables.TablesView.as_view(), name="desk_tables"),
        path("official-tables/load/", tables.LoadTableView.as_view(), name="desk_load_table"),
        path(
            "official-tables/<slug:table>/remove/",
            tables.RemoveTableView.as_view(),
            name="desk_remove_table",
        ),
        path(_ONE, reviewing.FigureView.as_view(), name="desk_figure"),
        path(f"{_ONE}review/", reviewing.ReviewView.as_view(), name="desk_review_figure"),
    ]
