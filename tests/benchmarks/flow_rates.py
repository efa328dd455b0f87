"""Every row and worked case of a published price list, computed: what is read, and what it comes to.

    python tests/benchmarks/flow_rates.py RATES.csv

RATES.csv has the columns facility, item, tier, amount_cad, unit, rule, source_url. It is no part of the
project: without it the benchmark says so and does nothing. Worked cases are those that rules tell themselves
(``8,000->6,000``; ``6,000 + 50 % of 3,000``).
"""

import csv
import re
import sys
from decimal import Decimal
from pathlib import Path

from grappe.fabrication.price_lists import read_price_list
from grappe.fabrication.rates import RateRule, charge

_CASE = re.compile(r"([\d,]+)->([\d,]+)(?: \+ (\d+) % of ([\d,]+))?")


def number(text: str) -> Decimal:
    """A number with commas between thousands."""
    return Decimal(text.strip(",").replace(",", ""))


def costs_its_amount(row: dict[str, str], rule: RateRule) -> bool:
    """Whether one unit costs what the row says, or more by a minimum or a set-up."""
    told = row["tier"] in rule.tiers
    return told and charge(rule, row["tier"], Decimal(1)).total >= Decimal(row["amount_cad"])


def main() -> None:
    """Count the rows read, show the clauses kept as notes, and check the worked cases."""
    if len(sys.argv) < 2 or not Path(sys.argv[1]).is_file():
        print("the price list is not here: nothing was measured")
        return
    path = Path(sys.argv[1])
    rates, caps = read_price_list(path)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    tiers = sum(len(rule.tiers) for rule in rates.values())
    print(f"{len(rows)} rows: {len(rates)} rates in {tiers} tiers, {len(caps)} caps")
    priced = ((row, rates[f"{row['facility']}/{row['item']}"]) for row in rows if row["amount_cad"])
    one_unit = sum(costs_its_amount(row, rule) for row, rule in priced)
    print(f"{one_unit} rows cost their published amount or more (minimum, set-up) for one unit")
    right = told = 0
    for row, cap in zip((row for row in rows if row["item"] == "CAP"), caps, strict=True):
        for case in _CASE.finditer(row["rule"]):
            used, due, share, over = case.groups()
            expected = number(due) + (Decimal(share) / 100 * number(over) if share else 0)
            told += 1
            right += cap.billed(number(used)) == expected
            print(f"  {cap.facility}: {used} used → {cap.billed(number(used)):,} (published {expected:,})")
    print(f"worked cases: {right} of {told} exact")
    for rule in rates.values():
        for note in rule.notes:
            print(f"  note, no arithmetic: {rule.name}: {note}")


if __name__ == "__main__":
    main()
