"""``grappe``: the command line. Exit status 0: done; 1: a fault of ours; 2: misuse; 3: an input to mend."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe import __version__
from grappe.equipment_cli import equipment
from grappe.fabrication_cli import flow
from grappe.figures_cli import figures
from grappe.linkage_cli import dedupe, link
from grappe.measure_cli import measure
from grappe.mending import mending, show_problems
from grappe.operations_cli import backup, maintenance, restore, tables
from grappe.statements.problems import GrappeError

if TYPE_CHECKING:
    from grappe.pipeline import Summary

_FOLDER = click.Path(file_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grappe")
@click.option("--lang", type=click.Choice(["fr", "en"]), envvar="GRAPPE_LANG", help="Language of messages.")
@click.pass_context
def main(context: click.Context, lang: str | None) -> None:
    """From a folder of sources to a living, sourced, bilingual map of an ecosystem."""
    context.obj = lang or _language_of_terminal()


def _language_of_terminal() -> str:
    import locale

    code = locale.getlocale()[0] or ""
    return "fr" if code.lower().startswith("fr") else "en"


@main.command()
@click.argument("folder", type=_EXISTING)
@click.option("--force", is_flag=True, help="Write over an existing grappe.toml.")
@click.pass_obj
@mending
def init(language: str, folder: Path, force: bool) -> None:
    """Look at the files of FOLDER and write a first grappe.toml to correct."""
    from grappe.intake.inventory import describe_workspace, take_inventory
    from grappe.intake.workspace import CONFIGURATION

    target = folder / CONFIGURATION
    if target.exists() and not force:
        raise click.UsageError(f"{target} exists; --force writes over it.")
    entries = take_inventory(folder)
    today = date.today().isoformat()  # noqa: DTZ011
    target.write_text(describe_workspace(folder, entries, accessed=today), "utf-8")
    click.echo(
        {"fr": f"{target} : {len(entries)} fichiers.", "en": f"{target}: {len(entries)} files."}[language]
    )


@main.command()
@click.argument("spreadsheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@mending
def mapping(spreadsheet: Path, out: Path) -> None:
    """Write which column of SPREADSHEET says what, as guessed, to correct and keep."""
    from grappe.intake.spreadsheets import guess_mapping, write_mapping

    if out.exists():
        raise click.UsageError(f"{out} exists; it is not written over.")
    write_mapping(guess_mapping(spreadsheet), out)
    click.echo(out)


@main.command()
@click.argument("workspace", type=_EXISTING)
@click.pass_obj
@mending
def check(language: str, workspace: Path) -> None:
    """Read every source of WORKSPACE and say what is wrong; write nothing."""
    from tempfile import TemporaryDirectory

    from grappe.intake.workspace import load_workspace
    from grappe.pipeline import check as check_workspace

    loaded = load_workspace(workspace)
    with TemporaryDirectory() as scratch, _progress(language) as progress:
        summary = check_workspace(loaded, Path(scratch), progress=progress)
    _show_summary(summary, language)
    if summary.errors:
        sys.exit(GrappeError.exit_code)


@main.command()
@click.argument("workspace", type=_EXISTING)
@click.option("-o", "--out", type=_FOLDER, required=True, help="The ecosystem folder to write.")
@click.pass_obj
@mending
def build(language: str, workspace: Path, out: Path) -> None:
    """Build the ecosystem folder OUT from WORKSPACE (a folder with grappe.toml)."""
    _build(workspace, out, language)


def _build(workspace: Path, out: Path, language: str) -> None:
    from time import monotonic

    from grappe.intake.workspace import load_workspace
    from grappe.pipeline import build as build_ecosystem

    started = monotonic()
    loaded = load_workspace(workspace)
    with _progress(language) as progress:
        summary = build_ecosystem(loaded, out, progress=progress)
    _show_summary(summary, language, monotonic() - started)


@main.command()
@click.argument("ecosystem", type=_EXISTING)
@click.option("-o", "--out", type=_FOLDER, required=True, help="Folder to write in.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv")
@mending
def export(ecosystem: Path, out: Path, form: Any) -> None:
    """Write the tables of an ECOSYSTEM folder for other programs, with their licences."""
    from grappe.statements.export import export_tables

    for path in export_tables(ecosystem, out, form):
        click.echo(path)


@main.command()
@click.argument("ecosystem", type=_EXISTING)
@mending
def load(ecosystem: Path) -> None:
    """Load an ECOSYSTEM folder into the hub; what people added there stays."""
    from grappe.hub import run

    run.start()
    for table, count in run.load(ecosystem).items():
        click.echo(f"{table:>14} {count:>9,}")


@main.command()
@click.option("--pending", is_flag=True, help="Only what was edited and is not in it yet.")
def index(pending: bool) -> None:
    """Rebuild the hub's search index from its database."""
    from grappe.hub import run

    run.start()
    click.echo(run.index_pending() if pending else run.rebuild_index())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
