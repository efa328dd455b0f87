"""What a use costs, exact to the cent: tiers, first hour, minimum, steps, surcharges, caps that reopen.

Amounts are Canadian dollars as Decimal; each line is rounded to the cent, half up, and a total is the sum of
its lines. A price never falls when a quantity grows; within a cap it stays the same until the cap reopens.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from grappe.statements.problems import GrappeError, Problem

_CENT = Decimal("0.01")
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Steps:
    """So much is included; each further started *size* costs *amount* (same unit for both)."""

    included: Decimal
    size: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Tariff:
    """The price for one tier.

    *amount* is per *unit* (hour, run, wafer, substrate, day, job, course, once…); *first_amount* replaces it
    for the first unit. *increment* is the least part of a unit that is billed, begun parts whole. *block* is
    another way to bill: (part of a unit, its price), the cheaper of both. *surcharges* are per unit and asked
    for by name; *added_to* is the rate that this one comes on top of.
    """

    unit: str
    amount: Decimal
    first_amount: Decimal | None = None
    minimum: Decimal = _ZERO
    setup: Decimal = _ZERO
    increment: Decimal | None = None
    block: tuple[Decimal, Decimal] | None = None
    steps: Steps | None = None
    surcharges: Mapping[str, Decimal] = field(default_factory=dict)
    added_to: str | None = None
    in_cap: bool = True
    most_per_period: tuple[Decimal, str] | None = None


@dataclass(frozen=True)
class RateRule:
    """A published rate: a tariff for each tier; *on_request* names what is priced case by case."""

    id: str
    name: str
    facility: str
    tiers: Mapping[str, Tariff]
    on_request: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str | None = None
    as_of: str | None = None


@dataclass(frozen=True)
class Band:
    """From *start* dollars of full-price use in a period on, *share* of each further dollar is billed."""

    start: Decimal
    share: Decimal


@dataclass(frozen=True)
class Cap:
    """What is billed of a period's use: bands from 0 on. A cap is a band of share 0, reopened by the next."""

    id: str
    facility: str
    tiers: tuple[str, ...]
    period: str
    bands: tuple[Band, ...]
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse bands out of order, or shares that are none."""
        starts = [band.start for band in self.bands]
        orderly = starts == sorted(set(starts)) and starts[:1] == [_ZERO]
        if not orderly or any(not 0 <= band.share <= 1 for band in self.bands):
            raise GrappeError(Problem("bad_value", found=self.id, expected="bands"))

    def billed(self, used: Decimal) -> Decimal:
        """What is billed in all for *used* dollars of use at full price in one period."""
        ends = [*(band.start for band in self.bands[1:]), None]
        total = _ZERO
        for band, end in zip(self.bands, ends, strict=True):
            reached = used if end is None else min(used, end)
            total += max(reached - band.start, _ZERO) * band.share
        return cents(total)


@dataclass(frozen=True)
class ChargeLine:
    """One part of a price: what it is for (a code), how many, and the amount."""

    kind: str
    quantity: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Charge:
    """What a use costs, in lines that sum to *total*."""

    rule: str
    tier: str
    unit: str
    lines: tuple[ChargeLine, ...]
    in_cap: bool

    @property
    def total(self) -> Decimal:
        """The sum of the lines, to the cent."""
        return sum((line.amount for line in self.lines), _ZERO)


def cents(amount: Decimal) -> Decimal:
    """*amount* to the cent, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def charge(
    rule: RateRule, tier: str, quantity: Decimal, *, extent: Decimal | None = None,
    options: Iterable[str] = (), jobs: int = 1, rates: Mapping[str, RateRule] | None = None,
) -> Charge:  # fmt: skip
    """What *quantity* units of *rule* cost at *tier*, in *jobs* separate uses of one set-up each.

    *extent* is what steps count (angstroms of a film); *options* are surcharges asked for; *rates* holds the
    rule that this one may come on top of. Raises GrappeError on a tier or option that the rule does not have,
    and on a negative quantity.
    """
    if quantity < 0:
        raise GrappeError(Problem("bad_value", found=str(quantity), expected="quantity"))
    if tier not in rule.tiers:
        raise GrappeError(
            Problem("bad_value", found=tier, expected=f"one_of:{', '.join(sorted(rule.tiers))}")
        )
    tariff = rule.tiers[tier]
    lines = list(_lines(tariff, quantity, extent, tuple(options), jobs))
    if tariff.added_to:
        below = (rates or {}).get(tariff.added_to)
        if below is None:
            raise GrappeError(Problem("bad_value", found=tariff.added_to, expected="rate"))
        lines = [*charge(below, tier, quantity, rates=rates).lines, *lines]
    return Charge(rule.id, tier, tariff.unit, tuple(lines), tariff.in_cap)


