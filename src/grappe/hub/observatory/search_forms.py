"""What the desk asks of a search that is to be measured: its address and its names."""

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """Under which names a search is measured."""

    code = forms.CharField(
        label=_("Address"),
        max_length=60,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens: lasers-for-health. A search of that address is replaced."),
    )
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120)
