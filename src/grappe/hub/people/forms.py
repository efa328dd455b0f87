"""What accounts are asked."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grappe.hub.people.models import RoleName

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


class OpenAccountForm(forms.Form):
    """A name and a password: the address is the invitation's."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("The same password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """The same twice, and strong enough."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and password != cleaned.get("again"):
            self.add_error("again", gettext("The two passwords are not the same."))
        elif password:
            try:
                validate_password(password)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return cleaned


class InviteForm(forms.Form):
    """Whom to invite, to which role, for which cluster."""

    email = forms.EmailField(label=_("Email"))
    name = forms.ChoiceField(label=_("Role"))
    cluster = forms.ChoiceField(label=_("Cluster"), required=False)
    language = forms.ChoiceField(label=_("Language of the message"), choices=LANGUAGES)

    def __init__(self, *args: Any, roles: list[str], clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(RoleName.choices)
        self.fields["name"].choices = [(each, labels[each]) for each in roles]  # type: ignore[attr-defined]
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A role for an account that exists."""

    name = forms.ChoiceField(label=_("Role"), choices=RoleName.choices)
    cluster = forms.ChoiceField(label=_("Cluster"), required=False)

    def __init__(self, *args: Any, clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]