@click.option("--tasks/--no-tasks", default=True, show_default=True, help="Run background tasks beside.")
def serve(host: str, port: int, workers: int, tasks: bool) -> None:
    """Serve the hub, and run its background tasks."""
    from contextlib import nullcontext

    from grappe.hub import run

    run.start()
    with run.task_workers() if tasks else nullcontext():
        run.serve(host=host, port=port, workers=workers)


@main.command()
@click.option("--once", is_flag=True, help="Run what is ready, then stop.")
@click.option(
    "--queue",
    type=click.Choice(["default", "long"]),
    help="Run one queue only: default (imports, index, mail), long (pairs to propose, measures).",
)
def work(once: bool, queue: str | None) -> None:
    """Run the hub's background tasks, of both queues unless one is named."""
    from grappe.hub import run

    run.start()
    run.work(once=once, queue=queue or "*")


@main.command()
@click.option("--serve/--no-serve", "serving", default=True, help="Serve it when loaded.", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--home", type=_FOLDER, default=Path("var"), show_default=True, help="Where the demo is kept.")
@click.pass_obj
@mending
def demo(language: str, serving: bool, port: int, home: Path) -> None:
    """Build the Québec demo, load it, and serve it with its log-ins."""
    import os

    from grappe.intake.recipes import shipped_folder

    os.environ.setdefault("GRAPPE_HOME", str(home))
    os.environ.setdefault("GRAPPE_CONTACT_EMAIL", "corrections@example.org")
    # Everybody can try every role; a real deployment asks a second factor of those who can do most.
    os.environ.setdefault("GRAPPE_TWO_FACTOR_ROLES", "")
    home.mkdir(parents=True, exist_ok=True)
    workspace = shipped_folder("demo") / "quebec"
    _build(workspace, home / "ecosystem", language)
    from grappe.hub import run

    run.start()
    run.load(home / "ecosystem")
    run.publish_editorial(workspace / "editorial.toml")
    run.load_catalogues(workspace / "equipment" / "equipment.toml")
    for line in run.demo_log_ins():
        click.echo(line)
    if serving:
        click.echo(f"→ http://127.0.0.1:{port}/")
        with run.task_workers():
            run.serve(host="127.0.0.1", port=port, workers=1)


main.add_command(link)
main.add_command(dedupe)
main.add_command(measure)
main.add_command(figures)
main.add_command(flow)
main.add_command(equipment)
main.add_command(backup)
main.add_command(restore)
main.add_command(maintenance)
main.add_command(tables)


@contextmanager
def _progress(language: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress line on a terminal, one line a step elsewhere."""
    words = {
        "places": ("lieux", "places"),
        "identities": ("identités", "identities"),
        "organisations": ("organisations", "organisations"),
        "database": ("base DuckDB", "DuckDB file"),
    }
    live = sys.stderr.isatty()

    def tell(step: str, done: int, total: int) -> None:
        label = words[step][language == "en"] if step in words else step
        count = f"[{done + 1}/{total}] " if total else ""
        click.echo(f"\r\x1b[K{count}{label}…" if live else f"{count}{label}…", nl=not live, err=True)

    yield tell
    if live:
        click.echo("\r\x1b[K", nl=False, err=True)


def _show_summary(summary: "Summary", language: str, seconds: float | None = None) -> None:
    french = language == "fr"
    show_problems([problem for _, problem in summary.problems], language)
    for source, rows in summary.rows_by_source.items():
        click.echo(f"{rows:>10,}  {source}".replace(",", " " if french else ","))
    click.echo(summary_line(summary, language, seconds))


#: Table → what its rows are called in French, then in English: one, several.
_COUNTED = {
    "sources": ("source", "sources", "source", "sources"),
    "statements": ("énoncé", "énoncés", "statement", "statements"),
    "organisations": ("organisation", "organisations", "organisation", "organisations"),
    "documents": ("document", "documents", "document", "documents"),
    "figures": ("chiffre proposé", "chiffres proposés", "proposed figure", "proposed figures"),
    "refusals": (
        "ligne refusée ou signalée",
        "lignes refusées ou signalées",
        "row refused or reported",
        "rows refused or reported",
    ),
}


def summary_line(summary: "Summary", language: str, seconds: float | None = None) -> str:
    """What was built or checked, in one line, as *language* writes numbers."""
    french = language == "fr"
    shown = []
    for table, words in _COUNTED.items():
        if table in summary.counts:
            count = summary.counts[table]
            # French has its singular for zero too.
            is_one = count < 2 if french else count == 1
            shown.append(f"{count:,} {words[(0 if french else 2) + (not is_one)]}")
    line = " · ".join(shown)
    if seconds:
        total = sum(summary.rows_by_source.values())
        line += f" · {seconds:.1f} s · {total / seconds:,.0f} {'énoncés' if french else 'statements'}/s"
    return line.replace(",", "\u202f").replace(".", ",") if french else line


if __name__ == "__main__":
    main()
