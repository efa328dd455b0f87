"""Which records become one organisation, and which never do; laws over any set of records."""

from itertools import permutations

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.linkage.identity import resolve_identities
from grappe.linkage.names import normalise_name
from grappe.statements import Judgement, Statement
from grappe.statements.identifiers import is_canonical_id, mint_canonical_id
from grappe.statements.records import as_row
from grappe.statements.tables import TABLES, columns_sql

NEQ_A, NEQ_B = "1140000009", "1140000017"


def named(entity, name, place=None, qualifier=None, **identifiers):
    """The statements and place of one record."""
    rows = [Statement(entity=entity, property="name", value=name, source="s", qualifier=qualifier)]
    rows += [Statement(entity=entity, property=k, value=v, source="s") for k, v in identifiers.items()]
    return rows, (entity, place)


def resolve(records, judgements=(), former=None):
    """Entity → canonical id, redirects and the rules' judgements, on a fresh database."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} ({columns_sql(table)})")
    connection.execute("CREATE TABLE entity_places (entity VARCHAR, place_key VARCHAR)")
    for rows, place in records:
        connection.execute("INSERT INTO entity_places VALUES (?, ?)", place)
        for row in rows:
            values = list(as_row(row).values())
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO statements VALUES ({marks})", values)
    if former:
        connection.executemany("INSERT INTO identities VALUES (?, ?)", sorted(former.items()))
    made = resolve_identities(connection, judgements)
    identities = dict(connection.execute("SELECT entity, organisation FROM identities").fetchall())
    redirects = dict(connection.execute("SELECT former, current FROM redirects").fetchall())
    return identities, redirects, made


def test_legal_forms_and_articles_are_not_identity():
    assert normalise_name("Les Lasers Fictifs S.E.N.C.R.L.") == "lasers fictifs"
    assert normalise_name("Optique & Cie Fictive ltée") == "optique et cie fictive"
    assert normalise_name("Reg'd") == "reg d"
    assert normalise_name("9015-8593 Québec inc.") == "9015 8593 quebec"


def test_same_strong_identifier_joins_whatever_the_name():
    identities, _, made = resolve(
        [named("a:1", "Lasers Fictifs", "QC:1", neq=NEQ_A), named("b:1", "Autre nom", "QC:2", neq=NEQ_A)]
    )
    assert identities["a:1"] == identities["b:1"]
    assert [(j.relation, j.who, j.why) for j in made] == [("same_as", "rule:identifier", f"neq {NEQ_A}")]


def test_conflicting_strong_identifiers_forbid_the_merge_of_namesakes():
    identities, _, made = resolve(
        [
            named("a:1", "Lasers Fictifs", "QC:1", neq=NEQ_A),
            named("b:1", "Lasers Fictifs inc.", "QC:1", neq=NEQ_B),
        ]
    )
    assert identities["a:1"] != identities["b:1"]
    assert made == []


def test_same_name_joins_in_one_place_and_stays_apart_in_two():
    identities, _, _ = resolve(
        [
            named("a:1", "Lasers Fictifs", "QC:1"),
            named("b:1", "Lasers fictifs inc.", "QC:1"),
            named("c:1", "Lasers Fictifs", "QC:2"),
        ]
    )
    assert identities["a:1"] == identities["b:1"] != identities["c:1"]


def test_a_record_without_place_joins_only_when_one_place_is_known():
    one = resolve([named("a:1", "Lasers Fictifs", "QC:1"), named("b:1", "Lasers Fictifs")])[0]
    assert one["a:1"] == one["b:1"]
    two = resolve(
        [
            named("a:1", "Lasers Fictifs", "QC:1"),
            named("b:1", "Lasers Fictifs"),
            named("c:1", "Lasers Fictifs", "QC:2"),
        ]
    )[0]
    assert len(set(two.values())) == 3


def test_acronyms_and_former_names_identify_nobody():
    identities, _, _ = resolve(
        [
            named("a:1", "CIF", "QC:1", "acronym"),
            named("b:1", "CIF", "QC:1"),
            named("c:1", "CIF", "QC:1", "former"),
        ]
    )
    assert len(set(identities.values())) == 3


def test_people_join_and_keep_apart():
    records = [
        named("a:1", "Lasers Fictifs", "QC:1"),
        named("b:1", "Lasers Fictifs", "QC:1"),
        named("c:1", "Autre"),
    ]
    apart = Judgement("a:1", "b:1", "different", "ada", "two firms, one building")
    same = Judgement("c:1", "a:1", "same_as", "ada", "trade name on the door")
    identities, _, _ = resolve(records, [apart, same])
    assert identities["a:1"] == identities["c:1"] != identities["b:1"]


def test_an_id_once_minted_survives_new_records_and_merges_redirect():
    before, _, _ = resolve([named("m:1", "Lasers Fictifs", "QC:1"), named("z:1", "Autre", "QC:1")])
    records = [
        named("a:0", "Lasers Fictifs", "QC:1"),
        named("m:1", "Lasers Fictifs", "QC:1", neq=NEQ_A),
        named("z:1", "Autre", "QC:1", neq=NEQ_A),
    ]
    after, redirects, _ = resolve(records, former=before)
    assert after["a:0"] == after["m:1"] == after["z:1"] == min(before.values())
    assert redirects == {max(before.values()): min(before.values())}


def test_merge_then_unmerge_gives_both_ids_back():
    records = [named("a:1", "Lasers Fictifs", "QC:1"), named("b:1", "Autre", "QC:1")]
    before, _, _ = resolve(records)
    merged, _, _ = resolve(records, [Judgement("a:1", "b:1", "same_as", "ada", "one firm")], former=before)
    assert len(set(merged.values())) == 1
    assert set(resolve(records, former=merged)[0].values()) == set(before.values())


def test_a_canonical_id_catches_a_wrong_or_swapped_character():
    minted = mint_canonical_id("ror:015zaxe34")
    assert is_canonical_id(minted)
    wrong = [minted[:5] + other + minted[6:] for other in "0123456789ABCDEF" if other != minted[5]]
    assert [is_canonical_id(text) for text in wrong] == [False] * len(wrong)
    swapped = minted[:4] + minted[5] + minted[4] + minted[6:]
    assert is_canonical_id(swapped) == (minted[4] == minted[5])


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["Lasers", "Lasers inc.", "Optique", "Verre"]),
        st.sampled_from(["QC:1", "QC:2", None]),
        st.sampled_from([None, NEQ_A, NEQ_B]),
    ),
    min_size=2,
    max_size=4,
)


def _as_records(drawn):
    return [
        named(f"s:{number}", name, place, **({"neq": neq} if neq else {}))
        for number, (name, place, neq) in enumerate(drawn)
    ]


@given(RECORDS)
@settings(max_examples=25, deadline=None)
def test_the_order_of_input_does_not_matter(drawn):
    records = _as_records(drawn)
    answers = [resolve(order)[0] for order in list(permutations(records))[:6]]
    assert answers == [answers[0]] * len(answers)


@given(RECORDS)
@settings(max_examples=25, deadline=None)
def test_an_unrelated_record_changes_no_cluster_and_a_rerun_keeps_every_id(drawn):
    records = _as_records(drawn)
    before, _, _ = resolve(records)
    grown, redirects, _ = resolve([*records, named("x:1", "Sans rapport", "QC:9")], former=before)
    assert {entity: grown[entity] for entity in before} == before
    assert redirects == {}
