"""Formats and damage: what a file is, its content says; what can't be read is refused before it costs."""

import random
import struct
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sheets import codes, read, said, write_text, write_xlsx

from grappe.intake.archives import check_archive
from grappe.intake.encodings import detect_encoding
from grappe.statements import GrappeError, Problem

SAMPLES = Path(__file__).parent / "samples"
LIST = "Nom;Ville;Effectif;Description\nAlpha;Québec;1 234;« œuvre » à l’été\nBêta;Lévis;5;\n"
SAID = [
    ("csv!A2", "name", "Alpha"),
    ("csv!B2", "municipality", "Québec"),
    ("csv!C2", "employees", "1234"),
    ("csv!D2", "description", "« œuvre » à l’été"),
    ("csv!A3", "name", "Bêta"),
    ("csv!B3", "municipality", "Lévis"),
    ("csv!C3", "employees", "5"),
]


def refused(path: Path, **options: object) -> Problem:
    with pytest.raises(GrappeError) as refusal:
        read(path, **options)  # type: ignore[arg-type]
    (problem,) = refusal.value.problems
    assert problem.file == path.name
    assert problem.describe("fr") != problem.describe("en")
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = write_text(tmp_path / "l.csv", LIST, encoding)
    assert (said(read(path)[0]), read(path)[1]) == (SAID, [])


@pytest.mark.parametrize("encoding", ["latin-1", "mac_roman", "cp850"])
def test_old_encodings(tmp_path: Path, encoding: str) -> None:
    text = LIST.replace("œ", "o").replace("’", "'")
    statements, problems = read(write_text(tmp_path / "l.csv", text, encoding))
    assert problems == []
    assert [s.value for s in statements if s.property in ("municipality", "name")] == [
        "Alpha", "Québec", "Bêta", "Lévis",
    ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";"])
def test_any_delimiter_with_lines_above_the_titles(tmp_path: Path, delimiter: str) -> None:
    lines = ["Membres, en 2025", "", delimiter.join(("Company", "City", "Email"))]
    lines += [delimiter.join(("Alpha", "Québec", "a@alpha.example"))]
    statements, problems = read(write_text(tmp_path / "l.tsv", "\r\n".join(lines)))
    assert problems == []
    assert said(statements) == [
        ("csv!A4", "name", "Alpha"),
        ("csv!B4", "municipality", "Québec"),
        ("csv!C4", "email", "a@alpha.example"),
    ]


