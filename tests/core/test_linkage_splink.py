"""The probabilistic model: learnt without labels, the same links on DuckDB and on Spark."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.linkage.splinking import link_by_splink, train_splink

HEADERS = ("id", "name", "address", "city", "postal_code")
PARTS = (
    "al",
    "bo",
    "cri",
    "del",
    "fen",
    "gra",
    "hul",
    "ist",
    "kor",
    "lum",
    "mar",
    "nov",
    "ost",
    "pra",
    "qui",
    "ros",
)


def lists(rows=400, seed=3):
    """Two lists of made-up organisations; half of the left ones are right ones in another form."""
    chance = random.Random(seed)
    name = lambda: "".join(chance.choice(PARTS) for _ in range(3)).capitalize()  # noqa: E731
    right = [
        {"id": f"r{n}", "name": f"{name()} {name()} inc.", "address": f"{n} rue {name()}",
        "city": f"Ville {n % 20}",
         "postal_code": f"G{n % 10}A {n % 9}B{n % 7}"}
        for n in range(rows)
    ]  # fmt: skip
    left = [
        {**row, "id": f"l{n}", "name": row["name"].replace(" inc.", " ltée")}
        if n % 2 else {"id": f"l{n}", "name": f"{name()} {name()}", "city": f"Ville {n % 20}"}
        for n, row in enumerate(right)
    ]  # fmt: skip
    return left, right


def answers(links):
    return [(one.left_id, one.right_id, one.rank, one.decision) for one in links]


def test_rows_in_another_form_come_first():
    left, right = lists()
    first = {one.left_id: one.right_id for one in link_by_splink(left, right) if one.rank == 1}
    assert {n: first.get(f"l{n}") for n in range(1, 400, 2)} == {n: f"r{n}" for n in range(1, 400, 2)}


def test_a_model_is_learnt_the_same_twice_and_links_the_same():
    left, right = lists(200)
    model = train_splink(left, right)
    assert model["version"] == 1
    again = link_by_splink(list(reversed(left)), list(reversed(right)), model=model)
    assert answers(again) == answers(link_by_splink(left, right, model=model))


def test_identifiers_decide_here_too():
    left, right = lists(100)
    left[1]["neq"], right[1]["neq"] = "1140000000", "1140000001"
    left[3]["neq"], right[3]["neq"] = "1140000002", "1140000002"
    found = {(one.left_id, one.right_id): one.decision for one in link_by_splink(left, right)}
    assert found["l1", "r1"] == "none"
    assert found["l3", "r3"] == "match"


def test_a_key_that_all_share_blocks_nothing():
    same = [{"id": f"x{n}", "name": "Essai", "website": "https://essai.example"} for n in range(3000)]
    assert list(link_by_splink(same, [{**row, "id": row["id"].replace("x", "y")} for row in same])) == []


def test_another_version_is_refused():
    with pytest.raises(ValueError, match="version"):
        next(link_by_splink([], [], model={"version": 0, "engine": "splink", "settings": {}}))


def write_lists(folder, rows):
    paths = []
    for name, side in zip(("left", "right"), lists(rows), strict=True):
        path = folder / f"{name}.csv"
        lines = [",".join(row.get(h, "") for h in HEADERS) for row in side]
        path.write_text("\n".join([",".join(HEADERS), *lines]), "utf-8")
        paths.append(str(path))
    return paths


def test_the_command_learns_and_links(tmp_path):
    paths = write_lists(tmp_path, 120)
    model, out = tmp_path / "model.json", tmp_path / "links.csv"
    assert CliRunner().invoke(main, ["link", "train", *paths, "--out", str(model)]).exit_code == 0
    done = CliRunner().invoke(
        main, ["link", *paths, "--engine", "duckdb", "--model", str(model), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8").splitlines()[1].startswith("l1,r1,1,")


@pytest.mark.slow
def test_spark_gives_the_links_of_duckdb(tmp_path):
    pytest.importorskip("pyspark", reason='pip install "grappe[spark]"')
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    paths = write_lists(tmp_path, 600)
    grappe = str(Path(sys.executable).parent / "grappe")
    model = str(tmp_path / "model.json")
    subprocess.run([grappe, "link", "train", *paths, "--out", model], check=True, capture_output=True)
    written = {}
    for engine in ("duckdb", "spark"):
        out = tmp_path / f"{engine}.csv"
        command = [grappe, "link", *paths, "--engine", engine, "--model", model, "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True)
        written[engine] = out.read_text("utf-8")
    assert written["spark"] == written["duckdb"]
    assert written["duckdb"].count("\n") > 300
