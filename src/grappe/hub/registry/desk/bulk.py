"""Many organisations at once: tag those that are ticked, or fill in a column as in a spreadsheet."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from grappe.hub.people.shell import DeskView
from grappe.hub.registry.actions.bulk import MOST_AT_ONCE, Change, ManyChanged, correct_many
from grappe.hub.registry.actions.statements import Correction
from grappe.hub.registry.forms import TagForm, read_typed
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import all_codes, first_values, organisations_in_order
from grappe.hub.registry.wording import property_label, qualifier_labels, value_labels
from grappe.statements.vocabulary import Property, properties

#: What many organisations may be tagged with at once.
TAGS = ("sector", "stage", "cluster", "kind", "size", "status")
#: The columns that are filled in as in a spreadsheet.
GRID = ("website", "phone", "email", "municipality", "employees", "founded")


class BulkView(DeskView):
    """The organisations ticked in the list, and what to do to all of them."""

    needs = ("edit", "organisation")
    header_icon = "group"
    prop: Property

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Which organisations, in the order they were ticked."""
        super().setup(request, *args, **kwargs)
        asked = request.POST if request.method == "POST" else request.GET
        keys = list(dict.fromkeys(key[:16] for key in asked.getlist("organisation")))
        self.organisations: list[Organisation] = organisations_in_order(request.user, keys[:MOST_AT_ONCE])

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse("desk_organisations"), gettext("Organisations"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; the list when nothing is ticked."""
        if not self.organisations:
            self.warn(gettext("Tick organisations in the list first."))
            return redirect("desk_organisations")
        return super().get(request, *args, **kwargs)

    def done(self, count: int) -> HttpResponse:
        """Say how many were changed, and go back to the list."""
        self.tell(
            ngettext(
                "%s organisation is changed; its history undoes it.",
                "%s organisations are changed; the journal undoes them together.",
                count,
            )
            % count
        )
        return redirect("desk_organisations")


class TagView(BulkView):
    """Adds one sector, stage, cluster, kind, size or status to each organisation ticked."""

    template_name = "hub/desk/tag.html"

    def get_page_title(self) -> str:
        """How many are tagged."""
        count = len(self.organisations)
        return ngettext("Tag %s organisation", "Tag %s organisations", count) % count

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The organisations and the form."""
        form = kwargs.pop("form", None) or self.form()
        return super().get_context_data(organisations=self.organisations, form=form, **kwargs)

    def form(self, data: Any = None) -> TagForm:
        """The form: one list of choices a property."""
        codes = all_codes()
        choices = {
            (code, value): f"{property_label(code)} · {label}"
            for code in TAGS
            for value, label in value_labels(properties()[code], codes).items()
        }
        return TagForm(data, choices=choices, roles=qualifier_labels(properties()["cluster"]))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tag them all, or none."""
        form = self.form(request.POST)
        if not form.is_valid() or not self.organisations:
            return self.render_to_response(self.get_context_data(form=form))
        correction = form.correction()
        correct_many(
            changes=[Change(each, correction) for each in self.organisations],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        return self.done(len(self.organisations))


class GridView(BulkView):
    """One column of the organisations ticked, filled in as in a spreadsheet; only what changed is stated."""

    template_name = "hub/desk/grid.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Which column. Raises Http404 for one that is not filled in here."""
        super().setup(request, *args, **kwargs)
        if kwargs["prop"] not in GRID:
            raise Http404
        self.prop = properties()[kwargs["prop"]]

    def get_page_title(self) -> str:
        """Which column is filled in."""
        return gettext("Fill in: %s") % property_label(self.prop.code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One line an organisation: what is said now, and what was typed."""
        typed: dict[str, str] = kwargs.pop("typed", {})
        errors: dict[str, str] = kwargs.pop("errors", {})
        lines = [
            {
                "organisation": each,
                "now": now,
                "typed": typed.get(each.pk, now),
                "version": version,
                "error": errors.get(each.pk, ""),
            }
            for each, now, version in self._now()
        ]
        columns = [(code, property_label(code)) for code in GRID]
        context = {"lines": lines, "columns": columns, "prop": self.prop, "has_errors": bool(errors)}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, prop: str) -> HttpResponse:
        """State what was changed: all of it, or nothing and why."""
        typed = {each.pk: request.POST.get(f"value-{each.pk}", "").strip() for each in self.organisations}
        reason = request.POST.get("reason", "").strip()[:500]
        changes, errors = self._changes(typed, reason)
        if errors or not reason:
            context = self.get_context_data(typed=typed, errors=errors, reason_missing=not reason)
            return self.render_to_response(context)
        try:
            correct_many(changes=changes, actor=request.user, at=self.now())  # type: ignore[arg-type]
        except ManyChanged as refusal:
            said = gettext("Somebody else stated this meanwhile: compare, then save again.")
            errors = {each.pk: said for each in refusal.organisations}
            return self.render_to_response(self.get_context_data(typed=typed, errors=errors), status=409)
        return self.done(len(changes))

    def _now(self) -> list[tuple[Organisation, str, str]]:
        """Each organisation with what is said first of the column now, and its version."""
        return first_values(self.request.user, self.organisations, self.prop.code)

    def _changes(self, typed: dict[str, str], reason: str) -> tuple[list[Change], dict[str, str]]:
        changes, errors = [], {}
        for each, now, _ in self._now():
            text = typed[each.pk]
            if not text or text == now:
                continue
            try:
                value = read_typed(self.prop, text)
            except forms.ValidationError as refusal:
                errors[each.pk] = " ".join(refusal.messages)
                continue
            correction = Correction(
                property=self.prop.code,
                value=value,
                reason=reason,
                original_value=text if text != value else "",
            )
            changes.append(Change(each, correction, self.request.POST.get(f"version-{each.pk}", "")[:64]))
        return changes, errors
