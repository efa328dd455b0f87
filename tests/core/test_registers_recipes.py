"""Each recipe on its sample: the statements, exactly."""

from pathlib import Path

import pytest

from grappe.intake.classifications import Code, read_classification
from grappe.intake.recipes import load_recipe, read_recipe, recipe_names
from grappe.intake.registers import read_register
from grappe.statements import GrappeError, Problem, Source, Statement

SOURCE = Source("register", "A register", "Its publisher", "CC0-1.0", visibility="members")
RECIPES = (
    "corporations_canada",
    "gleif",
    "municipalities_qc",
    "naics",
    "noc",
    "odbus",
    "req",
    "ror",
    "ror_names_2021",
)
#: entity, property, value, qualifier, language, valid_from, valid_to, locator
Row = tuple[str, str, str, str | None, str | None, str | None, str | None, str]


def read_sample(name: str) -> list[Row]:
    recipe = load_recipe(name)
    sample = next(iter(recipe.folder.glob("sample*")))
    rows = []
    for record in read_register(sample, SOURCE, name):
        assert isinstance(record, Statement), record
        assert (record.source, record.method, record.extractor) == (
            "register",
            "imported",
            f"register/{name}",
        )
        assert (record.licence, record.visibility) == ("CC0-1.0", "members")
        said = (record.entity, record.property, record.value, record.qualifier, record.language)
        rows.append((*said, record.valid_from, record.valid_to, str(record.locator)))
    return rows


def about(entity: str, locator: str, *said: tuple[str, ...]) -> list[Row]:
    """Undated rows of one entity; *said*: property, value, then qualifier and language ("" for None)."""
    rows: list[Row] = []
    for prop, value, *rest in said:
        qualifier, language, at = [*rest, "", "", ""][:3]
        rows.append((entity, prop, value, qualifier or None, language or None, None, None, locator + at))
    return rows


def test_every_recipe_is_found_and_says_who_publishes_under_which_licence() -> None:
    assert recipe_names() == RECIPES
    for name in RECIPES:
        recipe = load_recipe(name)
        assert all((recipe.publisher, recipe.title, recipe.licence, recipe.url.startswith("https://")))
    assert [name for name in RECIPES if load_recipe(name).yields == "codes"] == [
        "municipalities_qc",
        "naics",
        "noc",
    ]


def test_corporations_canada() -> None:
    assert read_sample("corporations_canada") == [
        *about(
            "corporation:9999991",
            "row 2",
            ("corporation_number", "9999991"),
            ("name", "FICTIONAL OPTICS INC.", "legal"),
            ("name", "OPTIQUE FICTIVE INC.", "translation"),
            ("bn", "123456782"),
            ("legal_form", "Canada Business Corporations Act"),
            ("status", "active"),
            ("address", "1 rue de l'Exemple, Bureau 2"),
            ("municipality", "Québec"),
            ("province", "QC"),
            ("postal_code", "G1K 7P4"),
            ("country", "CA"),
        ),
        *about(
            "corporation:9999992",
            "row 3",
            ("corporation_number", "9999992"),
            ("name", "ELSEWHERE FICTION LTD.", "legal"),
            ("legal_form", "Canada Business Corporations Act"),
            ("status", "dissolved"),
            ("address", "1 Example Street"),
            ("municipality", "London"),
            ("postal_code", "SW1A 1AA"),
            ("country", "GB"),
        ),
    ]


def test_gleif_keeps_canadian_entities_and_the_kinds_of_their_names() -> None:
    assert read_sample("gleif") == about(
        "lei:F1CT10N0000000000093",
        "row 2",
        ("lei", "F1CT10N0000000000093"),
        ("name", "Optique Fictive inc.", "legal", "fr"),
        ("name", "Fictional Optics Inc.", "translation", "en"),
        ("name", "Lumière Fictive inc.", "former", "fr"),
        ("address", "1 rue de l’Exemple, Bureau 2"),
        ("municipality", "Québec"),
        ("province", "QC"),
        ("postal_code", "G1K 7P4"),
        ("country", "CA"),
        ("status", "active"),
        ("founded", "1999-05-03"),
    )


