"""The demonstration workspace: what the public texts name is there, once, with its source and its date."""

import csv
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from grappe.cli import summary_line
from grappe.intake.recipes import load_recipe
from grappe.intake.registers import read_register
from grappe.intake.spreadsheets import load_mapping, read_spreadsheet
from grappe.intake.workspace import Workspace, load_workspace
from grappe.linkage.names import normalise_name
from grappe.pipeline import build
from grappe.statements import Problem, Statement

DEMO = Path(__file__).parents[2] / "demo" / "quebec"
DOCS = Path(__file__).parents[2] / "docs"

CLUSTERS = {
    "optonique": ("photonics", "Optonique"),
    "aero-montreal": ("aerospace", "Aéro Montréal"),
    "aluquebec": ("aluminium", "AluQuébec"),
    "mila": ("ai", "Mila – Institut québécois d’intelligence artificielle"),
    "actionmtl": ("audiovisual", "ActionMTL"),
    "mmode": ("fashion", "mmode"),
    "finance-montreal": ("finance", "Finance Montréal"),
    "cargom": ("logistics", "CargoM"),
    "montreal-invivo": ("life-sciences", "Montréal InVivo"),
    "technomontreal": ("ict", "TechnoMontréal"),
    "ecotech-quebec": ("cleantech", "Écotech Québec"),
}

#: Every organisation that the texts the project starts from name.
NAMED = """
Optonique | Aéro Montréal | Bell Helicopter Textron | Bombardier Aerospace | Pratt & Whitney
Ministry of Economy, Science and Innovation | AluQuébec | Alcoa | Rio Tinto | Alouette
Mila – Quebec Artificial Intelligence Institute | Université de Montréal | McGill University
Polytechnique Montréal | HEC Montréal | KPMG | TechnoMontréal | Montréal International
Ministère de l’Éducation et de l’Enseignement supérieur | ActionMTL | Québec Film and Television Council
Bureau du cinéma et de la télévision du Québec | Digital Dimension | Framestore | Hybride | Modus FX
Rodéo FX | Mokko | mmode | CEM | Finance Montréal | Canadian Derivatives Exchange
International Financial Centre of Montréal
Montréal Institute of Structured Finance and Derivatives | National Bank | Royal Bank of Canada
TD Bank | Caisse de dépôt et placement du Québec | BMO Financial Group | Desjardins Group | Standard Life
Statistics Canada | CargoM
Interuniversity Research Centre on Enterprise Networks, Logistics and Transportation
CIRRELT | Montréal International Logistics Institute | HEC Montréal’s Carrefour logistique | Air Canada
Canadian National | Canadian Pacific | Groupe Robert | Logistec | Oceanex | Purolator | Transforce | UPS
Montréal InVivo | Québec Consortium for Drug Discovery | NEOMED Institute
Personalized Medicine Partnership for Cancer | Covidien | GlaxoSmithKline | Halo | Charles River Laboratories
Preclinical Services Montréal | Medtronic of Canada | Merck | Pfizer Canada | Pharmascience | Quintiles
Sandoz Canada | Expertise recherche Québec | Bell | CGI | Google | IBM | SAP | Telus | Ubisoft | Videotron
Institut de la statistique du Québec | Écotech Québec | International Cleantech Network | World Wildlife Fund
Cleantech Group | Biothermica | Magnus | Newalta | Northex Environnement | Odotech | SCL Element
Sonitec-Vortisand | Volts | INO | C2MI | MiQro Innovation Collaborative Centre | Teledyne MEMS | Ciena
TeraXion
Ministère de l’Économie, de l’Innovation et de l’Énergie | Canada Economic Development for Quebec Regions
Invest in Canada
"""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load_workspace(DEMO)


@pytest.fixture(scope="module")
def records(workspace: Workspace) -> list[Statement | Problem]:
    """What all lists and registers of the workspace say, in order."""
    found: list[Statement | Problem] = []
    for file in workspace.sources:
        if file.reader == "spreadsheet":
            mapping = load_mapping(file.mapping) if file.mapping else None
            read = read_spreadsheet(file.path, file.source, mapping=mapping, codes=workspace.code_labels())
        elif file.reader == "register":
            read = read_register(file.path, file.source, load_recipe(file.recipe or ""))
        else:
            continue
        found += [record for record in read if isinstance(record, Statement | Problem)]
    return found


