"""Two lists linked, one list grouped, from the command line and as laws."""

import csv

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grappe.cli import main
from grappe.linkage.grouping import group
from grappe.linkage.lexicon import learn_lexicon, read_lexicon, write_lexicon
from grappe.linkage.linking import link
from grappe.linkage.parties import party, segments_of
from grappe.linkage.parts import split_name

NAMES = [
    "Boulangerie Essai",
    "Boulangerie Essai ltée",
    "Fonderie Grappe-Test",
    "Optique Modèle",
    "Mines Exemple",
]


@pytest.mark.parametrize(
    ("written", "core", "form"),
    [
        ("Boulangerie Essai ltée", "boulangerie essai", "ltd"),
        ("Modèle Essai S.E.N.C.R.L.", "modele essai", "sencrl"),
        ("Modèle Essai S.E.N.C.", "modele essai", "senc"),
        ("Modèle Essai S.E.C.", "modele essai", "lp"),
        ("Essai Modèle enr.", "essai modele", "enr"),
        ("Essai Modèle Reg'd", "essai modele", "enr"),
        ("The Essai Company Limited", "essai", "ltd"),
    ],
)
def test_the_legal_form_is_kept_apart(written, core, form):
    parts = split_name(written)
    assert (" ".join(parts.core), parts.form) == (core, form)


def test_second_names_are_found():
    assert split_name("9000-0000 Québec inc., faisant affaire sous Essai").others == ("Essai",)
    assert split_name("9000-0000 Québec inc.").numbered is True
    assert split_name("Essai d/b/a Modèle").others == ("Modèle",)
    assert split_name("Essai (Modèle)").others == ("Modèle",)


def test_a_free_text_has_segments():
    assert segments_of("Dept. of Physics, Université Essai, Québec") == [
        "Dept",
        "of Physics",
        "Université Essai",
        "Québec",
    ]


def test_a_lexicon_is_learnt_from_pairs_and_read_back():
    pairs = [("Centre de bois", "Wood Centre"), ("Bois du nord", "Northern wood"), ("Institut du nord", "Northern Institute")]  # fmt: skip  # noqa: E501
    learnt = learn_lexicon(pairs)
    assert max(learnt["bois"], key=learnt["bois"].get) == "wood"
    assert read_lexicon(write_lexicon(learnt))["wood"]["bois"] == learnt["bois"]["wood"]


def named(names):
    return [{"id": f"{n}", "name": name} for n, name in enumerate(names)]


def rows(names):
    return [party(row) for row in named(names)]


@pytest.mark.parametrize("country", ["", "CA"])
@pytest.mark.parametrize(("city", "matches"), [("Bromont", True), ("Québec", False)])
def test_a_namesake_in_another_city_is_not_accepted(city, matches, country):
    left = [party({"id": "a", "name": "Lasers Fictifs inc.", "city": "Bromont", "country": country})]
    right = [
        party({"id": "b", "name": "Lasers Fictifs", "city": city, "country": country}),
        party({"id": "c", "name": "Mines Exemple", "city": "Bromont", "country": country}),
    ]
    first = next(iter(link(left, right)))
    assert (first.right_id, first.decision == "match") == ("b", matches)


def test_a_translated_name_comes_first():
    left = [party({"id": "a", "name": "Société canadienne de chimie"})]
    right = rows(["Canadian Society for Chemistry", "Canadian Society of Forestry", "Ontario Roads"])
    first = next(iter(link(left, right)))
    assert (first.right_id, first.rank) == ("0", 1)


@pytest.mark.parametrize(("value", "decision"), [("1140000000", "match"), ("1140000001", "none")])
def test_strong_identifiers_decide(value, decision):
    left = [party({"id": "a", "name": "Essai", "neq": "1140000000"})]
    right = [party({"id": "b", "name": "Essai", "neq": value})]
    assert [one.decision for one in link(left, right)] == [decision]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(len(NAMES))))
def test_the_order_of_rows_changes_nothing(order):
    table = named(NAMES)
    shuffled = [table[n] for n in order]
    assert group(shuffled) == group(table)
    left = [party({"id": "x", "name": "Boulangerie Essai inc."})]
    assert list(link(left, [party(row) for row in shuffled])) == list(
        link(left, [party(row) for row in table])
    )


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="qwxz", min_size=8, max_size=12))
def test_an_unrelated_row_changes_no_group(name):
    before = group(named(NAMES))
    after = group([*named(NAMES), {"id": "zz", "name": name}])
    assert {key: value for key, value in after.items() if key != "zz"} == before
    assert before["0"] == before["1"]


def test_grouping_again_keeps_every_id():
    table = named(NAMES)
    first = group(table)
    kept = group([{**row, "id": first[row["id"]]} for row in table if row["id"] == first[row["id"]]])
    assert kept == {id_: id_ for id_ in set(first.values())}