def test_odbus_leaves_out_what_the_publisher_does_not_know() -> None:
    assert read_sample("odbus") == [
        *about(
            "odbus:0000000000000000f1c7",
            "row 2",
            ("name", "Fictional Optics"),
            ("name", "Optique fictive", "other"),
            ("address", "1 Example Street, Moncton NB"),
            ("municipality", "Moncton"),
            ("province", "NB"),
            ("coordinates", "45.5, -73.6"),
            ("naics", "334511"),
            ("status", "active"),
            ("size", "small"),
        ),
        *about(
            "odbus:0000000000000000f1c8",
            "row 3",
            ("name", "Elsewhere Fiction"),
            ("municipality", "Dieppe"),
            ("province", "NB"),
            ("employees", "12"),
        ),
    ]


def test_req_reads_its_files_one_after_the_other() -> None:
    lens, number = "neq:1100000001", "neq:1100000002"
    rows = read_sample("req")
    assert [row for row in rows if row[5] or row[6]] == [
        (lens, "status", "active", None, None, "1999-05-03", None, "Entreprise.csv row 2"),
        (number, "status", "inactive", None, None, "2010-06-01", None, "Entreprise.csv row 3"),
        (lens, "name", "Optique fictive inc.", "legal", "fr", "2005-01-01", None, "Nom.csv row 2"),
        (lens, "name", "Fictional Optics Inc.", "translation", None, "2005-01-01", None, "Nom.csv row 2"),
        (lens, "name", "Lumière fictive inc.", "former", "fr", "1999-05-03", "2005-01-01", "Nom.csv row 3"),
        (lens, "name", "Les Lentilles imaginaires", "trade", "fr", "2006-02-01", None, "Nom.csv row 4"),
        (number, "name", "9000-0000 Québec inc.", "legal", "fr", "2001-01-01", None, "Nom.csv row 5"),
        (lens, "related_to", number, None, None, "2010-06-01", None, "FusionScissions.csv row 2"),
    ]
    assert [row for row in rows if not (row[5] or row[6])] == [
        *about(
            lens,
            "Entreprise.csv row 2",
            ("neq", "1100000001"),
            ("legal_form", "Société par actions ou compagnie"),
            ("founded", "1999-05-03"),
            ("offer", "Fabrication de lentilles imaginaires", "", "fr"),
            ("size", "small"),
            ("postal_code", "G1K 7P4"),
            ("municipality", "Québec"),
            ("province", "QC"),
            ("address", "1 rue de l'Exemple, BUREAU 2"),
        ),
        *about(
            number,
            "Entreprise.csv row 3",
            ("neq", "1100000002"),
            ("legal_form", "Société par actions ou compagnie"),
            ("founded", "2001-01-01"),
            ("postal_code", "H2Y 1C6"),
            ("municipality", "Montréal"),
            ("province", "QC"),
            ("address", "2 rue de l'Exemple"),
        ),
        *about(lens, "Etablissements.csv row 2", ("name", "La Lentille du coin", "trade", "fr")),
    ]


