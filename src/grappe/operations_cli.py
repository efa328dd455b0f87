"""``grappe backup``, ``restore`` and ``maintenance``: what whoever runs a hub does."""

import sys
from pathlib import Path

import click

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
