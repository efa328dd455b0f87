"""Flows of many steps over three sites: the first feasible plan and the gap to the proven bound.

    python tests/benchmarks/flow_plans.py [CPU_SECONDS [STEPS ...]]

Sites, machines, hours, bookings and flows are drawn with a seed: three sites of up to twelve processes each,
weekday hours with a lunch pause, four bookings a machine, longest waits and split lots. The naive baseline
takes each step where it ends first.
"""

import random
import sys
import time

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.flow_windows import calendars_of, greedy_plan
from grappe.fabrication.flows import flow_from_json
from grappe.fabrication.planning import plan_flow
from grappe.fabrication.routes import gather_choices
from grappe.fabrication.solving import Budget

PROCESSES = (
    "contact_lithography", "dry_etch", "pecvd", "sputtering", "cleaning", "wet_etch", "oxidation", "cmp",
    "ellipsometry", "dicing", "wafer_bonding", "drie",
)  # fmt: skip
HOURS = {day: ["08:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
SITES = ("Nord", "Sud", "Est")


def catalogue(draw: random.Random) -> dict:
    """Three sites with their machines, rates, hours, bookings and ways."""
    made: dict = {
        "facilities": [{"id": site, "confirmed_on": "2027-01-01", "openings": HOURS} for site in SITES],
        "equipment": [], "capabilities": [], "rates": [], "bookings": [],
        "transfers": [
            {"from": "Nord", "to": "Sud", "days": 1, "price_cad": 90},
            {"from": "Nord", "to": "Est", "days": 2, "customs_days": 1, "price_cad": 150},
            {"from": "Sud", "to": "Est", "days": 1, "price_cad": 60},
        ],
    }  # fmt: skip
    for site in SITES:
        for process in PROCESSES:
            if site == "Nord" or draw.random() < 0.75:
                add_tool(made, draw, site, process)
    return made


def add_tool(made: dict, draw: random.Random, site: str, process: str) -> None:
    """One machine with its capability, rate and four bookings."""
    key = f"{site}-{process}"
    made["equipment"].append({"id": key, "facility": site})
    hourly = {"unit": "hour", "amount": draw.randint(60, 400), "minimum": 50}
    made["rates"].append({"id": key, "tiers": {"industrial": hourly}})
    made["capabilities"].append({
        "id": key, "facility": site, "process": process, "equipment": key, "rate": key,
        "wafer_mm": ["100", "150"],
        "setup_min": draw.choice([15, 30, 60]), "run_min": draw.choice([5, 20, 45]),
        "batch": draw.choice([1, 5, 25]), "queue_days": [draw.choice([0, 0, 0.2]), 2],
    })  # fmt: skip
    for day in draw.sample(range(11, 29), 4):
        made["bookings"].append(
            {"equipment": key, "start": f"2027-01-{day}T09:00", "end": f"2027-01-{day}T15:00"}
        )


def flow(draw: random.Random, steps: int) -> dict:
    """A chain of steps, some with a longest wait, some split in two."""
    rows = [
        {
            "id": f"s{at}", "process": draw.choice(PROCESSES), "wafer_mm": "100",
            **({"max_queue_h": 24} if at % 7 == 3 else {}),
            **({"split": 2} if at % 9 == 5 else {}),
        }
        for at in range(steps)
    ]  # fmt: skip
    return {"name": f"{steps} steps", "start": "2027-01-11", "wafers": 6, "steps": rows}


def main() -> None:
    """One line a flow."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    print(" steps  first s  naive d   ours d  bound d  gap % routes  CPU s")
    for steps in [int(text) for text in sys.argv[2:]] or [5, 10, 20, 40, 60]:
        draw = random.Random(steps)
        known, asked = catalogue_from_json(catalogue(draw)), flow_from_json(flow(draw, steps))
        started = time.process_time()
        choices = gather_choices(asked, known)
        first = greedy_plan(choices, calendars_of(choices), lambda option, end: (end, option.price_cents))
        at_first = time.process_time() - started
        started = time.process_time()
        plan = plan_flow(asked, known, "lead-time", Budget(seconds, time.process_time))
        spent = time.process_time() - started
        naive = f"{max(pick[3] for pick in first) / 1440:.2f}" if first else "–"
        if plan.route is None:
            print(f"{steps:>6} no route: {[each.reason.describe('en') for each in plan.blocking]}")
            continue
        lead, bound = plan.route.lead_min, plan.route.lead_bound_min
        print(
            f"{steps:>6} {at_first:>8.2f} {naive:>8} {lead / 1440:>8.2f} {bound / 1440:>8.2f}"
            f" {100 * (lead / max(bound, 1) - 1):>6.2f} {len(plan.routes):>6} {spent:>6.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