@pytest.fixture(scope="module")
def statements(records: list[Statement | Problem]) -> list[Statement]:
    return [record for record in records if isinstance(record, Statement)]


def named(statements: Iterable[Statement], *sources: str) -> dict[str, set[str]]:
    """Normalised name → the records that bear it, of *sources* or of all."""
    bearers: dict[str, set[str]] = {}
    for said in statements:
        if said.property == "name" and (not sources or said.source in sources):
            bearers.setdefault(normalise_name(said.value), set()).add(said.entity)
    return bearers


def test_nothing_is_refused_and_only_the_total_row_is_left_out(records: list[Statement | Problem]) -> None:
    problems = [record for record in records if isinstance(record, Problem)]
    assert [(p.code, p.sheet, p.severity) for p in problems] == [("row_left_out", "Chefs de file", "warning")]


def test_eleven_clusters_each_with_its_secretariat_its_word_and_its_sector(
    workspace: Workspace, statements: list[Statement]
) -> None:
    clusters = [code for code in workspace.codes if code.list == "cluster"]
    sectors = {code.code for code in workspace.codes if code.list == "sector"}
    names = {(s.entity, s.value) for s in statements if s.property == "name"}
    assert {code.code: code.extra["sector"] for code in clusters} == {
        code: sector for code, (sector, _) in CLUSTERS.items()
    }
    for code in clusters:
        sector, name = CLUSTERS[code.code]
        assert sector in sectors
        assert (code.extra["secretariat"], name) in names
        assert code.text_fr
        assert code.text_en


def test_every_organisation_that_the_texts_name_is_there(statements: list[Statement]) -> None:
    lists = named(statements, "grappes-mtl", "entente-ino-c2mi")
    lists |= named(statements, "presentations")
    wanted = [name.strip() for name in re.split(r"[|\n]", NAMED) if name.strip()]
    assert [name for name in wanted if normalise_name(name) not in lists] == []


def test_every_statement_has_a_publisher_and_a_date(
    workspace: Workspace, statements: list[Statement]
) -> None:
    sources = {file.source.id: file.source for file in workspace.sources}
    assert all(source.publisher and source.licence and source.chain for source in sources.values())
    assert [s for s in statements if not (s.valid_from or sources[s.source].published)] == []
    lists = [s for s in statements if sources[s.source].reader == "spreadsheet"]
    assert [s for s in lists if not s.valid_from] == []


def test_rows_of_several_publishers_each_name_theirs(statements: list[Statement]) -> None:
    compiled = [
        s for s in statements if s.source in ("grappes-mtl", "revue-de-presse", "capacites-photonique")
    ]
    assert [s for s in compiled if not s.asserted_by] == []


def test_several_organisations_are_in_more_than_one_cluster(statements: list[Statement]) -> None:
    clusters_of: dict[str, set[str]] = {}
    names = named(statements)
    for said in statements:
        if said.property == "cluster":
            clusters_of.setdefault(said.entity, set()).add(said.value)
    shared = {
        name: sorted(set().union(*(clusters_of.get(entity, set()) for entity in entities)))
        for name, entities in names.items()
    }
    assert {name: clusters for name, clusters in shared.items() if len(clusters) > 1} == {
        "mouvement desjardins": ["ecotech-quebec", "finance-montreal", "mila"],
        "desjardins group": ["ecotech-quebec", "finance-montreal", "mila"],
        "bell": ["ecotech-quebec", "technomontreal"],
        "fonds de solidarite ftq": ["aluquebec", "cargom"],
        "hec montreal": ["cargom", "mila"],
        "ibm": ["optonique", "technomontreal"],
    }


