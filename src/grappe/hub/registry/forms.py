"""What the desk asks people: every value is read by the same rules as a cell of a list."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grappe.hub.registry.actions.statements import OWN_SOURCE, Correction
from grappe.hub.registry.models import VISIBILITIES, Source
from grappe.intake.dates import read_date
from grappe.intake.values import UnreadableValue, read_value
from grappe.statements import Problem
from grappe.statements.vocabulary import Property

#: Written by machines for machines: shown, not corrected by hand.
NOT_CORRECTED = frozenset({"mentioned_in", "coordinates", "part_of", "related_to", "identifier"})
_LONG_TEXTS = ("description", "offer")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class ValueForm(forms.Form):
    """A value of one property. *labels* are the codes it may be, *qualifiers* the kinds of it."""

    value = forms.CharField(label=_("Value"), max_length=4_000)
    qualifier = forms.ChoiceField(label=_("Kind of name, or role"), required=False)
    in_language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "—"), *LANGUAGES])
    valid_from = forms.CharField(
        label=_("True since"), required=False, max_length=10, help_text=_("2026, 2026-11 or 2026-11-20.")
    )

    def __init__(
        self, *args: Any, prop: Property, labels: dict[str, str], qualifiers: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.prop = prop
        self.fields["value"].label = prop.label((get_language() or "fr")[:2])
        if labels:
            by_label = sorted(labels.items(), key=lambda item: item[1])
            self.fields["value"].widget = forms.Select(choices=[("", "—"), *by_label])
        elif prop.code in _LONG_TEXTS:
            self.fields["value"].widget = forms.Textarea(attrs={"rows": 4})
        self.fields["qualifier"].choices = [("", "—"), *qualifiers.items()]  # type: ignore[attr-defined]
        for name, is_asked in (("qualifier", bool(qualifiers)), ("in_language", prop.language)):
            if not is_asked:
                del self.fields[name]

    def clean_value(self) -> str:
        """The normalised value, as a reader of lists would have it."""
        return read_typed(self.prop, self.cleaned_data["value"])

    def clean_valid_from(self) -> str:
        """An ISO date, or ""."""
        return self._read_day("valid_from")

    def typed(self) -> str:
        """What was typed, when it is not the value as normalised; else ""."""
        typed = str(self.data.get(self.add_prefix("value"), "")).strip()
        return typed if typed != self.cleaned_data["value"] else ""

    def _read_day(self, name: str) -> str:
        text = self.cleaned_data[name]
        if not text:
            return ""
        found = read_date(text)
        if found is None:
            problem = Problem("bad_value", found=text, expected="date")
            raise forms.ValidationError(problem.describe((get_language() or "fr")[:2]))
        return found


def read_typed(prop: Property, text: str) -> str:
    """*text* as a reader of lists would have it. Raises ValidationError saying what was expected."""
    try:
        return read_value(prop, text, language=get_language())
    except UnreadableValue as refusal:
        problem = Problem("bad_value", found=text, expected=refusal.expected)
        raise forms.ValidationError(problem.describe((get_language() or "fr")[:2])) from None


class CorrectionForm(ValueForm):
    """A value, its period, who says so and why."""

    valid_to = forms.CharField(
        label=_("True until"), required=False, max_length=10, help_text=_("Empty: still true.")
    )
    source = forms.ChoiceField(label=_("Source"))
    asserted_by = forms.CharField(
        label=_("Who said so"),
        required=False,
        max_length=200,
        help_text=_("A role or an organisation, as it may be shown on the page."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("What makes this value better than the others.")
    )
    visibility = forms.ChoiceField(label=_("Shown to"), choices=VISIBILITIES, initial="public")
    version = forms.CharField(widget=forms.HiddenInput)

    field_order = ["value", "qualifier", "in_language", "valid_from"]

    def __init__(self, *args: Any, sources: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = (OWN_SOURCE, gettext("The secretariat itself"))
        listed = [(each.pk, f"{each.title} ({each.publisher})") for each in sources]
        self.fields["source"].choices = [own, *(s for s in listed if s[0] != OWN_SOURCE)]  # type: ignore[attr-defined]

    def clean_valid_to(self) -> str:
        """An ISO date, or ""."""
        return self._read_day("valid_to")

    def clean(self) -> dict[str, Any]:
        """A period that ends after it begins."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from") or "", cleaned.get("valid_to") or ""
        if start and end and end < start[: len(end)]:
            self.add_error("valid_to", gettext("The end comes before the beginning."))
        return cleaned

    def correction(self) -> Correction:
        """What to add."""
        found = self.cleaned_data
        return Correction(
            property=self.prop.code,
            value=found["value"],
            original_value=self.typed(),
            qualifier=found.get("qualifier", ""),
            language=found.get("in_language", ""),
            valid_from=found["valid_from"],
            valid_to=found["valid_to"],
            source=found["source"],
            asserted_by=found["asserted_by"],
            reason=found["reason"],
            visibility=found["visibility"],
        )


class ReasonForm(forms.Form):
    """Why something is done that others will read about."""

    why = forms.CharField(label=_("Reason"), max_length=500)


class JudgementForm(ReasonForm):
    """What one organisation is to another."""

    relation = forms.ChoiceField(label=_("Relation"))
    field_order = ["relation", "why"]

    def __init__(self, *args: Any, relations: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["relation"].choices = list(relations.items())  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A note to the staff of one cluster."""

    cluster = forms.ChoiceField(label=_("Read by the staff of"))
    text = forms.CharField(label=_("Note"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]


class DueForm(forms.Form):
    """How often a source has a new edition."""

    months = forms.IntegerField(label=_("Months until its next edition"), min_value=1, max_value=240)


class TagForm(ReasonForm):
    """One code to add to many organisations. *choices*: (property, code) → label."""

    tag = forms.ChoiceField(label=_("What to add"))
    role = forms.ChoiceField(
        label=_("Role in the cluster"), required=False, help_text=_("For a cluster only.")
    )
    field_order = ["tag", "role", "why"]

    def __init__(
        self, *args: Any, choices: dict[tuple[str, str], str], roles: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tags = {f"{prop}:{code}": (prop, code) for prop, code in choices}
        labelled = [(f"{prop}:{code}", label) for (prop, code), label in choices.items()]
        self.fields["tag"].choices = [("", "—"), *labelled]  # type: ignore[attr-defined]
        self.fields["role"].choices = [("", "—"), *roles.items()]  # type: ignore[attr-defined]

    def correction(self) -> Correction:
        """What to add to each."""
        prop, code = self.tags[self.cleaned_data["tag"]]
        role = self.cleaned_data["role"] if prop == "cluster" else ""
        return Correction(property=prop, value=code, qualifier=role, reason=self.cleaned_data["why"])
