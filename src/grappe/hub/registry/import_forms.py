"""What the desk asks about a list that is brought: which list it is, and what its columns hold."""

from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grappe.hub.fetching import Fetched, FetchRefused, Limits, fetch
from grappe.hub.registry.importing.mappings import titles_at
from grappe.hub.registry.models import VISIBILITIES, Source
from grappe.intake.dates import read_date
from grappe.intake.spreadsheets import Column, Mapping, SheetMapping
from grappe.intake.spreadsheets.headers import ROLES
from grappe.statements import Problem
from grappe.statements.vocabulary import properties

PASTED = "colle.tsv"
#: What every row may be said to be, when no column says it.
DEFAULTS = ("cluster", "cluster_role", "kind")
_KEPT = ("title", "publisher", "licence", "url", "published", "language", "visibility", "attribution", "note")


class ListForm(forms.Form):
    """The list itself: a file, or what is copied from a spreadsheet, or an address."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods), .csv or .tsv.")
    )
    pasted = forms.CharField(
        label=_("Or cells copied from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Select the cells with their titles, copy, paste here."),
    )
    address = forms.URLField(
        label=_("Or the address of a file"),
        required=False,
        assume_scheme="https",
        help_text=_("The server fetches it: it must be open to everybody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fetched: Fetched | None = None
        if not settings.IMPORT_FETCH:
            del self.fields["address"]

    def clean_file(self) -> Any:
        """A file that is not larger than lists may be."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > settings.IMPORT_BYTES:
            raise forms.ValidationError(too_large_text(file.size, file.name))
        return file

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three; an address is fetched last of all."""
        cleaned = super().clean() or {}
        given = [name for name in ("file", "pasted", "address") if cleaned.get(name)]
        if not self.errors and len(given) != 1:
            text = gettext("Give a file, or cells, or an address: one of the three.")
            raise forms.ValidationError(text)
        return cleaned

    def take(self) -> bool:
        """Fetch the address, if that is what was given. False when it is refused: the form then says why."""
        address = self.cleaned_data.get("address")
        if address:
            try:
                self.fetched = fetch(address, Limits(most_bytes=settings.IMPORT_BYTES))
            except FetchRefused as refusal:
                self.add_error("address", refusal_text(refusal))
        return not self.errors

    def content(self) -> dict[str, Any]:
        """The file's name, its bytes in chunks and its address, as ``bring_list`` takes them."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return {"file_name": file.name, "chunks": file.chunks(), "address": ""}
        if self.fetched:
            fetched = self.fetched
            return {"file_name": fetched.name, "chunks": [fetched.content], "address": fetched.address}
        return {"file_name": PASTED, "chunks": [self.cleaned_data["pasted"].encode()], "address": ""}


