"""People's judgements on linked records: merges, splits, ids; and their taking back leaves no trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.linkage.judging import Judged, judge_identities
from grappe.statements import Judgement
from grappe.statements.identifiers import is_canonical_id, mint_canonical_id

A, B, C = (mint_canonical_id(name) for name in "abc")
LINKED = {"a:1": A, "a:2": A, "b:1": B, "c:1": C}


def judged(*pairs, linked=LINKED):
    judgements = [Judgement(left=x, right=y, relation=r, who=w, why="test") for x, y, r, w in pairs]
    return judge_identities(linked, judgements)


def test_without_judgements_nothing_changes():
    assert judged() == Judged(LINKED, {})


def test_a_merge_keeps_the_id_with_most_records_and_redirects_the_other():
    assert judged(("b:1", "a:2", "same_as", "ada")) == Judged({**LINKED, "b:1": A}, {B: A})


def test_of_two_ids_with_as_many_records_the_smallest_stays():
    result = judged(("b:1", "c:1", "same_as", "ada"))
    kept, lost = sorted([B, C])
    assert result == Judged({**LINKED, "b:1": kept, "c:1": kept}, {lost: kept})


def test_a_split_mints_one_new_id_always_the_same():
    first = judged(("a:1", "a:2", "different", "ada"))
    assert first == judged(("a:1", "a:2", "different", "ada"))
    assert first.identities["a:1"] == A
    assert first.identities["a:2"] not in {A, B, C}
    assert is_canonical_id(first.identities["a:2"])
    assert first.redirects == {}


def test_a_record_goes_with_those_the_rules_joined_it_to():
    linked = {"x:1": A, "x:2": A, "x:3": A}
    result = judged(("x:1", "x:2", "different", "ada"), ("x:2", "x:3", "same_as", "rule:name"), linked=linked)
    assert result.identities["x:2"] == result.identities["x:3"] == A
    assert result.identities["x:1"] != A


@pytest.mark.parametrize(("first", "second"), [("same_as", "different"), ("different", "same_as")])
def test_about_one_pair_the_first_judgement_is_obeyed(first, second):
    result = judged(("a:1", "b:1", first, "ada"), ("a:1", "b:1", second, "bob"))
    assert (result.identities["b:1"] == A) == (first == "same_as")


def test_those_kept_apart_are_not_joined_through_a_third():
    result = judged(
        ("b:1", "c:1", "different", "ada"),
        ("a:1", "b:1", "same_as", "ada"),
        ("a:1", "c:1", "same_as", "ada"),
    )
    assert result.identities["b:1"] != result.identities["c:1"]


def test_other_relations_and_unknown_records_change_no_identity():
    assert judged(("a:1", "b:1", "branch_of", "ada"), ("a:1", "z:9", "same_as", "ada")) == Judged(LINKED, {})


RECORDS = [f"r:{n}" for n in range(6)]
PAIRS = st.tuples(
    st.sampled_from(RECORDS), st.sampled_from(RECORDS), st.sampled_from(["same_as", "different"])
).filter(lambda pair: pair[0] != pair[1])


@given(st.lists(st.sampled_from([A, B, C]), min_size=6, max_size=6), st.lists(PAIRS, max_size=8))
def test_laws_whatever_is_judged(organisations, pairs):
    linked = dict(zip(RECORDS, organisations, strict=True))
    result = judged(*((x, y, r, "ada") for x, y, r in pairs), linked=linked)
    assert set(result.identities) == set(linked)
    standing = {}
    for x, y, relation in pairs:
        standing.setdefault(tuple(sorted((x, y))), relation)
    for (x, y), relation in standing.items():
        if relation == "different":
            assert result.identities[x] != result.identities[y]
    used = set(result.identities.values())
    assert set(linked.values()) - used == set(result.redirects)
    assert set(result.redirects.values()) <= used
