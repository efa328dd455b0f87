"""``grappe equipment``: book and cancel on a hub from its own machine, acting as a named account."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from grappe.mending import mending, reader_language

_WORDS = {
    "no_account": ("Aucun compte actif : {}", "No active account: {}"),
    "not_allowed": ("Ce compte n’a pas le droit de faire cela.", "This account may not do that."),
    "not_found": ("Rien de ce numéro pour ce compte : {}", "Nothing of that number for this account: {}"),
    "not_standing": (
        "C’est annulé, échu, ou passé ce stade.", "It was cancelled, has lapsed, or is past that point."
    ),
}  # fmt: skip
_AS = click.option(
    "--as", "user", required=True, metavar="USER", help="The account on whose behalf it is done."
)


@click.group()
def equipment() -> None:
    """Bookings of pooled equipment, on the hub of this machine."""


def _refusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """*command*, but what the hub refuses becomes a line a reason, with its code, and exit status 3."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from grappe.hub.run_equipment import CommandRefused

        try:
            return command(*args, **kwargs)
        except CommandRefused as refused:
            if refused.lines:
                for line in refused.lines:
                    click.echo(f"✗ {line}", err=True)
            else:
                text = _WORDS[refused.code][reader_language() == "en"].format(refused.what)
                click.echo(text.replace(" :", "\u00a0:"), err=True)
            sys.exit(3)

    return run


@equipment.command()
@click.argument("equipment_toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@mending
def load(equipment_toml: Path) -> None:
    """Store the catalogues that EQUIPMENT_TOML names, beside it: all of them, or none.

    The same files again change nothing. A site's equipment that is no longer there is kept for its bookings.
    """
    from grappe.hub import run

    run.start()
    for code in run.load_catalogues(equipment_toml):
        click.echo(code or "↔")


@equipment.command()
@click.argument("order", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_AS
@click.option("--now", "is_booked", is_flag=True, help="Booked at once, rather than held until confirmed.")
@mending
@_refusing
def book(order: Path, user: str, is_booked: bool) -> None:
    """Reserve what the file ORDER (JSON, as the API takes it) asks for: all of it, or nothing."""
    from grappe.hub import run_equipment
    from grappe.statements.problems import GrappeError, Problem

    try:
        told = json.loads(order.read_text("utf-8"))
    except ValueError as error:
        problem = Problem("bad_value", file=str(order), found=str(error), expected="bookings")
        raise GrappeError(problem) from error
    made = run_equipment.book(told, user, is_booked=is_booked, language=reader_language())
    _show([made])


@equipment.command()
@click.argument("reservation", type=click.IntRange(min=1))
@_AS
@click.option("--why", default="", help="Told to whoever made it.")
@mending
@_refusing
def cancel(reservation: int, user: str, why: str) -> None:
    """Give back what of RESERVATION was not used."""
    from grappe.hub import run_equipment

    _show([run_equipment.cancel(reservation, user, why=why, language=reader_language())])


@equipment.command("list")
@_AS
@mending
@_refusing
def list_(user: str) -> None:
    """The reservations that USER may see and that stand, the latest first."""
    from grappe.hub import run_equipment

    _show(run_equipment.reservations(user))


@equipment.command()
@mending
def closures() -> None:
    """The maintenance and the outages of now and later, with how many bookings are in their way."""
    from grappe.hub import run_equipment

    for each in run_equipment.closures():
        click.echo("\t".join(str(part) for part in each))


def _show(rows: list[dict[str, Any]]) -> None:
    """One line a reservation, and one a booking under it."""
    for row in rows:
        click.echo(f"{row['id']}\t{row['state']}\t{row['total_cad']}\t{row['title']}")
        for each in row["bookings"]:
            click.echo(f"\t{each['start']}\t{each['end']}\t{each['equipment']}\t{each['unit']}")