def test_ror_of_both_schemas_without_withdrawn_records() -> None:
    location = ".locations[0].geonames_details"
    city = ".addresses[0].geonames_city"
    assert read_sample("ror") == [
        *about(
            "ror:0f1ct1v18",
            "$[0]",
            ("ror", "0f1ct1v18"),
            ("name", "Institut fictif de la lumière", "", "fr", ".names[0].value"),
            ("name", "Fictional Institute of Light", "translation", "en", ".names[1].value"),
            ("name", "IFL", "acronym", "fr", ".names[2].value"),
            ("name", "Institut Lumière", "other", "", ".names[3].value"),
            ("kind", "research", "", "", ".types[1]"),
            ("status", "active", "", "", ".status"),
            ("founded", "1999", "", "", ".established"),
            ("website", "https://lumiere.example.org", "", "", ".links[0].value"),
            ("municipality", "Québec", "", "", f"{location}.name"),
            ("country", "CA", "", "", f"{location}.country_code"),
            ("province", "QC", "", "", f"{location}.country_subdivision_code"),
            ("identifier", "grid:grid.0.0", "", "", ".external_ids[0]"),
            ("part_of", "ror:0f1ct2v19", "", "", ".relationships[0].id"),
        ),
        *about(
            "ror:0f1ct2v19",
            "$[1]",
            ("ror", "0f1ct2v19"),
            ("name", "Université fictive", "", "", ".name"),
            ("name", "Fictional University", "translation", "en", ".labels[0].label"),
            ("name", "UF", "acronym", "", ".acronyms[0]"),
            ("kind", "education", "", "", ".types[0]"),
            ("status", "inactive", "", "", ".status"),
            ("website", "https://uf.example.org", "", "", ".links[0]"),
            ("municipality", "Montréal", "", "", f"{city}.city"),
            ("province", "QC", "", "", f"{city}.geonames_admin1.name"),
            ("country", "CA", "", "", ".country.country_code"),
            ("identifier", "grid:grid.0.2", "", "", ".external_ids.GRID"),
        ),
    ]


def test_ror_names_2021_are_keyed_by_name() -> None:
    assert read_sample("ror_names_2021") == about(
        "ror2021:institut-fictif-de-la-lumiere",
        "$[0]",
        ("name", "Institut fictif de la lumière", "", "", ".name"),
        ("kind", "research", "", "", ".types[0]"),
        ("country", "CA", "", "", ".country_code"),
    )


def test_municipalities_are_codes() -> None:
    assert read_sample("municipalities_qc") == about(
        "municipality:99999", "row 2", ("name", "Ville-Fictive"), ("region", "Estrie (05)")
    )


def test_classifications_are_codes_with_their_parents() -> None:
    instruments = "Navigational, measuring, medical and control instruments manufacturing"
    appliances = "Electrical equipment, appliance and component manufacturing"
    titles = (
        ("31-33", "Manufacturing", None),
        ("334", "Computer and electronic product manufacturing", "31-33"),
        ("3345", instruments, "334"),
        ("33451", instruments, "3345"),
        ("334511", "Navigational and guidance instruments manufacturing", "33451"),
        ("335", appliances, "31-33"),
    )
    expected: list[Row] = []
    for number, (code, title, parent) in enumerate(titles, start=2):
        said = [("name", title, "", "en")]
        if code == "334511":
            said.append(("description", "An invented definition for the sample.", "", "en"))
        if parent:
            said.append(("part_of", f"naics:{parent}", "", ""))
        expected += about(f"naics:{code}", f"row {number}", *said)
    assert read_sample("naics") == expected
    noc = load_recipe("noc")
    assert read_classification(noc.folder / "sample.csv", noc)[1:] == [
        Code("21", "Personnel professionnel en sciences naturelles et appliquées", 2, "2", None, "fr", 3),
        Code("213", "Personnel professionnel en génie", 3, "21", None, "fr", 4),
    ]


def test_an_unknown_or_badly_written_recipe_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(GrappeError) as unknown:
        load_recipe("registre_secret")
    assert unknown.value.problems == (
        Problem("bad_configuration", found="recipe = registre_secret", expected=", ".join(RECIPES)),
    )
    folder = tmp_path / "mine"
    folder.mkdir()
    written = folder / "recipe.toml"
    written.write_text('publisher = "P"\n[[column]]\nfrom = "A"\nproperty = "colour"\n', "utf-8")
    with pytest.raises(GrappeError) as badly:
        read_recipe(written)
    assert [(p.code, p.file, p.found) for p in badly.value.problems] == [
        ("bad_recipe", "mine", "property = colour")
    ]
    written.write_text('publisher = "P"\npublishr = "Q"\n', "utf-8")
    with pytest.raises(GrappeError) as mistyped:
        read_recipe(written)
    assert mistyped.value.problems[0].found == "publishr"
