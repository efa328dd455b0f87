"""Catalogues that Hypothesis makes, with every kind of record filled."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from grappe.fabrication.equipment import (
    CONTAMINATION,
    Booking,
    Capability,
    Catalogue,
    Equipment,
    Facility,
    Opening,
    Party,
    Transfer,
)
from grappe.fabrication.matching import properties
from grappe.fabrication.quantities import Range
from grappe.fabrication.rates import RateRule, Steps, Tariff
from grappe.fabrication.taxonomy import terms

TEXT = st.text("ABCàé 0-9=+@'\"«»,;/", min_size=1, max_size=15).map(str.strip).filter(bool)
MAYBE = st.none() | TEXT
DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
AMOUNTS = st.decimals(0, 10_000, places=2)
PARTIES = st.lists(st.builds(Party, TEXT, MAYBE, MAYBE), max_size=2).map(tuple)


def ranges(quantity: str):
    """Ranges as they are read from cells: both ends, or one."""
    least = -200.0 if quantity == "temperature" else 0.01
    ends = st.floats(least, 1e9, allow_nan=False).filter(lambda end: abs(end) > 1e-9)
    both = st.tuples(ends, ends).filter(lambda pair: pair[0] != pair[1]).map(sorted)
    return (
        both.map(lambda pair: Range(pair[0], pair[1], quantity))
        | ends.map(lambda end: Range(None, end, quantity))
        | ends.map(lambda end: Range(end, None, quantity))
    )


LIMITS = st.fixed_dictionaries(
    {}, optional={name: ranges(told["quantity"]) for name, told in properties().items()}
)
WAFERS = st.sampled_from([25, 50.8, 76.2, 100, 150, 200]).map(lambda mm: Range(mm * 1e6, mm * 1e6))
MATERIALS = st.frozensets(st.sampled_from(sorted(terms("materials"))), max_size=3)
TARIFFS = st.builds(
    Tariff,
    st.sampled_from(["hour", "run", "wafer"]),
    AMOUNTS,
    first_amount=st.none() | AMOUNTS,
    minimum=AMOUNTS,
    setup=AMOUNTS,
    increment=st.none() | st.just(Decimal("0.25")),
    block=st.none() | st.tuples(AMOUNTS, AMOUNTS),
    steps=st.none() | st.builds(Steps, AMOUNTS, AMOUNTS, AMOUNTS),
    surcharges=st.dictionaries(TEXT, AMOUNTS, max_size=2),
    added_to=MAYBE,
    in_cap=st.booleans(),
    most_per_period=st.none() | st.tuples(AMOUNTS, st.just("month")),
)


def _opening(weekday: int, start: int, minutes: int) -> Opening:
    begin = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    return Opening(weekday, begin.time(), min((begin + timedelta(minutes=minutes)).time(), time(23, 59)))


def facilities(key: str):
    """A facility of that id."""
    openings = st.lists(
        st.builds(_opening, st.integers(0, 6), st.integers(0, 600), st.integers(1, 700)),
        max_size=4,
        unique_by=lambda one: one.weekday,
    )
    return st.builds(
        Facility,
        st.just(key),
        TEXT,
        st.just("") | TEXT,
        st.none() | st.just("https://ror.org/04sjchr03"),
        st.sampled_from(["America/Montreal", "Europe/Paris"]),
        openings.map(tuple),
        st.frozensets(DAYS, max_size=2),
        st.none() | DAYS,
        st.integers(1, 400),
        st.booleans(),
    )


def tools(key: str):
    """An equipment of that id at facility f0."""
    words = st.lists(TEXT, max_size=2).map(tuple)
    related = st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2).map(tuple)
    return st.builds(
        Equipment, st.just(key), TEXT, st.just("f0"), MAYBE, MAYBE, MAYBE, PARTIES, PARTIES, MAYBE, MAYBE,
        words, words, st.none() | DAYS, st.none() | DAYS, related, words, st.integers(1, 3),
    )  # fmt: skip


def capabilities(key: str, machines: list[str]):
    """A capability of that id at facility f0, on one of those machines or on none."""
    queue = st.tuples(st.floats(0, 9), st.floats(0, 9)).map(sorted).map(tuple)
    return st.builds(
        Capability, st.just(key), st.just("f0"), st.sampled_from(sorted(terms("processes"))), TEXT,
        st.none() | st.sampled_from(machines), LIMITS, MATERIALS, MATERIALS,
        st.lists(WAFERS, max_size=2, unique=True).map(tuple), st.none() | st.sampled_from(CONTAMINATION),
        st.none() | st.integers(1, 50), st.integers(0, 90), st.integers(1, 900), queue, MAYBE, st.none(),
        st.none() | DAYS, st.none() | DAYS, MAYBE, MAYBE,
    )  # fmt: skip


@st.composite
def catalogues(draw):
    """A catalogue with every kind of record."""
    machines = [f"tool/{at}" for at in range(draw(st.integers(1, 3)))]
    sites = {key: draw(facilities(key)) for key in ("f0", "é, 1")}
    begin = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 500_000)))
    booking = Booking(machines[0], begin, begin + timedelta(minutes=draw(st.integers(1, 900))), "outage")
    tiers = st.dictionaries(TEXT, TARIFFS, max_size=2)
    rate = draw(st.builds(RateRule, st.just("r"), TEXT, st.just("f0"), tiers))
    return Catalogue(
        sites,
        {key: draw(tools(key)) for key in machines},
        tuple(draw(capabilities(f"c{at}", machines)) for at in range(draw(st.integers(0, 3)))),
        (Transfer("f0", "é, 1", draw(st.integers(0, 9)), 1, draw(AMOUNTS)),),
        (booking,),
        {"r": rate},
    )
