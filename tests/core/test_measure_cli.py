"""``grappe measure``: files in, tables, drawings and records out; a bad file is told by row and column."""

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from hashlib import sha256

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.statements.figures import read_figure

LONG = """region,industry,value,period
A,x,10,2019
A,y,30,2019
B,x,20,2019
B,y,40,2019
A,x,15,2020
A,y,30,2020
B,x,20,2020
B,y,50,2020
"""
PLANTS = "industry,region,size\n" + "".join(
    f"{i},{r},{s}\n"
    for i, r, s in (("x", "A", 5), ("x", "A", 7), ("x", "B", 9), ("y", "B", 4), ("y", "A", 2))
)
POINTS = "x_km,y_km,industry,weight\n" + "".join(
    f"{(k * 37) % 50},{(k * 23) % 41},{'fo'[k % 3 > 0]},{k % 5 + 1}\n" for k in range(60)
)
STAGES = "organisation,stage,region\na,design,QC\nb,test,QC\nc,design,ON\n"
TIES = "organisation,partner\na,b\nb,c\n"
SPAN = ("--period-start", "2019", "--period-end", "2020")
COMMANDS = {
    "lq": (LONG, (), "region,industry,lq,lower,upper"),
    "stars": (LONG, (), "region,industry,stars"),
    "shift-share": (LONG, (*SPAN, "--region", "A"), "industry,national,industry_mix,competitive"),
    "growth": (LONG, SPAN, "region,industry,start,end,change,growth,yearly,cagr"),
    "eg": (PLANTS, (), "industry,G,H,gamma_eg,gamma_ms"),
    "gini": (LONG, ("--period", "2020"), "name,gini_lq,gini_lorenz,herfindahl"),
    "kdensity": (
        POINTS, ("--focus-industry", "f", "--simulations", "19"),
        "distance_km,k,local_lo,local_hi,global_lo,global_hi",
    ),
    "m": (
        POINTS, ("--focus-industry", "f", "--distances", "1", "20", "1", "--simulations", "19"),
        "distance_km,m,local_lo",
    ),
    "radius": (POINTS, ("--radius", "10"), "industry,radius,plants,inside,share,lower,upper"),
    "complexity": (LONG, ("--rca-threshold", "0.9"), "region,eci,diversity,industry,pci,ubiquity"),
    "relatedness": (LONG, (), "industry_a,industry_b,proximity"),
    "value-chain": (STAGES, ("--stages", "design,test,sale"), "stage,organisations,share,reference_share"),
    "cooperation": (TIES, (), "organisation,degree,strength,closeness,component"),
}  # fmt: skip


