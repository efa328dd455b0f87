"""The registry in Wagtail's shell: where a secretariat keeps it true."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from grappe.hub.people.queries import may
from grappe.hub.registry.desk import imports, judging, listing, organisation, sources

_ONE = "registry/organisations/<str:canonical_id>/"
_SOURCE = "registry/sources/<str:source_id>/"


class _Consulting(MenuItem):
    """A menu item for those who may consult *kind*."""

    def __init__(self, kind: str, label: object, name: str, icon: str, order: int) -> None:
        super().__init__(label, reverse(name), name=name, icon_name=icon, order=order)
        self.kind = kind

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the matrix lets this person consult it."""
        return may(request.user, "consult", self.kind)


def organisations_item() -> MenuItem:
    """The menu item of the organisations."""
    return _Consulting("organisation", _("Organisations"), "desk_organisations", "group", 50)


def sources_item() -> MenuItem:
    """The menu item of the sources."""
    return _Consulting("source", _("Sources"), "desk_sources", "doc-full-inverse", 60)


def imports_item() -> MenuItem:
    """The menu item of the imports."""
    return _Consulting("import", _("Imports"), "desk_imports", "upload", 70)


def urls() -> list[URLPattern]:
    """The registry's addresses under the desk's."""
    return [
        path("registry/organisations/", listing.OrganisationsView.as_view(), name="desk_organisations"),
        path(_ONE, organisation.OrganisationPage.as_view(), name="desk_organisation"),
        path(f"{_ONE}state/<str:prop>/", organisation.CorrectView.as_view(), name="desk_correct"),
        path(
            f"{_ONE}retract/<str:statement>/",
            organisation.RetractStatementView.as_view(),
            name="desk_retract",
        ),
        path(f"{_ONE}undo/<int:entry>/", organisation.UndoView.as_view(), name="desk_undo"),
        path(f"{_ONE}notes/", organisation.NotesView.as_view(), name="desk_notes"),
        path(
            f"{_ONE}notes/<int:note>/withdraw/",
            organisation.WithdrawNoteView.as_view(),
            name="desk_withdraw_note",
        ),
        path(f"{_ONE}judge/", judging.JudgeView.as_view(), name="desk_judge"),
        path(f"{_ONE}split/<path:entity>/", judging.SplitView.as_view(), name="desk_split"),
        path(
            f"{_ONE}judgements/<str:judgement>/retract/",
            judging.RetractJudgementView.as_view(),
            name="desk_retract_judgement",
        ),
        path("registry/sources/", sources.SourcesView.as_view(), name="desk_sources"),
        path(_SOURCE, sources.SourcePage.as_view(), name="desk_source"),
        path(f"{_SOURCE}retract/", sources.RetractSourceView.as_view(), name="desk_retract_source"),
        path(f"{_SOURCE}restore/", sources.RestoreSourceView.as_view(), name="desk_restore_source"),
        path(f"{_SOURCE}due/", sources.DueView.as_view(), name="desk_due"),
        *imports.urls(),
    ]