def test_ino_and_c2mi_have_both_names_descriptions_and_their_agreement(statements: list[Statement]) -> None:
    said = {
        (s.entity, s.property, s.language): s.value
        for s in statements
        if s.source in ("entente-ino-c2mi", "presentations") and s.qualifier is None
    }
    assert said["entente-ino-c2mi:ino", "name", "fr"] == "Institut national d’optique"
    assert said["entente-ino-c2mi:ino", "name", "en"] == "National Optics Institute"
    assert said["entente-ino-c2mi:c2mi", "name", "fr"] == "Centre de collaboration MiQro Innovation"
    assert said["entente-ino-c2mi:c2mi", "municipality", None] == "Bromont"
    for entity in ("ino", "c2mi"):
        for language in ("fr", "en"):
            assert said[f"entente-ino-c2mi:{entity}", "agreement", language]
            assert said[f"presentations:{entity}", "description", language]


def test_texts_come_in_both_languages(workspace: Workspace, statements: list[Statement]) -> None:
    assert [code.code for code in workspace.codes if bool(code.text_fr) != bool(code.text_en)] == []
    by_language: dict[str, set[tuple[str, str]]] = {"fr": set(), "en": set()}
    for said in statements:
        if said.property in ("description", "agreement", "offer") and said.language:
            by_language[said.language].add((said.entity, said.property))
    assert by_language["fr"] == by_language["en"]


def test_french_texts_have_their_no_break_spaces() -> None:
    texts = [line for line in (DEMO / "grappe.toml").read_text("utf-8").splitlines() if "_fr = " in line]
    for name in ("presentations.csv", "entente-ino-c2mi.csv", "documents/optonique-en-bref.md"):
        texts += (DEMO / name).read_text("utf-8").splitlines()
    assert [text for text in texts if re.search(r"[^|\s] [:;?!»]|« |\w'\w", text)] == []


def test_people_hold_a_dated_public_role(statements: list[Statement]) -> None:
    people = [s for s in statements if s.property == "person"]
    assert len(people) >= 20
    assert [s.value for s in people if ", " not in s.value or not s.valid_from] == []


def test_judgements_are_about_records_that_exist(statements: list[Statement]) -> None:
    known = {s.entity for s in statements}
    with (DEMO / "judgements.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["left"], row["right"]) for row in csv.DictReader(file)]
    assert [entity for pair in pairs for entity in pair if entity not in known] == []


def test_secretariats_stand_where_their_source_says(statements: list[Statement]) -> None:
    towns = {s.value for s in statements if s.source == "presentations" and s.property == "municipality"}
    assert towns == {"Montréal", "Québec", "Bromont"}


def test_built_it_has_each_organisation_once(workspace: Workspace, tmp_path: Path) -> None:
    import duckdb

    built = build(workspace, tmp_path / "out")
    for language in ("fr", "en"):
        tutorial = (DOCS / "tutorial" / f"ten-minutes.{language}.md").read_text("utf-8")
        assert summary_line(built, language) in tutorial
    with duckdb.connect(str(tmp_path / "out" / "ecosystem.duckdb"), read_only=True) as ecosystem:
        found = ecosystem.sql(
            "SELECT name_fr, name_en, acronym, kind, municipality, region, source_count FROM organisations "
            "WHERE acronym IN ('INO', 'C2MI') OR name_en = 'IBM' ORDER BY name_en"
        ).fetchall()
        twice = ecosystem.sql(
            "SELECT name_en FROM organisations WHERE len(clusters) > 1 ORDER BY name_en"
        ).fetchall()
        towns = ecosystem.sql("SELECT id FROM organisations WHERE name_fr = 'Bromont'").fetchall()
    assert found == [
        ("IBM", "IBM", None, "company", "Markham", None, 3),
        (
            "Centre de collaboration MiQro Innovation",
            "MiQro Innovation Collaborative Centre",
            "C2MI",
            "facility",
            "Bromont",
            "Estrie",
            4,
        ),
        (
            "Institut national d’optique",
            "National Optics Institute",
            "INO",
            "research",
            "Québec",
            "Capitale-Nationale",
            4,
        ),
    ]
    assert twice == [
        ("Bell",),
        ("Desjardins Group",),
        ("Fonds de solidarité FTQ",),
        ("HEC Montréal",),
        ("IBM",),
    ]
    assert towns == []
