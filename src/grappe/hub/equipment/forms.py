"""What people are asked about flows, requests, quotes and investments."""

import json
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grappe.fabrication.wishes import parse_wish
from grappe.hub.equipment.planning import MOST_STEPS, read_flow
from grappe.hub.equipment.wording import process_name, tier_name
from grappe.hub.registry.member_forms import DayInput
from grappe.hub.registry.wording import language
from grappe.statements.problems import GrappeError

TIERS = ("industrial", "academic")
_MOST_BYTES = 200_000
_ON_ONE_LINE = _("One step a line, in order: what it is called, a colon, what it asks.")
_EXAMPLE_STEPS = pgettext_lazy(
    "example of steps",
    "Cleaning: cleaning of 100 mm wafers\n"
    "Writing: electron-beam lithography, 80 nm features, 100 mm wafers\n"
    "Etching: RIE of 300 nm LNOI on 100 mm wafers",
)


def describe(error: GrappeError) -> list[str]:
    """What is wrong, in the reader's language."""
    return [each.describe(language()) for each in error.problems]


class ForWhom(forms.Form):
    """In whose name something is asked: chosen among several, said without asking when there is one."""

    organisation = forms.ChoiceField(label=_("For"), required=False)

    def __init__(self, *args: Any, organisations: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose = dict(organisations)
        self.fields["organisation"].choices = list(self.whose.items())  # type: ignore[attr-defined]
        if self.initial.get("organisation") not in self.whose:
            self.initial["organisation"] = next(iter(self.whose), "")
        if len(self.whose) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean_organisation(self) -> str:
        """One of those that may be asked for."""
        told: str = self.cleaned_data["organisation"]
        if told not in self.whose:
            raise forms.ValidationError(gettext("In whose name?"))
        return told


class TierField(forms.ChoiceField):
    """Whom a rate is for."""

    def __init__(self) -> None:
        super().__init__(label=_("Rate"), choices=lambda: [(each, tier_name(each)) for each in TIERS])


class FlowForm(ForWhom):
    """A flow: its steps in words, or a file that ``grappe flow plan`` reads."""

    name = forms.CharField(label=_("Name of the flow"), max_length=200, required=False)
    start = forms.DateField(label=_("From"), widget=DayInput(), required=False)
    wafers = forms.IntegerField(label=_("Wafers"), min_value=1, max_value=10_000, initial=1, required=False)
    tier = TierField()
    steps = forms.CharField(
        label=_("Steps"),
        help_text=_ON_ONE_LINE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9, "placeholder": _EXAMPLE_STEPS}),
        max_length=20_000,
    )
    file = forms.FileField(
        label=_("Or a flow file (JSON)"),
        help_text=_("With alternatives, longest waits, splits and rework."),
        required=False,
    )
    field_order = ["organisation", "name", "start", "wafers", "tier", "steps", "file"]

    def clean(self) -> dict[str, Any]:
        """The flow as ``flow_from_json`` reads it, under ``flow``."""
        found = super().clean() or {}
        if found.get("file"):
            found["flow"] = self._from_file(found["file"])
        elif "steps" in self.errors or "name" in self.errors:
            return found
        elif not found.get("steps") or not found.get("name"):
            for name in ("name", "steps"):
                if not found.get(name):
                    self.add_error(name, gettext("A name and steps, or a file."))
        else:
            found["flow"] = self._from_lines(found)
        return found

    def _from_file(self, upload: Any) -> dict[str, Any] | None:
        try:
            if upload.size > _MOST_BYTES:
                raise ValueError(gettext("The file is larger than 200 kB."))
            row = json.loads(upload.read().decode("utf-8-sig"))
            read_flow(row, upload.name)
        except GrappeError as error:
            self.add_error("file", describe(error))
        except (ValueError, RecursionError) as error:
            self.add_error("file", gettext("This is no JSON file: %s") % error)
        else:
            return dict(row)
        return None

    def _from_lines(self, found: dict[str, Any]) -> dict[str, Any] | None:
        steps, wrong = [], []
        lines = [line.strip() for line in found["steps"].splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            name, _colon, asked = line.partition(":")
            wish = asked.strip() or name.strip()
            problem = _wrong_with(wish)
            if problem:
                wrong.append(
                    gettext("Line %(n)d, “%(line)s”: %(why)s") % {"n": number, "line": line, "why": problem}
                )
            steps.append({"id": f"{number}", "name": name.strip(), "wish": wish})
        if len(steps) > MOST_STEPS:
            wrong.append(gettext("At most %d steps.") % MOST_STEPS)
        if wrong:
            self.add_error("steps", wrong)
            return None
        return {
            "name": found["name"],
            "start": (found.get("start") or timezone.localdate()).isoformat(),
            "wafers": found.get("wafers") or 1,
            "tier": found["tier"],
            "horizon_days": 180,
            "steps": steps,
        }


def _wrong_with(wish: str) -> str:
    try:
        read = parse_wish(wish)
    except GrappeError as error:
        return " ".join(describe(error))
    return "" if read.process else gettext("no process is named")


class RequestForm(ForWhom):
    """What an organisation asks of the sites."""

    title = forms.CharField(label=_("In a few words"), max_length=200)
    description = forms.CharField(
        label=_("What is it for?"),
        help_text=_("No trade secret: the sites’ staff read it."),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    tier = TierField()
    field_order = ["organisation", "title", "description", "tier"]


class WhyForm(forms.Form):
    """A reason, in a line or two."""

    why = forms.CharField(label=_("Why"), max_length=1_000, widget=forms.Textarea(attrs={"rows": 2}))


class QuoteForm(forms.Form):
    """Until when a quote holds, and what it takes for granted."""

    valid_until = forms.DateField(label=_("Valid until"), widget=DayInput())
    assumption_fr = forms.CharField(
        label=_("Taken for granted, in French"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    assumption_en = forms.CharField(
        label=_("Taken for granted, in English"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean_valid_until(self) -> date:
        """A day to come, within a year."""
        told: date = self.cleaned_data["valid_until"]
        today = timezone.localdate()
        if not today <= told <= today + timedelta(days=366):
            raise forms.ValidationError(gettext("A day from today on, within a year."))
        return told

    def clean(self) -> dict[str, Any]:
        """Both languages, or neither."""
        found = super().clean() or {}
        if bool(found.get("assumption_fr")) != bool(found.get("assumption_en")):
            lacking = "assumption_en" if found.get("assumption_fr") else "assumption_fr"
            self.add_error(lacking, gettext("In both languages, or in neither."))
        return found


class InvestmentForm(forms.Form):
    """A tool that somebody thinks of buying."""

    name = forms.CharField(label=_("What is thought of"), max_length=200)
    wish = forms.CharField(
        label=_("What it would do"),
        help_text=_("A process, materials, wafer diameters and limits, as in a search."),
        max_length=300,
    )
    site = forms.ChoiceField(label=_("Where"), required=False)
    price_cad = forms.DecimalField(label=_("Price ($)"), min_value=0, max_digits=12, required=False)

    def __init__(self, *args: Any, sites: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [("", gettext("not decided")), *sites]  # type: ignore[attr-defined]

    def clean_wish(self) -> str:
        """Words that name a process."""
        wish = re.sub(r"\s+", " ", self.cleaned_data["wish"]).strip()
        problem = _wrong_with(wish)
        if problem:
            raise forms.ValidationError(problem)
        return wish

    def process(self) -> str:
        """The process named."""
        return process_name(parse_wish(self.cleaned_data["wish"]).process or "")
