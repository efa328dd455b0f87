"""K-density, M, shares within a radius: sums written out, laws, and the spectral method against them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.measure import spectral
from grappe.measure.counting import cells_of, totals_of
from grappe.measure.density import k_density, silverman
from grappe.measure.envelopes import bands_of, false_discovery, indices_of
from grappe.measure.neighbours import m_function, share_within
from grappe.measure.points import EARTH_KM, as_points, great_circles, project
from grappe.measure.relabelling import draw
from grappe.statements.problems import GrappeError

DISTANCES = np.arange(0, 61.0, 2)


def sites(count, seed=0, focus=0.3, side=100.0):
    """Clustered points, some of them of the industry "f"."""
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0, side, (12, 2))
    xy = towns[rng.integers(0, 12, count)] + rng.normal(0, side / 20, (count, 2))
    kind = np.where(rng.random(count) < focus, "f", "o")
    weight = np.round(rng.lognormal(2, 1, count)) + 1
    return [
        {"x_km": x, "y_km": y, "industry": i, "weight": w}
        for (x, y), i, w in zip(xy.tolist(), kind.tolist(), weight.tolist(), strict=True)
    ]


def written_out(rows, h, weighted):
    """K as its formula says, with every pair in one array."""
    chosen = [row for row in rows if row["industry"] == "f"]
    x, y, w = (np.array([row[name] for row in chosen]) for name in ("x_km", "y_km", "weight"))
    w = w if weighted else np.ones(len(x))
    i, j = np.triu_indices(len(x), 1)
    apart, product = np.hypot(x[i] - x[j], y[i] - y[j]), w[i] * w[j]
    phi = [np.exp(-0.5 * ((DISTANCES[:, None] + sign * apart) / h) ** 2) for sign in (-1, 1)]
    return (sum(phi) @ product) / product.sum() / h / np.sqrt(2 * np.pi)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("method", "close"), [("exact", 1e-12), ("mixed", 1e-9), ("spectral", 1e-7)])
def test_k_is_its_formula(method, close, weighted):
    rows = sites(400)
    one = k_density(rows, "f", distances=DISTANCES, bandwidth=3.0, weighted=weighted, method=method)
    expected = written_out(rows, 3.0, weighted)
    assert np.abs(one.k - expected).max() <= close * expected.max()
    assert one.measured_error < 1e-5


@settings(max_examples=8)
@given(
    st.integers(0, 10**6),
    st.integers(3, 120),
    st.floats(4, 12),
    st.sampled_from(["exact", "mixed", "spectral"]),
)
def test_k_integrates_to_one(seed, count, bandwidth, method):
    far = np.arange(0, 260, 1.0)
    rows = [{**row, "industry": "f"} for row in sites(count, seed)]
    one = k_density(rows, "f", distances=far, bandwidth=bandwidth, weighted=True, method=method)
    assert np.trapezoid(one.k, far) == pytest.approx(1, abs=1e-6)


def test_the_grid_transform_stands_in_for_the_library(monkeypatch):
    rows = sites(500)
    expected = written_out(rows, 4.0, True)
    monkeypatch.setattr(spectral, "finufft", None)
    one = k_density(rows, "f", distances=DISTANCES, bandwidth=4.0, weighted=True, method="spectral")
    assert np.abs(one.k - expected).max() <= 1e-7 * expected.max()


def test_points_on_a_lattice_are_no_harder():
    rows = [
        {**row, "x_km": round(row["x_km"] / 5) * 5.0, "y_km": round(row["y_km"] / 5) * 5.0}
        for row in sites(600)
    ]
    one = k_density(rows, "f", distances=DISTANCES, bandwidth=3.0, method="spectral")
    expected = written_out(rows, 3.0, False)
    assert np.abs(one.k - expected).max() <= 1e-7 * expected.max()
    assert one.measured_error < 1e-4


def test_both_methods_draw_the_same_bands():
    rows = sites(900)
    asked = {"distances": DISTANCES, "bandwidth": 3.0, "simulations": 60, "weighted": True}
    exact, modes = (k_density(rows, "f", method=how, **asked) for how in ("exact", "spectral"))
    for name in ("local_lo", "local_hi", "global_lo", "global_hi"):
        assert getattr(modes.bands, name) == pytest.approx(getattr(exact.bands, name), rel=1e-4)
    assert modes.bands.p_value == exact.bands.p_value
    assert (modes.localisation, modes.dispersion) == pytest.approx(
        (exact.localisation, exact.dispersion), abs=1e-5
    )


@settings(max_examples=8)
@given(st.sampled_from(["exact", "spectral"]), st.integers(0, 10**6))
def test_the_order_of_rows_and_the_number_of_threads_change_nothing(method, seed):
    rows = sites(300, seed)
    turned = [rows[k] for k in np.random.default_rng(seed).permutation(len(rows))]
    asked = {"distances": DISTANCES, "simulations": 25, "weighted": True, "method": method}
    one, other = k_density(rows, "f", threads=1, **asked), k_density(turned, "f", threads=3, **asked)
    assert other.k == pytest.approx(one.k, rel=1e-9)
    assert other.bands.global_hi == pytest.approx(one.bands.global_hi, rel=1e-6)
    again = k_density(rows, "f", seed=2, **asked)
    assert (again.bands.local_hi != one.bands.local_hi).any()


@settings(max_examples=15)
@given(st.floats(0.01, 1000), st.integers(0, 50))
def test_scaled_weights_and_a_moved_map_change_nothing(factor, shift):
    rows = sites(60, seed=shift)
    moved = [
        {**row, "weight": row["weight"] * factor, "x_km": row["x_km"] + shift, "y_km": -row["y_km"]}
        for row in rows
    ]
    asked = {"distances": DISTANCES, "bandwidth": 5.0, "weighted": True}
    assert k_density(moved, "f", **asked).k == pytest.approx(k_density(rows, "f", **asked).k, rel=1e-8)
    near = {"distances": DISTANCES[1:], "weighted": True}
    assert m_function(moved, "f", **near).m == pytest.approx(
        m_function(rows, "f", **near).m, rel=1e-8, nan_ok=True
    )


def test_a_clustered_industry_is_localised_and_a_scattered_one_is_not():
    rng = np.random.default_rng(8)
    rows = [{"x_km": x, "y_km": y, "industry": "o"} for x, y in rng.uniform(0, 100, (500, 2)).tolist()]
    near = sorted(rows, key=lambda row: (row["x_km"] - 50) ** 2 + (row["y_km"] - 50) ** 2)[:40]
    clustered = [{**row, "industry": "f"} if row in near else row for row in rows]
    one = k_density(clustered, "f", distances=DISTANCES, simulations=199)
    assert one.localisation > 0
    assert (one.dispersion, one.bands.p_value) == (0, 1 / 200)
    chance = [{**row, "industry": "f" if k % 12 == 0 else "o"} for k, row in enumerate(rows)]
    assert k_density(chance, "f", distances=DISTANCES, simulations=199).bands.p_value > 0.05


def test_the_null_is_kept_and_used_again(tmp_path):
    asked = {"distances": DISTANCES, "bandwidth": 3.0, "simulations": 20, "cache": tmp_path}
    rows = sites(200)
    one = k_density(rows, "f", **asked)
    [kept] = tmp_path.iterdir()
    np.save(kept, np.load(kept) * 2)
    assert k_density(rows, "f", **asked).bands.local_hi == pytest.approx(2 * one.bands.local_hi)
    k_density(rows, "f", **{**asked, "bandwidth": 4.0})
    k_density(rows, "f", weighted=True, **asked)
    assert len(list(tmp_path.iterdir())) == 2


def test_silvermans_bandwidth_is_written_out():
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 10, (2, 200))
    i, j = np.triu_indices(200, 1)
    apart = np.hypot(x[i] - x[j], y[i] - y[j])
    near = apart[apart <= 6]
    spread = min(near.std(ddof=1), np.subtract(*np.quantile(near, (0.75, 0.25))) / 1.34)
    assert silverman(x, y, reach=6) == pytest.approx(0.9 * spread * len(near) ** -0.2)
    many = rng.uniform(0, 10, (2, 4000))
    share = silverman(*many, sample=1500) / silverman(*many, sample=4000)
    assert share == pytest.approx(1, abs=0.02)


def test_great_circles_and_the_plane_agree_within_what_the_projection_errs():
    rng = np.random.default_rng(4)
    rows = [
        {"lat": 45.5 + a, "lon": -73.6 + o, "industry": "f", "weight": 1.0}
        for a, o in rng.normal(0, 0.4, (150, 2)).tolist()
    ]
    points = as_points(rows)
    assert 0 < points.projection_error < 1e-3
    asked = {"distances": DISTANCES, "bandwidth": 5.0}
    flat, true = (k_density(points, "f", great_circle=circle, **asked) for circle in (False, True))
    assert true.projection_error == 0
    assert np.abs(flat.k - true.k).max() < 2e-3 * true.k.max()


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(0.001, 0.5), st.floats(-0.5, 0.5))
def test_a_projected_neighbour_is_as_far_as_the_sphere_says(latitude, longitude, up, aside):
    lat, lon = np.array([latitude, latitude + up]), np.array([longitude, longitude + aside])
    x, y, error = project(lat, lon)
    true = great_circles(lat[1:], lon[1:], latitude, longitude)[0]
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(true, rel=1e-3)
    assert error < 1e-3
    assert great_circles(np.array([90.0]), np.array([0.0]), -90.0, 0.0)[0] == pytest.approx(np.pi * EARTH_KM)


def m_written_out(rows, near, radius, weighted):
    """M as its formula says."""
    xy = np.array([(row["x_km"], row["y_km"]) for row in rows])
    w = np.array([row["weight"] if weighted else 1.0 for row in rows])
    kind = np.array([row["industry"] for row in rows])
    inside = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= radius
    np.fill_diagonal(inside, False)
    local, globe = [], []
    for i in np.flatnonzero(kind == "f"):
        if inside[i].any():
            local.append((w * inside[i])[kind == near].sum() / (w * inside[i]).sum())
            rest = w[kind == near].sum() - (w[i] if near == "f" else 0)
            globe.append(rest / (w.sum() - w[i]))
    return np.mean(local) / np.mean(globe) if local else np.nan


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("near", ["f", "o"])
def test_m_is_its_formula(near, weighted):
    rows = [{**row, "x_km": round(row["x_km"]), "y_km": round(row["y_km"])} for row in sites(150)]
    one = m_function(rows, "f", near, distances=[0, 1, 5, 12.5, 40], weighted=weighted)
    expected = [m_written_out(rows, near, radius, weighted) for radius in (0, 1, 5, 12.5, 40)]
    assert one.m == pytest.approx(expected, nan_ok=True)


def test_m_of_everybody_is_one_and_its_density_form_smooths():
    rows = [{**row, "industry": "f"} for row in sites(80)]
    assert m_function(rows, "f", distances=[10, 20]).m == pytest.approx([1, 1])
    assert m_function(rows, "f", distances=[10, 20], bandwidth=2.0).m == pytest.approx([1, 1])
    mixed = sites(200)
    one = m_function(mixed, "f", distances=DISTANCES[1:], bandwidth=3.0, simulations=199)
    wider = (one.bands.global_lo <= one.bands.local_lo) & (one.bands.local_hi <= one.bands.global_hi)
    assert wider.all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(1, 60),
    spread=st.sampled_from((0.0, 3.0, 40.0, 600.0)),
    distances=st.sampled_from(([0.0], [0.0, 1.0], [0.1, 700.0], [0.0, 3.0, 4.0, 4.5, 100.0], [2000.0])),
)
def test_sums_about_points_are_those_over_all_pairs(seed, count, spread, distances):
    rng, r = np.random.default_rng(seed), np.array(distances)
    # Whole kilometres: many pairs are apart by exactly one of the distances.
    cells = cells_of(*np.round(rng.uniform(0, spread, (2, count))), r[-1])
    weights = rng.lognormal(0, 1, count)
    apart = (cells.x[:, None] - cells.x) ** 2 + (cells.y[:, None] - cells.y) ** 2
    np.fill_diagonal(apart, np.inf)
    direct = np.stack([(weights * (apart <= each**2)).sum(1) for each in r], 1)
    found = totals_of(cells, weights, r, 0.0)
    np.testing.assert_allclose(found, direct, rtol=1e-12, atol=0)


def test_a_share_within_a_radius_counts_plants():
    rows = [
        {"x_km": x, "y_km": 0.0, "industry": "f", "weight": w} for x, w in ((0, 1), (3, 2), (6, 3), (100, 4))
    ]
    [one] = share_within(rows, 3.0)
    assert (one.x, one.plants, one.inside, one.share, one.weight_share) == (3.0, 4, 3, 0.75, 0.6)
    assert one.near_share == pytest.approx((1 + 2 + 1 + 0) / 4 / 3)
    assert 0 < one.lower < 0.75 < one.upper < 1
    [there] = share_within(rows, 5.0, "f", centre=(100.0, 1.0))
    assert (there.inside, there.share) == (1, 0.25)
    montreal = [{"lat": 45.5, "lon": -73.6}, {"lat": 45.7, "lon": -73.6}, {"lat": 46.8, "lon": -71.2}]
    [about] = share_within(montreal, 30.0, centre=(45.5, -73.6))
    assert (about.inside, about.plants) == (2, 3)


def test_a_draw_takes_each_site_as_often():
    counts = np.zeros(20)
    for seed in range(2000):
        chosen = draw(np.random.default_rng(seed), 20, 5)
        assert len(set(chosen.tolist())) == 5
        counts[chosen] += 1
    assert np.abs(counts / 2000 - 0.25).max() < 0.05


def test_the_global_band_is_left_by_chance_as_often_as_it_says():
    rng = np.random.default_rng(6)
    curves = np.cumsum(rng.normal(size=(400, 100, 12)), axis=2)
    found = [bands_of(group[0], group[1:], 0.9) for group in curves]
    p = np.array([one.p_value for one in found])
    assert abs((p <= 0.1).mean() - 0.1) < 0.05
    for one, group in zip(found, curves, strict=True):
        outside = ((group[0] > one.global_hi) | (group[0] < one.global_lo)).any()
        assert outside == (one.p_value <= 0.1)
    assert indices_of(np.full(12, 1e9), found[0], 1.0)[0] > 0
    undefined = bands_of(np.full(3, np.nan), np.zeros((9, 3)))
    assert undefined.p_value == 1
    assert np.isnan(undefined.local_lo).all()


def test_false_discoveries_are_benjamini_and_hochbergs():
    assert false_discovery([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert false_discovery([]) == []


BAD = {
    "one plant": ([{"x_km": 0, "y_km": 0}], {}, "two plants"),
    "no weight": ([{"x_km": k, "y_km": 0, "weight": 0} for k in (0, 1)], {"weighted": True}, "two plants"),
    "one place": ([{"x_km": 0, "y_km": 0}] * 3, {}, "one place"),
    "nan": ([{"x_km": float("nan"), "y_km": 0}] * 3, {}, "nan"),
    "missing": ([{"x_km": None, "y_km": 0}, {"x_km": 1.0, "y_km": 0}], {}, "None"),
    "negative": ([{"x_km": k, "y_km": 0, "weight": -1} for k in (0, 1)], {}, "-1"),
    "no column": ([{"x_km": 0, "lat": 0}] * 3, {}, "lon"),
    "off the globe": ([{"lat": 91, "lon": 0}] * 3, {}, "91"),
    "flat": ([{"x_km": k, "y_km": 0} for k in (0, 1)], {"great_circle": True}, "lat, lon"),
    "no such industry": (
        [{"x_km": k, "y_km": 0, "industry": "g"} for k in (0, 1)],
        {"industry": "h"},
        "one of: g",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_points_that_say_nothing_are_refused_with_what_is_wrong(kind):
    rows, asked, told = BAD[kind]
    with pytest.raises(GrappeError, match=told):
        k_density(rows, asked.pop("industry", ""), **asked)


def test_a_bandwidth_too_small_for_the_modes_is_told_and_pairs_still_do():
    rows = sites(60)
    asked = {"distances": DISTANCES, "bandwidth": 0.01}
    with pytest.raises(GrappeError, match="method exact"):
        k_density(rows, "f", method="spectral", **asked)
    assert np.isfinite(k_density(rows, "f", method="exact", **asked).k).all()


def test_coincident_points_are_measured_when_a_bandwidth_is_given():
    one = k_density([{"x_km": 0, "y_km": 0}] * 3, distances=DISTANCES, bandwidth=2.0)
    assert one.k[0] == pytest.approx(2 / 2 / np.sqrt(2 * np.pi))
    with pytest.raises(GrappeError, match="ascending"):
        m_function(sites(30), "f", distances=[3, 2])
