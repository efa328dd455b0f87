"""Numbers and figures as a Québec or an English-Canadian editor prints them; what is printed reads back the
same."""

from decimal import Decimal

from grappe.figures.lexicon import Language, unit_names
from grappe.statements.figures import Figure, Number

NO_BREAK, NARROW = "\u00a0", "\u202f"
_SIGNS = {"CAD": "$", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_MAGNITUDES = {
    "fr": {3: "k", 6: "M", 9: "G"},
    "en": {6: "million", 9: "billion", 12: "trillion"},
}
_WORDS = {6: ("million", "millions"), 9: ("milliard", "milliards")}
_QUALIFIERS = {
    "fr": {
        "more_than": "plus de ", "at_least": "au moins ", "less_than": "moins de ", "up_to": "jusqu’à ",
        "almost": "près de ",
        "approx": "environ ",
    },
    "en": {
        "more_than": "more than ", "at_least": "at least ", "less_than": "less than ", "up_to": "up to ",
        "almost": "nearly ",
        "approx": "about ",
    },
}  # fmt: skip


def print_number(value: Number, language: Language, decimals: int | None = None) -> str:
    """« 39 130 », « 15,5 » in French (no-break spaces), "39,130", "15.5" in English; *decimals* fixes how
    many."""
    exact = Decimal(str(value))
    text = f"{exact:,.{decimals}f}" if decimals is not None else _shortest(exact)
    if language == "en":
        return text
    return text.replace(",", NO_BREAK).replace(".", ",")


def _shortest(value: Decimal) -> str:
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,f}".rstrip("0").rstrip(".")


def print_amount(value: Number, currency: str | None, language: Language, power: int | None = None) -> str:
    """« 15,5 G$ », « $15.5 billion »; US dollars are « $ US » and « US$ ». *power* of ten as printed, else
    the largest that leaves at most three decimals."""
    chosen = _power(value, language) if power is None or power not in _MAGNITUDES[language] else power
    scaled = Decimal(str(value)).scaleb(-chosen) if chosen else Decimal(str(value))
    number = print_number(_plain(scaled), language)
    sign = _SIGNS.get(currency or "CAD", currency or "$")
    if language == "en":
        word = f" {_MAGNITUDES['en'][chosen]}" if chosen else ""
        prefix = "US$" if currency == "USD" else sign
        return f"{prefix}{number}{word}"
    unit = f"{_MAGNITUDES['fr'].get(chosen, '')}{sign}"
    return f"{number}{NO_BREAK}{unit}{NO_BREAK + 'US' if currency == 'USD' else ''}"


def _power(value: Number, language: Language) -> int:
    exact = Decimal(str(abs(value)))
    for power in sorted(_MAGNITUDES[language], reverse=True):
        scaled = exact.scaleb(-power)
        if scaled >= 1 and power >= 6 and -int(scaled.normalize().as_tuple().exponent) <= 3:
            return power
    return 0


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)


def print_value(figure: Figure, language: Language) -> str:
    """The figure's number with its qualifier and unit: « plus de 39 130 travailleurs », « nearly 50% »."""
    if figure.unit == "rank":
        return _rank(figure, language)
    if figure.value is None:
        return _range(figure, language)
    words = _QUALIFIERS[language].get(figure.qualifier, "")
    return words + _measured(figure, figure.value, language)


def value_parts(figure: Figure, language: Language) -> tuple[str, str, str]:
    """:func:`print_value` in three: its qualifier, the number, its unit; "" for those there are not.

    Signs and magnitudes (« 15,5 G$ », « 45 % ») stay with the number, and so do ranges and ranks whole.
    """
    told = print_value(figure, language)
    if figure.value is None or figure.unit == "rank":
        return "", told, ""
    before = _QUALIFIERS[language].get(figure.qualifier, "")
    number = told.removeprefix(before)
    whole = figure.unit in ("1", "%") or figure.unit.startswith("times")
    unit = "" if whole else unit_name(figure.unit, figure.value, language)
    per = _per(figure.unit, language)
    after = per or (NO_BREAK + unit if unit else "")
    if not after or not number.endswith(after):
        return before.strip(), number, ""
    return before.strip(), number.removesuffix(after), after.strip()


