"""Commands on relatedness, complexity, value chains and cooperation."""

from dataclasses import asdict
from typing import Any

import click

from grappe.measure_cli.destination import Destination, measuring, said

_period = click.option("--period", help="Only this period; without it, periods are added.")
_threshold = click.option(
    "--rca-threshold",
    "threshold",
    default=1.0,
    show_default=True,
    help="LQ from which a region has an industry.",
)


@click.command()
@measuring
@_period
@_threshold
def complexity(to: Destination, period: str | None, threshold: float) -> None:
    """ECI and PCI by eigenvectors: rows region, eci, diversity, then rows industry, pci, ubiquity."""
    from grappe.measure.complexity import complexity as compute
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import read_table

    one = compute(read_table(to.table), period=period, threshold=threshold)
    regions = [
        {"region": name, "eci": float(score), "diversity": int(count)}
        for name, score, count in zip(one.regions, one.eci, one.diversity, strict=True)
    ]
    industries = [
        {"industry": name, "pci": float(score), "ubiquity": int(count)}
        for name, score, count in zip(one.industries, one.pci, one.ubiquity, strict=True)
    ]
    to.deliver(
        [*regions, *industries], ("region", "eci", "diversity", "industry", "pci", "ubiquity"),
        lambda title, language: ranking_svg(
            regions, "region", "eci", title=title, reference=0.0, language=language
        ),
    )  # fmt: skip
    to.keep("complexity", regions, "eci", subject=("region",))


@click.command()
@measuring
@_period
@_threshold
@click.option(
    "--index",
    type=click.Choice(["proximity", "density", "lc", "coi"]),
    default="proximity",
    show_default=True,
    help="lc: correlation over regions; coi: co-agglomeration, INPUT one row a plant.",
)
def relatedness(to: Destination, period: str | None, threshold: float, index: str) -> None:
    """How near two industries are (industry_a, industry_b, both orders), or a region to each (density)."""
    from grappe.measure import complexity as room
    from grappe.measure.agglomeration import coagglomeration
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import PLANTS, read_table

    keys = ("region", "industry") if index == "density" else ("industry_a", "industry_b")
    if index == "coi":
        once = coagglomeration(read_table(to.table, PLANTS))
        found: list[tuple[Any, ...]] = sorted((*once, *((b, a, value) for a, b, value in once)))
    else:
        matrix = room.matrix_of(read_table(to.table), period)
        if index == "density":
            values, names = room.relatedness_density(matrix, threshold), matrix.regions
        else:
            near = room.locational_correlation(matrix) if index == "lc" else room.proximity(matrix, threshold)
            values, names = near, matrix.industries
        found = [
            (one, other, float(values[i, j]))
            for i, one in enumerate(names)
            for j, other in enumerate(matrix.industries)
            if index == "density" or i != j
        ]
    rows: list[dict[str, Any]] = [dict(zip((*keys, index), row, strict=True)) for row in found]
    once_each = [
        {**row, "cell": f"{row[keys[0]]} · {row[keys[1]]}"}
        for row in rows
        if index == "density" or row[keys[0]] < row[keys[1]]
    ]
    to.deliver(
        rows, (*keys, index),
        lambda title, language: ranking_svg(once_each, "cell", index, title=title, language=language),
    )  # fmt: skip
    to.keep(f"relatedness/{index}", rows, index, subject=keys)


@click.command("value-chain")
@measuring
@click.option("--stages", help="The stages wanted, in order, with commas between; else those of the table.")
@click.option("--region", help="Only this region, against the whole table.")
@click.option("--least", default=1, show_default=True, help="Organisations below which a stage is a gap.")
def value_chain(to: Destination, stages: str | None, region: str | None, least: int) -> None:
    """Coverage and gaps of a value chain. INPUT: organisation, stage, region."""
    from grappe.measure.chains import coverage
    from grappe.measure.chains import value_chain as chain
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import STAGES, read_table

    wanted = [name.strip() for name in stages.split(",")] if stages else None
    found = chain(read_table(to.table, STAGES), wanted, region=region, least=least)
    rows: list[dict[str, Any]] = [asdict(one) for one in found]
    covered = coverage(found) or 0.0
    said(f"Maillons couverts\u00a0: {100 * covered:.0f}\u00a0%.", f"Stages covered: {covered:.0%}.")
    to.deliver(
        rows, ("stage", "organisations", "share", "reference_share", "ratio", "gap"),
        lambda title, language: ranking_svg(rows, "stage", "organisations", title=title, language=language),
    )  # fmt: skip
    to.keep("value-chain", rows, "organisations", subject=("stage",))


@click.command()
@measuring
def cooperation(to: Destination) -> None:
    """A network of cooperation: degree, strength, closeness. INPUT: organisation, partner, weight."""
    from grappe.measure.chains import cooperation as network
    from grappe.measure.plots import ranking_svg
    from grappe.measure.tables import LINKS, read_table

    one = network(read_table(to.table, LINKS))
    rows = [asdict(member) for member in one.members]
    told = one.organisations, one.ties, f"{one.density or 0:.4g}", one.components
    said(
        "{} organisations, {} liens, densité {}, {} composantes.".format(*told),
        "{} organisations, {} ties, density {}, {} components.".format(*told),
    )
    to.deliver(
        rows,
        ("organisation", "degree", "strength", "closeness", "component"),
        lambda title, language: ranking_svg(rows, "organisation", "degree", title=title, language=language),
    )
    to.keep("cooperation", rows, "degree", subject=("organisation",))