def test_the_same_name_in_two_places_stays_apart():
    table = [{"id": "a", "name": "Essai", "city": "Lévis"}, {"id": "b", "name": "Essai", "city": "Gatineau"}]
    assert group(table) == {"a": "a", "b": "b"}


def test_contradictory_identifiers_stay_apart():
    table = [
        {"id": "a", "name": "Essai", "neq": "1140000000"},
        {"id": "b", "name": "Essai", "neq": "1140000001"},
    ]
    assert group(table) == {"a": "a", "b": "b"}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("Groupe Qualivex", "QUALIVEX CANADA INC", True),
        ("Qualivex Systems", "Qualivx Systems", True),
        ("Pro Zentrix", "PROZENTRIX", True),
        ("Réfrigération Cimor, division de Qualivex", "Qualivex", True),
        ("Clinique dentaire Ouellex", "Clinique dentaire Bouvrix", False),
        ("9015-8593 Québec inc.", "9015-8594 Québec inc.", False),
    ],
)
def test_names_of_one_brand_are_grouped(one, other, together):
    found = group([{"id": "a", "name": one}, {"id": "b", "name": other}])
    assert (found["a"] == found["b"]) is together


def write(path, header, *lines, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=";").writerows([header, *lines])
    return str(path)


def test_two_files_are_linked_and_explained(tmp_path):
    left = write(tmp_path / "a.csv", ("Identifiant", "Nom", "Ville"), ("1", "Fonderie Modèle inc.", "Lévis"), encoding="cp1252")  # fmt: skip  # noqa: E501
    right = write(tmp_path / "b.csv", ("id", "name", "city"), ("r1", "Fonderie Modele", "Lévis"), ("r2", "Mines", "Gaspé"))  # fmt: skip  # noqa: E501
    out = tmp_path / "links.csv"
    done = CliRunner().invoke(main, ["link", left, right, "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8") as handle:
        first = next(csv.DictReader(handle))
    assert (first["left_id"], first["right_id"], first["rank"]) == ("1", "r1", "1")
    assert (first["decision"], first["relation"]) == ("match", "same_as")
    svg = tmp_path / "why.svg"
    asked = [
        "--lang",
        "en",
        "link",
        "explain",
        "1",
        "r1",
        "--left",
        left,
        "--right",
        right,
        "--svg",
        str(svg),
    ]
    shown = CliRunner().invoke(main, asked)
    assert shown.exit_code == 0, shown.output
    assert shown.output.count("↔") == 1
    assert "Among the other candidates (0)" in shown.output
    assert svg.read_text("utf-8").startswith("<svg")


def test_an_id_that_stands_twice_is_told(tmp_path):
    table = write(tmp_path / "t.csv", ("id", "name"), ("1", "Essai"), ("1", "Modèle"))
    done = CliRunner().invoke(main, ["--lang", "en", "dedupe", table, "--out", str(tmp_path / "o.csv")])
    assert done.exit_code == 3
    assert "t.csv, row 3" in done.output
    assert not (tmp_path / "o.csv").exists()


def test_hard_rows_come_out_clean(tmp_path):
    lines = [(str(n), "Essai") for n in range(3000)] + [("e", ""), ("long", "mot " * 2500), ("cn", "大学")]
    table = write(tmp_path / "t.csv", ("id", "name"), *lines)
    out = tmp_path / "o.csv"
    done = CliRunner().invoke(main, ["dedupe", table, "--out", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8") as handle:
        found = {row["id"]: row["cluster_id"] for row in csv.DictReader(handle)}
    assert len(found) == 3002
    assert {found[str(n)] for n in range(3000)} == {"0"}


def test_a_model_is_trained_on_labels(tmp_path):
    firms = [f"{kind} {place}" for kind in ("Fonderie", "Optique", "Mines", "Bois", "Verre", "Acier")
             for place in ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")]  # fmt: skip  # noqa: E501
    left = write(
        tmp_path / "l.csv", ("id", "name"), *((f"l{n}", f"{firm} inc.") for n, firm in enumerate(firms))
    )
    right = write(tmp_path / "r.csv", ("id", "name"), *((f"r{n}", firm) for n, firm in enumerate(firms)))
    labels = tmp_path / "gold.csv"
    labels.write_text("left_id,right_ids\n" + "".join(f"l{n},r{n}\n" for n in range(len(firms))), "utf-8")
    out = tmp_path / "model.json"
    done = CliRunner().invoke(
        main, ["link", "train", left, right, str(labels), "--kind", "names", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "precision 1.0" in done.output.splitlines()[-1].split(", ")
    again = tmp_path / "links.csv"
    linked = ["link", left, right, "--kind", "names", "--model", str(out), "--out", str(again)]
    assert CliRunner().invoke(main, linked).exit_code == 0
    with again.open(encoding="utf-8") as handle:
        first = [row for row in csv.DictReader(handle) if row["rank"] == "1"]
    assert {row["left_id"]: row["right_id"] for row in first} == {f"l{n}": f"r{n}" for n in range(len(firms))}
