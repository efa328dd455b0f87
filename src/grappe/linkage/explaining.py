"""Why a pair has its score: a waterfall of terms, drawn in a terminal and as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from grappe.linkage.linking import compare, kind_of
from grappe.linkage.model import Kind, Model, shipped_models
from grappe.linkage.parties import Party
from grappe.linkage.scorecard import probability


@dataclass(frozen=True)
class Waterfall:
    """The names compared and the bars, in log-odds; the bars sum to *total*. The score among rivals
    comes after.
    """

    left: str
    right: str
    bars: tuple[tuple[str, float], ...]
    total: float


def explain_pair(
    left: Party, right: Party, sides: tuple[Sequence[Party], Sequence[Party]], *,
    models: Mapping[str, Model] | None = None, kind: Kind | None = None,
) -> Waterfall:  # fmt: skip
    """The waterfall of one pair, alone; terms below a twentieth of a nat are summed as one."""
    card = (models or shipped_models())[kind or kind_of(*sides)].pair
    # Neighbours at the same address come from the whole list, hence the pair is compared inside it.
    near = [one for one in sides[1] if one.id == right.id or (one.postal and one.postal == left.postal)]
    compared = next(compare([left], [*near, right] if right not in near else near))
    place = next((i for i, at in enumerate(compared.right) if near[at].id == right.id), None)
    if place is None:
        return Waterfall(left.shown, right.shown, (("nothing in common", card.constant),), card.constant)
    terms = card.contributions(compared.features[place])
    told = sorted((term for term in terms if abs(term[1]) >= 0.05), key=lambda term: -abs(term[1]))
    rest = sum(value for _, value in terms if abs(value) < 0.05)
    bars = (("constant", card.constant), *told, ("rest", rest))
    return Waterfall(left.shown, right.shown, bars, sum(value for _, value in bars))


def draw_text(waterfall: Waterfall, language: str = "en") -> str:
    """The waterfall for a terminal, a line a bar."""
    width = max(len(name) for name, _ in waterfall.bars)
    lines = [f"{waterfall.left}  ↔  {waterfall.right}"]
    for name, value in waterfall.bars:
        bar = ("█" if value > 0 else "░") * min(30, round(3 * abs(value)))
        lines.append(f"{name:<{width}} {_signed(value, language):>7} {bar}")
    label = "probabilité" if language == "fr" else "probability"
    shown = f"{probability(waterfall.total):.3f}"
    lines.append(f"{label:<{width}} {shown.replace('.', ',') if language == 'fr' else shown:>7}")
    return "\n".join(lines)


def _signed(value: float, language: str) -> str:
    shown = f"{value:+.2f}"
    return shown.replace(".", ",") if language == "fr" else shown


def draw_svg(waterfall: Waterfall, language: str = "en") -> str:
    """The waterfall as an SVG image with a text for each bar."""
    sums, total = [0.0], 0.0
    for _, value in waterfall.bars:
        total += value
        sums.append(total)
    low, high = min(sums), max(sums)
    scale = 420 / ((high - low) or 1)
    parts = []
    for row, (name, value) in enumerate(waterfall.bars):
        start = min(sums[row], sums[row + 1])
        y = 40 + 22 * row
        colour = "#1f6f5c" if value > 0 else "#a8462d"
        parts.append(
            f'<text x="10" y="{y + 13}">{escape(name)}</text>'
            f'<rect x="{190 + (start - low) * scale:.1f}" y="{y}" width="{max(1, abs(value) * scale):.1f}" height="16" '  # noqa: E501
            f'fill="{colour}"/><text x="690" y="{y + 13}" text-anchor="end">{_signed(value, language)}</text>'
        )
    height = 60 + 22 * len(waterfall.bars)
    title = escape(f"{waterfall.left} ↔ {waterfall.right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 {height}" font-family="sans-serif" font-size="12" '  # noqa: E501
        f'role="img"><title>{title}</title><text x="10" y="20" font-weight="bold">{title}</text>'
        + "".join(parts) + "</svg>\n"
    )  # fmt: skip
