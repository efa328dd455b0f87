"""Tags of templates that show key figures."""

from django import template

from grappe.figures import naming
from grappe.figures.findings import Finding, finding_title
from grappe.figures.printing import NO_BREAK, print_number, value_parts
from grappe.hub.observatory import wording
from grappe.hub.observatory.models import Figure as StoredFigure
from grappe.statements.figures import Figure

register = template.Library()
_UNKNOWN = "—"


@register.filter
def figure_value(figure: Figure) -> str:
    """The number as an editor prints it in the page's language."""
    return wording.value_of(figure)


@register.filter
def figure_parts(figure: Figure) -> tuple[str, str, str]:
    """The same in three: qualifier, number, unit."""
    return value_parts(figure, wording.language())


@register.filter
def figure_indicator(figure: Figure) -> str:
    """What is measured."""
    return naming.indicator_name(figure.indicator, wording.language())


@register.filter
def figure_kind(figure: Figure) -> str:
    """Level, share, growth…"""
    return naming.kind_name(figure.kind, wording.language())


@register.filter
def figure_place(figure: Figure) -> str:
    """Where it holds; "" when nobody says."""
    return naming.place_name(figure.place, wording.language())


@register.filter
def figure_period(figure: Figure) -> str:
    """« 2016 », « 1991–2016 »; "" when nobody says."""
    return (figure.period or "").replace("/", "–")


@register.filter
def spoken(figure: StoredFigure) -> Figure:
    """What a stored figure says, in the page's language where it is known in both."""
    return wording.spoken(figure)


@register.filter
def figure_title(figure: Figure) -> str:
    """The number with its subject."""
    return wording.title_of(figure)


@register.filter
def explained(finding: Finding) -> str:
    """What a check found, with its arithmetic."""
    return finding.explain(wording.language())


@register.filter
def finding_label(code: str) -> str:
    """A finding's short name."""
    return finding_title(code, wording.language())


@register.filter
def counted(value: float | None) -> str:
    """A value of an official table; a dash when it is not known."""
    return _UNKNOWN if value is None else print_number(value, wording.language(), None if value % 1 else 0)


@register.filter
def change(value: float | None) -> str:
    """A change with its sign, whole; a dash when it is not known."""
    if value is None:
        return _UNKNOWN
    # −0.4 is no change.
    rounded = round(value)
    return _sign(rounded) + print_number(abs(rounded), wording.language())


@register.filter
def rate(value: float | None) -> str:
    """A rate of growth, a fraction, in percent with its sign and one decimal; a dash when it is not known."""
    if value is None:
        return _UNKNOWN
    rounded = round(value * 100, 1)
    mark = f"{NO_BREAK}%" if wording.language() == "fr" else "%"
    return _sign(rounded) + print_number(abs(rounded), wording.language(), 1) + mark


@register.filter
def fraction(value: float) -> str:
    """A share, in percent with one decimal."""
    mark = f"{NO_BREAK}%" if wording.language() == "fr" else "%"
    return print_number(round(value * 100, 1), wording.language(), 1) + mark


def _sign(value: float) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""
