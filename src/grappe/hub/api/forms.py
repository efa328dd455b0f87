"""What the desk asks of whoever makes a token."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from grappe.hub.api.models import SCOPES

_LASTING = {"30": _("30 days"), "90": _("90 days"), "365": _("a year"), "": _("until it is revoked")}


class TokenForm(forms.Form):
    """What a token is for, what it reaches, how long it lasts."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("A notebook, a web site, a nightly import.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPES,
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may yourself."),
    )
    days = forms.ChoiceField(
        label=_("How long it lasts"), choices=list(_LASTING.items()), initial="90", required=False
    )

    def expires_at(self, at: datetime) -> datetime | None:
        """When a token made at *at* expires; None: never."""
        days = self.cleaned_data["days"]
        return at + timedelta(days=int(days)) if days else None
