"""How good links are, from a reviewed sample: intervals that hold, thresholds that need evidence."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.linkage.reviewing import AS_IS, Calibration, Estimate, calibrate, measure, threshold_for


def registry(pairs=4000, seed=5):
    """Scored pairs whose score is the share of true ones, and which are true."""
    chance = random.Random(seed)
    scores = [chance.random() ** 0.4 for _ in range(pairs)]
    return [(score, chance.random() < score) for score in scores]


def sample(scored, size, seed=1):
    return random.Random(seed).sample(scored, size)


def test_the_interval_holds_what_all_pairs_say():
    scored = registry()
    reviewed = sample(scored, 400)
    found = measure([score for score, _ in scored], reviewed, 0.8)
    accepted = [true for score, true in scored if score >= 0.8]
    precision = sum(accepted) / len(accepted)
    recall = sum(accepted) / sum(true for _, true in scored)
    assert found.precision.low <= precision <= found.precision.high
    assert found.recall.low <= recall <= found.recall.high
    assert found.precision.high - found.precision.low < 0.12
    assert (found.reviewed, found.pairs) == (400, 4000)


def test_more_reviews_narrow_the_interval():
    scored = registry()
    scores = [score for score, _ in scored]
    few, many = (measure(scores, sample(scored, size), 0.9).precision for size in (40, 1500))
    assert many.high - many.low < (few.high - few.low) / 2


def test_nothing_reviewed_is_said_to_be_unknown():
    found = measure([0.99] * 50, [], 0.9)
    assert (found.precision.low < 0.05, found.precision.high > 0.95, found.reviewed) == (True, True, 0)
    with pytest.raises(ValueError, match="no scored pair"):
        measure([], [], 0.9)


def test_a_threshold_needs_reviews():
    scores = [n / 1000 for n in range(1000)]
    assert threshold_for(scores, []) is None
    reviewed = [(score, score > 0.9 or (score > 0.5 and int(score * 1000) % 2 == 0)) for score in scores[::2]]
    sure = [(score, score >= 0.9) for score in scores]
    assert threshold_for(scores, sure, least=0.95).threshold == 0.9
    assert threshold_for(scores, [(score, False) for score, _ in reviewed]) is None


def test_the_same_reviews_give_the_same_figures():
    scored = registry(600)
    scores = [score for score, _ in scored]
    assert measure(scores, scored[:100], 0.7) == measure(scores, scored[:100], 0.7)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.floats(0, 1))
def test_every_estimate_lies_in_its_interval(reviewed, threshold):
    found = measure([0.1, 0.5, 0.97, *(score for score, _ in reviewed)], reviewed, threshold)
    for estimate in (found.precision, found.recall):
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert isinstance(found.recall, Estimate)


def test_calibration_follows_what_reviewers_say():
    chance = random.Random(2)
    logits = [chance.uniform(-6, 6) for _ in range(2000)]
    reviewed = [(x, chance.random() < Calibration(0.5, -1).probability(x)) for x in logits]
    found = calibrate(reviewed)
    assert (found.slope, found.intercept) == (pytest.approx(0.5, abs=0.08), pytest.approx(-1, abs=0.2))
    assert calibrate(reviewed[:5]) == AS_IS
    assert AS_IS.probability(0) == 0.5
