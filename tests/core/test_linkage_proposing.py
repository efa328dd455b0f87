"""The records of an ecosystem: pairs worth a look, with their reasons."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.linkage.model import shipped_models
from grappe.linkage.proposing import Record, propose_pairs, score_of
from grappe.linkage.relations import Related
from grappe.statements import Judgement

RECORDS = [
    Record("ino-fr", ("Institut national d'optique",), city="Québec", website="https://www.ino.ca"),
    Record("ino-en", ("National Optics Institute",), ("INO",), city="Québec", website="ino.ca/en"),
    Record("near-1", ("Photonique Essai-Grappe inc.",), city="Lévis", postal_code="G6V 1A1"),
    Record("near-2", ("Photoniqe Essai Grappe",), city="Lévis"),
    Record("same-1", ("Boulangerie Modèle",), city="Gatineau"),
    Record("same-2", ("Boulangerie Modèle",), city="Rimouski"),
    Record("other", ("Mines Exemple",), city="Val-d'Or"),
]


def pairs(*args, **given):
    return [(one.left, one.right) for one in propose_pairs(*args, **given)]


def test_planted_pairs():
    found = pairs(RECORDS)
    assert ("ino-en", "ino-fr") in found
    assert ("near-1", "near-2") in found
    assert ("same-1", "same-2") not in found
    assert not [pair for pair in found if "other" in pair]


def laser(key, name, city, **known):
    return Record(key, (name,), city=city, **known)


def score(one, other):
    return {(p.left, p.right): p.score for p in propose_pairs([one, other], least=0.0)}.get(("a", "b"))


def test_a_name_of_two_cities_stays_apart_and_a_near_duplicate_of_one_city_is_proposed():
    assert score(laser("a", "Lasers Fictifs inc.", "Bromont"), laser("b", "Lasers Fictifs", "Québec")) is None
    near = [laser("a", "Lasers Fictifs inc.", "Bromont"), laser("b", "Laser Fictif", "Bromont")]
    assert pairs(near) == [("a", "b")]


@pytest.mark.parametrize("known", [{"phone": "418 555-0101"}, {"website": "lasers-fictifs.example"}])
def test_a_name_of_two_cities_waits_whatever_else_agrees(known):
    here = laser("a", "Lasers Fictifs inc.", "Bromont", **known)
    there, beside = (laser("b", "Lasers Fictifs", city, **known) for city in ("Québec", "Bromont"))
    assert score(here, there) < shipped_models()["records"].match
    assert score(here, there) < score(here, beside)


@pytest.mark.parametrize("country", ["", "CA"])
def test_a_country_that_is_not_told_speaks_neither_for_nor_against(country):
    one, other = (laser(key, "Lasers Fictifs", "Bromont", country=country) for key in "ab")
    assert score(one, other) > 0.5


def test_reasons_sum_to_the_score():
    for one in propose_pairs(RECORDS):
        assert score_of(one) == pytest.approx(one.score, abs=2e-3)
        assert [abs(f.weight) for f in one.features] == sorted(
            (abs(f.weight) for f in one.features), reverse=True
        )


@settings(max_examples=10, deadline=None)
@given(st.permutations(RECORDS))
def test_the_order_of_records_changes_nothing(records):
    assert propose_pairs(records) == propose_pairs(RECORDS)


def test_an_unrelated_record_changes_no_proposal():
    more = [*RECORDS, Record("zz", ("Zwqx Kvjz",), city="Alma")]
    assert pairs(more) == pairs(RECORDS)


def test_what_is_judged_is_not_proposed_again():
    told = Judgement(left="near-1", right="near-2", relation="different", who="a", why="")
    assert ("near-1", "near-2") not in pairs(RECORDS, [told])
    taken_back = Judgement(
        left="near-1", right="near-2", relation="different", who="a", why="", retracted_at="2026"
    )
    assert ("near-1", "near-2") in pairs(RECORDS, [taken_back])


def test_records_of_one_organisation_are_one():
    linked = {"near-1": "GR1", "near-2": "GR1", "ino-fr": "GR2", "ino-en": "GR3"}
    found = pairs(RECORDS, linked=linked)
    assert ("near-1", "near-2") not in found
    assert ("ino-en", "ino-fr") in found


def test_of_two_organisations_one_pair_is_proposed():
    records = [
        Record(f"{side}{n}", ("Photonique Essai-Grappe",), city="Lévis") for side in "ab" for n in range(3)
    ]
    linked = {record.id: record.id[0] for record in records}
    assert len(pairs(records, linked=linked)) == 1


@pytest.mark.parametrize(("neq", "proposed"), [("1140000000", True), ("1140000001", False)])
def test_identifiers_speak_first(neq, proposed):
    one = Record("a", ("Photonique Essai-Grappe",), city="Lévis", identifiers={"neq": "1140000000"})
    other = Record("b", ("Photonique Essai-Grappe",), city="Lévis", identifiers={"neq": neq})
    assert (pairs([one, other]) == [("a", "b")]) is proposed


@pytest.mark.parametrize(
    "known", [{"website": "https://essai.example"}, {"phone": "418 555-0000"},
     {"address": "12 rue Essai", "postal_code": "G6V 1A1"}]
)  # fmt: skip
def test_a_numbered_company_meets_its_trade_name(known):
    records = [Record("n", ("9015-8593 Québec inc.",), city="Lévis", **known),
               Record("t", ("Optique Bouvrix",), city="Lévis", **known)]  # fmt: skip
    found = propose_pairs(records)
    assert [(one.left, one.right, one.related) for one in found] == [
        ("n", "t", Related("trade_name_of", from_left=False))
    ]


def test_an_id_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="other"):
        propose_pairs([*RECORDS, Record("other", ("Mines Exemple",))])


def test_hard_records_come_out_clean():
    hard = [
        Record("none", ()), Record("empty", ("",)), Record("bytes", ("\x00\ufffd Été",)),
        Record("long-1", ("x" * 10_000,)), Record("long-2", ("x" * 10_000,)), Record("far", ("大学" * 3000,)),
    ]  # fmt: skip
    assert sorted(pairs([*hard, *RECORDS])) == sorted([*pairs(RECORDS), ("long-1", "long-2")])


def test_a_name_that_thousands_bear_proposes_none_of_them():
    assert propose_pairs(Record(f"{n}", ("Essai Grappe",)) for n in range(5_000)) == []
