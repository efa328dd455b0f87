"""One organisation at the desk: every value with its sources and rivals, its records, notes and history."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.journal.models import Entry
from grappe.hub.people.queries import may
from grappe.hub.registry.access import may_do, may_retract_source, may_withdraw_note
from grappe.hub.registry.actions.notes import withdraw_note, write_note
from grappe.hub.registry.actions.statements import Changed, correct_value, retract_statement
from grappe.hub.registry.actions.undoing import UNDOABLE, NotLast, undo
from grappe.hub.registry.desk.shell import OrganisationView
from grappe.hub.registry.forms import NOT_CORRECTED, CorrectionForm, NoteForm
from grappe.hub.registry.history import Moment, judgements_about, timeline_of
from grappe.hub.registry.models import Judgement, Statement
from grappe.hub.registry.quality import ESSENTIAL, is_stale, missing_of
from grappe.hub.registry.queries import (
    Dossier,
    ShownProperty,
    ShownValue,
    all_codes,
    desk_sources,
    dossier_of,
    version_of,
    visible_notes,
    visible_statements,
)
from grappe.hub.registry.wording import (
    deed,
    language,
    name_of,
    own_clusters,
    property_label,
    qualifier_labels,
    relation_labels,
    value_labels,
)
from grappe.statements.vocabulary import Property, properties

_LONG = 160


@dataclass(frozen=True)
class ValueRow:
    """One value as the desk shows it."""

    shown: ShownValue
    text: str
    note: str


@dataclass(frozen=True)
class PropertyRow:
    """A property and its values; *is_open*: this person may correct it."""

    code: str
    label: str
    values: tuple[ValueRow, ...]
    is_open: bool


class OrganisationPage(OrganisationView):
    """All that is said of one organisation, by whom, and what was done to it."""

    template_name = "hub/desk/organisation.html"

    def trail(self) -> list[tuple[str, str]]:
        """The list only: this is the organisation's page."""
        return super().trail()[:1]

    def get_page_title(self) -> str:
        """The name of the organisation."""
        return name_of(self.organisation)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier, what may be done to it, its notes and its timeline."""
        user, organisation = self.request.user, self.organisation
        dossier, codes = dossier_of(user, organisation.pk), all_codes()
        may_edit = may_do(user, "edit", organisation)
        may_judge = may_do(user, "judge", organisation)
        notes = list(visible_notes(user, organisation))
        context = {
            "organisation": organisation,
            "rows": [_row(each, codes, may_edit) for each in dossier.properties.values()],
            "addable": _addable(dossier) if may_edit else [],
            "records": _records(dossier),
            "judgements": [_judgement(each, may_judge) for each in judgements_about(dossier)],
            "moments": [self._moment(each, may_edit, may_judge) for each in self._timeline(dossier)],
            "notes": [(note, may_withdraw_note(user, note)) for note in notes],
            "note_form": kwargs.pop("note_form", None) or self.note_form(),
            "may_edit": may_edit,
            "may_judge": may_judge,
            "missing": missing_of(organisation),
            "said": len(ESSENTIAL) - len(missing_of(organisation)),
            "of": len(ESSENTIAL),
            "is_stale": is_stale(organisation, timezone.localdate()),
            "public_url": reverse("organisation", args=[organisation.pk]),
        }
        return super().get_context_data(**context, **kwargs)

    def note_form(self, data: Any = None) -> NoteForm | None:
        """The form of a note, for the clusters this person writes to; None when there is none."""
        ours = own_clusters(self.request.user, "write", "note")
        own = {c: n for c, n in ours.items() if c in self.organisation.clusters}
        return NoteForm(data, clusters={**own, **ours}, prefix="note") if ours else None

    def _timeline(self, dossier: Dossier) -> list[Moment]:
        return timeline_of(self.request.user, dossier, UNDOABLE)

    def _moment(self, moment: Moment, may_edit: bool, may_judge: bool) -> dict[str, Any]:
        allowed = {
            "statement": may_edit,
            "judgement": may_judge,
            "source": may_retract_source(self.request.user),
            "note": True,
            "contact": may(self.request.user, "write", "contact"),
            "membership": may(self.request.user, "record", "membership"),
        }
        entry = moment.entry
        return {
            "entry": entry,
            "deed": deed(entry),
            "why": entry.data.get("why") or entry.data.get("reason") or "",
            "may_undo": moment.is_latest and allowed.get(entry.object_kind, False),
        }


def _row(shown: ShownProperty, codes: Any, may_edit: bool) -> PropertyRow:
    prop = shown.definition
    labels, sorts = value_labels(prop, codes), qualifier_labels(prop)
    values = tuple(
        ValueRow(each, labels.get(each.value, each.value), sorts.get(each.qualifier, each.qualifier))
        for each in sorted(shown.values, key=_reading_order)
    )
    is_open = may_edit and prop.code not in NOT_CORRECTED
    return PropertyRow(prop.code, property_label(prop.code), values, is_open)


def _reading_order(shown: ShownValue) -> tuple[bool, bool]:
    """Rivals after; the reader's language, or none, before the other."""
    return shown.is_rival, shown.language not in ("", language())


def _addable(dossier: Dossier) -> list[tuple[str, str]]:
    return [
        (code, property_label(code))
        for code, prop in properties().items()
        if prop.public and code not in NOT_CORRECTED and code not in dossier.properties
    ]


