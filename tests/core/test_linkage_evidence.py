"""What stands in a text, what two names say of one another, and scores that are exactly the sum of their
bars.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.linkage.acronyms import contracted, initial_runs, spelt_share
from grappe.linkage.alignment import Comparer
from grappe.linkage.explaining import draw_svg, draw_text, explain_pair, feature_label
from grappe.linkage.forest import Growth, grow, read_forest
from grappe.linkage.lexicon import shipped_lexicon
from grappe.linkage.linking import Register, link
from grappe.linkage.mentions import find_mention
from grappe.linkage.model import AMONG_COLUMNS, KINDS, PAIR_COLUMNS, probability, shipped_models
from grappe.linkage.parties import party
from grappe.linkage.parts import abbreviated
from grappe.linkage.relations import Related, relate, stated_in
from grappe.linkage.texts import country_code, read_text, region_code
from grappe.linkage.weights import shipped_weights


@pytest.fixture(scope="module")
def comparer():
    return Comparer(shipped_weights(), shipped_lexicon())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Far Branch of theRussian Academy", "far branch of the russian academy"),
        ("1Ningbo University", "1 ningbo university"),
        ("School of EngineeringNanchang UniversityNanchang330031",
             "school of engineering nanchang university nanchang 330031"),
        ("AgroParisTech et McGill", "agroparistech et mcgill"),
        ("Science &amp;#x26; Industry a@b.ca", "science industry"),
    ],
)  # fmt: skip
def test_the_words_of_a_text(text, words):
    assert " ".join(read_text(text).words) == words


def test_a_text_names_countries_and_regions():
    read = read_text("Dept. of Physics, Essai University, Bloomington, IN 47405, USA")
    assert (read.countries, read.regions) == ({"US"}, {("US", "IN")})
    assert [read.segments[read.words.index(word)] for word in ("physics", "essai", "bloomington")] == [
        0,
        1,
        2,
    ]
    assert (country_code("Allemagne"), region_code("CA", "Québec"), region_code("CA", "CA.10")) == (
        "DE",
        "QC",
        "QC",
    )


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Dept. of Optics, Université Essai, Québec", "Université Essai", "universite essai"),
        ("Dept. of Optics, Univ. Essai, Québec", "Université Essai", "univ essai"),
        ("Inst. of Applied Grappe Sciences", "Institute for Applied Grappe Science",
             "inst of applied grappe sciences"),
        ("Rien de cela", "Université Essai", ""),
    ],
)  # fmt: skip
def test_a_text_names_an_organisation(comparer, text, name, found):
    read = read_text(text)
    mention = find_mention(comparer, read, party({"id": "a", "name": name}))
    assert " ".join(read.words[mention.start : mention.end]) == found


def test_initials_stand_for_the_words_of_a_name(comparer):
    long = ("institut", "national", "des", "sciences", "appliquees", "de", "rouen")
    assert initial_runs(long)["insa"] == (0, 5)
    assert contracted(long, ("insa", "rouen")) == ("insa", "de", "rouen")
    aligned = comparer.align(("insa", "rouen"), long)
    assert (aligned.left, aligned.right > 0.95) == (1.0, True)
    assert spelt_share("absys", ("agrosystemes", "biodiversifies")) == 0.0
    assert abbreviated(("centre", "hospitalier", "universitaire", "de", "essai")) == [("chu", "de", "essai")]


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("9000-0000 Québec inc., faisant affaire sous Essai", ("trade_name_of", "Essai", False)),
        ("Essai, anciennement Modèle", ("renamed_to", "Modèle", False)),
        ("Essai, une division de Modèle inc.", ("branch_of", "Modèle inc.", True)),
        ("Essai, fusionnée avec Modèle", ("merged_into", "Modèle", True)),
        ("Essai, membre du Groupe Modèle", ("member_of_group", "Groupe Modèle", True)),
    ],
)
def test_names_state_relations(name, stated):
    assert [(s.relation, s.other, s.from_bearer) for s in stated_in(name)] == [stated]


@pytest.mark.parametrize(
    ("left", "right", "related"),
    [
        ({"name": "Essai, une division de Modèle inc."}, {"name": "Modèle ltée"}, Related("branch_of")),
        ({"name": "Modèle"}, {"name": "Essai, anciennement Modèle"}, Related("renamed_to")),
        ({"name": "Groupe Essai"}, {"name": "Essai"}, Related("member_of_group", from_left=False)),
        ({"name": "Essai Lévis", "city": "Lévis"}, {"name": "Essai", "city": "Gatineau"},
             Related("branch_of")),
        ({"name": "9000-0000 Québec inc.", "phone": "418 555-0000"}, {"name": "Essai",
             "phone": "(418) 555-0000"},
         Related("trade_name_of", from_left=False)),
        ({"name": "Essai inc."}, {"name": "Essai"}, Related("same_as")),
    ],
)  # fmt: skip
def test_relations_are_kept_distinct(left, right, related):
    assert relate(party({"id": "a", **left}), party({"id": "b", **right})) == related


@pytest.mark.parametrize(
    "known", [{"aliases": "Optique Essai"}, {"website": "https://essai.example"}, {"phone": "418 555-0000"}]
)
def test_a_numbered_company_is_found_by_what_is_known_of_it(known):
    asked = {
        "id": "a",
        "name": "Optique Essai",
        "city": "Lévis",
        "website": "https://www.essai.example/fr",
        "phone": "(418) 555-0000",
    }
    right = [{"id": "n", "name": "9015-8593 Québec inc.", "city": "Lévis", **known}]
    right += [{"id": f"o{n}", "name": f"{9015 + n}-8594 Québec inc.", "city": "Lévis"} for n in range(9)]
    first = next(iter(link([party(asked)], [party(row) for row in right], kind="addressed")))
    assert first.right_id == "n"


def made_forest(rows=300):
    chance = random.Random(1)
    table = [[chance.random() for _ in range(3)] for _ in range(rows)]
    truth = [float(a + b * c > 0.8) for a, b, c in table]
    import numpy as np

    return np.array(table), np.array(truth)


def test_bars_sum_to_the_score():
    table, truth = made_forest()
    forest = grow(("a", "b", "c"), table, truth, Growth(30, rising=frozenset("a")))
    logits = forest.logits(table, ("a", "b", "c"))
    for row, logit in zip(table[:40], logits, strict=False):
        parts = forest.contributions(dict(zip("abc", row, strict=True)))
        assert forest.constant + sum(parts.values()) == pytest.approx(logit, abs=1e-9)
    bars = [forest.contributions(dict(zip("abc", row, strict=True))) for row in table]
    assert forest.explained(table, ("a", "b", "c")).tolist() == [[each[n] for n in "abc"] for each in bars]
    assert ((logits > 0) == (truth > 0)).mean() > 0.9
    assert grow(("a", "b", "c"), table, truth, Growth(30, rising=frozenset("a"))) == forest
    assert read_forest(forest.as_record()) == forest


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(0, 1))
def test_what_may_only_speak_for_a_pair_never_speaks_against_it(row, more):
    forest = _RISING
    import numpy as np

    higher = [max(row[0], more), *row[1:]]
    low, high = forest.logits(np.array([row, higher]), ("a", "b", "c"))
    assert high >= low


_RISING = grow(("a", "b", "c"), *made_forest(), Growth(30, rising=frozenset("a")))


def test_shipped_models_know_their_features():
    assert set(shipped_models()) == set(KINDS)
    for model in shipped_models().values():
        assert set(model.pair.features) == set(PAIR_COLUMNS)
        assert set(model.among.features) <= set(AMONG_COLUMNS)
    told = {name for name in AMONG_COLUMNS if feature_label(name) == name and name not in ("same", "segment")}
    assert told <= {"site", "city", "country", "region", "acronym"}


def sides():
    left = [party({"id": "a", "name": "Société Essai de chimie", "city": "Lévis"})]
    right = [party({"id": f"r{n}", "name": name, "city": "Lévis"})
             for n, name in enumerate(("Essai Society of Chemistry", "Essai Society",
                  "Mines Modèle"))]  # fmt: skip
    return left, right


def test_the_waterfall_ends_with_the_score_of_the_link():
    left, right = sides()
    links = {one.right_id: one.score for one in link(left, right)}
    for other in right:
        waterfall = explain_pair(left[0], other, (left, right))
        assert {bar.stage for bar in waterfall.bars} == {"pair", "rivals"}
        # What is no candidate has no link, only a score near nothing.
        least = 2e-4 if other.id in links else 1e-2
        assert probability(waterfall.total) == pytest.approx(links.get(other.id, 0), abs=least)
    assert "Parmi les autres candidats" in draw_text(waterfall, "fr")
    assert draw_svg(waterfall, "en").count("<rect") == len(waterfall.bars)


def test_candidates_do_not_depend_on_the_other_rows_asked():
    left, right = sides()
    others = [party({"id": f"x{n}", "name": f"Autre {n}"}) for n in range(20)]
    register = Register(right)
    alone = next(register.compare(left))[1]
    among = {one.id: compared for one, compared in register.compare([*others, *left])}["a"]
    assert (alone.right, alone.table.tolist()) == (among.right, among.table.tolist())