class EditionForm(ListForm):
    """The next edition of a known list: the list, and the day it speaks of."""

    published = forms.CharField(
        label=_("Date of the list"),
        required=False,
        max_length=10,
        help_text=_("The day it is true of: 2026, 2026-11 or 2026-11-20. Empty: unknown."),
    )
    cluster = forms.ChoiceField(
        label=_("Whose list it is"),
        required=False,
        help_text=_("Its staff bring the next editions. It puts organisations in no other cluster."),
    )
    field_order = ["file", "pasted", "address", "published", "cluster"]

    def __init__(self, *args: Any, clusters: AbstractMapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cluster"].choices = list(clusters.items())  # type: ignore[attr-defined]
        if not clusters:
            del self.fields["cluster"]

    @property
    def cluster_said(self) -> str:
        """Whose list it is; "": of all clusters, or as it was."""
        return str(self.cleaned_data.get("cluster", ""))

    def clean_published(self) -> str:
        """An ISO date, or ""."""
        text = self.cleaned_data["published"]
        found = read_date(text) if text else ""
        if found is None:
            problem = Problem("bad_value", found=text, expected="date")
            raise forms.ValidationError(problem.describe((get_language() or "fr")[:2]))
        return found

    def described(self, source: Source) -> dict[str, Any]:
        """What *source* says of itself once it has this edition."""
        said = {name: getattr(source, name) for name in _KEPT}
        return {**said, "chain": source.chain, "published": self.cleaned_data["published"]}


class NewListForm(EditionForm):
    """A list that was never brought: what it is, who publishes it, who may see it."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("Without the year: “Members of the cluster”.")
    )
    publisher = forms.CharField(label=_("Publisher"), max_length=200)
    licence = forms.CharField(
        label=_("Licence"),
        max_length=200,
        help_text=_("As its publisher states it: CC-BY-4.0; “facts” for facts from a public page."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("fr", _("French")), ("en", _("English")), ("", _("both"))],
        initial="fr",
        required=False,
    )
    visibility = forms.ChoiceField(label=_("Shown to"), choices=VISIBILITIES)
    field_order = [
        *("title", "publisher", "published", "language", "licence", "visibility", "cluster"),
        *("file", "pasted", "address"),
    ]

    def new_source(self) -> dict[str, Any]:
        """What the new source says of itself."""
        return {**{name: self.cleaned_data.get(name, "") for name in _KEPT}, "chain": []}


def refusal_text(refusal: FetchRefused) -> str:
    """Why an address is not fetched, and what to do."""
    texts = {
        "address": gettext("Only an http or https address can be fetched."),
        "port": gettext("Only the usual ports of http and https are reached."),
        "network": gettext("This address is not on the public network. Download the file, then bring it."),
        "redirects": gettext("This address leads from one to another without end."),
        "status": gettext("The site answered %s. Check the address, or bring the file."),
        "size": gettext("The file is larger than %s."),
        "time": gettext("The site is too slow. Download the file, then bring it."),
        "encoding": gettext("The site compresses the file its own way. Download it, then bring it."),
        "connection": gettext("The site could not be reached. Check the address, or bring the file."),
    }
    text = texts[refusal.reason]
    return text % refusal.detail if "%s" in text else text


def mapping_from(
    data: AbstractMapping[str, str], preview: AbstractMapping[str, Any], retitled: str = ""
) -> Mapping:
    """The mapping that the page of columns says. What is not among its choices counts as not said.

    *retitled* is the number of a sheet whose titles a person just placed: its columns are guessed again.
    """
    sheets = [
        _sheet_from(data, preview, number, sheet["name"], is_guessed=retitled == str(number))
        for number, sheet in enumerate(preview.get("sheets", ()))
    ]
    defaults = {name: value for name in DEFAULTS if (value := data.get(f"default-{name}", ""))}
    if "cluster" not in defaults:
        defaults.pop("cluster_role", None)
    return Mapping(tuple(sheets), defaults)


def mapping_faults(mapping: Mapping) -> list[str]:
    """What is missing in *mapping* for the list to be read, said to the person who made it."""
    read = [sheet for sheet in mapping.sheets if not sheet.ignore]
    faults = [] if read else [gettext("Every sheet is left out: nothing would be read.")]
    for sheet in read:
        said = [column.property for column in sheet.columns]
        if "name" not in said:
            faults.append(gettext("Sheet “%s”: say which column holds the name.") % sheet.name)
        if said.count("key") > 1:
            faults.append(gettext("Sheet “%s”: one column only identifies the rows.") % sheet.name)
    return faults


def _sheet_from(
    data: AbstractMapping[str, str],
    preview: AbstractMapping[str, Any],
    number: int,
    name: str,
    *,
    is_guessed: bool,
) -> SheetMapping:
    text = data.get(f"sheet-{number}-titles", "")
    row = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    guessed = titles_at(dict(preview), name, row)
    is_ignored = data.get(f"sheet-{number}-read") != "1"
    if guessed is None:
        return SheetMapping(name, row, ignore=True)
    if is_guessed:
        return replace(guessed, ignore=is_ignored)
    columns = [
        _column_from(data, f"sheet-{number}-column-{at}", column) for at, column in enumerate(guessed.columns)
    ]
    return replace(guessed, columns=tuple(columns), ignore=is_ignored)


def _column_from(data: AbstractMapping[str, str], prefix: str, column: Column) -> Column:
    code = data.get(f"{prefix}-property", "")
    prop = properties().get(code)
    if prop is None and code not in ROLES:
        return Column(column.header, column.letter)
    qualifier, language = data.get(f"{prefix}-qualifier", ""), data.get(f"{prefix}-language", "")
    return Column(
        column.header,
        column.letter,
        code,
        qualifier if prop and qualifier in prop.qualifiers else None,
        language if language in ("fr", "en") else None,
        data.get(f"{prefix}-split", "")[:5] or None,
    )


def too_large_text(size: int, name: str) -> str:
    """That the file *name* of *size* bytes is larger than imports may be."""
    found, most = f"{size / 1e6:.0f} MB", f"{settings.IMPORT_BYTES / 1e6:.0f} MB"
    problem = Problem("too_large", file=name, found=found, expected=most)
    return problem.describe((get_language() or "fr")[:2])
