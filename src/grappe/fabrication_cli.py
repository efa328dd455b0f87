"""``grappe flow``: schedules of shops and projects, and plans of process flows over several sites."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.mending import mending, reader_language

if TYPE_CHECKING:
    from grappe.fabrication.matching import Verdict
    from grappe.fabrication.planning import Plan

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_STOPPING_SECONDS = 0.3


@click.group()
def flow() -> None:
    """Process flows over equipment: solve an instance, plan a flow, find who can."""


@flow.command()
@click.argument("instance", type=_FILE)
@click.option("-o", "--out", type=_OUT, required=True, help="Solution to write (JSON).")
@click.option(
    "--cpu-seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True,
    help="Processor time, over all threads.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Solver threads.")
@click.option("--seed", default=1, show_default=True)
@mending
def solve(instance: Path, out: Path, cpu_seconds: float, workers: int, seed: int) -> None:
    """Schedule INSTANCE as short as can be: .fjs (flexible job shop), .json (the same with sites and
    transport) or .mm (multi-mode project)."""
    import time

    from grappe.fabrication.solving import Budget, solve_file

    # The start of the interpreter and the imports, and stopping, are part of what the caller pays.
    left = 0.99 * cpu_seconds - _STOPPING_SECONDS - time.process_time()
    budget = Budget(max(left, 0.05), time.process_time, seed, workers)
    solved, solution = solve_file(instance, budget)
    out.write_text(json.dumps(solution) + "\n", "utf-8")
    words = {
        "fr": {"optimal": "optimal, prouvé", "feasible": f"réalisable, borne {solved.lower_bound}"},
        "en": {"optimal": "optimal, proven", "feasible": f"feasible, bound {solved.lower_bound}"},
    }
    click.echo(f"{solved.makespan} ({words[reader_language()][solved.status]})")


@flow.command()
@click.argument("flow_file", metavar="FLOW.json", type=_FILE)
@click.argument("catalogue", type=_FILE)
@click.option(
    "--objective", type=click.Choice(["lead-time", "price", "balanced"]), default="balanced",
    show_default=True,
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "json"]), default="text", show_default=True
)
@click.option("-o", "--out", type=_OUT, help="File to write; standard output unless given.")
@click.option("--cpu-seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True)
@click.option("--simulations", type=click.IntRange(0, 100_000), default=500, show_default=True)
@click.option("--seed", default=1, show_default=True)
@mending
def plan(
    flow_file: Path, catalogue: Path, objective: Any, form: str, out: Path | None, cpu_seconds: float,
    simulations: int, seed: int,
) -> None:  # fmt: skip
    """Plan FLOW.json over the sites of CATALOGUE (.json, .csv, .xlsx).

    Writes a run card of the route that the objective takes, and tells the routes that trade price for lead
    time; or why there is no route."""
    import time

    from grappe.fabrication.catalogues import read_catalogue, read_json
    from grappe.fabrication.flows import flow_from_json
    from grappe.fabrication.planning import plan_flow
    from grappe.fabrication.solving import Budget

    asked = flow_from_json(read_json(flow_file), flow_file.name)
    budget = Budget(cpu_seconds, time.process_time, seed)
    found = plan_flow(asked, read_catalogue(catalogue), objective, budget)
    text = _plan_told(found, form, simulations, seed)
    if out:
        out.write_text(text, "utf-8")
    else:
        click.echo(text, nl=False)


def _plan_told(found: "Plan", form: str, simulations: int, seed: int) -> str:
    from grappe.fabrication.plan_json import plan_row
    from grappe.fabrication.simulation import simulate
    from grappe.fabrication.traveller import no_route_text, traveller_html, traveller_text

    language = reader_language()
    times = None
    if found.route and simulations:
        times = simulate(found, found.route, seed=seed, runs=simulations)
    if form == "json":
        return json.dumps(plan_row(found, times), ensure_ascii=False, indent=1) + "\n"
    if found.route is None:
        return no_route_text(found, language)
    if form == "html":
        return traveller_html(found, found.route, language, times)
    for at, route in enumerate(found.routes):
        mark = "→" if at == found.chosen else " "
        click.echo(f"{mark} {route.lead_min / 1440:.1f} d  {route.price_cad:,.2f} CAD", err=True)
    return traveller_text(found, found.route, language, times)


@flow.command()
@click.argument("wish")
@click.argument("catalogue", type=_FILE)
@click.option("--on", "day", metavar="DATE", help="Day asked about; today unless given.")
@click.option(
    "--refused", "refused", type=click.IntRange(0), default=5, show_default=True, help="Refusals to show."
)  # fmt: skip
@mending
def search(wish: str, catalogue: Path, day: str | None, refused: int) -> None:
    """Say who in CATALOGUE can do WISH ("etch 300 nm LNOI on 100 mm wafers"), and why the others can't."""
    from grappe.fabrication.catalogues import read_catalogue
    from grappe.fabrication.matching import find_capabilities
    from grappe.fabrication.wishes import parse_wish

    on = date.fromisoformat(day) if day else date.today()  # noqa: DTZ011
    asked = parse_wish(wish)
    language = reader_language()
    verdicts = find_capabilities(asked, read_catalogue(catalogue), on=on)
    for verdict in [each for each in verdicts if each.can]:
        _tell_verdict("✓", verdict, language)
    for verdict in [each for each in verdicts if not each.can][:refused]:
        _tell_verdict("✗", verdict, language)
    if asked.unread:
        words = {"fr": "non compris", "en": "not understood"}[language]
        click.echo(f"! {words}: {', '.join(asked.unread)}", err=True)


def _tell_verdict(mark: str, verdict: "Verdict", language: str) -> None:
    capability = verdict.capability
    dated = f" ({capability.as_of})" if capability.as_of else ""
    click.echo(f"{mark} {capability.facility} — {capability.name}{dated}")
    for reason in verdict.reasons:
        click.echo(f"    {'✗' if reason.refuses else '?'} {reason.describe(language)}")


@flow.command()
@click.argument("scheme", type=click.Choice(["processes", "materials"]))
def terms(scheme: Any) -> None:
    """Write the bilingual terms for processes or materials as SKOS (Turtle)."""
    from grappe.fabrication.taxonomy import as_turtle

    click.echo(as_turtle(scheme), nl=False)
