"""What the desk asks of whoever has another system told."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from grappe.hub.webhooks.actions import NoSuchAddress, check_address

LABELS = {
    "organisation.changed": gettext_lazy("an organisation changed"),
    "organisation.merged": gettext_lazy("organisations were merged"),
    "organisation.split": gettext_lazy("an organisation was split"),
    "statement.added": gettext_lazy("a statement was added"),
    "statement.retracted": gettext_lazy("a statement was taken back"),
    "source.retracted": gettext_lazy("a source was retracted"),
    "source.restored": gettext_lazy("a source was brought back"),
    "import.applied": gettext_lazy("an import was applied"),
}


class EndpointForm(forms.Form):
    """Which address is told of what, about which cluster."""

    url = forms.CharField(label=_("Address"), max_length=2_000, help_text=_("https, on the public network."))
    cluster = forms.ChoiceField(label=_("Of which cluster"), required=False)
    events = forms.MultipleChoiceField(
        label=_("Told when"), choices=list(LABELS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, clusters: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]
        self.fields["cluster"].required = "" not in clusters

    def clean_url(self) -> str:
        """An address that may be told."""
        url = str(self.cleaned_data["url"]).strip()
        try:
            check_address(url)
        except NoSuchAddress:
            raise forms.ValidationError(gettext("An https address is expected.")) from None
        return url
