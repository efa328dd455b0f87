"""Plain text and Markdown: structure from typography, offsets that lead back into the file."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import SOURCE, outline, read, write

from grappe.intake.documents import read_document
from grappe.intake.documents.dates_in_text import find_publication_date
from grappe.intake.documents.plain import infer_passages
from grappe.statements import GrappeError, Problem

RELEASE = """\
COMMUNIQUÉ
Pour diffusion immédiate


Deux centres ouvrent une salle blanche commune
Rimouski, le 3 mai 2016 – Deux centres fictifs mettent leurs appareils en commun pour les entreprises.
Le projet comprend :
· une salle de 200 m2;
· trois appareils.
Un marché qui croît
Le marché a doublé en dix ans[1]. [1: Source : étude inventée]

Partenaires :
Atelier du Fleuve
Optique du Nord

À propos
Les deux centres existent depuis 1999 et emploient trente personnes \
de la région. www.exemple.quebec

Source : le secrétariat, 2016
* Effectif estimé
"""


def test_a_press_release_has_its_structure_at_its_offsets(tmp_path: Path) -> None:
    path = write(tmp_path / "c.txt", RELEASE.replace("\n", "\r\n"), "cp1252")
    document, passages = read(path)
    assert document.text == path.read_bytes().decode("cp1252")
    assert (document.language, document.published, document.encoding) == ("fr", "2016-05-03", "cp1252")
    assert document.title == "Deux centres ouvrent une salle blanche commune"
    assert outline(document, passages) == [
        ("paragraph", None, "COMMUNIQUÉ"),
        ("paragraph", None, "Pour diffusion immédiate"),
        ("heading", 1, "Deux centres ouvrent une salle blanche commune"),
        ("paragraph", None, RELEASE.splitlines()[5]),
        ("paragraph", None, "Le projet comprend :"),
        ("item", 1, "une salle de 200 m2;"),
        ("item", 1, "trois appareils."),
        ("heading", 1, "Un marché qui croît"),
        ("paragraph", None, "Le marché a doublé en dix ans[1]."),
        ("footer", None, "Source : étude inventée"),
        ("paragraph", None, "Partenaires :"),
        ("item", 1, "Atelier du Fleuve"),
        ("item", 1, "Optique du Nord"),
        ("heading", 1, "À propos"),
        ("paragraph", None, RELEASE.splitlines()[17]),
        ("footer", None, "Source : le secrétariat, 2016"),
        ("footer", None, "* Effectif estimé"),
    ]
    assert [passage.headings for passage in passages] == [
        (), (), (), (2,), (2,), (2,), (2,), (), (7,), (7,), (7,), (7,), (7,), (), (13,), (13,), (13,),
    ]  # fmt: skip


def test_hard_wrapped_paragraphs_are_whole(tmp_path: Path) -> None:
    text = (
        "The regional plan\n=================\n\n"
        "This paragraph was typed in an editor that cuts its lines at some seventy\n"
        "characters, so that it runs over three lines of the file and must still\n"
        "be one passage.\n\n"
        "- an item that is also cut because it is longer than the editor's own\n"
        "  width, and ends here\n"
        "- a short one\n"
    )
    document, passages = read(write(tmp_path / "p.txt", text))
    assert [(kind, len(piece.splitlines())) for kind, _, piece in outline(document, passages)] == [
        ("heading", 1),
        ("paragraph", 3),
        ("item", 2),
        ("item", 1),
    ]
    assert (document.title, document.language, document.published) == ("The regional plan", "en", None)


def test_facts_in_short_lines_and_signatures_are_no_headings() -> None:
    text = (
        "A sector in figures\n\nThe sector has grown steadily over the years.\n\n"
        "“We are proud.”\n\nJ. Doe, President of Example\n\n1,200 jobs in 40 firms\n\n"
        "A good place to work\n\nThe end is near here.\n"
    )
    kinds = [(draft.kind, text[draft.start : draft.end]) for draft in infer_passages(text)]
    assert [piece for kind, piece in kinds if kind == "heading"] == [
        "A sector in figures",
        "A good place to work",
    ]


def test_markdown_keeps_its_own_structure(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Plan d’action\ndate: 2021-04-02\n---\n# Les orientations\n\n"
        "Un *paragraphe* sur\ndeux lignes, en français.\n\n## Liste\n\n- premier\n  - second\n- troisième\n\n"
        "| Nom | Ville |\n|---|---|\n| Alpha | Alma |\n| Bêta | |\n\n"
        "> citation\n\nSource : moi\n"
    )
    document, passages = read(write(tmp_path / "p.md", text))
    assert document.text == text
    assert (document.title, document.published, document.language) == ("Plan d’action", "2021-04-02", "fr")
    assert outline(document, passages) == [
        ("heading", 1, "Les orientations"),
        ("paragraph", None, "Un *paragraphe* sur\ndeux lignes, en français."),
        ("heading", 2, "Liste"),
        ("item", 1, "premier"),
        ("item", 2, "second"),
        ("item", 1, "troisième"),
        ("cell", None, "Nom"),
        ("cell", None, "Ville"),
        ("cell", None, "Alpha"),
        ("cell", None, "Alma"),
        ("cell", None, "Bêta"),
        ("paragraph", None, "citation"),
        ("footer", None, "Source : moi"),
    ]
    assert [(p.table, p.row, p.column) for p in passages if p.kind == "cell"] == [
        (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 2, 0),
    ]  # fmt: skip
    assert passages[3].headings == (0, 2)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Bromont, September 7, 2023 - Two firms…", "2023-09-07"),
        ("Montréal, le 3 mai 2016 — Trois firmes…", "2016-05-03"),
        ("QUÉBEC, QC, May 3, 2016 /CNW/ - A firm", "2016-05-03"),
        ("Le 1er août 2016", "2016-08-01"),
        ("Publié le 12 févr. 2020 par le secrétariat", "2020-02-12"),
        ("Published on 2020-02-12", "2020-02-12"),
        ("The centre opened on May 3, 2016 in Rimouski.", None),
        ("Depuis le 3 mai 2016, le centre accueille des firmes.", None),
    ],
)
def test_datelines(line: str, date: str | None) -> None:
    assert find_publication_date(["Titre", line]) == date


def refused(path: Path, **options: int) -> Problem:
    with pytest.raises(GrappeError) as refusal:
        list(read_document(path, SOURCE, **options))
    (problem,) = refusal.value.problems
    assert problem.describe("fr") != problem.describe("en")
    return problem


def test_what_can_not_be_read_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.txt").code == "file_missing"
    assert refused(write(tmp_path / "e.txt", "  \n")).code == "file_empty"
    assert refused(write(tmp_path / "b.txt", bytes(range(256)) * 4)).code == "unknown_format"
    assert refused(write(tmp_path / "r.txt", "----\n\n====\n")).code == "no_text"
    assert refused(write(tmp_path / "w.txt", "Été\n".encode() + b"\xe9t\xe9\n")).code == "unknown_encoding"
    assert refused(write(tmp_path / "l.txt", "mot " * 1000), most_bytes=100) == Problem(
        "too_large", "l.txt", found="0.0 MB", expected="0.0 MB"
    )


def test_a_text_of_a_million_lines_is_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "m.txt", "a\n" * 1_000_000)).code == "too_large"
    assert refused(write(tmp_path / "m.md", "# a\n\n" * 4_000_000)).code == "too_large"


def test_long_and_odd_texts_take_linear_time(tmp_path: Path) -> None:
    text = (
        "[1:"
        + " " * 100_000
        + "\n"
        + "Titre\n" * 50_000
        + "(" * 100_000
        + "\n"
        + "1" * 100_000
        + "." * 100_000
    )
    _, passages = read(write(tmp_path / "odd.txt", text))
    assert len(passages) == 50_003


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("aA é.\n\r\t•-*:;[]1”\u2028\x0b|#>"), max_size=300))
def test_passages_of_any_text_are_sorted_stripped_and_within_it(text: str) -> None:
    end = 0
    for draft in infer_passages(text):
        assert end <= draft.start < draft.end <= len(text)
        assert text[draft.start : draft.end].strip() == text[draft.start : draft.end]
        end = draft.end


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("aé.\n\r\t•-*:|#>`~1_ "), max_size=200))
def test_any_markdown_keeps_the_law_of_offsets(tmp_path: Path, text: str) -> None:
    document, _ = read(write(tmp_path / "any.md", "# Titre\n\nUn paragraphe.\n\n" + text))
    assert document.text == "# Titre\n\nUn paragraphe.\n\n" + text