def charge_use(
    rule: RateRule, tier: str, work_min: int, runs: int, wafers: int, rates: Mapping[str, RateRule]
) -> Charge:
    """What *work_min* minutes of work cost, in *runs* runs of *wafers* in all: whichever the tier bills by;
    a tier in any other unit is billed once. Raises GrappeError as :func:`charge` does."""
    unit = rule.tiers[tier].unit if tier in rule.tiers else "hour"
    quantity = {
        "hour": Decimal(work_min) / 60,
        "run": Decimal(runs),
        "wafer": Decimal(wafers),
        "substrate": Decimal(wafers),
    }.get(unit, Decimal(1))
    return charge(rule, tier, quantity, rates=rates)


def _lines(
    tariff: Tariff, quantity: Decimal, extent: Decimal | None, options: tuple[str, ...], jobs: int
) -> Iterator[ChargeLine]:
    if quantity == 0:
        return
    billed = _begun(quantity, tariff.increment) if tariff.increment else quantity
    used = list(_uses(tariff, billed))
    if tariff.steps and extent is not None:
        over = _begun(max(extent - tariff.steps.included, _ZERO), tariff.steps.size) / tariff.steps.size
        if over:
            used.append(ChargeLine("steps", over, cents(over * tariff.steps.amount * billed)))
    short = tariff.minimum - sum((line.amount for line in used), _ZERO)
    if short > 0:
        used.append(ChargeLine("minimum", Decimal(1), cents(short)))
    yield from used
    if tariff.setup:
        yield ChargeLine("setup", Decimal(jobs), cents(tariff.setup * jobs))
    for name in options:
        if name not in tariff.surcharges:
            raise GrappeError(
                Problem("bad_value", found=name, expected=f"one_of:{', '.join(sorted(tariff.surcharges))}")
            )
        yield ChargeLine(name, billed, cents(tariff.surcharges[name] * billed))


def _uses(tariff: Tariff, billed: Decimal) -> Iterator[ChargeLine]:
    if tariff.first_amount is not None:
        first, rest = min(billed, Decimal(1)), max(billed - 1, _ZERO)
        # The first unit is due whole: half an hour costs what an hour does.
        yield ChargeLine("first", first, cents(tariff.first_amount))
        if rest:
            yield ChargeLine("further", rest, cents(rest * tariff.amount))
        return
    price = billed * tariff.amount
    if tariff.block:
        price = min(price, _in_blocks(tariff, billed))
    yield ChargeLine("use", billed, cents(price))


def _in_blocks(tariff: Tariff, billed: Decimal) -> Decimal:
    """Whole units and begun blocks for the rest, or a further unit when it is cheaper."""
    size, price = tariff.block or (Decimal(1), tariff.amount)
    whole = billed // 1
    rest = _begun(billed - whole, size) / size * price
    return whole * min(tariff.amount, price / size) + min(rest, tariff.amount)


def _begun(quantity: Decimal, part: Decimal) -> Decimal:
    return (quantity / part).to_integral_value(ROUND_CEILING) * part


@dataclass(frozen=True)
class Bill:
    """What is due for a period: the charges at full price, what caps take off, the total."""

    charges: tuple[Charge, ...]
    capped_use: Decimal
    reduction: Decimal
    total: Decimal


def bill(charges: Iterable[Charge], cap: Cap | None = None, *, used_before: Decimal = _ZERO) -> Bill:
    """The bill for *charges* of one period, after *used_before* dollars of capped use in the same period.

    Bills of a period's parts sum to the bill of the whole: what a cap spares one, it does not spare twice.
    """
    known = tuple(charges)
    tiers = cap.tiers if cap else ()
    capped = sum((each.total for each in known if each.in_cap and each.tier in tiers), _ZERO)
    due = cap.billed(used_before + capped) - cap.billed(used_before) if cap else capped
    full = sum((each.total for each in known), _ZERO)
    return Bill(known, capped, capped - due, full - capped + due)


def most_per_period(charges: Iterable[Charge], tariff: Tariff) -> Decimal:
    """The sum of *charges* of one period, at most what *tariff* asks in that period."""
    total = sum((each.total for each in charges), _ZERO)
    return min(total, tariff.most_per_period[0]) if tariff.most_per_period else total


def with_tiers(rule: RateRule, other: RateRule) -> RateRule:
    """One rule with the tiers of both, told on separate rows of a price list."""
    return replace(
        rule,
        tiers={**rule.tiers, **other.tiers},
        on_request=tuple(dict.fromkeys((*rule.on_request, *other.on_request))),
        notes=tuple(dict.fromkeys((*rule.notes, *other.notes))),
    )
