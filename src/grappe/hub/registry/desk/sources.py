"""Sources at the desk: what each brought, when it is due again, what would go with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from grappe.hub.journal.queries import until_written
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.access import may_retract_source
from grappe.hub.registry.actions.sources import restore_source, retract_source, set_due_months
from grappe.hub.registry.actions.undoing import UNDOABLE
from grappe.hub.registry.desk.shell import DeskView
from grappe.hub.registry.forms import DueForm, ReasonForm
from grappe.hub.registry.history import effect_of_retracting, timeline_of_source
from grappe.hub.registry.models import Source
from grappe.hub.registry.quality import due_on, is_due
from grappe.hub.registry.queries import (
    count_properties,
    count_subjects,
    desk_sources,
    importable_sources,
    visible_imports,
)
from grappe.hub.registry.wording import deed, property_label

_MOST_SHOWN = 50


class SourcesView(DeskView):
    """Every source, what it brought and when its next edition is due. Two queries."""

    needs = ("consult", "source")
    template_name = "hub/desk/sources.html"
    header_icon = "doc-full-inverse"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Sources")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row a source; those that are due come first."""
        today, subjects = timezone.localdate(), until_written("subjects", count_subjects)
        rows: list[dict[str, Any]] = [
            {
                "source": source,
                "organisations": subjects.get(source.pk, 0),
                "due": due_on(source),
                "is_due": is_due(source, today) and source.is_current and not source.retracted_at,
            }
            for source in desk_sources(self.request.user)
        ]
        rows.sort(key=lambda row: (not row["is_due"], bool(row["source"].retracted_at)))
        return super().get_context_data(rows=rows, **kwargs)


class SourcePage(DeskView):
    """A source: where it comes from, what depends on it, what was done to it."""

    needs = ("consult", "source")
    template_name = "hub/desk/source.html"
    header_icon = "doc-full-inverse"
    source: Source

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the source first. Raises Http404."""
        if request.user.is_authenticated:
            self.source = get_object_or_404(desk_sources(request.user), pk=kwargs["source_id"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """The title of the source."""
        return self.source.title

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse("desk_sources"), gettext("Sources"))]

    def back(self) -> HttpResponse:
        """To the source's page."""
        return redirect("desk_source", self.source.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The source, what it says, and what retracting it would do."""
        user, source = self.request.user, self.source
        context: dict[str, Any] = {
            **until_written(f"source-{source.pk}", lambda: _weight_of(user, source)),
            "source": source,
            "due": due_on(source),
            "is_due": is_due(source, timezone.localdate()),
            "may_retract": may_retract_source(user),
            "due_form": kwargs.pop("due_form", None) or DueForm(initial={"months": source.due_months}),
            "form": kwargs.pop("form", None) or ReasonForm(),
            "imports": visible_imports(user).filter(source_key=source.pk)[:_MOST_SHOWN],
            "may_bring": importable_sources(user).filter(pk=source.pk).exists(),
            "moments": [
                {"entry": m.entry, "deed": deed(m.entry), "why": m.entry.data.get("why", "")}
                for m in timeline_of_source(source, UNDOABLE)
            ],
        }
        context["brought"] = [(property_label(code), total) for code, total in context["brought"]]
        return super().get_context_data(**context, **kwargs)


class RetractSourceView(SourcePage):
    """Shows what goes with a source before it is retracted, then retracts it."""

    needs = ("retract", "source")
    template_name = "hub/desk/retract_source.html"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Retract a source")

    def trail(self) -> list[tuple[str, str]]:
        """The list and the source."""
        page = reverse("desk_source", args=[self.source.pk])
        return [*super().trail(), (page, self.source.title)]

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Retract it."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        touched = retract_source(
            source=self.source,
            why=form.cleaned_data["why"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(
            ngettext(
                "The source is retracted; %s organisation changed.",
                "The source is retracted; %s organisations changed.",
                len(touched),
            )
            % len(touched)
        )
        return self.back()


class RestoreSourceView(SourcePage):
    """Brings a retracted source back."""

    needs = ("retract", "source")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the source."""
        return self.back()

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Restore it."""
        touched = restore_source(source=self.source, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(
            ngettext(
                "The source is back; %s organisation changed.",
                "The source is back; %s organisations changed.",
                len(touched),
            )
            % len(touched)
        )
        return self.back()


class DueView(SourcePage):
    """Says how often a source has a new edition."""

    needs = ("retract", "source")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the source."""
        return self.back()

    def post(self, request: HttpRequest, source_id: str) -> HttpResponse:
        """Keep the number of months."""
        form = DueForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(due_form=form))
        set_due_months(
            source=self.source,
            months=form.cleaned_data["months"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The next edition is due in %s.") % due_on(self.source))
        return self.back()


def _weight_of(user: Visitor, source: Source) -> dict[str, Any]:
    """What a source says and what hangs on it: seconds when it speaks of all organisations."""
    effect = effect_of_retracting(user, source)
    return {
        "brought": count_properties(source),
        "vanishing": list(effect.vanishing[:_MOST_SHOWN]),
        "vanishing_count": effect.vanishing.count(),
        "losing": list(effect.losing[:_MOST_SHOWN]),
        "losing_count": effect.losing.count(),
    }
