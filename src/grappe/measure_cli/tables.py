"""Commands on tables of regions, industries and plants."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.measure_cli.destination import FILE, Destination, Row, measuring, options, said

if TYPE_CHECKING:
    from ibis import Table


def _column_and_value(context: click.Context, option: click.Parameter, pairs: Any) -> list[tuple[str, str]]:
    del context, option
    split = [pair.partition("=") for pair in pairs]
    if any(not sign for _, sign, _ in split):
        raise click.BadParameter("COLUMN=VALUE")
    return [(title, value) for title, _, value in split]


_period = click.option("--period", help="Only this period.")
_nation = options(
    click.option("--reference-region", help="The rows of the nation; else it is the table's sum."),
    click.option("--total-industry", help="The rows that hold totals; else totals are sums."),
)
_between = options(click.option("--period-start", required=True), click.option("--period-end", required=True))
_engine = options(
    click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True),
    click.option("--clusters", type=FILE, help="A definition (code, cluster): clusters instead of codes."),
    click.option(
        "--layout",
        type=click.Choice(["eurostat", "qcew", "statcan"]),
        help="INPUT is as that office publishes it.",
    ),
    click.option(
        "--where",
        multiple=True,
        metavar="COLUMN=VALUE",
        callback=_column_and_value,
        help="With --layout: rows to keep.",
    ),
)
level = click.option(
    "--level", default=0.95, show_default=True, type=click.FloatRange(0.5, 0.9999), help="Of intervals."
)
seed = click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))


@click.command()
@measuring
@_period
@_nation
@_engine
@level
@seed
@click.option("--interval", type=click.Choice(["delta", "bootstrap"]), default="delta", show_default=True)
@click.option("--standardised", is_flag=True, help="Add z and z_log, over the regions of each industry.")
def lq(
    to: Destination, interval: str, seed: int, level: float, **settings: Any,
) -> None:  # fmt: skip
    """Location quotients with intervals: region, industry, lq, lower, upper.

    INPUT: region, industry, value, period; with --interval bootstrap, one row a plant: industry, region,
    size.
    """
    from grappe.measure.plots import ranking_svg
    from grappe.measure.quotients import location_quotients
    from grappe.measure.resampling import bootstrap_quotients
    from grappe.measure.tables import PLANTS, read_table, rows_of

    if interval == "bootstrap":
        plants = read_table(to.table, PLANTS)
        rows: list[Any] = [asdict(one) for one in bootstrap_quotients(plants, level=level, seed=seed)]
    else:
        found = location_quotients(_long(to.table, settings), level=level, **settings)
        rows = rows_of(found, "period", "region", "industry")
        _tell_partial(rows)
    to.deliver(
        rows, ("region", "industry", "lq", "lower", "upper"),
        lambda title, language: ranking_svg(
            _celled(rows), "cell", "lq", title=title, reference=1.0, language=language
        ),
    )  # fmt: skip
    drawn = seed if interval == "bootstrap" else None
    to.keep("lq", rows, "lq", interval=f"{interval} interval", seed=drawn)


@click.command()
@measuring
@_period
@_nation
@_engine
@click.option("--top-size", default=0.1, show_default=True, help="Share of regions with the star of size.")
@click.option("--least-quotient", default=2.0, show_default=True, help="LQ of the star of specialisation.")
@click.option("--top-focus", default=0.1, show_default=True, help="Share of regions with the star of focus.")
@click.option("--least-size", default=0.0, show_default=True, help="No star below this value.")
def stars(to: Destination, **settings: Any) -> None:
    """European Cluster Observatory stars: size, specialisation, focus."""
    from grappe.measure.plots import ranking_svg
    from grappe.measure.quotients import cluster_stars
    from grappe.measure.tables import rows_of

    found = cluster_stars(_long(to.table, settings), **settings)
    rows = rows_of(found, "period", "region", "industry")
    to.deliver(
        rows,
        ("region", "industry", "stars", "size_star", "specialisation_star", "focus_star"),
        lambda title, language: ranking_svg(
            [row for row in _celled(rows) if row["stars"]],
            "cell",
            "lq",
            title=title,
            reference=1.0,
            language=language,
        ),
    )
    to.keep("stars", rows, "stars")


@click.command("shift-share")
@measuring
@_between
@_nation
@_engine
@click.option("--region", required=True)
@click.option(
    "--model", type=click.Choice(["dunn", "esteban-marquillas", "dynamic"]), default="dunn", show_default=True
)
def shift_share(to: Destination, model: Any, **settings: Any) -> None:
    """What growth owes to the nation, the mix of industries and the region; the row total adds them."""
    from grappe.measure.plots import parts_svg
    from grappe.measure.shifts import shift_share as decompose
    from grappe.measure.tables import rows_of

    rows = rows_of(decompose(_long(to.table, settings), model=model, **settings), "industry")
    known = ("national", "industry_mix", "competitive", "allocation", "residual")
    parts = [name for name in known if rows and name in rows[0]]
    total = {"industry": "total", **{name: _sum(row[name] for row in rows) for name in ("change", *parts)}}
    to.deliver(
        [*rows, total], ("industry", *parts),
        lambda title, language: parts_svg(rows, parts, title=title, language=language),
    )  # fmt: skip
    to.keep(f"shift-share/{model}", rows, "competitive")


@click.command()
@measuring
@_between
@_engine
@click.option("--years", type=float, help="Between the two periods; else their difference.")
def growth(to: Destination, **settings: Any) -> None:
    """Arithmetic growth and compound annual growth rate of each region's industries."""
    from grappe.measure.plots import ranking_svg
    from grappe.measure.shifts import growth as grow
    from grappe.measure.tables import rows_of

    rows = rows_of(grow(_long(to.table, settings), **settings), "region", "industry")
    to.deliver(
        rows, ("region", "industry", "start", "end", "change", "growth", "yearly", "cagr"),
        lambda title, language: ranking_svg(
            _celled(rows), "cell", "cagr", title=title, reference=0.0, language=language
        ),
    )  # fmt: skip
    to.keep("growth", rows, "cagr")


