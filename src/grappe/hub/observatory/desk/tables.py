"""Official tables at the desk: what is loaded, a file that is brought, a table that is taken away."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.observatory.actions.tables import remove_table
from grappe.hub.observatory.models import OfficialTable
from grappe.hub.observatory.queries import may_load_tables, visible_tables
from grappe.hub.observatory.table_forms import TableForm
from grappe.hub.observatory.wording import language
from grappe.hub.people.shell import DeskView
from grappe.statements.problems import GrappeError

_MOST_TOLD = 20


class TablesView(DeskView):
    """The tables that are loaded. One query."""

    needs = ("consult", "table")
    template_name = "hub/desk/tables.html"
    header_icon = "table"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Official tables")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row a table."""
        user = self.request.user
        found = list(visible_tables(user))
        return super().get_context_data(tables=found, may_load=may_load_tables(user), **kwargs)


class LoadTableView(DeskView):
    """Takes a file as its office publishes it; ``?table=`` names the one whose next edition it is."""

    needs = ("load", "table")
    template_name = "hub/desk/load_table.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Load an official table")

    def trail(self) -> list[tuple[str, str]]:
        """The list of tables."""
        return [(reverse("desk_tables"), gettext("Official tables"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        form = kwargs.pop("form", None) or TableForm(former=self._former())
        return super().get_context_data(form=form, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Load it whole, or say all that is wrong with it."""
        form = TableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            table = self._load(form)
        except GrappeError as error:
            for problem in error.problems[:_MOST_TOLD]:
                form.add_error(None, problem.describe(language()))
            return self.render_to_response(self.get_context_data(form=form))
        if table is None:
            self.tell(gettext("Nothing new: the hub held exactly this table."))
        else:
            self.tell(
                gettext("The table is loaded: %(cells)s cells, %(hidden)s of them suppressed by the office.")
                % {"cells": table.cell_count, "hidden": table.suppressed_count}
            )
        return redirect("desk_tables")

    def _former(self) -> OfficialTable | None:
        return visible_tables(self.request.user).filter(pk=self.request.GET.get("table", "")).first()

    def _load(self, form: TableForm) -> OfficialTable | None:
        # Table engines: only who loads a table needs them.
        from grappe.hub.observatory.official import load_official

        file = form.cleaned_data["file"]
        with TemporaryDirectory() as folder:
            path = Path(folder) / Path(file.name).name
            with path.open("wb") as out:
                out.writelines(file.chunks())
            return load_official(
                path=path,
                described=form.described(),
                actor=self.request.user,  # type: ignore[arg-type]
                at=self.now(),
            )


class RemoveTableView(DeskView):
    """Takes a table away, with the figures computed from it."""

    needs = ("load", "table")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_tables")

    def post(self, request: HttpRequest, table: str) -> HttpResponse:
        """Remove it. Raises Http404."""
        found = get_object_or_404(visible_tables(request.user), pk=table)
        remove_table(table=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The table is gone, and the figures that were computed from it."))
        return redirect("desk_tables")
