"""The list of imports, and the first step: bring a list, and say which one it is."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.queries import Visitor, clusters_where, may
from grappe.hub.registry.actions.imports import bring_list, replace_list
from grappe.hub.registry.desk.imports.shell import ImportView, steps_of
from grappe.hub.registry.desk.shell import DeskView
from grappe.hub.registry.import_forms import EditionForm, ListForm, NewListForm
from grappe.hub.registry.models import Source
from grappe.hub.registry.queries import codes_of, importable_sources, visible_imports
from grappe.hub.registry.wording import name_of_code

_PAGE = 50


class ImportsView(DeskView):
    """Every import that this person may see, the latest first. Two queries."""

    needs = ("consult", "import")
    template_name = "hub/desk/imports/list.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Imports")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of imports."""
        text = self.request.GET.get("page", "1")
        page = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
        start = (max(page, 1) - 1) * _PAGE
        found = list(visible_imports(self.request.user)[start : start + _PAGE + 1])
        context = {
            "imports": found[:_PAGE],
            "page": page,
            "former": page - 1 if page > 1 else None,
            "next": page + 1 if len(found) > _PAGE else None,
            "may_prepare": may(self.request.user, "prepare", "import"),
        }
        return super().get_context_data(**context, **kwargs)


class BringView(DeskView):
    """Brings a list that was never brought, or leads to the one whose next edition it is."""

    needs = ("prepare", "import")
    template_name = "hub/desk/imports/bring.html"
    header_icon = "upload"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Bring a list")

    def trail(self) -> list[tuple[str, str]]:
        """The list of imports."""
        return [(reverse("desk_imports"), gettext("Imports"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The known lists, and the form of a new one."""
        context = {
            "steps": steps_of(None, "list"),
            "sources": importable_sources(self.request.user),
            "form": kwargs.pop("form", None) or NewListForm(clusters=self._clusters()),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the list."""
        form = NewListForm(request.POST, request.FILES, clusters=self._clusters())
        if not (form.is_valid() and form.take()):
            return self.render_to_response(self.get_context_data(form=form))
        brought = bring_list(
            source=None,
            described=form.new_source(),
            cluster=form.cluster_said,
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
            **form.content(),
        )
        return redirect("desk_import", brought.pk)

    def _clusters(self) -> dict[str, str]:
        return _clusters_of(self.request.user)


class BringEditionView(DeskView):
    """Brings the next edition of a known list."""

    needs = ("prepare", "import")
    template_name = "hub/desk/imports/bring.html"
    header_icon = "upload"
    source: Source

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the source first. Raises Http404."""
        if may(request.user, *self.needs):
            self.source = get_object_or_404(importable_sources(request.user), pk=kwargs["source_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Next edition of %s") % self.source.title

    def trail(self) -> list[tuple[str, str]]:
        """The list of imports."""
        return [(reverse("desk_imports"), gettext("Imports"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The source and the form."""
        form = kwargs.pop("form", None) or EditionForm(clusters=self._clusters())
        return super().get_context_data(steps=steps_of(None, "list"), source=self.source, form=form, **kwargs)

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Keep the list."""
        form = EditionForm(request.POST, request.FILES, clusters=self._clusters())
        if not (form.is_valid() and form.take()):
            return self.render_to_response(self.get_context_data(form=form))
        brought = bring_list(
            source=self.source,
            described=form.described(self.source),
            cluster=form.cluster_said,
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
            **form.content(),
        )
        return redirect("desk_import", brought.pk)

    def _clusters(self) -> dict[str, str]:
        """Whose list it may be said to be: nobody's to say once it is some cluster's."""
        return {} if self.source.cluster else _clusters_of(self.request.user)


class ReplaceView(ImportView):
    """Brings the list again, its mistakes mended."""

    needs = ("prepare", "import")
    template_name = "hub/desk/imports/replace.html"
    step = "list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form."""
        return super().get_context_data(form=kwargs.pop("form", None) or ListForm(), **kwargs)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Keep the list in place of the former."""
        form = ListForm(request.POST, request.FILES)
        if not (form.is_valid() and form.take()):
            return self.render_to_response(self.get_context_data(form=form))
        replace_list(
            brought=self.brought,
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
            **form.content(),
        )
        return self.forward()


def _clusters_of(user: Visitor) -> dict[str, str]:
    """The clusters whose lists *user* may bring; "" for those of all."""
    allowed = clusters_where(user, "prepare", "import")
    labels = {code: name_of_code(each) for code, each in codes_of("cluster").items()}
    if allowed is None:
        return {"": gettext("All clusters"), **labels}
    return {code: label for code, label in labels.items() if code in allowed}
