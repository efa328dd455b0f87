"""Web pages, Word and PDF documents: clean text, structure, and damage said clearly."""

import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import SOURCE, outline, read, write

from grappe.intake.documents import read_document
from grappe.statements import GrappeError, Problem

PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Accueil | Grappe</title>
<meta property="og:title" content="La grappe optique">
<meta property="article:published_time" content="2020-05-03T10:00:00-04:00">
<style>p{color:red}</style><script>alert("non")</script></head><body>
<nav><ul><li>Menu</li></ul></nav>
<script>var x = "<p>non</p>";</script>
<h1>La <em>grappe</em> optique</h1><!-- rien -->
<p>Elle réunit les entreprises,<br>les centres et les écoles.</p>
<div style="display: none">caché</div><p hidden>caché</p>texte nu
<h2>Membres</h2><ul><li><p>Alpha</p><ul><li>Alpha Nord</li></ul></li><li>Bêta <b>inc.</b></li></ul>
<table><tr><th colspan="2">Nom</th><th>Ville</th></tr>
<tr><td>Alpha</td><td></td><td><p>Alma</p></td></tr></table>
<table><tr><td><h2>Mise en page</h2>Un tableau qui n’en est pas un.</td></tr></table>
<p>Source : le secrétariat</p>
<footer><p>© La grappe</p></footer></body></html>"""


def refused(path: Path) -> Problem:
    with pytest.raises(GrappeError) as refusal:
        list(read_document(path, SOURCE))
    (problem,) = refusal.value.problems
    assert problem.describe("fr") != problem.describe("en")
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_web_page_without_what_its_reader_does_not_see(tmp_path: Path, encoding: str) -> None:
    document, passages = read(write(tmp_path / "p.html", PAGE, encoding))
    assert (document.title, document.language, document.published) == (
        "La grappe optique",
        "fr",
        "2020-05-03",
    )
    assert document.media_type == "text/html"
    assert outline(document, passages) == [
        ("heading", 1, "La grappe optique"),
        ("paragraph", None, "Elle réunit les entreprises, les centres et les écoles."),
        ("paragraph", None, "texte nu"),
        ("heading", 2, "Membres"),
        ("item", 1, "Alpha"),
        ("item", 2, "Alpha Nord"),
        ("item", 1, "Bêta inc."),
        ("cell", None, "Nom"),
        ("cell", None, "Ville"),
        ("cell", None, "Alpha"),
        ("cell", None, "Alma"),
        ("heading", 2, "Mise en page"),
        ("paragraph", None, "Un tableau qui n’en est pas un."),
        ("footer", None, "Source : le secrétariat"),
        ("footer", None, "© La grappe"),
    ]
    assert [(p.table, p.row, p.column) for p in passages if p.kind == "cell"] == [
        (0, 0, 0), (0, 0, 2), (0, 1, 0), (0, 1, 2),
    ]  # fmt: skip
    assert passages[6].headings == (0, 3)


def test_html_that_would_explode_is_refused_or_read(tmp_path: Path) -> None:
    deep = "<html><body><p>avant</p>" + "<div>" * 20_000 + "fond" + "</div>" * 20_000 + "</body></html>"
    assert refused(write(tmp_path / "deep.html", deep)).code == "too_deep"
    laughs = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><html><body><p>&b;</p></body></html>'
    document, _ = read(write(tmp_path / "l.html", laughs))
    assert len(document.text) < 100
    assert (
        refused(write(tmp_path / "e.html", "<html><body><script>x</script></body></html>")).code == "no_text"
    )
    document, _ = read(write(tmp_path / "open.html", "<html><body><p>un<p>deux<li>trois<td>quatre"))
    assert document.text == "un\n\ndeux\n\ntrois\n\nquatre"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<ul>",
                    "</ul>",
                    "<li>",
                    "<table>",
                    "</table>",
                    "<tr>",
                    "<td>",
                    "</td>",
                    "<h2>",
                ),
                *(
                    "</h2>",
                    "<footer>",
                    "</footer>",
                    "<br>",
                    "<nav>",
                    "</nav>",
                    "texte",
                    "é",
                    "&amp;",
                    "<script>",
                ),
                *("</script>", "<div>", "</div>", "<!--", "-->"),
            ]
        ),
        max_size=40,
    )
)
def test_any_page_keeps_the_law_of_offsets(tmp_path: Path, pieces: list[str]) -> None:
    document, _ = read(write(tmp_path / "any.html", "<html><body><p>début</p>" + " ".join(pieces)))
    assert document.text.startswith("début")


def word_file(path: Path) -> Path:
    document = docx.Document()
    document.core_properties.title = "Plan de la grappe"
    document.add_heading("Plan", 0)
    document.add_paragraph("Montréal, le 3 mai 2016 – Le plan est adopté par les membres.")
    document.add_heading("Actions", 1)
    document.add_paragraph("former", style="List Bullet")
    document.add_paragraph("exporter", style="List Number 2")
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(("Nom", "Ville", "Alpha", "Alma")):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph("Source : les membres")
    document.sections[0].footer.paragraphs[0].text = "La grappe, 2016"
    document.save(str(path))
    return path


def test_a_word_document(tmp_path: Path) -> None:
    document, passages = read(word_file(tmp_path / "p.docx"))
    assert (document.title, document.language, document.published) == (
        "Plan de la grappe",
        "fr",
        "2016-05-03",
    )
    assert outline(document, passages) == [
        ("heading", 1, "Plan"),
        ("paragraph", None, "Montréal, le 3 mai 2016 – Le plan est adopté par les membres."),
        ("heading", 1, "Actions"),
        ("item", 1, "former"),
        ("item", 2, "exporter"),
        ("cell", None, "Nom"),
        ("cell", None, "Ville"),
        ("cell", None, "Alpha"),
        ("cell", None, "Alma"),
        ("footer", None, "Source : les membres"),
        ("footer", None, "La grappe, 2016"),
    ]
    assert [(p.table, p.row, p.column) for p in passages if p.kind == "cell"] == [
        (0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1),
    ]  # fmt: skip


def test_damaged_and_dangerous_word_documents(tmp_path: Path) -> None:
    path = word_file(tmp_path / "p.docx")
    content = path.read_bytes()
    assert refused(write(tmp_path / "cut.docx", content[: len(content) // 2])).code == "damaged_file"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert refused(write(tmp_path / "old.doc", ole)).code == "unknown_format"
    locked = ole + "EncryptedPackage".encode("utf-16-le")
    assert refused(write(tmp_path / "locked.docx", locked)) == Problem("protected_file", "locked.docx")
    for name, body in (("bomb", b" " * 90_000_000), ("broken", b"<w:document"), ("deep", b"<a>" * 100_000)):
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / f"{name}.docx", "w", 8) as new:
            for member in old.namelist():
                new.writestr(member, body if member == "word/document.xml" else old.read(member))
    assert refused(tmp_path / "bomb.docx").code == "archive_too_large"
    assert refused(tmp_path / "broken.docx").code == "damaged_file"
    assert refused(tmp_path / "deep.docx").code == "damaged_file"
    with zipfile.ZipFile(tmp_path / "z.docx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refused(tmp_path / "z.docx").code == "unknown_format"


def pdf_file(path: Path, pages: list[list[tuple[str, int, int, int]]], trailer: str = "") -> Path:
    """A PDF by hand: each page is a list of (text, x, y, size); *trailer* adds keys to the trailer."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    kids = []
    for page in pages:
        drawn = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for text, x, y, size in page)
        objects.append(f"<</Length {len(drawn.encode('cp1252'))}>>\nstream\n{drawn}endstream")
        resources = "/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R{resources}/Contents {len(objects)} 0 R>>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>"
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(content)}\n%%EOF"
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()
    return write(path, content)


