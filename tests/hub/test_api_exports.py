"""Exports: exact rows for each reader, no formula runs, nothing that a licence keeps, notices beside."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from pyarrow import parquet

from grappe.hub.registry.exporting import formats
from grappe.hub.registry.exporting.tables import EXPORTED
from grappe.hub.registry.models import Organisation, Record, Source, Statement
from hub.api_fixtures import MEMBERS_VALUE, PRIVATE_VALUE, Api, caller, state

pytestmark = pytest.mark.django_db


def body(api, path):
    """The bytes of an export."""
    answer = api.get(f"exports/{path}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer) if answer.streaming else answer.content


def read_csv(data):
    """The rows of a CSV export by their head."""
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def table(api, name, ending="csv"):
    """The rows of a table exported in any format, as texts by column."""
    data = body(api, f"{name}.{ending}")
    if ending == "csv":
        return read_csv(data)
    if ending == "jsonl":
        return [plain(json.loads(line)) for line in data.decode().splitlines()]
    if ending == "parquet":
        return [plain(row) for row in parquet.read_table(io.BytesIO(data)).to_pylist()]
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [plain(dict(zip(head, row, strict=True))) for row in rows]


def plain(row):
    """Values as a CSV writes them."""
    return {
        name: "" if value is None else "; ".join(value) if isinstance(value, list) else str(value)
        for name, value in row.items()
    }


def numbers(rows, *names):
    """The same rows, their numbers comparable."""
    return [{k: float(v) if k in names and v else v for k, v in row.items()} for row in rows]


def test_every_format_says_the_same(registry):
    for name in EXPORTED:
        wanted = numbers(table(Api(), name), "latitude", "longitude", "confidence")
        assert len(wanted) == {"organisations": 4, "sources": 2}.get(name, len(wanted))
        for ending in formats.FORMATS:
            found = numbers(table(Api(), name, ending), "latitude", "longitude", "confidence")
            assert found == wanted, (name, ending)
            assert list(found[0]) == list(EXPORTED[name])


def test_each_reader_takes_away_what_they_may_see(registry, noon):
    for role, members, private in (("", False, False), ("viewer", True, False), ("editor", True, True)):
        rows = table(caller(noon, role), "statements")
        found = {row["value"] for row in rows}
        assert (MEMBERS_VALUE in found, PRIVATE_VALUE in found) == (members, private), role
        visible = {"public", *(["members"] if members else []), *(["private"] if private else [])}
        assert {row["visibility"] for row in rows} == visible
        wanted = Statement.objects.filter(visibility__in=visible).count()
        assert len(rows) == wanted
    assert {row["id"] for row in table(Api(), "sources")} == {"membres", "grappe-desk"}


def test_a_choice_of_facets_is_exported_alone(registry):
    rows = table(Api(), "organisations", "jsonl")
    chosen = read_csv(body(Api(), "organisations.csv?cluster=optonique"))
    assert [row["id"] for row in chosen] == [r["id"] for r in rows if "optonique" in r["clusters"]]
    told = read_csv(body(Api(), "statements.csv?cluster=optonique&kind=company"))
    assert {row["organisation"] for row in told} <= {row["id"] for row in chosen}


def test_a_choice_of_nothing_is_a_file_without_rows(registry):
    for name in EXPORTED:
        for ending in formats.FORMATS:
            body(Api(), f"{name}.{ending}?cluster=none")
    assert table(Api(), "organisations") != []
    assert read_csv(body(Api(), "organisations.csv?cluster=none")) == []
    assert body(Api(), "statements.jsonl?cluster=none") == b""
    assert parquet.read_table(io.BytesIO(body(Api(), "statements.parquet?cluster=none"))).num_rows == 0
    assert json.loads(body(Api(), "organisations.jsonld?cluster=none"))["@graph"] == []


FORMULAS = ("=1+1", "+41", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("https://x.example")')


def test_no_cell_is_run_as_a_formula(institute):
    for text in FORMULAS:
        Organisation.objects.filter(pk=institute.pk).update(name_fr=text, sectors=[text])
        (row,) = [r for r in table(Api(), "organisations") if r["id"] == institute.pk]
        kept = text if text in ("+41", "-2") else f"'{text}"
        assert (row["name_fr"], row["sectors"]) == (kept, kept)
        book = openpyxl.load_workbook(io.BytesIO(body(Api(), "organisations.xlsx")))
        cells = [c for line in book.active.iter_rows(min_row=2) for c in line if c.value is not None]
        assert {cell.data_type for cell in cells} == {"s", "n"}
        assert [c.value for c in cells if c.value == text] == [text, text]
        assert [cell for cell in cells if cell.hyperlink] == []


@pytest.fixture
def forbidden(registry):
    """The members' list comes under a licence that forbids giving it to everybody."""
    Source.objects.filter(pk="membres").update(licence="CC-BY-NC-SA-4.0")


