"""Imports at the desk: a list is brought, its columns said, its mistakes mended, its changes confirmed."""

from django.urls import URLPattern, path

from grappe.hub.registry.desk.imports import bringing, changes, columns, mistakes, outcome

_ONE = "registry/imports/<int:import_id>/"


def urls() -> list[URLPattern]:
    """The addresses of imports under the desk's."""
    return [
        path("registry/imports/", bringing.ImportsView.as_view(), name="desk_imports"),
        path("registry/imports/bring/", bringing.BringView.as_view(), name="desk_bring"),
        path(
            "registry/sources/<str:source_id>/edition/",
            bringing.BringEditionView.as_view(),
            name="desk_bring_edition",
        ),
        path(_ONE, outcome.ImportPage.as_view(), name="desk_import"),
        path(f"{_ONE}list/", outcome.ListFileView.as_view(), name="desk_import_list"),
        path(f"{_ONE}replace/", bringing.ReplaceView.as_view(), name="desk_import_replace"),
        path(f"{_ONE}columns/", columns.ColumnsView.as_view(), name="desk_import_columns"),
        path(f"{_ONE}mistakes/", mistakes.MistakesView.as_view(), name="desk_import_mistakes"),
        path(f"{_ONE}mistakes.csv", mistakes.MistakesFileView.as_view(), name="desk_import_mistakes_csv"),
        path(f"{_ONE}amendments/", mistakes.TakeBackView.as_view(), name="desk_import_take_back"),
        path(f"{_ONE}changes/", changes.ChangesView.as_view(), name="desk_import_changes"),
        path(f"{_ONE}confirm/", changes.ConfirmView.as_view(), name="desk_import_confirm"),
        path(f"{_ONE}cancel/", outcome.CancelView.as_view(), name="desk_import_cancel"),
        path(f"{_ONE}undo/", outcome.UndoImportView.as_view(), name="desk_import_undo"),
        path(f"{_ONE}restart/", outcome.RestartView.as_view(), name="desk_import_restart"),
    ]
