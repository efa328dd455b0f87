"""What the desk asks about figures: what should have been read, why, under which titles."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from grappe.figures.naming import indicator_name, kind_name
from grappe.hub.observatory.wording import FIELD_LABELS, language, qualifier_choices
from grappe.statements.figures import KINDS, Figure

_NUMBERS = ("value", "lower", "upper")
_SHORT = ("indicator", "subject", "place", "period", "source", "value", "qualifier")
_HELP = {
    "period": gettext_lazy("2016, 2016-05 or 1991/2016; empty when the page does not say."),
    "indicator": gettext_lazy("In English: employment, sales, number of companies, share of employment…"),
}
_YES_NO = [("", "—"), ("true", _("yes")), ("false", _("no"))]


class FixForm(forms.Form):
    """Every field of a figure that a person may change, as it stands."""

    why = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def __init__(self, data: Any = None, *, figure: Figure) -> None:
        self.figure = figure
        initial = {name: _typed(figure, name) for name in FIELD_LABELS}
        super().__init__(data, initial=initial)
        own = {name: _field(name) for name in FIELD_LABELS}
        self.fields = {**own, "why": self.fields["why"]}

    def changes(self) -> dict[str, str]:
        """What was typed that is not as it stands."""
        typed = {name: self.cleaned_data[name] for name in FIELD_LABELS}
        return {name: value for name, value in typed.items() if value != self.initial[name]}

    def first_fields(self) -> list[forms.BoundField]:
        """Those most often read wrong."""
        return [self[name] for name in _SHORT]

    def other_fields(self) -> list[forms.BoundField]:
        """The rest."""
        return [self[name] for name in FIELD_LABELS if name not in _SHORT]

    def clean(self) -> dict[str, Any]:
        """Numbers in the reader's typography become plain ones."""
        cleaned = super().clean() or {}
        for name in _NUMBERS:
            cleaned[name] = _plain_number(cleaned.get(name, ""))
        return cleaned


def _field(name: str) -> forms.Field:
    label = FIELD_LABELS[name]
    if name == "qualifier":
        return forms.ChoiceField(label=label, choices=qualifier_choices())
    if name == "kind":
        return forms.ChoiceField(label=label, choices=[(each, kind_name(each, language())) for each in KINDS])
    if name == "multi_response":
        return forms.ChoiceField(label=label, choices=_YES_NO, required=False)
    return forms.CharField(label=label, required=False, max_length=300, help_text=_HELP.get(name, ""))


def _typed(figure: Figure, name: str) -> str:
    value = getattr(figure, name)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _plain_number(text: str) -> str:
    """A number as typed in French (no-break spaces, comma) or English → as Python reads it."""
    bare = "".join(text.split())
    if language() == "fr" or ("," in bare and "." not in bare and len(bare.rpartition(",")[2]) != 3):
        return bare.replace(",", ".")
    return bare.replace(",", "")


class SheetForm(forms.Form):
    """Titles of a fact sheet, for which cluster, and why despite reservations."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    cluster = forms.ChoiceField(label=_("Published by the cluster"), required=False)
    reason_fr = forms.CharField(
        label=_("Why despite the reservations, in French"),
        max_length=500,
        required=False,
        help_text=_("Shown on the sheet. Leave empty when there are none."),
    )
    reason_en = forms.CharField(
        label=_("Why despite the reservations, in English"), max_length=500, required=False
    )

    def __init__(self, *args: Any, clusters: dict[str, str], has_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", gettext("All clusters"))] if has_all else []
        self.fields["cluster"].choices = [*every, *clusters.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A reason is given in both languages, or in none."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("reason_fr")) != bool(cleaned.get("reason_en")):
            missing = "reason_en" if cleaned.get("reason_fr") else "reason_fr"
            self.add_error(missing, gettext("The sheet is in both languages: say it in this one too."))
        return cleaned


def indicator_choices(found: list[str]) -> list[tuple[str, str]]:
    """Indicators with their names, by name."""
    named = [(each, indicator_name(each, language())) for each in found if each]
    return sorted(named, key=lambda each: each[1])
