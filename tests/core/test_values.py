"""Cells: every type reads what secretariats type, and refuses what would have to be guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.intake.dates import read_date
from grappe.intake.numbers import read_number
from grappe.intake.values import UnreadableValue, is_nothing, read_value, split_values
from grappe.statements import Problem
from grappe.statements.problems import expectation_keys
from grappe.statements.vocabulary import Property, properties

PROPS = properties()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2016", "2016"),
        ("2016-05", "2016-05"),
        ("2016-05-03", "2016-05-03"),
        ("2016-05-03 00:00:00", "2016-05-03"),
        ("2016/5/3", "2016-05-03"),
        ("20160503", "2016-05-03"),
        ("3 mai 2016", "2016-05-03"),
        ("1er août 2016", "2016-08-01"),
        ("Le 3 févr. 2016", "2016-02-03"),
        ("mardi 3 mai 2016", "2016-05-03"),
        ("May 3, 2016", "2016-05-03"),
        ("May 3rd 2016", "2016-05-03"),
        ("Sept. 2016", "2016-09"),
        ("décembre 2016", "2016-12"),
        ("13/05/2016", "2016-05-13"),
        ("05/13/2016", "2016-05-13"),
        ("05/05/2016", "2016-05-05"),
        ("03/05/2016", None),
        ("2016-13", None),
        ("2016-00-03", None),
        ("2015-02-29", None),
        ("31 juin 2016", None),
        ("vers 2016", None),
        ("16", None),
        ("0000", None),
    ],
)
def test_dates_of_the_precision_given(text: str, iso: str | None) -> None:
    assert read_date(text) == iso


@pytest.mark.parametrize(
    ("text", "language", "whole", "number"),
    [
        ("1 234,5", None, False, "1234.5"),
        ("1,234.5", None, False, "1234.5"),
        ("1\u00a0234\u202f567,25", None, False, "1234567.25"),
        ("1\u2009234", None, True, "1234"),
        ("1,234", None, True, "1234"),
        ("1,234", "fr", False, "1.234"),
        ("1,234", "en", False, "1234"),
        ("1,234", None, False, None),
        ("0,234", None, False, "0.234"),
        ("1,234,567", None, False, "1234567"),
        ("5,2", None, False, "5.2"),
        ("12.0", None, True, "12"),
        ("−12,50", None, False, "-12.5"),
        ("-0", None, True, "0"),
        ("12a", None, True, None),
        ("1,5", None, True, None),
        ("12 34", None, True, None),
        ("1 234 56", None, True, None),
        ("1.234,5", None, False, None),
        ("²", None, True, None),
        ("٣", None, True, None),
        ("12,", None, True, None),
        ("", None, True, None),
    ],
)
def test_numbers_in_french_and_english(
    text: str, language: str | None, whole: bool, number: str | None
) -> None:
    assert read_number(text, language=language, whole=whole) == number


@given(
    st.integers(-(10**12), 10**12), st.integers(0, 99), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
)
def test_a_number_printed_in_either_language_reads_back(whole: int, cents: int, space: str) -> None:
    expected = read_number(f"{whole}.{cents:02d}")
    english = f"{whole:,}.{cents:02d}"
    french = english.replace(",", space).replace(".", ",")
    assert read_number(english, language="en") == expected
    assert read_number(french, language="fr") == expected
    assert read_number(f"{whole:,}", whole=True) == str(whole)


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("website", "www.Optonique.ca/Membres", "https://www.optonique.ca/Membres"),
        ("website", "http://exemple.quebec", "http://exemple.quebec"),
        ("email", "mailto:Info@Exemple.QC.ca", "Info@exemple.qc.ca"),
        ("phone", "(418) 555-0100, poste 12", "+14185550100;ext=12"),
        ("phone", "1-514-555-0100", "+15145550100"),
        ("phone", "418.555.0100 x4", "+14185550100;ext=4"),
        ("phone", "+33 1 42 68 53 00", "+33142685300"),
        ("employees", "1 250", "1250"),
        ("kind", "centre de RECHERCHE", "research"),
        ("kind", "company", "company"),
        ("province", "Quebec", "QC"),
        ("size", "5 to 99 people", "small"),
        ("naics", "334512", "334512"),
        ("neq", "1144 556 677", "1144556677"),
        ("ror", "https://ror.org/03c4mmv16", "03c4mmv16"),
        ("postal_code", "g1p4s4", "G1P 4S4"),
        ("postal_code", "75007", "75007"),
        ("name", "  Institut\u00a0national  d’optique ", "Institut national d’optique"),
        ("description", "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("sector", "santé", "santé"),
    ],
)
def test_values_are_normalised(code: str, text: str, value: str) -> None:
    assert read_value(PROPS[code], text, language=None) == value


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("website", "à venir", "url"),
        ("website", "javascript:alert(1)", "url"),
        ("website", "file:///etc/passwd", "url"),
        ("website", "https://a@exemple.ca", "url"),
        ("website", "https://[", "url"),
        ("email", "info(at)exemple.ca", "email"),
        ("phone", "555-0100", "phone"),
        ("phone", "418 155-0100", "phone"),
        ("employees", "une dizaine", "integer"),
        ("founded", "jadis", "date"),
        ("neq", "9944556677", "neq"),
        ("bn", "123456789", "bn"),
        ("lei", "529900T8BM49AURSDO56", "lei"),
        ("ror", "https://ror.org/03c4mmv17", "ror"),
        ("naics", "optique", "naics"),
        ("name", " \u200b ", "text"),
    ],
)
def test_what_can_not_be_read_says_what_was_expected(code: str, text: str, expected: str) -> None:
    with pytest.raises(UnreadableValue) as refusal:
        read_value(PROPS[code], text, language=None)
    assert refusal.value.expected == expected
    assert expected in expectation_keys()


def test_a_workspace_list_is_read_by_code_or_label_and_names_its_members() -> None:
    codes = {"health": {"fr": "Santé", "en": "Health"}, "mining": {"fr": "Mines", "en": "Mining"}}
    assert read_value(PROPS["sector"], "SANTE", language=None, codes=codes) == "health"
    with pytest.raises(UnreadableValue) as refusal:
        read_value(PROPS["sector"], "Agro", language=None, codes=codes)
    problem = Problem("bad_value", found="Agro", expected=refusal.value.expected)
    assert problem.describe("en") == "found “Agro”; expected one of: Health, Mining."
    assert (
        problem.describe("fr")
        == "trouvé «\u00a0Agro\u00a0»\u00a0; on attendait l’une de ces valeurs\u00a0: Santé, Mines."
    )


def test_decimals_are_read_in_the_language_of_the_column() -> None:
    revenue = Property(code="revenue", fr="Revenu", en="Revenue", type="decimal")
    assert read_value(revenue, "1,234", language="fr") == "1.234"
    with pytest.raises(UnreadableValue):
        read_value(revenue, "1,234", language=None)


def test_multi_valued_cells_are_cut_but_never_at_a_comma() -> None:
    assert split_values(PROPS["sector"], "Santé; Mines | Défense\n• Santé;;") == ("Santé", "Mines", "Défense")
    assert split_values(PROPS["part_of"], "Conception, essais et cie") == ("Conception, essais et cie",)
    assert split_values(PROPS["description"], "Un; deux | trois") == ("Un; deux | trois",)
    assert split_values(PROPS["website"], "n/d") == ()


def test_cells_that_say_nothing() -> None:
    assert [text for text in ("", " ", "\u00a0", "—", "N/D", "s.o.", "0", "non") if not is_nothing(text)] == [
        "0",
        "non",
    ]
