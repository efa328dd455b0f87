"""Why a pair has its score: a waterfall of terms, drawn in a terminal and as SVG.

Two stages, one sum: what the pair says alone, then what its rivals for the same row change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import Literal

from grappe.linkage.forest import Forest
from grappe.linkage.linking import IDENTIFIED, Register, kind_of, score
from grappe.linkage.model import (
    AMONG_COLUMNS,
    PAIR_COLUMNS,
    Kind,
    Model,
    among_table,
    probability,
    shipped_models,
)
from grappe.linkage.parties import Party

Stage = Literal["pair", "rivals"]
#: Terms smaller than this, in log-odds, are summed as one.
_LEAST_TOLD = 0.05
_BAR, _LEFT, _WIDTH, _ROW = 420, 330, 840, 22
_HEADINGS = {
    "pair": {"en": "The pair alone", "fr": "La paire seule"},
    "rivals": {"en": "Among the other candidates", "fr": "Parmi les autres candidats"},
    "probability": {"en": "probability", "fr": "probabilité"},
}


@dataclass(frozen=True)
class Bar:
    """One term: its *stage*, the name of its feature and its part of the log-odds."""

    stage: Stage
    name: str
    value: float


@dataclass(frozen=True)
class Waterfall:
    """The names compared and the bars, in log-odds, those of the pair before those of its rivals. Bars sum
    to *total*; its probability is the score of the link. *rivals*: how many other candidates the row has.
    """

    left: str
    right: str
    bars: tuple[Bar, ...]
    total: float
    rivals: int


def explain_pair(
    left: Party, right: Party, sides: tuple[Sequence[Party], Sequence[Party]], *,
    models: Mapping[str, Model] | None = None, kind: Kind | None = None,
) -> Waterfall:  # fmt: skip
    """The waterfall of one pair of the two lists *sides*, among all the candidates of its left row.

    Raises KeyError when *right* is not in the second list.
    """
    model = (models or shipped_models())[kind or kind_of(*sides)]
    register = Register(sides[1])
    position = {one.id: at for at, one in enumerate(register.parties)}[right.id]
    _, compared = next(register.compare([left]))
    if position not in compared.right:
        positions = (*compared.right, position)
        near = [*_near(compared.table), (0.0, 0.0)]
        compared = register.compare_to(left, positions, near)
    place = compared.right.index(position)
    rivals = len(compared.right) - 1
    if said := compared.identified[place]:
        bar = Bar("pair", "identifier", IDENTIFIED * said)
        return Waterfall(left.shown, right.shown, (bar,), bar.value, rivals)
    alone = score(replace(model, among=Forest((), ())), [compared])[0]
    among = among_table(alone, compared.table, compared.spans)[place]
    bars = (
        *_told(
            "pair", model.pair.constant, model.pair.contributions(_row(PAIR_COLUMNS, compared.table[place]))
        ),
        *_told("rivals", model.among.constant, model.among.contributions(_row(AMONG_COLUMNS, among))),
    )
    return Waterfall(left.shown, right.shown, bars, sum(bar.value for bar in bars), rivals)


def _near(table: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    words, letters = (PAIR_COLUMNS.index(name) for name in ("near_words", "near_letters"))
    return [(float(row[words]), float(row[letters])) for row in table]


def _row(names: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    return dict(zip(names, map(float, values), strict=True))


def _told(stage: Stage, constant: float, parts: Mapping[str, float]) -> list[Bar]:
    large = sorted(
        (part for part in parts.items() if abs(part[1]) >= _LEAST_TOLD), key=lambda x: (-abs(x[1]), x[0])
    )
    rest = sum(value for value in parts.values() if abs(value) < _LEAST_TOLD)
    first = [Bar(stage, "constant", constant)] if stage == "pair" else []
    rest += 0.0 if first else constant
    return [*first, *(Bar(stage, name, value) for name, value in large), Bar(stage, "rest_of_terms", rest)]


@cache
def _labels() -> Mapping[str, tuple[str, str]]:
    lines = files("grappe.linkage").joinpath("features.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {name: (english, french) for name, english, french in rows}


def feature_label(name: str, language: str = "en") -> str:
    """What a feature is called in *language* (en or fr); its own name when it has no label."""
    base = name.removesuffix("_behind")
    at = 1 if language == "fr" else 0
    if base not in _labels():
        return name
    label = _labels()[base][at]
    return f"{label} ({_labels()['behind'][at]})" if base != name else label


def draw_text(waterfall: Waterfall, language: str = "en") -> str:
    """The waterfall for a terminal, a line a bar."""
    labels = [feature_label(bar.name, language) for bar in waterfall.bars]
    width = max(map(len, labels))
    lines = [f"{waterfall.left}  ↔  {waterfall.right}"]
    stage = ""
    for label, bar in zip(labels, waterfall.bars, strict=True):
        if bar.stage != stage:
            stage = bar.stage
            lines += ["", _heading(bar.stage, waterfall, language)]
        block = ("█" if bar.value > 0 else "░") * min(30, round(3 * abs(bar.value)))
        lines.append(f"  {label:<{width}} {_signed(bar.value, language):>7} {block}".rstrip())
    shown = f"{probability(waterfall.total):.3f}"
    shown = shown.replace(".", ",") if language == "fr" else shown
    lines += ["", f"  {_HEADINGS['probability'][language]:<{width}} {shown:>7}"]
    return "\n".join(lines)


def _heading(stage: Stage, waterfall: Waterfall, language: str) -> str:
    heading = _HEADINGS[stage][language]
    return f"{heading} ({waterfall.rivals})" if stage == "rivals" else heading


def _signed(value: float, language: str) -> str:
    shown = f"{value:+.2f}"
    return shown.replace(".", ",") if language == "fr" else shown


def draw_svg(waterfall: Waterfall, language: str = "en") -> str:
    """The waterfall as an SVG image with a text for each bar."""
    sums, total = [0.0], 0.0
    for bar in waterfall.bars:
        total += bar.value
        sums.append(total)
    low, high = min(sums), max(sums)
    scale = _BAR / ((high - low) or 1)
    parts, y, stage = [], 36, ""
    for row, bar in enumerate(waterfall.bars):
        if bar.stage != stage:
            stage = bar.stage
            y += 10
            heading = escape(_heading(bar.stage, waterfall, language))
            parts.append(f'<text x="10" y="{y + 13}" font-weight="bold">{heading}</text>')
            y += _ROW
        start = _LEFT + (min(sums[row], sums[row + 1]) - low) * scale
        parts.append(_draw_bar(bar, y, start, abs(bar.value) * scale, language))
        y += _ROW
    title = escape(f"{waterfall.left} ↔ {waterfall.right}")
    shown = f"{_HEADINGS['probability'][language]} {probability(waterfall.total):.3f}"
    shown = shown.replace(".", ",") if language == "fr" else shown
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 40}" font-family="sans-serif" '
        f'font-size="12" role="img"><title>{title}</title>'
        f'<text x="10" y="20" font-weight="bold">{title}</text>'
        f'{"".join(parts)}<text x="10" y="{y + 24}" font-weight="bold">{shown}</text></svg>\n'
    )


def _draw_bar(bar: Bar, y: int, start: float, length: float, language: str) -> str:
    colour = "#1f6f5c" if bar.value > 0 else "#a8462d"
    return (
        f'<text x="10" y="{y + 13}">{escape(feature_label(bar.name, language))}</text>'
        f'<rect x="{start:.1f}" y="{y}" width="{max(1, length):.1f}" height="16" fill="{colour}"/>'
        f'<text x="{_WIDTH - 10}" y="{y + 13}" text-anchor="end">{_signed(bar.value, language)}</text>'
    )
