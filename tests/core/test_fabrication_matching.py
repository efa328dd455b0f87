"""Who can do what is asked: wishes in words, limits, catalogues, and the matcher against brute force."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grappe.cli import main
from grappe.fabrication.catalogues import read_catalogue, read_pidinst
from grappe.fabrication.equipment import CONTAMINATION, Capability, Catalogue, Facility
from grappe.fabrication.matching import Wish, find_capabilities
from grappe.fabrication.pidinst import equipment_from_pidinst, equipment_to_pidinst
from grappe.fabrication.quantities import Range, read_range, show_range
from grappe.fabrication.taxonomy import as_turtle, terms
from grappe.fabrication.wishes import parse_wish
from grappe.statements.problems import GrappeError

ON = date(2027, 1, 11)
NM, MM = 1.0, 1e6


def _asked(wish: Wish) -> tuple:
    limits = {name: (one.low, one.high) for name, one in wish.limits.items()}
    wafer = wish.wafer_mm and (wish.wafer_mm.low / MM, wish.wafer_mm.high / MM)
    return wish.process, wish.materials, wafer, limits


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("etch 300 nm LNOI on 100 mm wafers", ("etch", ("lnoi",), (100, 100), {"thickness": (300, 300)})),
        (
            "graver 300 nm de LNOI sur des tranches de 100 mm",
            ("etch", ("lnoi",), (100, 100), {"thickness": (300, 300)}),
        ),
        ("dépôt d’or 0,1 µm", ("deposition", ("gold",), None, {"thickness": (100, 100)})),
        (
            "e-beam lithography, features of 50 nm, 25 wafers 4-inch",
            ("ebeam_lithography", (), (100, 100), {"feature": (None, 50)}),
        ),
        (
            "PECVD oxide 1 µm at most 300 °C on 150 mm",
            (
                *("pecvd", ("silicon_dioxide",), (150, 150)),
                {"thickness": (1000, 1000), "temperature": (None, 300)},
            ),
        ),
        (
            "Lithographie par contact, alignement de 1 µm, motifs de 2 µm, plaquettes de 6 po en silicium",
            (
                *("contact_lithography", ("silicon",), (150, 150)),
                {"alignment": (None, 1000), "feature": (None, 2000)},
            ),
        ),
        (
            "gravure sèche profonde DRIE 400 µm silicium",
            ("drie", ("silicon",), None, {"depth": (400000, 400000)}),
        ),
        (
            "collage de tranches InP sur silicium 200 mm",
            ("wafer_bonding", ("indium_phosphide", "silicon"), (200, 200), {}),
        ),
        (
            "RIE LNOI 300 nm tranches de 100 mm",
            ("rie", ("lnoi",), (100, 100), {"thickness": (300, 300)}),
        ),
        ("fibrage de verre de chalcogénure", ("fibre_draw", ("chalcogenide",), None, {})),
    ],
)  # fmt: skip
def test_a_wish_in_words_is_read_in_both_languages(text, asked):
    assert _asked(parse_wish(text)) == asked
    assert parse_wish(text).unread == ()


def test_what_was_not_understood_is_told():
    assert parse_wish("etch 300 nm of frobnium tomorrow").unread == ("frobnium", "tomorrow")
    assert parse_wish("25 wafers of silicon").quantity == 25


HEADER = (
    "site,nom,procédé,wafer_mm,épaisseur_nm,motif_min,materials_allowed,materials_forbidden,valide_au,as_of\n"
)
ROWS = """Nord,Graveur,dry_etch,100; 150,50-800,,semiconductor; lithium_niobate,metals,,2024
Sud,Graveur rapide,rie,25-76,10-2000,,,gold,,2012
Est,Vieux graveur,etch,100,50-800,,,,2019-12-31,2012
Ouest,Aligneur,contact_lithography,100,,2 µm,,,,
"""


def _csv(folder, text):
    path = folder / "catalogue.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_search_tells_who_can_and_why_the_others_cannot(tmp_path):
    verdicts = find_capabilities(
        parse_wish("graver 300 nm de LNOI sur des tranches de 100 mm"),
        read_catalogue(_csv(tmp_path, HEADER + ROWS)),
        on=ON,
    )
    told = {
        each.capability.name: (each.can, [one.describe("fr") for one in each.reasons if one.code != "stale"])
        for each in verdicts
    }
    assert told == {
        "Graveur": (True, []),
        "Vieux graveur": (
            False,
            [
                "matériau\u00a0: rien de publié, à demander (niobate de lithium sur isolant)",
                "n’est plus offert depuis le 2019-12-31",
            ],
        ),
        "Graveur rapide": (
            False,
            [
                "tranche trop grande\u00a0: 100\u00a0mm, au plus 76\u00a0mm",
                "matériau\u00a0: rien de publié, à demander (niobate de lithium sur isolant)",
            ],
        ),
        "Aligneur": (
            False,
            [
                "autre procédé\u00a0: lithographie par contact au lieu de gravure",
                "matériau\u00a0: rien de publié, à demander (niobate de lithium sur isolant)",
                "épaisseur\u00a0: rien de publié, à demander (300\u00a0nm)",
            ],
        ),
    }


def test_the_command_says_the_same(tmp_path):
    path = _csv(tmp_path, HEADER + ROWS)
    done = CliRunner().invoke(
        main,
        [
            "--lang",
            "en",
            "flow",
            "search",
            "contact lithography 1 µm on 4-inch wafers",
            str(path),
            "--refused",
            "0",
        ],
    )
    assert (done.exit_code, done.output) == (0, "")
    done = CliRunner().invoke(
        main, ["--lang", "en", "flow", "search", "features of 3 µm", str(path), "--refused", "1"]
    )
    assert done.output.splitlines()[0] == "✓ Ouest — Aligneur"


wafers = st.sampled_from([50 * MM, 100 * MM, 150 * MM, 200 * MM])
sizes = st.tuples(st.sampled_from([1, 10, 100, 1000]), st.sampled_from([1, 10, 100, 1000])).map(
    lambda ends: Range(float(min(ends)), float(max(ends)))
)
some_materials = st.frozensets(
    st.sampled_from(["silicon", "semiconductor", "gold", "metal", "lnoi"]), max_size=2
)
PROCESSES = ("etch", "dry_etch", "rie", "deposition", "pecvd")


@st.composite
def capabilities(draw):
    limits = {name: draw(sizes) for name in draw(st.sets(st.sampled_from(["thickness", "feature"])))}
    return Capability(
        "c", "f", draw(st.sampled_from(PROCESSES)), limits=limits,
        materials_allowed=draw(some_materials), materials_forbidden=draw(some_materials),
        wafer_mm=tuple(Range(each, each) for each in draw(st.sets(wafers, max_size=2))),
        contamination=draw(st.none() | st.sampled_from(CONTAMINATION)),
        valid_to=draw(st.sampled_from([None, date(2020, 1, 1), date(2030, 1, 1)])),
    )  # fmt: skip


@st.composite
def wishes(draw):
    limits = {name: draw(sizes) for name in draw(st.sets(st.sampled_from(["thickness", "feature"])))}
    wafer = draw(st.none() | wafers)
    return Wish(
        draw(st.none() | st.sampled_from(PROCESSES)),
        tuple(draw(st.sets(st.sampled_from(["silicon", "gold", "lnoi"]), max_size=2))),
        Range(wafer, wafer) if wafer else None,
        limits,
        draw(st.none() | st.sampled_from(CONTAMINATION)),
    )


KINDS = {"silicon": {"silicon", "semiconductor"}, "gold": {"gold", "noble_metal", "metal"},
         "lnoi": {"lnoi", "lithium_niobate", "electro_optic"}}  # fmt: skip
BRANCH = {"etch": {"etch", "dry_etch", "rie"}, "dry_etch": {"etch", "dry_etch", "rie"},
          "rie": {"etch", "dry_etch", "rie"}, "deposition": {"deposition", "pecvd"},
          "pecvd": {"deposition", "pecvd"}}  # fmt: skip


def breaks_a_limit(wish: Wish, one: Capability) -> bool:
    """Whether some published limit forbids it, by trying values one by one, not by comparing ranges."""
    if wish.process and one.process not in BRANCH[wish.process]:
        return True
    if wish.wafer_mm and one.wafer_mm and all(wish.wafer_mm.low != each.low for each in one.wafer_mm):
        return True
    for material in wish.materials:
        if KINDS[material] & one.materials_forbidden:
            return True
        if one.materials_allowed and not KINDS[material] & one.materials_allowed:
            return True
    for name, asked in wish.limits.items():
        if name in one.limits:
            wanted = [v for v in (1, 10, 100, 1000) if asked.low <= v <= asked.high]
            reached = [one.limits[name].low <= v <= one.limits[name].high for v in wanted]
            if not (all(reached) if name == "thickness" else any(reached)):
                return True
    rank = {name: at for at, name in enumerate(CONTAMINATION)}
    if wish.contamination and one.contamination and rank[wish.contamination] > rank[one.contamination]:
        return True
    return one.valid_to is not None and one.valid_to < ON


@given(wishes(), capabilities())
def test_the_matcher_agrees_with_brute_force(wish, capability):
    (verdict,) = find_capabilities(wish, Catalogue({"f": Facility("f", "f")}, {}, (capability,)), on=ON)
    assert verdict.can == (not breaks_a_limit(wish, capability))
    assert all(reason.describe(language) for reason in verdict.reasons for language in ("fr", "en"))


@pytest.mark.parametrize(
    ("cell", "low", "high", "shown"),
    [
        ("25-150", 25 * MM, 150 * MM, "25–150\u00a0mm"),
        ("≤ 0,5 µm", None, 500, "≤\u00a0500\u00a0nm"),
        ("1 µm à 2 mm", 1000, 2 * MM, "1–2000\u00a0µm"),
        ("3000 Å", 300, 300, "300\u00a0nm"),
    ],
)
def test_a_cell_s_range_is_read_and_shown(cell, low, high, shown):
    read = read_range(cell, "mm")
    assert (read.low, read.high, show_range(read, "en")) == (pytest.approx(low), pytest.approx(high), shown)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("wafer_mm", "150-100", "bad_value"),
        ("épaisseur_nm", "800-50", "bad_value"),
        ("épaisseur_nm", "50 furlong", "unknown_unit"),
        ("épaisseur_nm", "300 °C", "bad_value"),
        ("procédé", "alchimie", "bad_value"),
        ("materials_allowed", "kryptonite", "bad_value"),
        ("valide_au", "hier", "bad_value"),
        ("nom", "", "missing_value"),
    ],
)
def test_a_cell_to_mend_is_named_with_its_row(tmp_path, column, cell, code):
    names = HEADER.strip().split(",")
    row = dict.fromkeys(names, "") | {"site": "Nord", "nom": "Graveur", "procédé": "etch", column: cell}
    path = _csv(tmp_path, HEADER + ROWS + ",".join(row[name] for name in names) + "\n")
    with pytest.raises(GrappeError) as refused:
        read_catalogue(path)
    assert [(each.code, each.row) for each in refused.value.problems] == [(code, 6)]


def test_a_workbook_says_the_same_as_its_csv(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for line in (HEADER + ROWS).strip().splitlines():
        book.active.append(line.split(","))
    book.save(tmp_path / "catalogue.xlsx")
    assert read_catalogue(tmp_path / "catalogue.xlsx") == read_catalogue(_csv(tmp_path, HEADER + ROWS))


PIDINST = {
    "schemaVersion": "1.0",
    "identifier": {"identifierValue": "https://hdl.handle.net/21.T11998/X", "identifierType": "Handle"},
    "landingPage": "https://example.org/x",
    "name": "Graveur 1",
    "owners": [{"ownerName": "Nord", "ownerIdentifier":
                {"ownerIdentifierValue": "https://ror.org/000000000", "ownerIdentifierType": "ROR"}}],
    "manufacturers": [{"manufacturerName": "Maker"}],
    "model": {"modelName": "M-1"},
    "instrumentTypes": [{"instrumentTypeName": "etcher"}],
    "measuredVariables": [{"measuredVariable": "depth"}],
    "dates": [{"date": "2019-05-01", "dateType": "Commissioned"}],
    "relatedIdentifiers": [{"relatedIdentifierValue": "10.1/x", "relatedIdentifierType": "DOI",
                            "relationType": "IsDescribedBy"}],
    "alternateIdentifiers": [{"alternateIdentifierValue": "S1", "alternateIdentifierType": "SerialNumber"}],
}  # fmt: skip


def test_a_pidinst_record_comes_back_as_it_went(tmp_path):
    path = tmp_path / "one.json"
    path.write_text(json.dumps([PIDINST]), "utf-8")
    (read,) = read_pidinst(path)
    assert equipment_to_pidinst(read) == PIDINST
    assert equipment_from_pidinst(equipment_to_pidinst(read)) == read


@pytest.mark.parametrize(
    "broken", [{"name": "x"}, {"owners": [{"ownerName": "y"}]}, {"name": "x", "owners": []}]
)
def test_a_pidinst_record_without_name_or_owner_is_refused(broken):
    with pytest.raises(GrappeError):
        equipment_from_pidinst(broken)


@pytest.mark.parametrize("scheme", ["processes", "materials"])
def test_the_terms_are_a_tree_published_as_skos(scheme):
    for term in terms(scheme).values():
        assert term.broader is None or term.broader in terms(scheme), term.code
    turtle = as_turtle(scheme)
    assert turtle.count(" a skos:Concept ;") == len(terms(scheme))
    assert turtle.count("skos:broader ") == turtle.count("skos:narrower ")
    done = CliRunner().invoke(main, ["flow", "terms", scheme])
    assert done.output == turtle
