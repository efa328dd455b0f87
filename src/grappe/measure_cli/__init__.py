"""``grappe measure``: a table or points in, a table of results out, and a drawing of it."""

import click

from grappe.measure_cli.networks import complexity, cooperation, relatedness, value_chain
from grappe.measure_cli.space import kdensity, m, radius
from grappe.measure_cli.tables import eg, gini, growth, lq, shift_share, stars


@click.group()
def measure() -> None:
    """Concentration, growth and relatedness: grappe measure lq INPUT --out lq.csv."""


for command in (
    *(lq, stars, shift_share, growth, eg, gini),
    *(kdensity, m, radius),
    *(complexity, relatedness, value_chain, cooperation),
):
    measure.add_command(command)
