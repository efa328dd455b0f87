"""What the desk asks of an official table: its file as published, what it is, which rows to keep."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_slug
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grappe.hub.observatory.actions.tables import Described
from grappe.hub.observatory.models import OfficialTable
from grappe.hub.observatory.wording import language
from grappe.hub.registry.import_forms import too_large_text
from grappe.intake.dates import read_date
from grappe.measure.offices import layouts
from grappe.statements.problems import Problem

_MOST_LINES = 200


class PairsField(forms.CharField):
    """Lines of ``name=value`` as a mapping; *alone*: a name may have no value."""

    def __init__(self, *, alone: bool = False, **words: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, **words)
        self.alone = alone

    def clean(self, value: Any) -> dict[str, str]:
        """The mapping. Raises ValidationError for a line without the sign."""
        lines = [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]
        pairs = [line.partition("=") for line in lines[:_MOST_LINES]]
        wrong = next((name for name, sign, _ in pairs if not sign and not self.alone), None)
        if wrong is not None:
            raise forms.ValidationError(gettext("“%s”: a column, the sign =, a value.") % wrong)
        return {name.strip(): said.strip() for name, _, said in pairs}


class TableForm(forms.Form):
    """A table that is loaded, or loaded again."""

    file = forms.FileField(label=_("File"), help_text=_("As the office gives it: CSV, or Parquet."))
    layout = forms.ChoiceField(label=_("Office that publishes it"))
    key = forms.CharField(
        label=_("Address"),
        max_length=60,
        validators=[validate_slug],
        help_text=_(
            "Letters, digits and hyphens: jobs-by-region. A table of that address is replaced whole."
        ),
    )
    title_fr = forms.CharField(label=_("Title in French"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    unit = forms.ChoiceField(label=_("What it counts"), choices=OfficialTable.Unit.choices)
    published = forms.CharField(
        label=_("Published"),
        required=False,
        max_length=10,
        help_text=_("2026, 2026-11 or 2026-11-20. Empty: unknown."),
    )
    url = forms.URLField(label=_("Address where it was found"), required=False, assume_scheme="https")
    where = PairsField(
        label=_("Rows to keep"),
        help_text=_("A line a column: own_code=5. Needed when the table has several lines for one cell."),
    )
    total_industry = forms.CharField(
        label=_("Industry that is the total"),
        required=False,
        max_length=200,
        help_text=_("Its code as in the file: 10 at the BLS. Empty: totals are sums."),
    )
    reference_region = forms.CharField(
        label=_("Region that is the whole"),
        required=False,
        max_length=200,
        help_text=_("Canada, US000. Empty: the sum of the regions."),
    )
    home_region = forms.CharField(
        label=_("Region that is yours"),
        required=False,
        max_length=200,
        help_text=_("The growth of what is followed there becomes key figures."),
    )
    followed = PairsField(
        alone=True,
        label=_("Industries that are followed"),
        help_text=_("A line an industry: 3364=aerospace, or 3364 when no sector’s page should show it."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, former: OfficialTable | None = None) -> None:
        super().__init__(data, files, initial=_initial(former) if former else None)
        self.fields["layout"].choices = [  # type: ignore[attr-defined]
            (name, office.publisher) for name, office in layouts().items()
        ]

    def clean_file(self) -> Any:
        """A file that is not larger than imports may be."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_BYTES:
            raise forms.ValidationError(too_large_text(file.size, file.name))
        return file

    def clean_published(self) -> str:
        """An ISO date, or ""."""
        text = self.cleaned_data["published"]
        found = read_date(text) if text else ""
        if found is None:
            problem = Problem("bad_value", found=text, expected="date")
            raise forms.ValidationError(problem.describe(language()))
        return found

    def described(self) -> Described:
        """What was typed."""
        return Described(**{name: value for name, value in self.cleaned_data.items() if name != "file"})


def _initial(table: OfficialTable) -> dict[str, Any]:
    """What is known of a table that is loaded again; its date is asked again."""
    same = ("key", "layout", "title_fr", "title_en", "unit")
    more = ("total_industry", "reference_region", "home_region")
    return {
        **{name: getattr(table, name) for name in (*same, *more)},
        "url": table.source.url,
        "where": _lines(table.where),
        "followed": _lines(table.followed),
    }


def _lines(pairs: Mapping[str, str]) -> str:
    # PostgreSQL keeps no order in JSON: by name, the same everywhere.
    return "\n".join(f"{name}={value}" if value else name for name, value in sorted(pairs.items()))
