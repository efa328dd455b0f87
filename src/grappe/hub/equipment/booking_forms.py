"""What people are asked about bookings, closures, qualifications, agreements and use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grappe.hub.equipment.forms import ForWhom, TierField
from grappe.hub.equipment.models import Capability, Closure, Equipment, Qualification
from grappe.hub.equipment.wording import name_of
from grappe.hub.people.models import User
from grappe.hub.registry.member_forms import DayInput

_MOST_WEEKS = 26
_LEVELS = Qualification.Level.choices


class InstantInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class InstantField(forms.DateTimeField):
    """A local time, to the minute."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=InstantInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more)


class NamedChoiceField(forms.ModelChoiceField):
    """A choice among rows, under their names in the page's language."""

    def label_from_instance(self, row: Any) -> str:
        """The name of *row*."""
        return name_of(row)


class SpanForm(forms.Form):
    """From one instant to another."""

    starts_at = InstantField(label=_("From"))
    ends_at = InstantField(label=_("To"))


class BookingForm(ForWhom, SpanForm):
    """A time of one equipment, once or every week."""

    capability = NamedChoiceField(Capability.objects.none(), label=_("To do"), empty_label=None)
    title = forms.CharField(label=_("What for"), max_length=200)
    tier = TierField()
    runs = forms.IntegerField(label=_("Runs"), min_value=1, max_value=1_000, initial=1)
    wafers = forms.IntegerField(label=_("Wafers"), min_value=1, max_value=10_000, initial=1)
    weeks = forms.IntegerField(
        label=_("Weeks in a row"), min_value=1, max_value=_MOST_WEEKS, initial=1,
        help_text=_("The same hours each week; all of them, or none."),
    )  # fmt: skip
    field_order = [
        "organisation", "title", "capability", "starts_at", "ends_at", "runs", "wafers", "tier", "weeks",
    ]  # fmt: skip

    def __init__(self, *args: Any, capabilities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capability"].queryset = capabilities  # type: ignore[attr-defined]


class WaitingForm(ForWhom):
    """How long, and between when, somebody would take."""

    minutes = forms.IntegerField(label=_("Minutes needed"), min_value=5, max_value=60 * 24 * 7)
    not_before = InstantField(label=_("Not before"))
    not_after = InstantField(label=_("Done by"))
    tier = TierField()
    field_order = ["organisation", "minutes", "not_before", "not_after", "tier"]


class OperatorForm(forms.Form):
    """To whom a booking is handed over."""

    username = forms.CharField(label=_("Account"), max_length=150)

    def clean_username(self) -> User:
        """The account named."""
        found = User.objects.filter(username=self.cleaned_data["username"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no such account."))
        return found


class ClosureForm(SpanForm):
    """An equipment that can't be used for a time."""

    equipment = NamedChoiceField(
        Equipment.objects.none(), label=pgettext_lazy("one", "Equipment"), empty_label=None
    )
    kind = forms.ChoiceField(label=_("Because"), choices=Closure.Kind.choices)
    why = forms.CharField(label=_("Details"), max_length=500, required=False)
    field_order = ["equipment", "kind", "starts_at", "ends_at", "why"]

    def __init__(self, *args: Any, equipment: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["equipment"].queryset = equipment  # type: ignore[attr-defined]


class AskQualificationForm(forms.Form):
    """Which qualification of which site."""

    asked = forms.ChoiceField(label=_("Qualification"))
    level = forms.TypedChoiceField(
        label=_("Level"), choices=Qualification.Level.choices, coerce=int, initial=2
    )
    why = forms.CharField(
        label=_("Your experience"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, offered: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].choices = list(offered)  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """How far somebody is qualified, and until when."""

    level = forms.TypedChoiceField(label=_("Level"), choices=_LEVELS, coerce=int)
    expires_on = forms.DateField(label=_("Until"), widget=DayInput(), required=False)


class AgreementForm(forms.Form):
    """What an organisation signed with a site."""

    organisation = forms.CharField(
        label=_("Organisation"), max_length=20, help_text=_("The last part of its page’s address.")
    )
    tier = TierField()
    signed_on = forms.DateField(label=_("Signed on"), widget=DayInput())
    expires_on = forms.DateField(label=_("Until"), widget=DayInput(), required=False)
    cleared_until = forms.DateField(
        label=_("Export control: cleared until"), widget=DayInput(), required=False
    )


class UseForm(SpanForm):
    """What was really done."""

    runs = forms.IntegerField(label=_("Runs"), min_value=0, max_value=1_000, initial=1)
    wafers = forms.IntegerField(label=_("Wafers"), min_value=0, max_value=10_000, initial=1)
    note = forms.CharField(label=_("Note"), max_length=1_000, required=False)


class CatalogueForm(forms.Form):
    """A site's catalogue, brought anew."""

    file = forms.FileField(label=_("Catalogue (JSON, CSV, XLSX, PIDINST)"))


def as_local(instant: datetime) -> str:
    """*instant* as a form writes it."""
    return f"{instant:%Y-%m-%dT%H:%M}"
