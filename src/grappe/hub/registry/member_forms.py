"""What members, and those who keep their list, are asked."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grappe.hub.registry.actions.claims import Claimant
from grappe.hub.registry.actions.contacts import ContactCard
from grappe.hub.registry.actions.memberships import Terms
from grappe.hub.registry.actions.proposals import Proposed
from grappe.hub.registry.forms import LANGUAGES, ReasonForm, ValueForm, read_typed
from grappe.hub.registry.models import Membership
from grappe.statements.vocabulary import Property


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClaimForm(forms.Form):
    """Who says to speak for an organisation."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    email = forms.EmailField(label=_("Your address at work"), help_text=_("We send it a link to confirm."))
    job_title = forms.CharField(label=_("Your title"), max_length=200, required=False)
    message = forms.CharField(
        label=_("A word to the secretariat"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def claimant(self) -> Claimant:
        """Who claims, in the language of the page."""
        return Claimant(**self.cleaned_data, language=(get_language() or "fr")[:2])


class ProposalForm(ValueForm):
    """A value that a representative proposes for their page."""

    comment = forms.CharField(label=_("A word to the secretariat"), max_length=500, required=False)

    def proposed(self) -> Proposed:
        """What is proposed."""
        found = self.cleaned_data
        return Proposed(
            property=self.prop.code,
            value=found["value"],
            original_value=self.typed(),
            qualifier=found.get("qualifier", ""),
            language=found.get("in_language", ""),
            valid_from=found["valid_from"],
            comment=found["comment"],
        )


class DecisionForm(ReasonForm):
    """What staff make of a proposal: its value, as it was made or mended, and why."""

    value = forms.CharField(label=_("Value"), max_length=4_000)
    field_order = ["value", "why"]

    def __init__(self, *args: Any, prop: Property, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prop = prop
        self.fields["value"].label = prop.label((get_language() or "fr")[:2])

    def clean_value(self) -> str:
        """The normalised value."""
        return read_typed(self.prop, self.cleaned_data["value"])


class AnswerForm(forms.Form):
    """The answer to “is your page right?”."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[("right", _("All of it is right")), ("wrong", _("Something is to correct"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("What is to correct"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """What is to correct is said."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "wrong" and not cleaned.get("comment"):
            self.add_error("comment", gettext("Say what is to correct."))
        return cleaned


class MembershipForm(forms.Form):
    """The terms of a membership."""

    cluster = forms.ChoiceField(label=_("Cluster"))
    kind = forms.ChoiceField(label=_("Kind of membership"), choices=Membership.Kind.choices)
    starts_on = forms.DateField(label=_("Member since"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=DayInput, help_text=_("Empty: no known end.")
    )
    dues = forms.ChoiceField(label=_("Dues"), choices=Membership.Dues.choices)

    def __init__(self, *args: Any, clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A period that ends after it begins."""
        cleaned = super().clean() or {}
        start: date | None = cleaned.get("starts_on")
        end: date | None = cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", gettext("The end comes before the beginning."))
        return cleaned

    def terms(self) -> Terms:
        """The terms."""
        names = ("kind", "starts_on", "ends_on", "dues")
        return Terms(**{name: self.cleaned_data[name] for name in names})


class ContactForm(forms.Form):
    """Somebody whom the staff of one cluster know."""

    cluster = forms.ChoiceField(label=_("Read by the staff of"))
    name = forms.CharField(label=_("Name"), max_length=200)
    job_title = forms.CharField(label=_("Title"), max_length=200, required=False)
    email = forms.EmailField(label=_("Work email"), required=False)
    phone = forms.CharField(label=_("Work phone"), max_length=40, required=False)

    def __init__(self, *args: Any, clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]

    def card(self) -> ContactCard:
        """The contact."""
        names = ("name", "job_title", "email", "phone")
        return ContactCard(**{name: self.cleaned_data[name] for name in names})


class AddressForm(forms.Form):
    """An address to write to, and in which language."""

    email = forms.EmailField(label=_("Email"))
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGES)