def test_a_pdf_with_headings_running_heads_and_pages(tmp_path: Path) -> None:
    def page(number: int, *lines: tuple[str, int, int, int]) -> list[tuple[str, int, int, int]]:
        return [("Rapport annuel", 72, 760, 9), *lines, (f"Page {number}", 72, 30, 9)]

    pages = [
        page(
            1,
            ("Le secteur en région", 72, 700, 20),
            ("Le secteur compte quarante entreprises dans la ré-", 72, 660, 11),
            ("gion et trois centres de recherche.", 72, 646, 11),
            ("Un second paragraphe, après un blanc.", 72, 610, 11),
        ),
        page(
            2,
            ("Formation", 72, 700, 15),
            ("• trois écoles", 72, 660, 11),
            ("• un collège", 72, 646, 11),
        ),
        page(3, ("Le texte de la dernière page est court.", 72, 700, 11), ("Source : enquête", 72, 640, 11)),
    ]
    document, passages = read(pdf_file(tmp_path / "r.pdf", pages))
    assert (document.pages, document.title, document.language) == (3, "Le secteur en région", "fr")
    found = [(p.page, *piece) for p, piece in zip(passages, outline(document, passages), strict=True)]
    assert found == [
        (1, "footer", None, "Rapport annuel"),
        (1, "heading", 1, "Le secteur en région"),
        (1, "paragraph", None, found[2][3]),
        (1, "paragraph", None, "Un second paragraphe, après un blanc."),
        (1, "footer", None, "Page 1"),
        (2, "footer", None, "Rapport annuel"),
        (2, "heading", 2, "Formation"),
        (2, "item", 1, "trois écoles"),
        (2, "item", 1, "un collège"),
        (2, "footer", None, "Page 2"),
        (3, "footer", None, "Rapport annuel"),
        (3, "paragraph", None, "Le texte de la dernière page est court."),
        (3, "footer", None, "Source : enquête"),
        (3, "footer", None, "Page 3"),
    ]
    assert (
        found[2][3] == "Le secteur compte quarante entreprises dans la région et trois centres de recherche."
    )
    assert passages[7].headings == (1, 6)


def test_lines_of_a_pdf_that_end_early_end_their_passage(tmp_path: Path) -> None:
    page = [
        ("former la relève", 72, 700, 11),
        ("exporter davantage vers les voisins et, autant que faire se peut, vers l’Europe et", 72, 686, 11),
        ("l’Asie", 72, 672, 11),
        ("Un dernier élément.", 72, 658, 11),
    ]
    document, passages = read(pdf_file(tmp_path / "e.pdf", [page]))
    assert [piece for _, _, piece in outline(document, passages)] == [
        "former la relève",
        "exporter davantage vers les voisins et, autant que faire se peut, vers l’Europe et l’Asie",
        "Un dernier élément.",
    ]


def test_pdfs_that_can_not_be_read(tmp_path: Path) -> None:
    assert refused(pdf_file(tmp_path / "scan.pdf", [[], []])) == Problem("no_text", "scan.pdf")
    assert refused(write(tmp_path / "cut.pdf", b"%PDF-1.7\n1 0 obj\n")).code == "damaged_file"
    encrypted = f"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'11' * 32}>/U<{'22' * 32}>>>"
    path = pdf_file(tmp_path / "locked.pdf", [[("secret", 72, 700, 11)]], encrypted)
    assert refused(path).code == "protected_file"


def test_pdfium_is_released(tmp_path: Path) -> None:
    path = pdf_file(tmp_path / "r.pdf", [[("Un texte assez long pour une langue", 72, 700, 11)]])
    assert [read(path)[0].text for _ in range(3)] == ["Un texte assez long pour une langue"] * 3
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == 1
