"""``grappe backup``, ``restore``, ``maintenance`` and ``tables``: what whoever runs a hub does."""

import sys
from pathlib import Path
from typing import Any

import click

from grappe.mending import mending

_REFUSALS = {
    "not_a_backup": ("{} n’est pas une sauvegarde de Grappe.", "{} is no backup of Grappe."),
    "damaged": ("La sauvegarde est abîmée : {}.", "The backup is damaged: {}."),
    "newer": (
        "La sauvegarde vient d’une version plus récente ({}) : mettez Grappe à jour.",
        "The backup comes from a newer version ({}): upgrade Grappe.",
    ),
    "other_database": (
        "La sauvegarde est celle d’une base {} : réglez DATABASE_URL pour elle.",
        "The backup is of a {} database: set DATABASE_URL for one.",
    ),
    "not_empty": (
        "{} contient déjà un registre : --force le remplace.",
        "{} holds a registry already: --force replaces it.",
    ),
}


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--secret", is_flag=True, help="The signing key too: keep such a backup as a password.")
@click.pass_obj
def backup(language: str, out: Path, secret: bool) -> None:
    """Write the hub's database and files to OUT (.tar.gz), while it goes on."""
    from grappe.hub import run

    manifest = run.back_up(out, with_secret=secret)
    rows, files = sum(manifest["database"]["counts"].values()), len(manifest["files"])
    words = {"fr": "{} : {:,} lignes, {:,} fichiers.", "en": "{}: {:,} rows, {:,} files."}[language]
    shown = words.format(out, rows, files)
    click.echo(shown.replace(",", "\u202f").replace(" :", "\u00a0:") if language == "fr" else shown)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="In place of what is there.")
@click.pass_obj
def restore(language: str, file: Path, force: bool) -> None:
    """Put the backup FILE into this deployment, verified, and index it. Stop the site first."""
    from grappe.hub import run
    from grappe.hub.operations.backup import Unrestorable

    try:
        count = run.restore(file, force=force)
    except Unrestorable as refusal:
        text = _REFUSALS[refusal.reason][language == "en"].format(refusal.what)
        click.echo(text.replace(" :", "\u00a0:"), err=True)
        sys.exit(3)
    click.echo(count)


@click.command()
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--closed", is_flag=True, help="Answer nothing, instead of reading only.")
def maintenance(state: str, closed: bool) -> None:
    """Refuse writes for a while (on), with a page that says so; answer as usual (off)."""
    from grappe.hub import run

    run.maintain(None if state == "off" else "closed" if closed else "reading")
    click.echo(state)


def _pairs(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    del context, option
    split = [pair.partition("=") for pair in given]
    return {name.strip(): value.strip() for name, _, value in split}


@click.group()
def tables() -> None:
    """Official tables that the hub computes growth on."""


@tables.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", required=True, help="Its address: letters, digits and hyphens. Known: replaced whole.")
@click.option("--layout", type=click.Choice(["eurostat", "qcew", "statcan"]), required=True)
@click.option("--title-fr", required=True)
@click.option("--title-en", required=True)
@click.option("--unit", type=click.Choice(["jobs", "businesses", "units"]), required=True)
@click.option("--published", default="", help="The day it was published: 2026, 2026-11 or 2026-11-20.")
@click.option("--url", default="", help="Where it was found; else the office’s site.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", callback=_pairs, help="Rows to keep.")
@click.option("--total-industry", default="", help="The rows that hold totals; else totals are sums.")
@click.option("--reference-region", default="", help="The rows of the nation; else it is the table’s sum.")
@click.option("--home-region", default="", help="The region whose growth enters the ledger.")
@click.option(
    "--follow", "followed", multiple=True, metavar="INDUSTRY[=SECTOR]", callback=_pairs,
    help="An industry whose growth enters the ledger, and the sector whose pages show it.",
)  # fmt: skip
@click.pass_obj
@mending
def load_table(language: str, file: Path, **asked: Any) -> None:
    """Load FILE as its office publishes it. A suppressed cell stays suppressed; twice the same changes
    nothing.
    """
    from grappe.hub import run

    run.start()
    done = run.load_table(file, asked)
    if done is None:
        click.echo({"fr": "Rien de nouveau.", "en": "Nothing new."}[language])
        return
    words = {"fr": "{} cellules, {} supprimées.", "en": "{} cells, {} suppressed."}[language]
    mark = "\u202f" if language == "fr" else ","
    click.echo(words.format(*(f"{count:,}".replace(",", mark) for count in done)))


@tables.command("list")
def list_tables() -> None:
    """The tables that are loaded."""
    from grappe.hub import run

    run.start()
    for key, title, count in run.list_tables():
        click.echo(f"{count:>9,}  {key}  {title}")


@tables.command("remove")
@click.argument("key")
def remove_table(key: str) -> None:
    """Take the table KEY away, with the figures computed from it."""
    from grappe.hub import run

    run.start()
    if not run.remove_table(key):
        raise click.UsageError(f"{key}: no such table.")
    click.echo(key)
