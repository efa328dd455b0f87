"""Official tables in the hub: whole or not at all, twice the same, suppressed cells kept so."""

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.utils import IntegrityError
from django.urls import reverse

from grappe.cli import main
from grappe.hub.journal.models import Entry
from grappe.hub.observatory.models import Figure, OfficialCell, OfficialTable
from grappe.hub.people.queries import NotAllowed
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Source
from grappe.statements.problems import GrappeError
from hub.desk_fixtures import person
from hub.table_fixtures import DESCRIBED, VALUES, load_table, table_text
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes(site, tmp_path, noon):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)


@pytest.fixture
def table(codes, tmp_path, noon):
    return load_table(tmp_path, noon)


def everything():
    """All that a load writes, as plain values."""
    models = (OfficialTable, OfficialCell, Figure, Source, Entry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_cell_is_kept_and_what_is_suppressed_is_no_zero(table):
    kept = {
        (f"{table.industries[cell.industry]} [{cell.industry}]", cell.region, cell.period): cell.value
        for cell in table.cells.all()
    }
    told = {
        (*pair, period): value
        for pair, values in VALUES.items()
        for period, value in zip(("2020", "2022", "2024"), values, strict=True)
    }
    assert kept == told
    hidden = table.cells.filter(value=None)
    assert {(cell.region, cell.period, cell.is_suppressed) for cell in hidden} == {
        ("Terre fictive", "2022", True),
        ("Terre fictive", "2024", True),
    }
    assert (table.cell_count, table.suppressed_count, table.periods) == (27, 2, ["2020", "2022", "2024"])
    assert not table.cells.get(industry="211", region="Côte fictive", period="2020").is_suppressed


def test_the_source_says_whose_the_table_is(table, client):
    source = table.source
    assert (source.publisher, source.licence, source.published) == (
        "Statistics Canada · Statistique Canada",
        "StatCan-OL",
        "2026-03",
    )
    page = client.get(reverse("source", args=[source.pk])).content.decode()
    assert source.content_hash in page
    assert "does not constitute an endorsement" in page


def test_loading_twice_the_same_changes_nothing(table, tmp_path, noon):
    before = everything()
    assert load_table(tmp_path, noon) is None
    assert everything() == before


def test_an_edition_takes_the_place_of_the_one_before(table, tmp_path, noon):
    text = table_text({("Lasers fictifs [3345]", "Île fictive"): (100, 110, 200)})
    again = load_table(tmp_path, noon, text=text)
    cell = again.cells.get(industry="3345", region="Île fictive", period="2024")
    assert (cell.value, OfficialCell.objects.count(), OfficialTable.objects.count()) == (200, 27, 1)
    assert again.inputs != table.inputs


def test_a_cell_is_said_once(table):
    with pytest.raises(IntegrityError):
        table.cells.create(region="Île fictive", industry="3345", period="2020", value=1)


@pytest.mark.parametrize(
    ("text", "changes", "told"),
    [
        (table_text() + table_text(size="1 to 4").partition("\n")[2], {"where": {}}, "several rows give"),
        (table_text().replace(",100,", ",1x0,", 1), {}, "found “1x0”"),
        (table_text(), {"home_region": "Atlantide"}, "found “Atlantide”"),
        (table_text(), {"total_industry": "00"}, "found “00”"),
        (table_text(), {"followed": {"9999": ""}}, "found “9999”"),
        (table_text(), {"followed": {"3345": "inconnu"}}, "found “inconnu”"),
        (table_text(), {"home_region": ""}, "home_region"),
        (table_text(), {"key": "é à"}, "letters, digits and hyphens"),
        (table_text(), {"layout": "qcew"}, "area_fips"),
        ("", {}, "is empty"),
    ],
)
def test_a_file_that_is_not_right_changes_nothing(table, tmp_path, noon, text, changes, told):
    before = everything()
    with pytest.raises(GrappeError, match=told):
        load_table(tmp_path, noon, text=text or "\n", **changes)
    assert everything() == before


def test_a_table_that_is_too_large_is_told_to_be_filtered(codes, tmp_path, noon, monkeypatch):
    monkeypatch.setattr("grappe.hub.observatory.official.MOST_CELLS", 26)
    with pytest.raises(GrappeError, match="27 rows; the limit is 26"):
        load_table(tmp_path, noon)
    assert OfficialTable.objects.count() == 0


def test_a_manager_of_one_cluster_does_not_load(codes, tmp_path, noon):
    with pytest.raises(NotAllowed):
        load_table(tmp_path, noon, actor=person(noon, "manager", "optonique"))
    assert OfficialTable.objects.count() == 0
    assert load_table(tmp_path, noon, actor=person(noon, "manager")) is not None


def test_the_desk_loads_replaces_and_removes(codes, client, noon):
    client.force_login(person(noon, "manager"))
    assert "Aucun tableau" in client.get(reverse("desk_tables")).content.decode()
    typed = {
        **DESCRIBED,
        "where": "Employment size=Total",
        "followed": "3345=laser\n211",
        "file": SimpleUploadedFile("emplois.csv", table_text().encode()),
    }
    answer = client.post(reverse("desk_load_table"), typed, follow=True)
    page = answer.content.decode()
    assert "27 cellules, dont 2 supprimées" in page
    assert 'href="/fr/mesures/tableaux/emplois-fictifs/"' in page
    again = client.get(f"{reverse('desk_load_table')}?table=emplois-fictifs").content.decode()
    assert "Employment size=Total" in again
    assert "211\n3345=laser" in again
    client.post(reverse("desk_remove_table", args=["emplois-fictifs"]))
    left = [OfficialTable.objects.count(), Source.objects.filter(origin="table").count()]
    assert (left, Figure.objects.count()) == ([0, 0], 0)


def test_the_desk_says_what_is_wrong_with_a_file(codes, client, noon):
    client.force_login(person(noon, "manager"))
    typed = {**DESCRIBED, "where": "Employment size", "followed": "3345=laser", "published": "hier"}
    typed["file"] = SimpleUploadedFile("emplois.csv", table_text().encode())
    page = client.post(reverse("desk_load_table"), typed).content.decode()
    assert "une colonne, le signe =, une valeur" in page
    assert "trouvé «\u00a0hier\u00a0»" in page
    typed |= {"where": "", "published": "", "followed": "3345=inconnu"}
    typed["file"] = SimpleUploadedFile("emplois.csv", table_text().encode())
    assert "trouvé «\u00a0inconnu\u00a0»" in client.post(reverse("desk_load_table"), typed).content.decode()
    assert OfficialTable.objects.count() == 0


def test_a_source_that_is_retracted_hides_its_table(table, client):
    address = reverse("table_growth", args=[table.pk])
    assert client.get(address).status_code == 200
    Source.objects.filter(pk=table.source_id).update(retracted_at="2026-10-01")
    assert client.get(address).status_code == 404
    assert table.source.publisher not in client.get(reverse("measures")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_command_loads_lists_and_removes(codes, tmp_path):
    path = tmp_path / "emplois.csv"
    path.write_text(table_text(), "utf-8")
    asked = ["--key", "emplois", "--layout", "statcan", "--title-fr", "Emplois", "--title-en", "Jobs"]
    asked += ["--unit", "jobs", "--home-region", "Île fictive", "--follow", "3345=laser", "--follow", "337"]

    def run(*words):
        done = CliRunner().invoke(main, ["--lang", "fr", "tables", *words])
        return done.exit_code, done.output.strip()

    assert run("load", str(path), *asked) == (0, "27 cellules, 2 supprimées.")
    assert run("load", str(path), *asked) == (0, "Rien de nouveau.")
    assert run("list") == (0, "27  emplois  Emplois")
    assert OfficialTable.objects.get().followed == {"3345": "laser", "337": ""}
    code, told = run("load", str(path), *asked, "--where", "Employment size=5")
    assert (code, "est vide" in told) == (3, True)
    assert run("remove", "emplois") == (0, "emplois")
    assert run("remove", "emplois")[0] == 2
