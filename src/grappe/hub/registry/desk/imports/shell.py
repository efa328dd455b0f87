"""What every page of an import shares: which import, how far it is, what may be done."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.queries import may
from grappe.hub.registry.access import may_confirm_import, may_prepare_import
from grappe.hub.registry.actions.imports import NotNow, UndoLater
from grappe.hub.registry.desk.shell import DeskView
from grappe.hub.registry.models import Import, ImportState
from grappe.hub.registry.queries import visible_imports

#: Step → the address of its page, once it is reached.
_STEPS = {
    "list": "desk_import_replace",
    "columns": "desk_import_columns",
    "mistakes": "desk_import_mistakes",
    "changes": "desk_import_changes",
    "done": "desk_import",
}
_REACHED = {
    ImportState.UPLOADED: 0,
    ImportState.COLUMNS: 1,
    ImportState.READING: 1,
    ImportState.REFUSED: 2,
    ImportState.READY: 3,
    ImportState.APPLYING: 3,
}


class ImportView(DeskView):
    """A page about one import. Raises Http404 for one of another cluster."""

    needs = ("consult", "import")
    header_icon = "upload"
    step = ""
    brought: Import

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the import first; what can't be done now leads to where it stands."""
        if may(request.user, *self.needs):
            found = visible_imports(request.user).filter(pk=kwargs["import_id"]).first()
            if found is None:
                raise Http404
            self.brought = found
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotNow:
            self.warn(gettext("The import has gone on meanwhile: here is where it stands."))
        except UndoLater:
            self.warn(gettext("A later edition of this list was applied: undo that one first."))
        return self.forward()

    def get_page_title(self) -> str:
        """The list and its date."""
        return str(self.brought)

    def trail(self) -> list[tuple[str, str]]:
        """The list of imports."""
        return [(reverse("desk_imports"), gettext("Imports"))]

    def forward(self) -> HttpResponse:
        """To where the import stands."""
        return redirect("desk_import", self.brought.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The import, its steps, and what this person may do about it."""
        brought, user = self.brought, self.request.user
        context = {
            "brought": brought,
            "steps": steps_of(brought, self.step),
            "may_prepare": may_prepare_import(user, brought.cluster),
            "may_confirm": may_confirm_import(user, brought.cluster),
        }
        return super().get_context_data(**context, **kwargs)


def step_labels() -> dict[str, str]:
    """What each step is called."""
    return {
        "list": gettext("List"),
        "columns": gettext("Columns"),
        "mistakes": gettext("Mistakes"),
        "changes": gettext("Changes"),
        "done": gettext("Done"),
    }


def steps_of(brought: Import | None, current: str) -> list[dict[str, Any]]:
    """The five steps: which is shown, which were passed, where each leads."""
    reached = _reached(brought) if brought else 0
    labels, shown = step_labels(), []
    for number, (step, name) in enumerate(_STEPS.items()):
        leads = brought is not None and _leads(brought, step, number, reached)
        shown.append(
            {
                "label": labels[step],
                "is_current": step == current,
                "is_passed": number < reached,
                "url": reverse(name, args=[brought.pk]) if brought and leads else "",
            }
        )
    return shown


def _reached(brought: Import) -> int:
    if brought.state == ImportState.FAILED:
        return 1
    return _REACHED.get(ImportState(brought.state), 4)


def _leads(brought: Import, step: str, number: int, reached: int) -> bool:
    if step == "done" or number > reached:
        return False
    if step == "changes":
        return bool(brought.digest)
    if step == "mistakes":
        return "errors" in brought.counts
    return brought.is_open and not brought.is_working