def test_what_a_licence_forbids_is_left_out_and_said_so(forbidden, institute, noon):
    state(institute, "employees", "77", noon)
    assert {row["source"] for row in table(Api(), "statements")} == {"grappe-desk"}
    assert [row["id"] for row in table(Api(), "sources")] == ["grappe-desk"]
    # What the others still say is there, and only that.
    (row,) = table(Api(), "organisations")
    assert (row["id"], row["size"], row["name_fr"], row["municipality"], row["statement_count"]) == (
        institute.pk,
        "small",
        "",
        "",
        "1",
    )
    for notice in ("LICENCES.md", "ATTRIBUTION.md"):
        assert "- `membres` Liste des membres (CC-BY-NC-SA-4.0)" in body(Api(), notice).decode()
    graph = json.loads(body(Api(), "organisations.jsonld"))["@graph"]
    assert [(each["identifier"][0]["value"], "name" in each) for each in graph] == [(institute.pk, False)]
    # Staff take it away for their own use.
    viewer = caller(noon, "viewer")
    assert "membres" in {row["source"] for row in table(viewer, "statements")}
    assert len(table(viewer, "organisations")) == 4


def test_a_statement_under_a_licence_of_its_own_is_judged_by_it(registry, institute):
    Statement.objects.filter(property="website", entity__startswith="membres").update(
        licence="all-rights-reserved"
    )
    rows = table(Api(), "statements")
    assert "website" not in {row["property"] for row in rows}
    (row,) = [r for r in table(Api(), "organisations") if r["id"] == institute.pk]
    assert (row["website"], row["name_en"]) == ("", "Fictional Optics Institute")


def test_a_bundle_is_whole(registry, noon):
    for ending in formats.FORMATS:
        with zipfile.ZipFile(io.BytesIO(body(Api(), f"all.{ending}.zip"))) as archive:
            assert archive.testzip() is None
            package = json.loads(archive.read("datapackage.json"))
            named = [resource["path"] for resource in package["resources"]]
            notices = ["LICENCES.md", "ATTRIBUTION.md", "datapackage.json"]
            assert archive.namelist() == [*notices, *named]
            assert [licence["name"] for licence in package["licenses"]] == ["CC0-1.0", "facts"]
            if ending == "csv":
                assert read_csv(archive.read("statements.csv")) == table(Api(), "statements")
                assert archive.read("LICENCES.md") == body(Api(), "LICENCES.md")


def test_the_graph_is_the_pages_json_ld(client, institute):
    page = client.get(f"/fr/organisations/{institute.pk}/").content.decode()
    shown = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    document = json.loads(body(Api(), "organisations.jsonld"))
    (thing,) = [each for each in document["@graph"] if each["@id"] == shown["@id"]]
    assert {"@context": document["@context"], **thing} == shown


def test_the_catalogue_leads_to_every_file(registry):
    found = json.loads(body(Api(), "catalogue.jsonld"))
    addresses = [d["@id"] for s in found["dcat:dataset"] for d in s["dcat:distribution"]]
    assert len(addresses) == len(EXPORTED) * len(formats.FORMATS)
    for address in addresses:
        assert Api().get(address.removeprefix("http://localhost:8000")).status_code == 200, address


def test_a_sheet_that_would_be_too_long_is_refused_before_it_begins(registry, monkeypatch):
    monkeypatch.setattr(formats, "MOST_SHEET_ROWS", 2)
    answer = Api().get("exports/organisations.xlsx")
    assert (answer.status_code, answer.json()["type"][-9:]) == (413, "too-large")
    assert Api().get("exports/organisations.csv").status_code == 200


def test_an_export_asks_a_fixed_number_of_queries_a_batch(registry, django_assert_num_queries):
    for name, queries in {"organisations": 4, "statements": 6, "sources": 2}.items():
        with django_assert_num_queries(queries):
            body(Api(), f"{name}.csv")
    assert Record.objects.count() > 3


def test_the_page_of_the_data_leads_to_every_file(client, registry):
    for address in ("/fr/donnees/", "/en/data/"):
        page = client.get(address).content.decode()
        links = re.findall(r"""href="(/api/[^"]+)""", page)
        assert len(links) == 4 * 4 + 3 + 2
        assert {link: Api().get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_an_export_names_its_notices(registry):
    answer = Api().get("exports/organisations.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="organisations.csv"'
    assert answer["Link"] == (
        '<http://localhost:8000/api/v1/exports/LICENCES.md>; rel="license", '
        '<http://localhost:8000/api/v1/exports/ATTRIBUTION.md>; rel="attribution"'
    )
