"""``grappe flow solve``, ``plan``, ``search``, ``compare`` and ``terms``."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.mending import mending, reader_language

if TYPE_CHECKING:
    from grappe.fabrication.investment import Existing, Investment
    from grappe.fabrication.matching import Verdict
    from grappe.fabrication.planning import Plan
    from grappe.fabrication.solving import Budget

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_STOPPING_SECONDS = 0.3


@click.command()
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
    from grappe.fabrication.solving import solve_file

    solved, solution = solve_file(instance, _budget(cpu_seconds, seed, workers))
    out.write_text(json.dumps(solution) + "\n", "utf-8")
    words = {
        "fr": {"optimal": "optimal, prouvé", "feasible": f"réalisable, borne {solved.lower_bound}"},
        "en": {"optimal": "optimal, proven", "feasible": f"feasible, bound {solved.lower_bound}"},
    }
    click.echo(f"{solved.makespan} ({words[reader_language()][solved.status]})")


def _budget(cpu_seconds: float, seed: int, workers: int = 1) -> "Budget":
    """What is left of the caller's seconds after the start of the interpreter and the imports."""
    import time

    from grappe.fabrication.solving import Budget

    left = 0.99 * cpu_seconds - _STOPPING_SECONDS - time.process_time()
    return Budget(max(left, 0.05), time.process_time, seed, workers)


@click.command()
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
    from grappe.fabrication.catalogues import read_catalogue, read_json
    from grappe.fabrication.flows import flow_from_json
    from grappe.fabrication.planning import plan_flow

    asked = flow_from_json(read_json(flow_file), flow_file.name)
    found = plan_flow(asked, read_catalogue(catalogue), objective, _budget(cpu_seconds, seed))
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


@click.command()
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

    on = _day(day)
    asked = parse_wish(wish)
    language = reader_language()
    verdicts = find_capabilities(asked, read_catalogue(catalogue), on=on)
    for verdict in [each for each in verdicts if each.can]:
        _tell_verdict("✓", verdict, language)
    for verdict in [each for each in verdicts if not each.can][:refused]:
        _tell_verdict("✗", verdict, language)
    if asked.unread:
        words = {"fr": "non compris\u00a0:", "en": "not understood:"}[language]
        click.echo(f"! {words} {', '.join(asked.unread)}", err=True)


def _tell_verdict(mark: str, verdict: "Verdict", language: str) -> None:
    capability = verdict.capability
    dated = f" ({capability.as_of})" if capability.as_of else ""
    click.echo(f"{mark} {capability.facility} — {capability.name}{dated}")
    for reason in verdict.reasons:
        click.echo(f"    {'✗' if reason.refuses else '?'} {reason.describe(language)}")


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011
    except ValueError as error:
        raise click.BadParameter(f"{text} is not a date (YYYY-MM-DD)", param_hint="--on") from error


@click.command()
@click.argument("proposed", type=_FILE)
@click.argument("catalogue", type=_FILE)
@click.option("--on", "day", metavar="DATE", help="Day asked about; today unless given.")
@click.option("--wish", "wishes", multiple=True, help="A demand to count, in words; may be repeated.")
@mending
def compare(proposed: Path, catalogue: Path, day: str | None, wishes: tuple[str, ...]) -> None:
    """Compare a proposed tool with what exists.

    PROPOSED is a catalogue whose first capability is the proposal. Tells which capabilities of CATALOGUE
    dominate or overlap it, what stays uncovered, and whose demand it would serve.
    """
    from grappe.fabrication.catalogues import read_catalogue
    from grappe.fabrication.investment import compare_investment
    from grappe.fabrication.wishes import parse_wish

    asked = [parse_wish(wish) for wish in wishes]
    first = next(iter(read_catalogue(proposed).capabilities), None)
    if first is None:
        raise click.UsageError(f"{proposed.name} holds no capability")
    found = compare_investment(first, read_catalogue(catalogue), on=_day(day), wishes=asked)
    for each in found.existing:
        _tell_existing(each, reader_language())
    _tell_gaps(found, reader_language())


def _tell_existing(each: "Existing", language: str) -> None:
    from grappe.fabrication.matching import property_name

    relations = {
        "fr": ("domine", "dominerait peut-être", "recoupe", "distinct"),
        "en": ("dominates", "may dominate", "overlaps", "apart"),
    }[language]
    relation = relations[("dominates", "may_dominate", "overlaps", "apart").index(each.relation)]
    limits = ", ".join(
        f"{property_name(one.about, language)} ({property_name(one.cover, language)})"
        for one in each.compared
        if one.cover != "covered"
    )
    click.echo(f"{relation:>20}  {each.capability.facility} — {each.capability.name}  {limits}".rstrip())


def _tell_gaps(found: "Investment", language: str) -> None:
    from grappe.fabrication.matching import property_name
    from grappe.fabrication.quantities import show_range
    from grappe.fabrication.taxonomy import term_name

    title = {"fr": "non couvert", "en": "uncovered"}[language]
    for gap in found.uncovered:
        parts = [show_range(one, language) for one in gap.ranges]
        parts += [term_name("materials", code, language) for code in gap.codes]
        colon = "\u00a0:" if language == "fr" else ":"
        click.echo(f"{title:>20}  {property_name(gap.about, language)}{colon} {', '.join(parts)}")
    counts = (found.served_today, found.served_only_by_it, found.served_by_none)
    words = {
        "fr": "servies {}, par elle seule {}, par aucun {}",
        "en": "served {}, only by it {}, by none {}",
    }
    if any(counts):
        demand = {"fr": "demandes", "en": "wishes"}[language]
        click.echo(f"{demand:>20}  {words[language].format(*counts)}")


@click.command()
@click.argument("scheme", type=click.Choice(["processes", "materials"]))
def terms(scheme: Any) -> None:
    """Write the bilingual terms for processes or materials as SKOS (Turtle)."""
    from grappe.fabrication.taxonomy import as_turtle

    click.echo(as_turtle(scheme), nl=False)
