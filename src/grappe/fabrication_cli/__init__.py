"""``grappe flow``: schedules of shops and projects, plans of process flows, and catalogues in every form."""

import click

from grappe.fabrication_cli.exchange import calendar, catalogue
from grappe.fabrication_cli.planning import compare, plan, search, solve, terms


@click.group()
def flow() -> None:
    """Process flows over equipment: solve an instance, plan a flow, find who can, exchange catalogues."""


for command in (solve, plan, search, compare, terms, catalogue, calendar):
    flow.add_command(command)
