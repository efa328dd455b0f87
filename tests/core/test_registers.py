"""Registers that are not as promised, and registers that are large."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grappe.intake.recipes import Assertions, ColumnMap, Recipe, load_recipe
from grappe.intake.registers import read_register
from grappe.statements import GrappeError, Problem, Source, Statement

SOURCE = Source("s", "A register", "Its publisher", "CC0-1.0")
RECIPE = Recipe(
    name="made",
    folder=Path("nowhere"),
    publisher="P",
    title="T",
    licence="CC0-1.0",
    url="https://example.org",
    format="csv",
    scheme="made",
    key="Id",
    delimiter=";",
    columns=(
        ColumnMap(("Nom",), "name", language="fr"),
        ColumnMap(("Fondation",), "founded", optional=True),
        ColumnMap(("État",), "status", values={"A": "active", "I": "inactive"}, optional=True),
        ColumnMap(("SCIAN",), "naics", split="|", optional=True),
    ),
    assertions=Assertions(max_refused=9.0),
)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "registre.csv"
    path.write_bytes(text.encode(encoding))
    return path


def said(path: Path, recipe: Recipe = RECIPE) -> list[tuple[str, str, str] | Problem]:
    return [
        (record.entity, record.property, record.value) if isinstance(record, Statement) else record
        for record in read_register(path, SOURCE, recipe)
        if isinstance(record, Statement | Problem)
    ]


def refusal(path: Path, recipe: Recipe = RECIPE) -> Problem:
    with pytest.raises(GrappeError) as caught:
        list(read_register(path, SOURCE, recipe))
    (problem,) = caught.value.problems
    return problem


def test_a_bad_value_is_a_problem_with_its_row_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path, "Id;Nom;Fondation;État;SCIAN\n1;Un;03/05/2016;A;3345|3341\n2;Deux;2016;Z;\n")
    assert said(path) == [
        ("made:1", "name", "Un"),
        Problem("bad_value", "registre.csv", row=2, column="founded", found="03/05/2016", expected="date"),
        ("made:1", "status", "active"),
        ("made:1", "naics", "3345"),
        ("made:1", "naics", "3341"),
        ("made:2", "name", "Deux"),
        ("made:2", "founded", "2016"),
        Problem(
            "bad_value",
            "registre.csv",
            row=3,
            column="status",
            found="Z",
            expected="one_of:En activité, Inactive, Dissoute|Active, Inactive, Dissolved",
        ),
    ]


def test_rows_of_another_shape_or_without_a_key_are_problems(tmp_path: Path) -> None:
    path = write(tmp_path, 'Id;Nom\n1;Un\n2\n\n;Sans clé\n5;"Sur\ndeux lignes"\n6;Six;de trop\n')
    assert said(path) == [
        ("made:1", "name", "Un"),
        Problem("bad_value", "registre.csv", row=3, found="1", expected="2"),
        Problem("missing_value", "registre.csv", row=5, column="Id", expected="Id"),
        ("made:5", "name", "Sur deux lignes"),
        Problem("bad_value", "registre.csv", row=7, found="3", expected="2"),
    ]


@pytest.mark.parametrize(
    ("promised", "found", "expected"),
    [
        (Assertions(min_rows=3), "rows = 2", "min_rows = 3"),
        (Assertions(max_rows=1), "rows > 1", "max_rows = 1"),
        (Assertions(min_filled={"founded": 0.6}), "founded = 0.500", "min_filled.founded = 0.6"),
        (Assertions(allowed={"Nom": ("Un",)}), "Nom = Deux (row 3)", "Un"),
    ],
)
def test_a_register_that_does_not_keep_its_promise_is_refused(
    tmp_path: Path, promised: Assertions, found: str, expected: str
) -> None:
    path = write(tmp_path, "Id;Nom;Fondation\n1;Un;1999\n2;Deux;\n")
    problem = refusal(path, replace(RECIPE, assertions=promised))
    assert problem == Problem("assertion_failed", "registre.csv", found=found, expected=expected)


def test_a_key_that_comes_back_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "Id;Nom\n1;Un\n1;Encore un\n")
    assert refusal(path) == Problem(
        "assertion_failed", "registre.csv", found="1 (row 3)", expected="unique_key = true"
    )


def test_too_many_refused_values(tmp_path: Path) -> None:
    path = write(tmp_path, "Id;Nom;Fondation\n1;Un;jamais\n2;Deux;hier\n")
    problem = refusal(path, replace(RECIPE, assertions=Assertions(max_refused=0.1)))
    assert (problem.found, problem.expected) == ("refused = 0.500", "max_refused = 0.1")


def test_wrong_encoding_missing_column_empty_and_missing_file(tmp_path: Path) -> None:
    latin = write(tmp_path, "Id;Nom\n1;Montréal\n", "latin-1")
    assert refusal(latin) == Problem("unknown_encoding", "registre.csv", found="utf-8: 0xe9")
    either = replace(RECIPE, encodings=("utf-8-sig", "cp1252"))
    assert said(latin, either) == [("made:1", "name", "Montréal")]
    assert refusal(write(tmp_path, "Id;Name\n1;Un\n")) == Problem(
        "missing_column", "registre.csv", found="Id, Name", expected="Nom"
    )
    assert refusal(write(tmp_path, "")) == Problem("file_empty", "registre.csv", expected="Id, Nom")
    assert refusal(tmp_path / "absent.csv") == Problem("file_missing", "absent.csv")


def test_filters_and_archives(tmp_path: Path) -> None:
    path = tmp_path / "registre.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lisez-moi.txt", "Bonjour")
        archive.writestr("donnees/registre.csv", "Id;Nom\n1;Un\n2;Deux\n")
    recipe = replace(RECIPE, member="*.csv", where={"Nom": ("Deux",)})
    assert said(path, recipe) == [("made:2", "name", "Deux")]
    assert refusal(path, replace(RECIPE, member="*.tsv")).file == "registre.zip/*.tsv"


def test_a_line_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "registre.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("registre.csv", "Id;Nom\n1;" + "A" * 20_000_000)
    assert refusal(path, replace(RECIPE, member="*.csv")).code == "damaged_file"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"id": 1}, {"id": "htt', "$[1]: "),
        ('[{"id": 1}', "$[1]: "),
        ('[{"id": 1}, oops]', "$[1]: oops]"),
        ('[{"id": "https://ror.org/0f1ct1v18"}]', "$[0]: KeyError"),
        ('{"id": 1}', '{"id": 1}'),
    ],
)
def test_truncated_or_malformed_json_is_refused(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "ror.json"
    path.write_text(text, "utf-8")
    recipe = replace(load_recipe("ror"), assertions=Assertions(max_refused=1.0))
    problem = refusal(path, recipe)
    assert (problem.code, problem.file, str(problem.found)[: len(found)]) == (
        "damaged_file",
        "ror.json",
        found,
    )


def test_json_items_longer_than_a_chunk_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "noms.json"
    items = [
        {"name": f"{'Long ' * 60_000}{number}", "country_code": "CA", "types": ["Other"]}
        for number in range(4)
    ]
    path.write_text(json.dumps(items, indent=1), "utf-8")
    records = list(read_register(path, SOURCE, "ror_names_2021"))
    assert [len(r.value) for r in records if isinstance(r, Statement) and r.property == "name"] == [
        300_001
    ] * 4


def test_two_editions_of_one_row_have_the_same_statement_id(tmp_path: Path) -> None:
    first = list(read_register(write(tmp_path, "Id;Nom\n1;Un\n"), SOURCE, RECIPE))
    later = list(read_register(write(tmp_path, "Id;Nom\n0;Zéro\n1;Un\n"), SOURCE, RECIPE))
    assert [r.id for r in first if isinstance(r, Statement)] == [
        r.id for r in later if isinstance(r, Statement)
    ][1:]


@pytest.mark.slow
def test_a_million_rows_stay_under_300_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "gleif.csv"
    header = (load_recipe("gleif").folder / "sample.csv").read_text("utf-8").splitlines()[0]
    column = {name: place for place, name in enumerate(header.split(","))}
    with path.open("w", encoding="utf-8") as file:
        file.write(header + "\n")
        for number in range(1_000_000):
            file.write(_lei_row(number, column) + "\n")
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from grappe.intake.registers import read_register\nfrom grappe.statements import Source\n"
        "start = time.monotonic()\n"
        "count = sum(1 for _ in read_register(Path(sys.argv[1]), Source('s', 't', 'p', 'l'), 'gleif'))\n"
        "rate = int(1e6 / (time.monotonic() - start))\n"
        # Not ru_maxrss: a child inherits its parent's.
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(count, rate, int(peak.split()[1]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, rows_per_second, peak_mb = map(int, done.stdout.split())
    print(f"{rows_per_second} rows/s, peak {peak_mb} MB")
    assert count == 9_000_000
    assert peak_mb < 300


def _lei_row(number: int, column: dict[str, int]) -> str:
    base = f"F1CT10N{number:011d}"
    check = 98 - int("".join(str(int(char, 36)) for char in base + "00")) % 97
    cells = [""] * len(column)
    cells[column["LEI"]] = f"{base}{check:02d}"
    cells[column["Entity.LegalName"]] = f"Optique fictive {number} inc."
    cells[column["Entity.LegalName.xmllang"]] = "fr"
    cells[column["Entity.LegalAddress.FirstAddressLine"]] = f"{number} rue de l’Exemple"
    cells[column["Entity.LegalAddress.City"]] = "Québec"
    cells[column["Entity.LegalAddress.Region"]] = "CA-QC"
    cells[column["Entity.LegalAddress.Country"]] = "CA"
    cells[column["Entity.LegalAddress.PostalCode"]] = "G1K 7P4"
    cells[column["Entity.EntityStatus"]] = "ACTIVE"
    cells[column["Entity.EntityCreationDate"]] = "1999-05-03"
    return ",".join(cells)