def _records(dossier: Dossier) -> list[dict[str, Any]]:
    """Each record with the name and the source it is known by."""
    said: dict[str, Statement] = {}
    for shown in dossier.properties.values():
        for value in shown.values:
            for statement in value.statements:
                if statement.property == "name" or statement.entity not in said:
                    said.setdefault(statement.entity, statement)
    return [{"entity": entity, "statement": said.get(entity)} for entity in dossier.entities]


def _judgement(judgement: Judgement, may_judge: bool) -> dict[str, Any]:
    return {
        "judgement": judgement,
        "relation": relation_labels()[judgement.relation],
        "may_retract": may_judge and judgement.origin == "hub",
        "is_rule": judgement.who.startswith("rule:"),
    }


class NotesView(OrganisationPage):
    """Adds a note that the staff of one cluster reads."""

    needs = ("write", "note")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is shown here but after an error: back to the organisation."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str) -> HttpResponse:
        """Write the note, or show what is wrong with it."""
        form = self.note_form(request.POST)
        if form is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(note_form=form))
        write_note(
            organisation=self.organisation,
            cluster=form.cleaned_data["cluster"],
            text=form.cleaned_data["text"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The note is written."))
        return self.back()


class WithdrawNoteView(OrganisationView):
    """Puts a note out of sight; the timeline brings it back."""

    needs = ("write", "note")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the organisation."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, note: int) -> HttpResponse:
        """Withdraw the note. Raises Http404 for one that this person does not read."""
        found = get_object_or_404(visible_notes(request.user, self.organisation), pk=note)
        withdraw_note(note=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The note is withdrawn; the history brings it back."))
        return self.back()


class CorrectView(OrganisationView):
    """The form that adds a value, with its source, its period and its reason."""

    needs = ("edit", "organisation")
    template_name = "hub/desk/correct.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Which property is asked. Raises Http404 for one that is not corrected here."""
        super().setup(request, *args, **kwargs)
        found = properties().get(kwargs["prop"])
        if found is None or not found.public or found.code in NOT_CORRECTED:
            raise Http404
        self.prop: Property = found

    def get_page_title(self) -> str:
        """What is corrected."""
        return gettext("Correct or complete: %s") % property_label(self.prop.code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what is said now."""
        dossier = dossier_of(self.request.user, self.organisation.pk)
        shown = dossier.properties.get(self.prop.code)
        row = _row(shown, all_codes(), may_edit=False) if shown else None
        context: dict[str, Any] = {"organisation": self.organisation, "row": row}
        context["form"] = kwargs.pop("form", None) or self.form(initial=self._initial())
        return super().get_context_data(**context, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, for those who may edit this very organisation."""
        if not may_do(request.user, "edit", self.organisation):
            return self._refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, canonical_id: str, prop: str) -> HttpResponse:
        """Add the value; what is wrong, or what changed meanwhile, is shown with what was typed."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            correct_value(
                organisation=self.organisation,
                correction=form.correction(),
                version=form.cleaned_data["version"],
                actor=request.user,  # type: ignore[arg-type]
                at=self.now(),
            )
        except Changed:
            typed = request.POST.copy()
            typed["version"] = self._version()
            context = self.get_context_data(form=self.form(typed), is_changed=True)
            return self.render_to_response(context, status=409)
        self.tell(gettext("The value is stated; the others stay beside it."))
        return self.back()

    def form(self, *args: Any, **kwargs: Any) -> CorrectionForm:
        """The form of this property."""
        return CorrectionForm(
            *args,
            prop=self.prop,
            labels=value_labels(self.prop, all_codes()),
            qualifiers=qualifier_labels(self.prop),
            sources=list(desk_sources(self.request.user).filter(retracted_at="")),
            **kwargs,
        )

    def _version(self) -> str:
        entities = list(self.organisation.records.values_list("entity", flat=True))
        return version_of(entities, self.prop.code)

    def _initial(self) -> dict[str, Any]:
        """The value to start from, when the page names one."""
        initial: dict[str, Any] = {"version": self._version()}
        key = self.request.GET.get("from", "")[:24]
        found = visible_statements(self.request.user).filter(pk=key, property=self.prop.code).first()
        if found:
            initial |= {"value": found.value, "qualifier": found.qualifier, "in_language": found.language}
        return initial

    def _refuse(self) -> HttpResponse:
        messages.error(self.request, gettext("This organisation is in the care of other clusters."))
        return self.back()


class RetractStatementView(OrganisationView):
    """Takes back a curated value; what it stood before shows again."""

    needs = ("edit", "organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the organisation."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, statement: str) -> HttpResponse:
        """Retract it. Raises Http404 for a statement of another organisation or of a source."""
        mine = visible_statements(request.user).filter(
            origin="hub", entity__in=self.organisation.records.values("entity")
        )
        found = get_object_or_404(mine, pk=statement)
        retract_statement(statement=found, reason="", actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The value is taken back; the history brings it back."))
        return self.back()


class UndoView(OrganisationView):
    """Undoes a line of the organisation's history."""

    needs = ("consult", "organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the organisation."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, entry: int) -> HttpResponse:
        """Undo it; said when something was done since. Raises Http404 for a line of another object."""
        dossier = dossier_of(request.user, self.organisation.pk)
        shown = {m.entry.pk: m.entry for m in timeline_of(request.user, dossier, UNDOABLE)}
        found: Entry | None = shown.get(entry)
        if found is None or found.verb not in UNDOABLE:
            raise Http404
        try:
            undo(entry=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        except NotLast:
            self.warn(gettext("Something was done since to the same value: undo that first."))
        else:
            self.tell(gettext("Undone."))
        return self.back()