def run(*arguments, code=0):
    """What ``grappe`` said, having ended as it should."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == code, done.output + repr(done.exception)
    return done


def table(path):
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_writes_its_table_its_drawing_and_its_records(name, tmp_path):
    content, asked, columns = COMMANDS[name]
    (tmp_path / "in.csv").write_text(content, "utf-8")
    out, plot, record = tmp_path / "out.csv", tmp_path / "plot.svg", tmp_path / "record.jsonl"
    run("measure", name, tmp_path / "in.csv", *asked, "--out", out, "--plot", plot, "--record", record)
    assert out.read_text("utf-8").startswith(columns)
    assert ElementTree.parse(plot).getroot().tag.endswith("svg")
    for line in record.read_text("utf-8").splitlines():
        one = read_figure(json.loads(line))
        assert (one.method, one.status) == ("computed", "draft")
        assert one.formula.split(": ", 1)[1]
        assert f"in.csv sha256:{sha256(content.encode()).hexdigest()}" in one.note
    bare = run("measure", name, tmp_path / "in.csv", *asked)
    assert bare.stdout == out.read_text("utf-8")


def test_a_record_is_a_ledger_and_tells_the_interval(tmp_path):
    (tmp_path / "in.csv").write_text(LONG, "utf-8")
    record = tmp_path / "record.jsonl"
    done = run("measure", "lq", tmp_path / "in.csv", "--period", "2019", "--record", record)
    row = next(csv.DictReader(done.stdout.splitlines()))
    one = read_figure(json.loads(record.read_text("utf-8").splitlines()[0]))
    assert (one.subject, one.place, one.period, one.value) == ("x", "A", "2019", float(row["lq"]))
    assert one.uncertainty == pytest.approx((float(row["upper"]) - float(row["lower"])) / 2)
    assert "delta interval" in one.note
    run("figures", "check", record)


def test_every_command_is_covered():
    assert set(COMMANDS) == set(main.commands["measure"].commands)


def test_a_drawing_alone_has_its_table_beside_it_and_french_numbers(tmp_path):
    (tmp_path / "in.csv").write_text(LONG.replace(",10,", ",10.5,"), "utf-8")
    run(
        "--lang",
        "fr",
        "measure",
        "lq",
        tmp_path / "in.csv",
        "--period",
        "2019",
        "--plot",
        tmp_path / "lq.svg",
    )
    assert len(table(tmp_path / "lq.csv")) == 4
    assert "Quotient de localisation" in (tmp_path / "lq.svg").read_text("utf-8")
    assert re.search(r">\d,\d+<", (tmp_path / "lq.svg").read_text("utf-8"))


def test_shift_share_ends_with_its_total(tmp_path):
    (tmp_path / "in.csv").write_text(LONG, "utf-8")
    done = run("measure", "shift-share", tmp_path / "in.csv", *SPAN, "--region", "A")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    parts = [float(rows[-1][name]) for name in ("national", "industry_mix", "competitive")]
    assert rows[-1]["industry"] == "total"
    assert sum(parts) == pytest.approx(float(rows[-1]["change"]))


def test_every_industry_has_its_curve_and_the_summary_its_q(tmp_path):
    (tmp_path / "in.csv").write_text(POINTS, "utf-8")
    asked = ("--simulations", "19", "--distances", "0", "20", "5", "--out", tmp_path / "k.csv")
    done = run("measure", "kdensity", tmp_path / "in.csv", *asked, "--summary", tmp_path / "s.csv")
    assert len(table(tmp_path / "k.csv")) == 10
    summary = table(tmp_path / "s.csv")
    assert [row["industry"] for row in summary] == ["f", "o"]
    assert all(float(row["q"]) >= float(row["p"]) for row in summary)
    assert all(float(row["bandwidth_km"]) > 0 for row in summary)
    assert "h = " in done.stderr
    assert "border" in done.stderr


def test_an_industry_of_one_plant_is_told_and_the_others_measured(tmp_path):
    (tmp_path / "in.csv").write_text(POINTS + "3,3,alone,1\n", "utf-8")
    done = run("measure", "kdensity", tmp_path / "in.csv", "--distances", "0", "20", "5")
    assert "alone" in done.stderr
    assert {row["industry"] for row in csv.DictReader(done.stdout.splitlines())} == {"f", "o"}
    run("measure", "kdensity", tmp_path / "in.csv", "--focus-industry", "alone", code=3)


def test_suppressed_cells_and_their_marks_stay_suppressed(tmp_path):
    (tmp_path / "in.csv").write_text("region;industry;value\nA;x;(D)\nA;y;3\nB;x;..\nB;y;4\nC;x;5\n", "utf-8")
    done = run("measure", "lq", tmp_path / "in.csv")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    hidden = [(row["region"], row["lq"]) for row in rows if row["status"] == "suppressed"]
    assert hidden == [("A", ""), ("B", "")]
    assert "2 suppressed cells" in done.stderr


def test_plants_resampled_and_clusters_of_codes(tmp_path):
    (tmp_path / "plants.csv").write_text(PLANTS, "utf-8")
    (tmp_path / "in.csv").write_text(LONG, "utf-8")
    (tmp_path / "map.csv").write_text("code,cluster\nx,both\ny,both\n", "utf-8")
    done = run("measure", "lq", tmp_path / "plants.csv", "--interval", "bootstrap")
    assert len(done.stdout.splitlines()) == 5
    done = run("measure", "lq", tmp_path / "in.csv", "--clusters", tmp_path / "map.csv", "--period", "2019")
    assert [row["lq"] for row in csv.DictReader(done.stdout.splitlines())] == ["1.0", "1.0"]


def test_pairs_of_industries_by_plants(tmp_path):
    (tmp_path / "in.csv").write_text(PLANTS, "utf-8")
    once = run("measure", "eg", tmp_path / "in.csv", "--coagglomeration").stdout.splitlines()
    both = run("measure", "relatedness", tmp_path / "in.csv", "--index", "coi").stdout.splitlines()
    assert (once[0], len(once), len(both)) == ("industry_a,industry_b,gamma_c", 2, 3)
    assert once[1].split(",")[2] == both[1].split(",")[2]


BAD = {
    "negative": ("lq", LONG.replace(",30,2019", ",-30,2019"), ("row 3", "value", "“-30”", "not negative")),
    "text": ("lq", LONG.replace(",30,2019", ",abc,2019"), ("row 3", "“abc”")),
    "nan": ("lq", LONG.replace(",30,2019", ",NaN,2019"), ("row 3", "“NaN”")),
    "no region": ("lq", LONG.replace("A,y,30,2019", ",y,30,2019"), ("row 3", "region", "missing")),
    "no column": ("lq", LONG.replace("industry", "what"), ("“industry” is missing", "region, what")),
    "column twice": ("lq", LONG.replace("industry", "region"), ("same role", "region")),
    "empty": ("lq", "", ("in.csv",)),
    "header only": ("lq", "region,industry,value\n", ("in.csv",)),
    "ragged": ("lq", LONG + "A,x,1,2019,9,9\n", ("in.csv",)),
    "no coordinates": ("kdensity", POINTS.replace("37,23,", ",23,"), ("row 3", "x_km", "missing")),
    "no point": ("kdensity", "x_km,y_km\n1,2\n", ("two plants",)),
    "no size": ("eg", PLANTS.replace(",7", ",x"), ("row 3", "size", "“x”")),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_told_where_and_nothing_is_written(kind, tmp_path):
    name, content, told = BAD[kind]
    (tmp_path / "in.csv").write_text(content, "utf-8")
    done = run("measure", name, tmp_path / "in.csv", "--out", tmp_path / "out.csv", code=3)
    assert [word for word in told if word not in done.stderr] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_a_file_in_another_encoding_and_a_broken_parquet_are_told(tmp_path):
    (tmp_path / "in.csv").write_bytes("region,industry,value\nQuébec,x,1\n".encode("latin-1"))
    assert "in.csv" in run("measure", "lq", tmp_path / "in.csv", code=3).stderr
    (tmp_path / "in.parquet").write_bytes(b"PAR1 not really")
    assert "in.parquet" in run("--lang", "fr", "measure", "lq", tmp_path / "in.parquet", code=3).stderr


def test_parquet_and_french_titles_are_read(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = {"Région": ["A", "A", "B"], "Secteur": ["x", "y", "x"], "Emplois": [1, 2, 3]}
    pq.write_table(pa.table(rows), tmp_path / "in.parquet")
    assert len(run("measure", "lq", tmp_path / "in.parquet").stdout.splitlines()) == 4


def test_the_help_of_the_group_needs_no_library():
    import subprocess
    import sys

    code = (
        "import sys; from grappe.cli import main; main(['measure', '--help'], standalone_mode=False);"
        "print(sorted({'numpy', 'ibis', 'numba', 'duckdb', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_what_duckdb_gives(tmp_path):
    pytest.importorskip("pyspark")
    cells = "".join(
        f"R{r:02},I{i:02},{(r * 7919 + i * 104729) % 1000},{p}\n"
        for r in range(30) for i in range(20) for p in (2019, 2020)
    )  # fmt: skip
    (tmp_path / "in.csv").write_text("region,industry,value,period\n" + cells, "utf-8")
    for name, asked in (
        ("lq", ("--standardised",)),
        ("stars", ()),
        ("growth", SPAN),
        ("shift-share", (*SPAN, "--region", "R01")),
    ):
        found = []
        for engine in ("duckdb", "spark"):
            out = tmp_path / f"{name}-{engine}.csv"
            run("measure", name, tmp_path / "in.csv", *asked, "--engine", engine, "--out", out)
            found.append(table(out))
        assert len(found[0]) == len(found[1])
        for one, other in zip(*found, strict=True):
            for key in one:
                try:
                    assert float(other[key]) == pytest.approx(float(one[key]), rel=1e-9), (name, key)
                except ValueError:
                    assert other[key] == one[key], (name, key)
