"""A published price list read as it is: facility, item, tier, amount, unit, and its rule in words."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from grappe.fabrication.rates import Band, Cap, RateRule, Steps, Tariff, with_tiers
from grappe.statements.problems import GrappeError, Problem

COLUMNS = ("facility", "item", "tier", "amount_cad", "unit", "rule", "source_url")
_AMOUNT = r"(\d[\d,\u00a0\u202f]*(?:\.\d+)?)"
_MINUTES_AN_HOUR = Decimal(60)


def read_price_list(path: Path) -> tuple[dict[str, RateRule], tuple[Cap, ...]]:
    """The rates of a CSV price list by ``facility/item``, and its caps.

    Clauses of a rule that are no arithmetic (« includes standard resist ») are kept as notes. Raises
    GrappeError with a problem a row.
    """
    rates: dict[str, RateRule] = {}
    caps: list[Cap] = []
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle)
        missing = [name for name in COLUMNS[:5] if name not in (rows.fieldnames or ())]
        if missing:
            found = ", ".join(rows.fieldnames or ())
            raise GrappeError(Problem("missing_column", file=path.name, expected=missing[0], found=found))
        for number, row in enumerate(rows, start=2):
            try:
                _take(row, rates, caps)
            except (InvalidOperation, ValueError) as error:
                told = str(error) if isinstance(error, ValueError) else row["amount_cad"]
                problems.append(
                    Problem("bad_value", file=path.name, row=number, found=told, expected="amount")
                )
    if problems:
        raise GrappeError(*problems)
    return {key: _on_top_of_access(rule, rates) for key, rule in rates.items()}, tuple(caps)


def _take(row: Mapping[str, str], rates: dict[str, RateRule], caps: list[Cap]) -> None:
    facility, item, tier = (row[name].strip() for name in ("facility", "item", "tier"))
    clauses = [
        clause.strip() for clause in re.split(r";|,(?!\d{3})(?=\s)", row.get("rule") or "") if clause.strip()
    ]
    if item.upper() == "CAP":
        caps.append(_cap(facility, tier, row["unit"].strip(), clauses, row.get("source_url")))
        return
    amount = Decimal(row["amount_cad"].strip().replace(",", ""))
    if amount < 0:
        raise ValueError(row["amount_cad"])
    rule = _rule(facility, item, tier, amount, row["unit"].strip(), clauses)
    rule = replace(rule, source=row.get("source_url") or None)
    known = rates.get(rule.id)
    rates[rule.id] = with_tiers(known, rule) if known else rule


def _rule(
    facility: str, item: str, tier: str, amount: Decimal, unit: str, clauses: Iterable[str]
) -> RateRule:
    tariff = Tariff(unit, amount)
    if unit.startswith("first "):
        tariff = Tariff(unit.removeprefix("first "), amount, first_amount=amount)
    notes, on_request, as_of = [], [], None
    for clause in clauses:
        if re.fullmatch(r"(?:19|20)\d\d", clause):
            as_of = clause
        elif by_weight := re.fullmatch(r"(.+) by weight", clause):
            on_request.append(by_weight[1])
        else:
            changed = _clause(tariff, clause)
            tariff = changed or tariff
            notes += [] if changed else [clause]
    return RateRule(
        f"{facility}/{item}", item, facility, {tier: tariff}, tuple(on_request), tuple(notes), as_of=as_of
    )


def _clause(tariff: Tariff, clause: str) -> Tariff | None:
    """*tariff* with what one clause says, or None when it says no arithmetic."""
    for pattern, change in _CLAUSES:
        match = re.fullmatch(pattern, clause, re.IGNORECASE)
        if match:
            return change(tariff, match)
    return None


def _number(text: str) -> Decimal:
    return Decimal(re.sub(r"[,\u00a0\u202f]", "", text))


def _with_surcharge(name: str, amount: str, tariff: Tariff) -> Tariff:
    return replace(tariff, surcharges={**tariff.surcharges, name: _number(amount)})


def _with_steps(tariff: Tariff, match: re.Match[str]) -> Tariff:
    included = tariff.steps.included if tariff.steps else Decimal(0)
    return replace(tariff, steps=Steps(included, _number(match[2]), _number(match[1])))


_CLAUSES: tuple[tuple[str, Callable[[Tariff, re.Match[str]], Tariff]], ...] = (
    (rf"minimum {_AMOUNT}", lambda t, m: replace(t, minimum=_number(m[1]))),
    (rf"\+\s*{_AMOUNT} set-?up", lambda t, m: replace(t, setup=_number(m[1]))),
    (rf"\+\s*{_AMOUNT}/h(?:our)? (.+?)(?: surcharge)?", lambda t, m: _with_surcharge(m[2], m[1], t)),
    (rf"(\w+) \+\s*{_AMOUNT}/h(?:our)?", lambda t, m: _with_surcharge(m[1], m[2], t)),
    (rf"{_AMOUNT} each further hour", lambda t, m: replace(t, amount=_number(m[1]))),
    (rf"<\s*{_AMOUNT} ?A", lambda t, m: replace(t, steps=Steps(_number(m[1]), Decimal(1), Decimal(0)))),
    (rf"\+\s*{_AMOUNT} per {_AMOUNT} ?A above", _with_steps),
    (
        rf"or {_AMOUNT} per {_AMOUNT} min",
        lambda t, m: replace(t, block=(_number(m[2]) / _MINUTES_AN_HOUR, _number(m[1]))),
    ),
    (rf"max {_AMOUNT}/(\w+)", lambda t, m: replace(t, most_per_period=(_number(m[1]), m[2]))),
    (r"not in cap", lambda t, _: replace(t, in_cap=False)),
)


def _cap(facility: str, tier: str, period: str, clauses: Iterable[str], source: str | None) -> Cap:
    text = "; ".join(clauses)
    full = re.search(rf"(?:full charges to|cap) {_AMOUNT}", text)
    if not full:
        raise ValueError(text)
    bands = [Band(Decimal(0), Decimal(1))]
    reopened = re.search(rf"above {_AMOUNT} billed at (\d+) ?%", text)
    if re.search(r"\bhalf above\b", text):
        bands.append(Band(_number(full[1]), Decimal("0.5")))
    else:
        bands.append(Band(_number(full[1]), Decimal(0)))
    if reopened:
        bands.append(Band(_number(reopened[1]), Decimal(reopened[2]) / 100))
    return Cap(f"{facility}/CAP/{tier}", facility, tuple(tier.split()), period, tuple(bands), source)


def _on_top_of_access(rule: RateRule, rates: Mapping[str, RateRule]) -> RateRule:
    """A « surcharge on access fee » is due on top of the facility's access, at each tier of the access."""
    surcharge = rule.tiers.get("surcharge on access fee")
    access = rates.get(f"{rule.facility}/Cleanroom access")
    if surcharge is None or access is None:
        return rule
    return replace(rule, tiers={tier: replace(surcharge, added_to=access.id) for tier in access.tiers})
