"""What key figures are called, in the reader's language."""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from grappe.figures.lexicon import Language
from grappe.figures.naming import indicator_name
from grappe.figures.printing import print_number, print_value
from grappe.hub.observatory.models import Figure as StoredFigure
from grappe.statements.figures import QUALIFIERS, Figure

#: What a person may be asked to say of a figure, in the order of the form.
FIELD_LABELS = {
    "indicator": _("Indicator"),
    "subject": _("Subject"),
    "place": _("Place"),
    "period": _("Period"),
    "source": _("Source named"),
    "value": _("Value"),
    "qualifier": _("Precision"),
    "lower": _("At least"),
    "upper": _("At most"),
    "kind": _("Kind"),
    "unit": _("Unit"),
    "currency": _("Currency"),
    "share_of": _("Share of"),
    "breakdown": _("Broken down by"),
    "member": _("Part"),
    "multi_response": _("One may count in several parts"),
    "review_by": _("To look at again by"),
    "note": _("Note"),
}
_QUALIFIERS = {
    "exact": _("exact"),
    "more_than": _("more than"),
    "at_least": _("at least"),
    "less_than": _("less than"),
    "up_to": _("up to"),
    "almost": _("nearly"),
    "approx": _("about"),
    "range": _("a range"),
    "within_top": _("among the first"),
}


def language() -> Language:
    """``fr`` or ``en``."""
    return "en" if (get_language() or "fr")[:2] == "en" else "fr"


def value_of(figure: Figure) -> str:
    """The figure as an editor prints it."""
    return print_value(figure, language())


def spoken(figure: StoredFigure) -> Figure:
    """The figure as it stands; what one computed here is about is said in the page's language."""
    core = figure.core
    if figure.subject_en and language() == "en":
        return core.with_changes(subject=figure.subject_en, language="en")
    return core


def title_of(figure: Figure) -> str:
    """The figure with its subject, for titles and labels."""
    return " — ".join(part for part in (value_of(figure), figure.subject) if part)


def qualifier_choices() -> list[tuple[str, str]]:
    """How exact a value is, in words."""
    return [(code, str(_QUALIFIERS[code])) for code in QUALIFIERS]


def printed_field(figure: Figure, name: str) -> str:
    """What a field of *figure* says, as a person would type it; "" when it says nothing."""
    value = getattr(figure, name)
    if value is None or value == ():
        return ""
    if name == "qualifier":
        return str(_QUALIFIERS[value])
    if name == "multi_response":
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return print_number(value, language())
    return indicator_name(value, language()) if name == "indicator" else str(value)
