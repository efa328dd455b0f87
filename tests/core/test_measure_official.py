"""Official tables as published: what is hidden stays hidden, whatever number stands beside it."""

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.measure.offices import layouts
from grappe.measure.official import read_official, read_titled
from grappe.measure.tables import rows_of
from grappe.statements.problems import GrappeError

QCEW = """area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,month3_emplvl
"99001","5","10","71","0","2026","1","","900"
"99001","5","3345","76","0","2026","1","N","0"
"99001","5","3346","76","0","2026","1","","0"
"US000","5","10","11","0","2026","1","","9000"
"US000","5","3345","16","0","2026","1","","60"
"US000","3","3345","16","0","2026","1","","7"
"""
NAICS = "North American Industry Classification System (NAICS)"
STATCAN = f"""REF_DATE,GEO,DGUID,Employment size,{NAICS},UOM,VALUE,STATUS
2026-06,Québec,X,"Total, with employees",Navigational instruments [3345],Number,12,
2026-06,Québec,X,"Total, with employees","Total, all industries",Number,900,
2026-06,Québec,X,"Total, with employees",Oil and gas extraction [211],Number,,x
2026-06,Québec,X,1 to 4,Oil and gas extraction [211],Number,3,
"""
SCIAN = "Système de classification des industries de l'Amérique du Nord (SCIAN)"
STATCAN_FR = f"""PÉRIODE DE RÉFÉRENCE;GÉO;{SCIAN};VALEUR;STATUT
2026-06;Québec;Instruments [3345];12;
2026-06;Québec;Extraction [211];;F
"""
EUROSTAT = """DATAFLOW,freq,nace_r2,indic_sbs,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
X,A,C26,EMP,FR10,2024,1200,,
X,A,C27,EMP,FR10,2024,5,p c,
X,A,C28,EMP,FR10,2024,7,,C
X,A,C29,EMP,FR10,2024,:,,
X,A,C26,TURN,FR10,2024,99,,
"""


def test_a_zero_that_is_not_disclosed_is_no_zero(tmp_path):
    (tmp_path / "in.csv").write_text(QCEW, "utf-8")
    found = rows_of(read_official(tmp_path / "in.csv", "qcew", {"own_code": "5"}), "region", "industry")
    assert [(row["industry"], row["value"], row["period"]) for row in found] == [
        ("10", 900.0, "2026-1"), ("3345", None, "2026-1"), ("3346", 0.0, "2026-1"),
        ("10", 9000.0, "2026-1"), ("3345", 60.0, "2026-1"),
    ]  # fmt: skip


def test_statistics_canada_in_both_languages(tmp_path):
    total = {"Employment size": "Total, with employees"}
    (tmp_path / "in.csv").write_text(STATCAN, "utf-8")
    found = rows_of(read_official(tmp_path / "in.csv", "statcan", total), "industry")
    assert [(row["industry"], row["value"]) for row in found] == [
        ("211", None), ("3345", 12.0), ("Total, all industries", 900.0),
    ]  # fmt: skip
    (tmp_path / "in.csv").write_text(STATCAN_FR, "utf-8")
    french = rows_of(read_official(tmp_path / "in.csv", "statcan"), "industry")
    assert [tuple(row.values()) for row in french] == [
        ("Québec", "211", None, "2026-06"), ("Québec", "3345", 12.0, "2026-06"),
    ]  # fmt: skip


def test_eurostats_flags_hide(tmp_path):
    (tmp_path / "in.csv").write_text(EUROSTAT, "utf-8")
    found = rows_of(read_official(tmp_path / "in.csv", "eurostat", {"indic_sbs": "EMP"}), "industry")
    assert [(row["industry"], row["value"]) for row in found] == [
        ("C26", 1200.0), ("C27", None), ("C28", None), ("C29", None),
    ]  # fmt: skip


def test_what_is_not_as_published_is_told(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(QCEW.replace('"900"', '"9x0"'), "utf-8")
    with pytest.raises(GrappeError, match="row 2, column month3_emplvl: found “9x0”"):
        read_official(path, "qcew")
    with pytest.raises(GrappeError, match="GEO / GÉO"):
        read_official(path, "statcan")
    with pytest.raises(GrappeError, match="own"):
        read_official(path, "qcew", {"own": "5"})
    with pytest.raises(GrappeError, match="one of: eurostat, qcew, statcan"):
        read_official(path, "insee")
    path.write_text(QCEW, "utf-8")
    with pytest.raises(GrappeError, match="empty"):
        read_official(path, "qcew", {"own_code": "9"})


def test_every_layout_says_whose_it_is():
    for one in layouts().values():
        assert one.publisher
        assert one.licence
        assert one.url.startswith("https://")


def test_the_command_reads_a_layout(tmp_path):
    (tmp_path / "in.csv").write_text(QCEW, "utf-8")
    asked = (
        "--layout",
        "qcew",
        "--where",
        "own_code=5",
        "--total-industry",
        "10",
        "--reference-region",
        "US000",
    )
    done = CliRunner().invoke(main, ["measure", "lq", str(tmp_path / "in.csv"), *asked])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()[1:]
    assert sorted(line.split(",")[1:3] for line in lines) == [["3345", ""], ["3346", ""]]
    assert (
        CliRunner().invoke(main, ["measure", "lq", str(tmp_path / "in.csv"), "--where", "x"]).exit_code == 2
    )


def test_titles_come_with_their_code_taken_off(tmp_path):
    (tmp_path / "in.csv").write_text(STATCAN, "utf-8")
    kept = read_titled(tmp_path / "in.csv", "statcan", {"Employment size": "Total, with employees"})
    assert [(row["industry"], row["title"]) for row in rows_of(kept, "industry")] == [
        ("211", "Oil and gas extraction"),
        ("3345", "Navigational instruments"),
        ("Total, all industries", "Total, all industries"),
    ]
    (tmp_path / "in.csv").write_text(QCEW, "utf-8")
    plain = read_titled(tmp_path / "in.csv", "qcew", {"own_code": "3"})
    assert [(row["industry"], row["title"]) for row in rows_of(plain)] == [("3345", "3345")]