def test_quoted_cells_and_excel_s_own_first_line(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", 'sep=;\nNom;Secteurs\n"Alpha; inc.";"Santé\nDéfense"\n')
    assert said(read(path)[0]) == [
        ("csv!A3", "name", "Alpha; inc."),
        ("csv!B3", "sector", "Santé"),
        ("csv!B3", "sector", "Défense"),
    ]


def test_a_broken_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes("Nom\nÉté\n".encode() + b"caf\xe9\n")
    assert refused(path) == Problem("unknown_encoding", "l.csv", found="UTF-8, ligne/line 3")
    path.write_bytes(bytes(range(128, 256)) * 4)
    assert refused(path).code == "unknown_encoding"


def test_a_quote_never_closed_says_where(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", 'Nom\nAlpha\n"Bêta\n' + "x\n" * 100_000)
    problem = refused(path)
    assert (problem.code, problem.row) == ("damaged_file", 3)


@pytest.mark.parametrize("name", ["members.ods", "members.xls"])
def test_libreoffice_and_old_excel_workbooks(name: str) -> None:
    statements, problems = read(SAMPLES / name)
    assert said(statements) == [
        ("Membres!A4", "name", "Alpha optique"),
        ("Membres!B4", "municipality", "Québec"),
        ("Membres!C4", "employees", "40"),
        ("Membres!D4", "founded", "1998-05-03"),
        ("Membres!A5", "name", "Bêta"),
        ("Membres!B5", "municipality", "Québec"),
        ("Membres!C5", "employees", "12"),
    ]
    hidden = [Problem("hidden_rows", name, "Membres", found="5", severity="warning")]
    assert problems == (hidden if name.endswith("ods") else [])


def test_the_extension_does_not_matter(tmp_path: Path) -> None:
    assert said(read(write_text(tmp_path / "l.xlsx", LIST))[0]) == SAID
    page = (
        "<html><body><table><tr><th>Nom<th>Ville</tr>"
        "<tr><td rowspan=2>Alpha<td>Lévis</tr><tr><td>Laval</table>"
    )
    statements, _ = read(write_text(tmp_path / "l.xls", page))
    assert said(statements) == [
        ("table1!A2", "name", "Alpha"),
        ("table1!B2", "municipality", "Lévis"),
        ("table1!A3", "name", "Alpha"),
        ("table1!B3", "municipality", "Laval"),
    ]
    path = write_xlsx(tmp_path / "x.xlsx", ("M", [["Nom"], ["Alpha"]]))
    assert said(read(path.rename(tmp_path / "x.csv"))[0]) == [("M!A2", "name", "Alpha")]


def test_what_is_no_spreadsheet_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.xlsx").code == "file_missing"
    (tmp_path / "empty.csv").write_bytes(b"")
    assert refused(tmp_path / "empty.csv") == Problem("file_empty", "empty.csv", expected="table")
    (tmp_path / "p.xls").write_bytes(b"%PDF-1.7\n")
    assert refused(tmp_path / "p.xls").found == "PDF"
    assert refused(write_xlsx(tmp_path / "e.xlsx", ("A", []), ("B", []))).code == "file_empty"
    assert refused(write_xlsx(tmp_path / "n.xlsx", ("A", [["Loyer", 12]]))).code == "no_header"
    (tmp_path / "j.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    assert refused(tmp_path / "j.xls").code == "damaged_file"


def test_protected_workbooks_are_refused(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000_000 + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "p.xlsx").write_bytes(content)
    assert refused(tmp_path / "p.xlsx") == Problem("protected_file", "p.xlsx")
    with zipfile.ZipFile(tmp_path / "p.ods", "w") as archive:
        archive.writestr("content.xml", b"noise")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    assert refused(tmp_path / "p.ods") == Problem("protected_file", "p.ods")


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.99])
def test_a_truncated_workbook_is_damaged(tmp_path: Path, cut: float) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", ("M", [["Nom"], *([f"n{i}"] for i in range(500))]))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    assert refused(path).code == "damaged_file"


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_old_workbook_never_takes_the_process_with_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray((SAMPLES / "members.xls").read_bytes())
    for _ in range(40):
        content[chance.randrange(8, 1024)] = chance.randrange(256)
    path = tmp_path / "d.xls"
    path.write_bytes(content[: chance.randrange(600, len(content))])
    with pytest.raises(GrappeError) as refusal:
        read(path)
    assert codes(refusal.value.problems) == ["damaged_file"]


def with_member(path: Path, name: str, content: bytes) -> Path:
    """The workbook with one member's content replaced."""
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = with_member(write_xlsx(tmp_path / "b.xlsx", ("M", [["Nom"]])), SHEET, b" " * 80_000_000)
    assert path.stat().st_size < 200_000
    problem = refused(path)
    assert (problem.code, problem.found) == ("archive_too_large", "80 MB")
    small = write_xlsx(tmp_path / "s.xlsx", ("M", [["Nom"], ["Alpha"]]))
    assert refused(small, unfolded_limit=1000).code == "archive_too_large"


def test_a_zip_bomb_that_lies_about_its_size_is_refused_while_unfolding(tmp_path: Path) -> None:
    path = with_member(write_xlsx(tmp_path / "b.xlsx", ("M", [["Nom"]])), SHEET, b" " * 80_000_000)
    true_size, lie = struct.pack("<I", 80_000_000), struct.pack("<I", 1000)
    path.write_bytes(path.read_bytes().replace(true_size, lie))
    with pytest.raises(GrappeError) as refusal:
        check_archive(path)
    assert codes(refusal.value.problems) == ["archive_too_large"]


def test_entities_and_far_cells_do_not_explode(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    path = with_member(write_xlsx(tmp_path / "l.xlsx", ("M", [["Nom"]])), SHEET, laughs)
    assert refused(path).code == "damaged_file"
    far = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    problem = refused(with_member(path, SHEET, far))
    assert (problem.code, problem.sheet, problem.found) == ("area_too_large", "M", "XFD1048576")


def test_a_million_empty_rows_cost_little(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "e.xlsx", ("M", [["Nom"], ["Alpha"]]))
    cell = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'
    head = ("<worksheet><sheetData>" + cell.format(1, "Nom") + cell.format(2, "Alpha")).encode()
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_000_000))
    with_member(path, SHEET, head + empty + b"</sheetData></worksheet>")
    assert said(read(path)[0]) == [("M!A2", "name", "Alpha")]
    (tmp_path / "e.csv").write_bytes(b"Nom,Ville\n" + b",\n" * 1_000_000 + b"Alpha,\n")
    assert said(read(tmp_path / "e.csv")[0]) == [("csv!A1000002", "name", "Alpha")]


def test_repeated_rows_of_ods_are_counted_not_laid_out(tmp_path: Path) -> None:
    def with_row(name: str, row: str) -> Path:
        path = tmp_path / name
        path.write_bytes((SAMPLES / "members.ods").read_bytes())
        with zipfile.ZipFile(path) as archive:
            content = archive.read("content.xml").decode()
        return with_member(
            path, "content.xml", content.replace("</table:table>", row + "</table:table>").encode()
        )

    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
    assert len(read(with_row("empty.ods", rows))[0]) == 7
    full = (
        '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    )
    rows = (
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="999999999999">'
        f"{full}</table:table-row>"
    )
    assert refused(with_row("full.ods", rows)).code == "area_too_large"


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    assert refused(write_text(tmp_path / "l.csv", "Nom\n" + "x" * 12_000_000)).code == "too_large"


@pytest.mark.slow
def test_fifty_thousand_rows_stay_under_600_megabytes(tmp_path: Path) -> None:
    rows = [["Nom", "Ville", *(f"Colonne {i}" for i in range(18))]]
    rows += [
        [f"Entreprise {n}", f"Ville {n % 900}", *(f"texte {n} {i}" for i in range(18))] for n in range(50_000)
    ]
    path = write_xlsx(tmp_path / "big.xlsx", ("M", rows))
    program = (
        "import re, sys; from pathlib import Path; from grappe.statements import Source;"
        "from grappe.intake.spreadsheets import read_spreadsheet as read;"
        "count = sum(1 for _ in read(Path(sys.argv[1]), Source('s', 't', 'p', 'l')));"
        # Not ru_maxrss: a child inherits its parent's.
        "status = Path('/proc/self/status').read_text();"
        "print(count, int(re.search(r'VmHWM:\\s+(\\d+)', status).group(1)) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    count, megabytes = (int(word) for word in done.stdout.split())
    assert (count, megabytes < 600) == (100_018, True), done.stdout


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=400), encoding=st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_any_text_gives_records_or_one_clear_refusal(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(("Nom,Ville\n" + text).encode(encoding, "replace"))
    assert detect_encoding(path) == encoding
    with suppress(GrappeError):
        statements, problems = read(path)
        assert all(problem.describe("fr") for problem in problems)
        assert all(statement.value for statement in statements)
