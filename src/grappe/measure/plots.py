"""Results as SVG, drawn without browser or network; each plot is of a table that goes with it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

Rows = Sequence[Mapping[str, Any]]
_WORDS = {
    "distance": ("Distance (km)", "Distance (km)"),
    "k": ("Densité (par km)", "Density (per km)"),
    "m": ("Rapport à l’ensemble (1 : pareil)", "Ratio to the whole (1: alike)"),
    "lq": ("Quotient de localisation", "Location quotient"),
    "national": ("part nationale", "national share"),
    "industry_mix": ("composition", "industry mix"),
    "competitive": ("effet régional", "competitive effect"),
    "allocation": ("affectation", "allocation"),
    "residual": ("résidu", "residual"),
    "share": ("Part", "Share"),
    "cagr": ("Croissance annuelle composée", "Compound annual growth"),
    "gamma_eg": ("Indice d’Ellison et Glaeser", "Ellison–Glaeser index"),
    "gamma_c": ("Coagglomération", "Co-agglomeration"),
    "gini_lorenz": ("Coefficient de Gini", "Gini coefficient"),
    "eci": ("Indice de complexité", "Complexity index"),
    "proximity": ("Proximité", "Proximity"),
    "density": ("Densité de proximité", "Relatedness density"),
    "lc": ("Corrélation de localisation", "Locational correlation"),
    "coi": ("Coagglomération", "Co-agglomeration"),
    "organisations": ("Organisations", "Organisations"),
    "degree": ("Partenaires", "Partners"),
    "change": ("Variation", "Change"),
    "local": ("bande locale", "local band"),
    "global": ("bande globale", "global band"),
    "curve": ("observé", "observed"),
    "index": ("Indice (première période\u00a0: 100)", "Index (first period: 100)"),
}
_COLOURS = {"curve": "#1d3557", "local": "#8fb8de", "global": "#d9e6f2"}
_PARTS = {
    "national": "#b0b7bf", "industry_mix": "#e07a5f", "competitive": "#1d3557", "allocation": "#8fb8de",
    "residual": "#6a994e",
}  # fmt: skip
_MOST_BARS = 40
_SERIES = ("#5b2a86", "#1d7a5f", "#c4562b", "#1d3557")


def curve_svg(rows: Rows, value: str, *, title: str, language: str = "fr") -> str:
    """A curve over distance with its bands, if any. *rows*: distance_km, *value*, local_lo … global_hi."""
    import altair as alt

    x = alt.X("distance_km:Q", title=_word("distance", language), scale=alt.Scale(nice=False))
    data = alt.InlineData(values=[_finite(row) for row in rows])
    drawn = [band for band in ("global", "local") if rows and f"{band}_lo" in rows[0]]
    words = {name: _word(name, language) for name in (*drawn, "curve")}
    scale = alt.Scale(domain=list(words.values()), range=[_COLOURS[name] for name in words])
    legend = alt.Legend(orient="top", title=None) if drawn else None
    colour = alt.Color("drawn:N", scale=scale, legend=legend)
    layers: list[Any] = []
    for band in drawn:
        area = alt.Chart(data).mark_area(opacity=1).transform_calculate(drawn=f"'{words[band]}'")
        layers.append(area.encode(x=x, y=alt.Y(f"{band}_lo:Q"), y2=f"{band}_hi:Q", color=colour))
    line = alt.Chart(data).mark_line(strokeWidth=2).transform_calculate(drawn=f"'{words['curve']}'")
    layers.append(line.encode(x=x, y=alt.Y(f"{value}:Q", title=_word(value, language)), color=colour))
    return _svg(alt.layer(*layers).properties(width=560, height=320, title=title), language)


def ranking_svg(
    rows: Rows, label: str, value: str, *, title: str, reference: float | None = None, language: str = "fr"
) -> str:
    """The largest 40 values as points with their interval (*lower*, *upper*, if any), falling."""
    import altair as alt

    known = [row for row in rows if row[value] is not None and math.isfinite(row[value])]
    shown = [_finite(row) for row in sorted(known, key=lambda row: -row[value])[:_MOST_BARS]]
    data = alt.InlineData(values=shown)
    order = [row[label] for row in shown]
    y = alt.Y(f"{label}:N", sort=order, title=None)
    layers = []
    if shown and "lower" in shown[0]:
        interval = alt.Chart(data).mark_rule(color=_COLOURS["local"], strokeWidth=5)
        layers.append(interval.encode(y=y, x=alt.X("lower:Q"), x2="upper:Q"))
    if reference is not None:
        rule = alt.Chart(alt.InlineData(values=[{"at": reference}])).mark_rule(
            color="#888", strokeDash=[4, 3]
        )
        layers.append(rule.encode(x="at:Q"))
    points = alt.Chart(data).mark_point(filled=True, color=_COLOURS["curve"], size=28)
    layers.append(
        points.encode(
            y=y,
            x=alt.X(
                f"{value}:Q",
                title=_word(value, language),
                scale=alt.Scale(zero=False),
                axis=alt.Axis(tickCount=6),
            ),
        )
    )
    return _svg(alt.layer(*layers).properties(width=520, title=title), language)


def parts_svg(
    rows: Rows, parts: Sequence[str], *, title: str, language: str = "fr",
    words: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The parts of each industry's change, stacked. *words*: part → what it is called (None: as economists
    say).
    """
    import altair as alt

    named = {part: words[part] if words else _word(part, language) for part in parts}
    long = [
        {"industry": row["industry"], "part": named[part], "value": row[part]}
        for row in rows
        for part in parts
        if row.get(part) is not None
    ]
    scale = alt.Scale(domain=list(named.values()), range=[_PARTS[part] for part in parts])
    bars = alt.Chart(alt.InlineData(values=long)).mark_bar()
    chart = bars.encode(
        y=alt.Y("industry:N", title=None),
        x=alt.X("value:Q", title=_word("change", language), axis=alt.Axis(tickCount=6)),
        color=alt.Color("part:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
    )
    return _svg(chart.properties(width=520, title=title), language)


def series_svg(rows: Rows, series: str, value: str, *, title: str, language: str = "fr") -> str:
    """A line a *series* over periods. *rows*: period, *series*, *value*; None breaks the line."""
    import altair as alt

    names = list(dict.fromkeys(row[series] for row in rows))
    base = alt.Chart(alt.InlineData(values=[_finite(row) for row in rows])).encode(
        x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y(f"{value}:Q", title=_word(value, language), scale=alt.Scale(zero=False)),
        color=_by_series(series, names),
        shape=alt.Shape(f"{series}:N", sort=names, legend=None),
    )
    marks = base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=36)
    return _svg(marks.properties(width=520, height=300, title=title), language)


