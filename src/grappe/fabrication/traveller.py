"""The run card of a route, to print: plain text or one HTML page, in French or English."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from grappe.fabrication.flows import Step
from grappe.fabrication.planning import Placement, Plan, Route
from grappe.fabrication.routes import MINUTES_A_DAY
from grappe.fabrication.simulation import LeadTimes

_COLUMNS = ("step", "lot", "site", "tool", "start", "end", "runs", "price", "done")
_NARROW_SPACE = "\u202f"


@cache
def _words(language: str) -> dict[str, str]:
    text = files("grappe.fabrication").joinpath("traveller.toml").read_text("utf-8")
    return dict(tomllib.loads(text)[language])


def traveller_text(plan: Plan, route: Route, language: str, times: LeadTimes | None = None) -> str:
    """The run card as plain text: a table of steps, then what holds for each and what is to be asked."""
    words = _words(language)
    rows = [[words[name] for name in _COLUMNS], *_rows(plan, route, language)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = [_heading(plan, language), ""]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    lines += ["", *_remarks(plan, route, language), *_totals(route, language, times)]
    return "\n".join(lines) + "\n"


def traveller_html(plan: Plan, route: Route, language: str, times: LeadTimes | None = None) -> str:
    """The run card as one HTML page that needs nothing else."""
    words = _words(language)
    head = "".join(f'<th scope="col">{escape(words[name])}</th>' for name in _COLUMNS)
    body = "\n".join(
        "      <tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in _rows(plan, route, language)
    )
    remarks = "\n".join(f"    <li>{escape(line)}</li>" for line in _remarks(plan, route, language))
    totals = "\n".join(f"  <p>{escape(line)}</p>" for line in _totals(route, language, times))
    title = escape(_heading(plan, language))
    return f"""<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <title>{title}</title>
</head>
<body>
  <h1>{title}</h1>
  <table>
    <thead>
      <tr>{head}</tr>
    </thead>
    <tbody>
{body}
    </tbody>
  </table>
  <ul>
{remarks}
  </ul>
{totals}
</body>
</html>
"""


def no_route_text(plan: Plan, language: str) -> str:
    """Why there is no route: the smallest set of limits in the way, one a line."""
    lines = [_words(language)["nobody"]]
    for each in plan.blocking:
        where = [part for part in (each.step, each.capability.id if each.capability else None) if part]
        prefix = f"{' · '.join(where)}{_colon(language)} " if where else ""
        lines.append(f"- {prefix}{each.reason.describe(language)}")
    return "\n".join(lines) + "\n"


def _colon(language: str) -> str:
    return "\u00a0:" if language == "fr" else ":"


def _heading(plan: Plan, language: str) -> str:
    words, flow = _words(language), plan.flow
    named = f"{flow.name} ({words['version']} {flow.version})"
    return f"{words['title']}{_colon(language)} {named}, {flow.wafers} {words['wafers']}"


def _rows(plan: Plan, route: Route, language: str) -> Iterator[list[str]]:
    names = {step.id: step.name for step in plan.flow.steps}
    for one in sorted(route.placements, key=lambda each: (each.start, each.step, each.part)):
        facility = plan.choices.catalogue.facilities[one.capability.facility]
        yield [
            names[one.step], _lot(plan, one), facility.name, one.capability.name,
            f"{one.start:%Y-%m-%d %H:%M}", f"{one.end:%Y-%m-%d %H:%M}", str(one.runs),
            _money(one.price_cad, language), "",
        ]  # fmt: skip


def _lot(plan: Plan, one: Placement) -> str:
    step = _step(plan, one.step)
    return f"{one.part + 1}/{step.split} ({one.wafers})" if step.split > 1 else str(one.wafers)


def _step(plan: Plan, step_id: str) -> Step:
    return next(step for step in plan.flow.steps if step.id == step_id)


def _remarks(plan: Plan, route: Route, language: str) -> Iterator[str]:
    words = _words(language)
    asked: dict[str, list[str]] = {}
    for one in route.placements:
        for reason in one.to_ask:
            told = reason.describe(language)
            if told not in asked.setdefault(one.step, []):
                asked[one.step].append(told)
    for step in plan.flow.steps:
        parts: list[str] = []
        if step.max_queue_min is not None:
            parts.append(words["queue"].format(hours=f"{step.max_queue_min / 60:g}"))
        if step.rework:
            share = f"{step.rework * 100:g}"
            parts.append(words["rework"].format(step=step.rework_from or step.id, share=share))
        if asked.get(step.id):
            parts.append(f"{words['ask']}{_colon(language)} {'; '.join(asked[step.id])}")
        if parts:
            yield f"{step.name} — {'; '.join(parts)}"


def _totals(route: Route, language: str, times: LeadTimes | None) -> Iterator[str]:
    words, colon = _words(language), _colon(language)
    yield f"{words['transport']}{colon} {_money(route.transport_cad, language)}"
    yield f"{words['total']}{colon} {_money(route.price_cad, language)}"
    yield f"{words['lead']}{colon} {_days(route.lead_min / MINUTES_A_DAY, language)} {words['days']}"
    if times:
        spans: dict[str, Any] = {
            "p50": _days(times.p50_days, language),
            "p90": _days(times.p90_days, language),
        }
        yield words["expected"].format(**spans)


def _days(days: float, language: str) -> str:
    return f"{days:.1f}".replace(".", "," if language == "fr" else ".")


def _money(amount: Decimal, language: str) -> str:
    if language == "fr":
        return f"{amount:,.2f}".replace(",", _NARROW_SPACE).replace(".", ",")
    return f"{amount:,.2f}"