@click.command()
@measuring
@level
@click.option("--area-totals", type=FILE, help="region, value: each region's share of the whole.")
@click.option("--coagglomeration", is_flag=True, help="Pairs: industry_a, industry_b, gamma_c.")
def eg(to: Destination, level: float, area_totals: Path | None, coagglomeration: bool) -> None:
    """Ellison–Glaeser and Maurel–Sédillot: industry, G, H, gamma_eg, gamma_ms.

    INPUT: one row a plant: industry, region, size. lower and upper: where gamma_eg lies were location random.
    """
    from grappe.measure.agglomeration import coagglomeration as together
    from grappe.measure.agglomeration import ellison_glaeser
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import PLANTS, TOTALS, read_table

    plants = read_table(to.table, PLANTS)
    totals = read_table(area_totals, TOTALS) if area_totals else None
    columns: Sequence[str] = ("industry", "G", "H", "gamma_eg", "gamma_ms")
    keys, value = ("industry",), "gamma_eg"
    if coagglomeration:
        columns = ("industry_a", "industry_b", "gamma_c")
        keys, value = ("industry_a", "industry_b"), "gamma_c"  # type: ignore[assignment]
        rows: list[Any] = [dict(zip(columns, one, strict=True)) for one in together(plants, totals)]
    else:
        rows = [asdict(one) for one in ellison_glaeser(plants, totals, level=level)]
    bare = [{"cell": " · ".join(row[key] for key in keys), value: row[value]} for row in rows]
    to.deliver(
        rows,
        columns,
        lambda title, language: ranking_svg(
            bare, "cell", value, title=title, reference=0.0, language=language
        ),
    )
    formula = "coagglomeration" if coagglomeration else "eg"
    to.keep(formula, rows, value, subject=keys, interval="were location random")


@click.command()
@measuring
@_period
@_nation
@click.option("--of", type=click.Choice(["industry", "region"]), default="industry", show_default=True)
def gini(to: Destination, **settings: Any) -> None:
    """Locational Gini (both definitions), Herfindahl, effective numbers, Krugman's index."""
    from grappe.measure.inequality import inequality
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import read_table

    rows = [asdict(one) for one in inequality(read_table(to.table), **settings)]
    to.deliver(
        rows, ("name", "gini_lq", "gini_lorenz", "herfindahl"),
        lambda title, language: ranking_svg(rows, "name", "gini_lorenz", title=title, language=language),
    )  # fmt: skip
    to.keep("gini", rows, "gini_lorenz", subject=("name",))


def _long(path: Path, settings: dict[str, Any]) -> "Table":
    """The table of a command, read as *settings* say; what says so is taken out of them."""
    from grappe.measure.definitions import by_cluster, read_definition
    from grappe.measure.official import read_official
    from grappe.measure.tables import read_table

    engine, clusters, layout, where = (
        settings.pop(name) for name in ("engine", "clusters", "layout", "where")
    )
    data = read_official(path, layout, dict(where)) if layout else read_table(path, engine=engine)
    if not clusters:
        return data
    total = settings.get("total_industry")
    return by_cluster(data, read_definition(clusters), keep=(total,) if total else ())


def _celled(rows: Iterable[Row]) -> list[Row]:
    return [{**row, "cell": f"{row['region']} · {row['industry']}"} for row in rows]


def _tell_partial(rows: Sequence[Row]) -> None:
    hidden = sum(row["status"] == "suppressed" for row in rows)
    partial = sum(row["status"] == "partial" for row in rows)
    if hidden:
        said(
            f"{hidden} cellules supprimées\u00a0: laissées vides\u00a0; il en manque aux sommes de {partial} "
            "quotients (status = partial).",
            f"{hidden} suppressed cells: left blank; the sums of {partial} quotients miss some "
            "(status = partial).",
        )


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if any(value is None for value in known) else sum(known)  # type: ignore[arg-type]