def beside_svg(
    rows: Rows, label: str, series: str, value: str, *, title: str, reference: float | None = None,
    language: str = "fr",
) -> str:  # fmt: skip
    """The *series* side by side on the line of each *label*, as points with their interval (*lower*,
    *upper*), in the order of *rows*.
    """
    import altair as alt

    labels = list(dict.fromkeys(row[label] for row in rows))
    names = list(dict.fromkeys(row[series] for row in rows))
    base = alt.Chart(alt.InlineData(values=[_finite(row) for row in rows])).encode(
        y=alt.Y(f"{label}:N", sort=labels, title=None, scale=alt.Scale(paddingInner=0.3)),
        yOffset=alt.YOffset(f"{series}:N", sort=names),
        color=_by_series(series, names),
    )
    axis = alt.X(f"{value}:Q", title=_word(value, language), scale=alt.Scale(zero=False))
    layers: list[Any] = [
        base.mark_rule(strokeWidth=4, opacity=0.35).encode(x=alt.X("lower:Q"), x2="upper:Q"),
        base.mark_point(filled=True, size=36, opacity=1).encode(
            x=axis, shape=alt.Shape(f"{series}:N", sort=names, legend=None)
        ),
    ]
    if reference is not None:
        rule = alt.Chart(alt.InlineData(values=[{"at": reference}])).mark_rule(
            color="#888", strokeDash=[4, 3]
        )
        layers.append(rule.encode(x="at:Q"))
    height = max(120, 16 * len(labels) * len(names))
    return _svg(alt.layer(*layers).properties(width=520, height=height, title=title), language)


def _by_series(series: str, names: Sequence[str]) -> Any:
    import altair as alt

    scale = alt.Scale(domain=list(names), range=list(_SERIES[: len(names)]))
    legend = alt.Legend(orient="top", title=None, columns=1, labelLimit=500, symbolOpacity=1)
    return alt.Color(f"{series}:N", scale=scale, legend=legend)


def _word(key: str, language: str) -> str:
    fr, en = _WORDS.get(key, (key, key))
    return fr if language == "fr" else en


def _finite(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }


def _svg(chart: Any, language: str) -> str:
    import vl_convert

    spec = chart.configure_view(stroke=None).configure_axis(gridColor="#eeeeee", labelOverlap=True).to_json()
    if language == "fr":
        return str(vl_convert.vegalite_to_svg(spec, format_locale="fr-FR"))
    return str(vl_convert.vegalite_to_svg(spec, format_locale="en-US"))
