"""Complexity, relatedness, value chains and cooperation: definitions written another way."""

import numpy as np
import pytest

from grappe.measure.chains import cooperation, coverage, value_chain
from grappe.measure.complexity import (
    Matrix,
    complexity,
    flow_similarity,
    locational_correlation,
    matrix_of,
    profile_similarity,
    proximity,
    relatedness_density,
)
from grappe.measure.definitions import Definition, by_cluster
from grappe.statements.problems import GrappeError


def long(*rows):
    """Rows of region, industry and value."""
    return [dict(zip(("region", "industry", "value"), row, strict=True)) for row in rows]


def test_complexity_is_the_second_eigenvector():
    rng = np.random.default_rng(5)
    values = np.triu(np.ones((12, 9)), -3) * rng.lognormal(0, 1, (12, 9))
    matrix = Matrix(tuple(f"r{k:02}" for k in range(12)), tuple("abcdefghi"), values)
    one = complexity(matrix)
    lq = values / values.sum(1, keepdims=True) / (values.sum(0) / values.sum())
    m = (lq >= 1).astype(float)
    operator = (m / m.sum(1, keepdims=True)) @ (m / m.sum(0)).T
    roots, vectors = np.linalg.eig(operator)
    second = vectors[:, np.argsort(-roots.real)[1]].real
    second = (second - second.mean()) / second.std()
    second *= np.sign(np.corrcoef(second, m.sum(1))[0, 1])
    assert one.eci == pytest.approx(second)
    assert (one.pci.mean(), one.pci.std()) == pytest.approx((0, 1))
    mean_of_exporters = (m.T @ one.eci) / m.sum(0)
    assert np.corrcoef(one.pci, mean_of_exporters)[0, 1] == pytest.approx(1)
    with pytest.raises(GrappeError, match="not defined"):
        complexity(Matrix(("a", "b"), ("x", "y"), np.eye(2)))
    with pytest.raises(GrappeError, match="not defined"):
        complexity(long(("A", "x", 3)))


def test_a_region_tied_to_no_other_is_left_out_of_the_order():
    rng = np.random.default_rng(5)
    values = np.triu(np.ones((8, 6)), -2) * rng.lognormal(0, 1, (8, 6))
    names = tuple(f"r{k}" for k in range(9)), tuple("abcdefg")
    apart = np.zeros((9, 7))
    apart[:8, :6], apart[8, 6] = values, values.sum() / 8
    one = complexity(Matrix(*names, apart), threshold=0.8)
    assert np.isnan([one.eci[8], one.pci[6]]).all()
    assert np.isfinite(one.eci[:8]).all()
    assert (one.diversity[8], one.ubiquity[6]) == (1, 1)


def test_relatedness_is_what_its_definitions_count():
    matrix = matrix_of(long(("A", "x", 9), ("A", "y", 9), ("B", "x", 9), ("B", "z", 9), ("C", "w", 99)))
    near = proximity(matrix)
    names = matrix.industries
    assert near[names.index("x"), names.index("y")] == 0.5
    assert near[names.index("y"), names.index("z")] == 0
    density = relatedness_density(matrix)
    assert density[matrix.regions.index("A"), names.index("z")] == 1.0
    assert np.isnan(density[0, names.index("w")])
    lc = locational_correlation(matrix)
    expected = np.corrcoef(matrix.values.T)
    assert lc == pytest.approx(expected)
    flows = np.array([[0.0, 3.0], [1.0, 1.0]])
    assert flow_similarity(flows) == pytest.approx(np.array([[0, 1], [1, 0.5]]))
    assert profile_similarity(np.array([[2, 1, 1], [4, 2, 2], [0, 1, 1]]))[0] == pytest.approx([1, 1, -1])


def test_a_definition_makes_clusters_of_codes():
    definition = Definition("2026", {"3345": "photonics", "3333": "photonics"})
    rows = long(("A", "3345", 3), ("A", "3333", 4), ("A", "11", 5), ("A", "TOTAL", 12))
    found = matrix_of(by_cluster(rows, definition, keep=("TOTAL",)))
    assert dict(zip(found.industries, found.values[0], strict=True)) == {
        "TOTAL": 12,
        "other": 5,
        "photonics": 7,
    }


def test_a_value_chain_shows_its_gaps():
    rows = [
        {"organisation": o, "stage": s, "region": r}
        for o, s, r in (
            ("1", "design", "A"),
            ("1", "design", "A"),
            ("2", "test", "A"),
            ("3", "assembly", "B"),
        )
    ]
    found = value_chain(rows, ["design", "assembly", "test", "sale"], region="A")
    assert [(one.stage, one.organisations, one.gap) for one in found] == [
        ("design", 1, False), ("assembly", 0, True), ("test", 1, False), ("sale", 0, True),
    ]  # fmt: skip
    assert coverage(found) == 0.5
    assert found[0].ratio == pytest.approx(1.5)


def test_a_network_of_cooperation_is_counted_once_each_way():
    ties = [
        ("a", "b", 2.0),
        ("b", "a", 1.0),
        ("b", "c", 1.0),
        ("a", "c", 1.0),
        ("d", "e", 1.0),
        ("e", "e", 5.0),
    ]
    one = cooperation([dict(zip(("organisation", "partner", "weight"), tie, strict=True)) for tie in ties])
    assert (one.organisations, one.ties, one.components, one.density) == (5, 4, 2, 0.4)
    assert (one.clustering, one.largest) == (1.0, 0.6)
    assert next((m.organisation, m.degree, m.strength, m.component) for m in one.members) == ("a", 2, 4.0, 0)
    assert one.members[0].closeness == pytest.approx(0.5)
