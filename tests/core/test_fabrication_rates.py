"""Rates: worked cases to the cent, laws, and price lists read as they are published."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.fabrication.price_lists import read_price_list
from grappe.fabrication.rates import (
    Band,
    Cap,
    RateRule,
    Steps,
    Tariff,
    bill,
    charge,
    most_per_period,
)
from grappe.statements.problems import GrappeError

D = Decimal
LIST = """facility,item,tier,amount_cad,unit,rule,source_url
Atelier,Writer,academic,80,hour,2019; operator +90/h,https://example.org/rates
Atelier,Writer,industrial,400,hour,,https://example.org/rates
Atelier,Aligner,academic,40,hour,minimum 25,
Atelier,Etcher,academic,90,hour,+120 setup,
Atelier,Microscope,academic,60,hour,+30/h ion beam surcharge,
Atelier,Evaporator,academic,50,run,<1000 A; +5 per 250 A above; gold by weight,
Atelier,Lamp,academic,18,hour,or 1.60 per 5 min,
Atelier,Saw,academic,50,first hour,20 each further hour; minimum 50,
Atelier,Entry,academic,25,day,max 200/month,
Atelier,Engineer,academic,70,hour,not in cap,
Atelier,Cleanroom access,academic,45,hour,,
Atelier,Plasma,surcharge on access fee,20,hour,,
Atelier,CAP,academic,,quarter,"cap 5,000; usage above 9,000 billed at 25 %",
Other,CAP,academic,,year,"full charges to 20,000 per professor; half above",
"""


@pytest.fixture
def price_list(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text(LIST, "utf-8")
    return read_price_list(path)


@pytest.mark.parametrize(
    ("item", "tier", "quantity", "more", "total"),
    [
        ("Writer", "academic", "2.5", {}, "200.00"),
        ("Writer", "academic", "2.5", {"options": ["operator"]}, "425.00"),
        ("Writer", "industrial", "0.25", {}, "100.00"),
        ("Aligner", "academic", "0.5", {}, "25.00"),
        ("Aligner", "academic", "0.75", {}, "30.00"),
        ("Aligner", "academic", "0", {}, "0.00"),
        ("Etcher", "academic", "1.5", {}, "255.00"),
        ("Etcher", "academic", "1.5", {"jobs": 2}, "375.00"),
        ("Microscope", "academic", "2", {"options": ["ion beam"]}, "180.00"),
        ("Evaporator", "academic", "1", {"extent": D(1000)}, "50.00"),
        ("Evaporator", "academic", "1", {"extent": D(1001)}, "55.00"),
        ("Evaporator", "academic", "2", {"extent": D(1500)}, "120.00"),
        ("Lamp", "academic", "0.1", {}, "1.80"),
        ("Lamp", "academic", "0.25", {}, "4.50"),
        ("Saw", "academic", "0.5", {}, "50.00"),
        ("Saw", "academic", "3", {}, "90.00"),
        ("Plasma", "academic", "2", {}, "130.00"),
    ],
)
def test_a_worked_case_is_exact_to_the_cent(price_list, item, tier, quantity, more, total):
    rates, _ = price_list
    made = charge(rates[f"Atelier/{item}"], tier, D(quantity), rates=rates, **more)
    assert made.total == D(total)


def test_what_a_list_says_beside_prices_is_kept(price_list):
    rates, caps = price_list
    assert rates["Atelier/Evaporator"].on_request == ("gold",)
    assert rates["Atelier/Writer"].as_of == "2019"
    assert rates["Atelier/Writer"].source == "https://example.org/rates"
    assert [(cap.period, cap.bands) for cap in caps] == [
        ("quarter", (Band(D(0), D(1)), Band(D(5000), D(0)), Band(D(9000), D("0.25")))),
        ("year", (Band(D(0), D(1)), Band(D(20000), D("0.5")))),
    ]


def test_a_cap_spares_once_reopens_and_leaves_out_what_it_does_not_cover(price_list):
    rates, (cap, _) = price_list
    rule, tier = rates["Atelier/Cleanroom access"], "academic"
    engineer = charge(rates["Atelier/Engineer"], tier, D(10))
    spent = {hours: bill([charge(rule, tier, D(hours))], cap).total for hours in (100, 150, 200, 300)}
    assert spent == {100: D(4500), 150: D(5000), 200: D(5000), 300: D(5000) + D("0.25") * 4500}
    both = bill([charge(rule, tier, D(150)), engineer], cap)
    assert (both.total, both.reduction) == (D(5700), D(1750))


def test_an_entry_fee_stops_at_its_monthly_most(price_list):
    rates, _ = price_list
    rule = rates["Atelier/Entry"]
    tariff = rule.tiers["academic"]
    days = [charge(rule, "academic", D(1)) for _ in range(11)]
    assert [most_per_period(days[:n], tariff) for n in (3, 8, 11)] == [D(75), D(200), D(200)]


money = st.decimals(0, 500, places=2)
hours = st.decimals(0, 40, places=2)


@st.composite
def tariffs(draw):
    amount = draw(money)
    return Tariff(
        "hour",
        amount,
        first_amount=draw(st.none() | money),
        minimum=draw(money),
        setup=draw(money),
        increment=draw(st.sampled_from([None, D("0.25"), D("0.5"), D(1)])),
        block=draw(st.sampled_from([None, (D(5) / 60, D("1.75")), (D("0.5"), D(30))])),
        steps=draw(st.sampled_from([None, Steps(D(1000), D(250), D(5))])),
        surcharges={"operator": draw(money)},
    )


@given(tariffs(), hours, hours, st.decimals(0, 5000, places=0), st.decimals(0, 5000, places=0))
def test_a_price_never_falls_when_the_quantity_or_the_extent_grows(tariff, one, other, thin, thick):
    rule = RateRule("r", "r", "f", {"t": tariff})
    (less, more), (low, high) = sorted((one, other)), sorted((thin, thick))
    assert charge(rule, "t", less, extent=low).total <= charge(rule, "t", more, extent=high).total
    assert charge(rule, "t", more).total <= charge(rule, "t", more, options=["operator"]).total


bands = st.lists(
    st.tuples(st.integers(1, 20000), st.decimals(0, 1, places=2)), max_size=3, unique_by=lambda band: band[0]
).map(lambda rest: (Band(D(0), D(1)), *(Band(D(start), share) for start, share in sorted(rest))))


@given(bands, st.lists(st.decimals(0, 9000, places=2), max_size=5))
def test_bills_of_a_period_s_parts_sum_to_the_bill_of_the_whole(steps, uses):
    cap = Cap("c", "f", ("t",), "quarter", steps)
    rule = RateRule("r", "r", "f", {"t": Tariff("run", D(1))})
    charges = [charge(rule, "t", use) for use in uses]
    used, total = D(0), D(0)
    for each in charges:
        part = bill([each], cap, used_before=used)
        assert 0 <= part.total <= each.total
        used, total = used + part.capped_use, total + part.total
    assert total == bill(charges, cap).total


@pytest.mark.parametrize(
    ("tier", "quantity", "options"), [("industrial", "1", []), ("t", "-1", []), ("t", "1", ["gold"])]
)
def test_what_a_rate_does_not_have_is_refused(tier, quantity, options):
    rule = RateRule("r", "r", "f", {"t": Tariff("hour", D(10))})
    with pytest.raises(GrappeError):
        charge(rule, tier, D(quantity), options=options)


def test_bands_out_of_order_are_refused():
    with pytest.raises(GrappeError):
        Cap("c", "f", ("t",), "year", (Band(D(10), D(1)), Band(D(0), D(0))))


@pytest.mark.parametrize("amount", ["free", "-5", ""])
def test_a_row_without_an_amount_is_named(tmp_path, amount):
    path = tmp_path / "rates.csv"
    path.write_text(f"facility,item,tier,amount_cad,unit,rule,source_url\nA,B,t,{amount},hour,,\n", "utf-8")
    with pytest.raises(GrappeError) as refused:
        read_price_list(path)
    assert [(each.code, each.row) for each in refused.value.problems] == [("bad_value", 2)]
