"""What pages say of organisations: public roles, foundings, agreements and leaders, as proposals."""

import json

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.figures.facts import propose_facts
from grappe.statements.records import Document, Passage, Statement


def read(text: str) -> list[Statement]:
    """The proposals of one paragraph."""
    document = Document("d", "page", None, "fr", "2026-01-01", text)
    return propose_facts(document, [Passage("d", 0, "paragraph", 0, len(text))])


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        (
            "Aline Essai, présidente-directrice générale, Institut Modèle",
            "page:institut-modele",
            "Aline Essai, présidente-directrice générale",
        ),
        (
            "Selon Jean-Luc Fictif, directeur général de la Grappe Exemple, tout va bien.",
            "page:grappe-exemple",
            "Jean-Luc Fictif, directeur général",
        ),
        (
            "said Mary B. Sample, President and CEO of Example Optics.",
            "page:example-optics",
            "Mary B. Sample, President and CEO",
        ),
        (
            "La présidente de Lasers Fictifs, Aline Essai, s’en réjouit.",
            "page:lasers-fictifs",
            "Aline Essai, présidente",
        ),
        ("Debbie Modèle, Executive Director, mmodele", "page:mmodele", "Debbie Modèle, Executive Director"),
    ],
)
def test_a_person_has_a_public_role(text, entity, value):
    assert [(one.property, one.entity, one.value) for one in read(text)] == [("person", entity, value)]


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("L’Institut Modèle a été fondé en 1998.", "page:institut-modele", "1998"),
        (
            "Optique Essai, la grappe de la lumière, a été créée en juillet 2017 à Québec.",
            "page:optique-essai",
            "2017-07",
        ),
        ("Active since 2011, Finance Sample promotes the region.", "page:finance-sample", "2011"),
        ("The Sample Institute was set up in December 2012.", "page:sample-institute", "2012-12"),
    ],
)
def test_an_organisation_is_founded(text, entity, value):
    assert [(one.property, one.entity, one.value) for one in read(text)] == [("founded", entity, value)]


@pytest.mark.parametrize(
    "text",
    [
        "Une entente entre Institut Modèle et Lasers Fictifs prévoit un laboratoire.",
        "Institut Modèle (IM), un centre, et Lasers Fictifs (LF) ont signé une entente de collaboration.",
    ],
)
def test_an_agreement_binds_both_parties(text):
    assert [(one.property, one.entity, one.value) for one in read(text)] == [
        ("agreement", "page:institut-modele", "Lasers Fictifs"),
        ("agreement", "page:lasers-fictifs", "Institut Modèle"),
    ]


def test_leaders_are_listed_under_their_sector(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Les lasers\n\nChefs de file du secteur :\n\n- Lasers Fictifs\n- Optique Essai, Fibres Modèle\n",
        "utf-8",
    )
    done = CliRunner().invoke(main, ["figures", "facts", str(page)])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["property"], row["qualifier"], row["value"], row["original_value"]) for row in rows] == [
        ("cluster", "leader", "Les lasers", name)
        for name in ("Lasers Fictifs", "Optique Essai", "Fibres Modèle")
    ]


def test_a_proposal_leads_back_to_its_characters_and_says_how_it_was_made():
    text = "Bonjour. L’Institut Modèle a été fondé en 1998."
    (one,) = read(text)
    start, end = map(int, one.locator.split("-"))
    assert text[start:end].endswith("Institut Modèle a été fondé en 1998")
    assert (one.method, one.extractor, one.source) == ("extracted", "grappe.figures.facts", "page")


@pytest.mark.parametrize(
    "text",
    ["", "12 345", "A" * 6000, "et " * 3000, "Le Le Le, " * 400, "X, Président, " * 300, "d’Essai " * 600],
)
def test_texts_without_facts_take_no_time(text):
    assert len(read(text)) <= 1
