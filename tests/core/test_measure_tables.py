"""Table indicators: textbook values, definitions written another way, inputs to refuse or to tell."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.measure.agglomeration import coagglomeration, ellison_glaeser, group_coagglomeration
from grappe.measure.inequality import gini_lorenz, gini_lq, herfindahl, inequality, krugman
from grappe.measure.quotients import cluster_stars, location_quotients
from grappe.measure.resampling import bootstrap_quotients
from grappe.measure.shifts import growth, shift_share
from grappe.measure.tables import rows_of
from grappe.statements.problems import GrappeError


def long(*rows):
    """Rows of region, industry, value and, perhaps, period."""
    return [
        dict(zip(("region", "industry", "value", "period"), (*row, "2020")[:4], strict=True)) for row in rows
    ]


NATION = long(("R", "I", 1714), ("R", "TOTAL", 79006), ("N", "I", 879213), ("N", "TOTAL", 15593224))
FOUR = {
    "r0": [90, 20, 10, 60],
    "r1": [100, 40, 10, 55],
    "n0": [400, 150, 150, 400],
    "n1": [440, 210, 135, 480],
}
SHIFT = long(*(
    (region, f"I{i}", value, period)
    for region, key in (("R", "r"), ("N", "n"))
    for period in "01" for i, value in enumerate(FOUR[key + period])
))  # fmt: skip
PLANTS = [
    {"industry": "I", "region": region, "size": size}
    for region, sizes in (
        ("Wien", (200, 650, 12000, 100, 50)), ("Linz", (16000, 13000, 1500, 1500)), ("Graz", (25000,))
    ) for size in sizes
]  # fmt: skip
AREAS = [{"region": r, "value": v} for r, v in (("Wien", 500000), ("Linz", 400000), ("Graz", 100000))]


def test_a_quotient_of_given_totals_is_the_textbooks():
    [row] = rows_of(location_quotients(NATION, reference_region="N", total_industry="TOTAL"))
    assert row["lq"] == pytest.approx(0.3847623423, abs=1e-10)
    assert row["status"] == "ok"
    assert row["lower"] < row["lq"] < row["upper"]


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, list])
def test_pandas_polars_and_rows_give_the_same(kind):
    expected = rows_of(location_quotients(SHIFT, period="0"), "region", "industry")
    assert rows_of(location_quotients(kind(SHIFT), period="0"), "region", "industry") == expected


tables = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(1, 10_000)), min_size=2, max_size=9,
    unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=15)
@given(tables, st.integers(1, 50))
def test_weights_scaled_change_no_quotient_and_the_whole_has_one(rows, factor):
    plain = rows_of(location_quotients(long(*rows)), "region", "industry")
    scaled = rows_of(
        location_quotients(long(*((r, i, v * factor) for r, i, v in rows))), "region", "industry"
    )
    assert [row["lq"] for row in scaled] == pytest.approx([row["lq"] for row in plain])
    total = sum(v for _, _, v in rows)
    for region in {r for r, _, _ in rows}:
        inside = [row for row in plain if row["region"] == region]
        of_region = sum(row["value"] for row in inside)
        industry = {i: sum(v for _, other, v in rows if other == i) for _, i, _ in rows}
        # Weighted by the nation's structure, a region's quotients average to the whole's: 1.
        mean = sum(row["lq"] * industry[row["industry"]] / total for row in inside)
        assert of_region > 0
        assert mean == pytest.approx(1.0)


def test_one_region_has_quotients_of_one():
    rows = rows_of(location_quotients(long(("A", "x", 3), ("A", "y", 5))), "industry")
    assert [(row["lq"], row["status"]) for row in rows] == [(1.0, "ok"), (1.0, "ok")]


def test_a_suppressed_cell_stays_so_and_what_rests_on_it_says_so():
    rows = rows_of(location_quotients(long(("A", "x", 3), ("A", "y", None), ("B", "x", 5), ("B", "y", 5))))
    told = {(row["region"], row["industry"]): (row["value"], row["lq"], row["status"]) for row in rows}
    assert told["A", "y"] == (None, None, "suppressed")
    assert {status for _, _, status in told.values()} == {"suppressed", "partial"}


def test_an_industry_that_is_nowhere_is_undefined_and_one_without_jobs_has_a_bound():
    rows = rows_of(location_quotients(long(("A", "x", 0), ("A", "y", 4), ("B", "x", 0), ("B", "y", 6))))
    assert {(r["industry"], r["status"], r["lq"]) for r in rows} == {
        ("x", "undefined", None),
        ("y", "ok", 1.0),
    }
    rows = rows_of(location_quotients(long(("A", "x", 0), ("A", "y", 50), ("B", "x", 5), ("B", "y", 6))))
    [row] = [row for row in rows if row["region"] == "A" and row["industry"] == "x"]
    assert (row["lq"], row["lower"]) == (0.0, 0.0)
    assert row["upper"] == pytest.approx((1 - 0.025 ** (1 / 50)) / (5 / 61))


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_a_value_that_is_no_count_is_refused(value):
    with pytest.raises(GrappeError, match="not negative"):
        location_quotients(long(("A", "x", value), ("B", "x", 2)))


def test_a_region_or_period_that_is_not_there_is_named():
    with pytest.raises(GrappeError, match="Atlantis"):
        location_quotients(NATION, reference_region="Atlantis")
    with pytest.raises(GrappeError, match="industry"):
        location_quotients([{"region": "A", "value": 1}])


def test_the_delta_interval_holds_what_simulation_gives():
    rng = np.random.default_rng(3)
    share = np.array([[0.05, 0.25], [0.1, 0.6]])
    draws = rng.multinomial(20_000, share.ravel(), 4000).reshape(-1, 2, 2).astype(float)
    lqs = draws[:, 0, 0] * draws.sum((1, 2)) / draws[:, 0].sum(1) / draws[:, :, 0].sum(1)
    expected = share * 20_000
    cells = long(
        ("A", "x", expected[0, 0]),
        ("A", "y", expected[0, 1]),
        ("B", "x", expected[1, 0]),
        ("B", "y", expected[1, 1]),
    )
    [row] = [r for r in rows_of(location_quotients(cells)) if (r["region"], r["industry"]) == ("A", "x")]
    assert [row["lower"], row["upper"]] == pytest.approx(np.quantile(lqs, (0.025, 0.975)), rel=0.02)


def test_standardised_quotients_have_mean_zero_and_deviation_one():
    found = rows_of(location_quotients(SHIFT, period="0", standardised=True))
    for industry in {row["industry"] for row in found}:
        z = [row["z_log"] for row in found if row["industry"] == industry]
        assert np.mean(z) == pytest.approx(0, abs=1e-12)
        assert np.std(z) == pytest.approx(1)


def test_stars_follow_their_thresholds():
    cells = long(
        *((f"R{k}", "x", 10 + k) for k in range(10)), *((f"R{k}", "y", 100) for k in range(9)), ("R9", "y", 1)
    )
    rows = {r["region"]: r for r in rows_of(cluster_stars(cells)) if r["industry"] == "x"}
    assert [rows["R9"][f"{star}_star"] for star in ("size", "specialisation", "focus")] == [1, 1, 1]
    assert sum(row["stars"] for row in rows.values()) == 3
    assert sum(r["stars"] for r in rows_of(cluster_stars(cells, least_size=500))) == 0


def test_resampled_plants_give_the_same_quotient_and_a_wider_interval():
    rng = np.random.default_rng(0)
    plants = [
        {"region": "AB"[k % 2], "industry": "xy"[k % 3 == 0], "size": float(s)}
        for k, s in enumerate(rng.lognormal(3, 1.5, 400))
    ]
    found = {(q.region, q.industry): q for q in bootstrap_quotients(plants, resamples=300)}
    cells = [{**plant, "value": plant["size"]} for plant in plants]
    for row in rows_of(location_quotients(cells)):
        q = found[row["region"], row["industry"]]
        assert q.lq == pytest.approx(row["lq"])
        assert q.lower <= q.lq <= q.upper
        assert q.upper - q.lower > row["upper"] - row["lower"]
    assert bootstrap_quotients(plants, resamples=50, seed=4) == bootstrap_quotients(
        plants, resamples=50, seed=4
    )


def summed(rows, *names):
    """The sums of columns."""
    return [sum(row[name] for row in rows) for name in names]


def test_shift_share_is_the_textbooks():
    settings = {"region": "R", "reference_region": "N", "period_start": "0", "period_end": "1"}
    dunn = rows_of(shift_share(SHIFT, **settings))
    assert summed(dunn, "national", "industry_mix", "competitive") == pytest.approx([27, 1, -3])
    esteban = rows_of(shift_share(SHIFT, model="esteban-marquillas", **settings))
    names = ("national", "industry_mix", "competitive", "allocation")
    assert summed(esteban, *names) == pytest.approx([27, 1, -7 / 11, -26 / 11])


grown = st.lists(st.tuples(*[st.integers(0, 1000)] * 3, *[st.integers(1, 1000)] * 3), min_size=1, max_size=5)


@settings(max_examples=15)
@given(grown, st.sampled_from(["dunn", "esteban-marquillas", "dynamic"]))
def test_shift_share_adds_up(industries, model):
    rows = [
        (place, f"I{i}", float(value), str(year))
        for i, values in enumerate(industries)
        for place, three in (("R", values[:3]), ("N", values[3:]))
        for year, value in enumerate(three)
    ]
    found = rows_of(
        shift_share(
            long(*rows), region="R", reference_region="N", period_start="0", period_end="2", model=model
        )
    )
    for row in found:
        parts = sum(v for name, v in row.items() if name not in ("industry", "change"))
        assert parts == pytest.approx(row["change"], abs=1e-6)
    assert sum(row["change"] for row in found) == sum(v[2] - v[0] for v in industries)


def test_an_industry_new_in_the_region_is_a_residual_and_a_suppressed_one_is_unknown():
    rows = long(
        ("R", "a", 0, "0"), ("R", "a", 7, "1"), ("R", "b", None, "0"), ("R", "b", 7, "1"),
        *((("N", i, v, p)) for i in "ab" for p, v in (("0", 100), ("1", 110))),
    )  # fmt: skip
    found = rows_of(
        shift_share(
            rows,
            region="R",
            reference_region="N",
            period_start="0",
            period_end="1",
            model="esteban-marquillas",
        ),
        "industry",
    )
    assert (found[0]["residual"], found[0]["competitive"]) == (7, 0)
    assert {found[1][name] for name in ("change", "competitive", "allocation", "residual")} == {None}


def test_growth_is_compound_and_blank_from_nothing():
    rows = long(
        ("A", "x", 100, "2010"), ("A", "x", 121, "2012"), ("A", "y", 0, "2010"), ("A", "y", 4, "2012")
    )
    first, second = rows_of(growth(rows, period_start="2010", period_end="2012"), "industry")
    assert (first["growth"], first["cagr"]) == pytest.approx((0.21, 0.1))
    assert (second["change"], second["growth"], second["cagr"]) == (4, None, None)


def test_ellison_glaeser_is_the_textbooks():
    [one] = ellison_glaeser(PLANTS, AREAS)
    found = (one.G, one.H, one.gamma_eg, one.z)
    assert found == pytest.approx((0.1681632653, 0.2446887755, 0.0599062841, 0.195900197), abs=1e-9)


def test_one_plant_and_one_region_have_no_gamma():
    alone = [{"industry": "I", "region": "A", "size": 5}, {"industry": "J", "region": "B", "size": 5}]
    assert [(one.gamma_eg, one.gamma_ms, one.H) for one in ellison_glaeser(alone)] == [(None, None, 1.0)] * 2
    same = [{"industry": "I", "region": "A", "size": s} for s in (5, 6, 0)]
    [one] = ellison_glaeser(same)
    assert (one.plants, one.gamma_eg) == (2, None)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.integers(2, 20), st.integers(20, 300))
def test_plants_at_random_have_a_gamma_about_zero(seed, regions, count):
    rng = np.random.default_rng(seed)
    x = rng.dirichlet(np.full(regions, 2.0))
    plants = [
        {"industry": "I", "region": f"R{k}", "size": s}
        for k, s in zip(rng.choice(regions, count, p=x), rng.lognormal(1, 0.5, count), strict=True)
    ]
    areas = [{"region": f"R{k}", "value": v} for k, v in enumerate(x)]
    [one] = ellison_glaeser(plants, areas, level=0.9999)
    assert one.lower * 1.5 <= one.gamma_eg <= one.upper * 1.5


def test_a_random_allocation_is_zero_within_its_interval():
    rng = np.random.default_rng(11)
    areas = [{"region": f"R{k}", "value": float(v)} for k, v in enumerate(rng.lognormal(3, 1, 30))]
    x = np.array([area["value"] for area in areas])
    where = rng.choice(30, (200, 60), p=x / x.sum())
    sizes = rng.lognormal(2, 1, 60)
    plants = [
        {"industry": f"{trial:03}", "region": f"R{k}", "size": s}
        for trial, row in enumerate(where) for k, s in zip(row, sizes, strict=True)
    ]  # fmt: skip
    found = ellison_glaeser(plants, areas)
    inside = np.mean([one.lower <= one.gamma_eg <= one.upper for one in found])
    assert inside > 0.9
    assert abs(np.mean([one.gamma_eg for one in found])) < 0.005
    assert np.std([one.z for one in found]) == pytest.approx(1, abs=0.15)


def test_industries_always_together_coagglomerate():
    plants = [
        {"industry": i, "region": r, "size": 10.0}
        for i, regions in (("a", "PPQ"), ("b", "PPQ"), ("c", "RRS")) for r in regions
    ]  # fmt: skip
    pairs = {(one, other): value for one, other, value in coagglomeration(plants)}
    assert pairs["a", "b"] > 0 > pairs["a", "c"]
    assert group_coagglomeration(plants, ["a", "b"]) == pytest.approx(pairs["a", "b"])


def test_inequality_is_the_textbooks():
    assert herfindahl([20, 50, 20, 10]) == pytest.approx(0.34)
    e_ir, e_r = [500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000]
    assert gini_lq(e_ir, e_r) == pytest.approx(0.4068965517)
    assert gini_lq([700, 600, 500, 10000, 40000], [30000, 15000, 10000, 60000, 50000]) == pytest.approx(
        0.6222222222
    )
    assert krugman([20, 10, 70, 0, 0], [0, 0, 0, 60, 40]) == pytest.approx(2.0)
    assert gini_lorenz([1, 2, 3], [10, 20, 30]) == pytest.approx(0)
    assert (herfindahl([0, 0]), gini_lorenz([0], [1]), krugman([0], [1])) == (None, None, None)


def test_inequality_of_a_table():
    one = inequality(long(("A", "x", 20), ("B", "x", 50), ("C", "x", 20), ("D", "x", 10)))[0]
    assert (one.herfindahl, one.normalised, one.effective) == pytest.approx((0.34, 0.12, 2.9411764706))
    alone = inequality(long(("A", "x", 10), ("A", "y", 10), ("B", "y", 20)))
    assert [(one.name, one.gini_lq, one.gini_lorenz) for one in alone] == [
        ("x", pytest.approx(0.5), pytest.approx(0.5)), ("y", pytest.approx(1 / 6), pytest.approx(1 / 6)),
    ]  # fmt: skip
    hidden = inequality(long(("A", "x", 10), ("A", "y", 10), ("B", "x", None), ("B", "y", 20)))[0]
    assert (hidden.name, hidden.gini_lorenz) == ("x", 0.0)
    with pytest.raises(GrappeError, match="one of: 0, 1"):
        inequality(SHIFT)