def _measured(figure: Figure, value: Number, language: Language) -> str:
    unit = figure.unit
    # What is computed has more digits than it is good for; what is cited is printed as it was.
    decimals = figure.decimals if figure.method == "computed" else None
    if unit.startswith("currency"):
        return print_amount(value, figure.currency, language) + _per(unit, language)
    if unit.startswith("percent") or unit == "%":
        return _percent(value, language, decimals) + _per(unit, language)
    if unit.startswith("times"):
        return _times(value, unit, language)
    number = print_number(value, language, decimals)
    return number if unit == "1" else f"{number}{NO_BREAK}{unit_name(unit, value, language)}"


def _percent(value: Number, language: Language, decimals: int | None = None) -> str:
    number = print_number(value, language, decimals)
    return f"{number}{NO_BREAK}%" if language == "fr" else f"{number}%"


def _per(unit: str, language: Language) -> str:
    words = {"per year": (" par année", " per year"), "per hour": (" l’heure", " an hour")}
    for ending, (fr, en) in words.items():
        if unit.endswith(ending):
            return fr if language == "fr" else en
    return ""


def _times(value: Number, unit: str, language: Language) -> str:
    number = print_number(value, language)
    lower = unit.endswith("lower")
    if language == "fr":
        return f"{number}{NO_BREAK}fois {'moins' if lower else 'plus'}"
    return f"{number} times {'lower' if lower else 'more'}"


def unit_name(unit: str, value: Number, language: Language) -> str:
    """The unit's name for *value* of it: singular below 2 in French, for 1 in English."""
    names = unit_names().get(unit)
    if names is None:
        return unit
    if language == "fr":
        return names[0] if abs(value) < 2 else names[1]
    return names[2] if abs(value) == 1 else names[3]


def _rank(figure: Figure, language: Language) -> str:
    value = int(figure.value or 0)
    if figure.qualifier == "within_top":
        return f"parmi les {value} premiers" if language == "fr" else f"among the top {value}"
    if language == "fr":
        return f"{value}{'er' if value == 1 else 'e'}{NO_BREAK}rang"
    ending = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"ranked {value}{ending}"


def _range(figure: Figure, language: Language) -> str:
    lower, upper = figure.lower or 0, figure.upper or 0
    if figure.unit.startswith("currency"):
        power = min(_power(lower, language), _power(upper, language))
        low, high = (print_amount(value, figure.currency, language, power or 0) for value in (lower, upper))
        return (f"de {low} à {high}" if language == "fr" else f"between {low} and {high}") + _per(
            figure.unit, language
        )
    if figure.unit.startswith("times"):
        return (
            f"{print_number(lower, language)} à "
            if language == "fr"
            else f"{print_number(lower, language)} to "
        ) + _times(upper, figure.unit, language)
    low, high = _measured(figure, lower, language), _measured(figure, upper, language)
    if not figure.unit.startswith("percent"):
        low = print_number(lower, language)
    per = _per(figure.unit, language) if figure.unit.startswith("percent") else ""
    low = low.removesuffix(per) if per else low
    return f"de {low} à {high}" if language == "fr" else f"between {low} and {high}"


def print_figure(figure: Figure, language: Language) -> str:
    """One line: the number, and in parentheses the place, the period and the source when known."""
    period = (figure.period or "").replace("/", "-")
    about = [part for part in (figure.place, period) if part]
    told = print_value(figure, language)
    if figure.subject:
        told += f" — {figure.subject}"
    if about:
        told += f" ({', '.join(about)})"
    if figure.source:
        space = NO_BREAK if language == "fr" else ""
        told += f"{space}; source{space}: {figure.source}"
    return told
