"""Commands on points: K-density, M, and the share within a radius."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.measure_cli.destination import FOLDER, OUT, Destination, measuring, options, said, write_csv
from grappe.measure_cli.tables import level, seed
from grappe.mending import reader_language, show_problems
from grappe.statements.problems import GrappeError

if TYPE_CHECKING:
    from grappe.measure.density import Density
    from grappe.measure.envelopes import Bands

_focus = click.option("--focus-industry", help="The industry; without it, every one.")
_distances = click.option(
    "--distances", nargs=3, type=float, metavar="FROM TO STEP", help="Kilometres, or the map's own unit."
)
_chance = options(
    click.option(
        "--weighted/--unweighted", default=False, show_default=True, help="Count weights, or plants."
    ),
    click.option(
        "--simulations",
        default=0,
        show_default=True,
        type=click.IntRange(min=0),
        help="1000 or more for bands.",
    ),
    level,
    seed,
    click.option("--threads", default=2, show_default=True, type=click.IntRange(min=1)),
)


@click.command()
@measuring
@_focus
@_distances
@_chance
@click.option("--bandwidth", type=float, help="h in km; else Silverman's rule, for each industry.")
@click.option(
    "--method", type=click.Choice(["auto", "exact", "mixed", "spectral"]), default="auto", show_default=True,
    help="auto: bands by Fourier modes from 1,000 plants, the curve too from 20,000.",
)  # fmt: skip
@click.option("--great-circle", is_flag=True, help="Distances on the sphere, by pairs; wants lat, lon.")
@click.option("--cache", type=FOLDER, help="Folder where unweighted nulls are kept.")
@click.option("--summary", type=OUT, help="CSV: h, localisation, dispersion, p and q of each industry.")
def kdensity(
    to: Destination,
    focus_industry: str | None,
    distances: tuple[float, float, float] | None,
    summary: Path | None,
    **settings: Any,
) -> None:
    """K-density (Duranton and Overman): distance_km, k, and bands with --simulations.

    INPUT: x_km, y_km or lat, lon; industry; weight.
    """
    from grappe.measure.plots import curve_svg
    from grappe.measure.points import read_points

    points = read_points(to.table)
    every = [focus_industry] if focus_industry is not None else sorted(set(points.industry.tolist()))
    found = _every_density(points, every, distances=_steps(distances), **settings)
    curves = [_curve(one.industry, one.distances, "k", one.k, one.bands) for one in found]
    for one in found:
        _tell(one)
    to.deliver(
        [row for rows in curves for row in rows], ("distance_km", "k"),
        lambda title, language: curve_svg(
            curves[0], "k", title=f"{title} · {found[0].industry}", language=language
        ),
    )  # fmt: skip
    told = _summary(found)
    if summary:
        write_csv(summary, list(told[0]), told)
    to.keep("kdensity", told, "localisation", seed=settings["seed"])


@click.command()
@measuring
@click.option("--focus-industry", required=True)
@click.option("--neighbour-industry", help="Whose plants are counted about those; the same unless given.")
@click.option(
    "--distances",
    nargs=3,
    type=float,
    metavar="FROM TO STEP",
    required=True,
    help="Kilometres, or the map's own unit.",
)
@_chance
@click.option("--bandwidth", default=0.0, help="h in km: the density m instead of the cumulative M.")
def m(
    to: Destination,
    focus_industry: str,
    neighbour_industry: str | None,
    distances: tuple[float, float, float],
    **settings: Any,
) -> None:
    """M function (Marcon and Puech), or m with --bandwidth: distance_km, m, and bands."""
    from grappe.measure.neighbours import m_function
    from grappe.measure.plots import curve_svg
    from grappe.measure.points import read_points

    steps = _steps(distances)
    one = m_function(read_points(to.table), focus_industry, neighbour_industry, distances=steps, **settings)
    rows = _curve(one.industry, one.distances, "m", one.m, one.bands)
    to.deliver(
        rows, ("distance_km", "m"),
        lambda title, language: curve_svg(rows, "m", title=f"{title} · {one.industry}", language=language),
    )  # fmt: skip
    to.keep("m", rows, "m", subject=("industry", "distance_km"), seed=settings["seed"])


@click.command()
@measuring
@_focus
@level
@click.option("--radius", "reach", type=float, default=30.0, show_default=True, help="Kilometres.")
@click.option("--centre", nargs=2, type=float, help="x y, or latitude longitude; else the best plant.")
def radius(
    to: Destination,
    focus_industry: str | None,
    reach: float,
    centre: tuple[float, float] | None,
    level: float,
) -> None:
    """The share of an industry within a radius, of a place or of its own plants."""
    from grappe.measure.neighbours import share_within
    from grappe.measure.plots import ranking_svg
    from grappe.measure.points import read_points

    found = share_within(read_points(to.table), reach, focus_industry, centre=centre, level=level)
    rows = [asdict(one) for one in found]
    to.deliver(
        rows, ("industry", "radius", "plants", "inside", "share", "lower", "upper"),
        lambda title, language: ranking_svg(rows, "industry", "share", title=title, language=language),
    )  # fmt: skip
    to.keep("radius", rows, "share", interval=f"Wilson interval at {level:g}")


def _every_density(points: Any, industries: "Sequence[str]", **settings: Any) -> "list[Density]":
    """The K-density of each industry; among several, those that have none are told and left out."""
    from grappe.measure.density import k_density

    found, problems = [], []
    for name in industries:
        try:
            found.append(k_density(points, name, **settings))
        except GrappeError as error:
            problems += [replace(problem, severity="warning") for problem in error.problems]
            if len(industries) == 1:
                raise
    if not found:
        raise GrappeError(*problems)
    show_problems(problems, reader_language())
    return found


def _steps(distances: tuple[float, float, float] | None) -> Any:
    """FROM, FROM + STEP, … to TO with a little slack for what a float loses."""
    if distances is None:
        return None
    import numpy as np

    start, end, step = distances
    if step <= 0 or end < start or start < 0:
        raise click.UsageError(f"--distances {start:g} {end:g} {step:g}: FROM ≥ 0, TO ≥ FROM, STEP > 0")
    return start + step * np.arange(int((end - start) / step + 1e-9) + 1)


def _curve(
    industry: str, distances: Any, name: str, values: Any, bands: "Bands | None"
) -> list[dict[str, Any]]:
    columns: dict[str, Any] = {"distance_km": distances, name: values}
    if bands:
        for band in ("local_lo", "local_hi", "global_lo", "global_hi"):
            columns[band] = getattr(bands, band)
    listed = {key: value.tolist() for key, value in columns.items()}
    return [
        {**dict(zip(listed, row, strict=True)), "industry": industry}
        for row in zip(*listed.values(), strict=True)
    ]


def _summary(found: "Sequence[Density]") -> list[dict[str, Any]]:
    from grappe.measure.envelopes import false_discovery

    p = [one.bands.p_value for one in found if one.bands]
    q = iter(false_discovery(p))
    return [
        {
            "industry": one.industry,
            "plants": one.plants,
            "sites": one.sites,
            "bandwidth_km": one.bandwidth,
            "localisation": one.localisation,
            "dispersion": one.dispersion,
            "p": one.bands.p_value if one.bands else None,
            "q": next(q) if one.bands else None,
            "method": one.method,
            "measured_error": one.measured_error,
            "projection_error": one.projection_error,
            "simulations": one.bands.simulations if one.bands else 0,
            "seed": one.seed,
        }
        for one in found
    ]


def _tell(one: "Density") -> None:
    name = one.industry or "—"
    h, error, plane = (
        f"h = {one.bandwidth:.4g} km",
        f"{one.measured_error:.1e}",
        f"{one.projection_error:.1e}",
    )
    said(
        f"{name}\u00a0: {one.plants} établissements parmi {one.sites} sites\u00a0; {h}\u00a0; "
        f"méthode {one.method}, écart mesuré {error} du sommet\u00a0; projection {plane}\u00a0; "
        "sans correction de bord (la référence a le même bord).",
        f"{name}: {one.plants} plants among {one.sites} sites; {h}; method {one.method}, measured error "
        f"{error} of the peak; projection {plane}; no border correction (the null has the same border).",
    )
    if one.bands and one.localisation is not None and one.dispersion is not None:
        indices = f"{one.localisation:.4g}, dispersion {one.dispersion:.4g}, p = {one.bands.p_value:.4g}"
        said(
            f"{name}\u00a0: localisation {indices} ({one.bands.simulations} tirages, graine {one.seed}).",
            f"{name}: localisation {indices} ({one.bands.simulations} relabellings, seed {one.seed}).",
        )
