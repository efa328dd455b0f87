"""Where an import stands: at work, with its progress; done, with what it changed and how to undo it."""

from datetime import timedelta
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext

from grappe.hub.journal.models import Entry
from grappe.hub.journal.queries import entries_of
from grappe.hub.registry.actions.imports import ask_undo, cancel_import, restart_import
from grappe.hub.registry.desk.imports.shell import ImportView
from grappe.hub.registry.desk.imports.wording import kind_labels, outcome_text, step_texts
from grappe.hub.registry.importing.files import list_of
from grappe.hub.registry.models import ImportState
from grappe.hub.registry.queries import task_of
from grappe.hub.registry.wording import deed

_STANDS = {
    ImportState.COLUMNS: "desk_import_columns",
    ImportState.REFUSED: "desk_import_mistakes",
    ImportState.READY: "desk_import_changes",
}
#: A task that no worker takes for so long waits for one that does not run.
_PATIENCE = timedelta(seconds=20)
_KINDS = ("new", "changed", "conflicting", "gone", "same", "founded", "joined", "recognised", "moved")


class ImportPage(ImportView):
    """The progress of a task at work, or what became of the import; else the step that waits for a person."""

    template_name = "hub/desk/imports/outcome.html"
    step = "done"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or the step that waits."""
        stands = _STANDS.get(ImportState(self.brought.state))
        if stands:
            return redirect(stands, self.brought.pk)
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        """One page while a task is at work, another when it is done."""
        return ["hub/desk/imports/progress.html"] if self.brought.is_working else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is done or was."""
        brought, labels = self.brought, kind_labels()
        context = {
            "step_text": step_texts().get(brought.step, ""),
            **self._task(),
            "text": outcome_text(brought),
            "counts": [(labels[kind], kind, brought.counts.get(kind, 0)) for kind in _KINDS],
            "moments": [{"entry": entry, "deed": deed(entry)} for entry in self._entries()],
        }
        return super().get_context_data(**context, **kwargs)

    def _entries(self) -> list[Entry]:
        """What was done about it, and what it did to its source."""
        brought = self.brought
        found = entries_of({"import": [brought.pk], "source": [brought.source_key]})
        return [
            entry
            for entry in found
            if entry.object_kind == "import" or entry.data.get("import") == brought.pk
        ]

    def _task(self) -> dict[str, Any]:
        """Whether the task is lost, or nobody takes it."""
        task = task_of(self.brought)
        is_late = task and task.status == "READY" and self.now() - task.enqueued_at > _PATIENCE
        return {"is_lost": self.brought.is_working and task is None, "is_late": is_late}


class ListFileView(ImportView):
    """The list as it was brought, to whoever may see the import; never shown in the browser."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """The file."""
        path = list_of(self.brought)
        if not path.is_file():
            raise Http404
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=self.brought.file_name,
            content_type="application/octet-stream",
        )


class _Deed(ImportView):
    """Something done about the import by a button: asked for otherwise, its page."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """To where it stands."""
        return self.forward()

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Do it."""
        self.act(brought=self.brought, actor=request.user, at=self.now())
        return self.forward()

    def act(self, **asked: Any) -> None:
        """What is done."""
        raise NotImplementedError


class CancelView(_Deed):
    """Gives the import up."""

    needs = ("prepare", "import")

    def act(self, **asked: Any) -> None:
        """Cancel it."""
        cancel_import(**asked)


class UndoImportView(_Deed):
    """Brings everything back to how it was."""

    needs = ("confirm", "import")

    def act(self, **asked: Any) -> None:
        """Undo it."""
        ask_undo(**asked)
        self.tell(gettext("The import is being undone."))


class RestartView(_Deed):
    """Starts again what was stopped."""

    needs = ("prepare", "import")

    def act(self, **asked: Any) -> None:
        """Start it again."""
        restart_import(**asked)
