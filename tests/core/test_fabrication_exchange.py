"""Catalogues written and read again: JSON, CSV, PIDINST, JSON-LD, DCAT."""

import json
from dataclasses import replace
from datetime import date

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_catalogues import catalogues, ranges, tools
from rdflib.namespace import DCAT, DCTERMS, RDF, SKOS

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.catalogue_json_writing import catalogue_to_json
from grappe.fabrication.catalogue_table import catalogue_to_csv
from grappe.fabrication.catalogues import read_catalogue
from grappe.fabrication.equipment import Capability, Catalogue, Equipment, Facility, Party
from grappe.fabrication.linked_data import catalogue_graph, dcat_of
from grappe.fabrication.pidinst import equipment_from_pidinst, equipment_to_pidinst
from grappe.fabrication.quantities import Range, read_range, write_range
from grappe.fabrication.taxonomy import TERMS, as_turtle
from grappe.statements.problems import GrappeError

# Its parser of JSON-LD still makes a graph of a class that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
SCHEMA = rdflib.Namespace("https://schema.org/")
BASE = "https://cluster.example"


@given(st.sampled_from(["length", "temperature", "pressure", "time", "angle"]).flatmap(ranges))
def test_a_range_is_read_as_it_was_written(one):
    assert read_range(write_range(one), "nm") == one


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (Range(100e6, 100e6), "100.0 mm"),
        (Range(300.0, None), "≥ 300.0 nm"),
        (Range(500.0, 2e6), "500.0 to 2000000.0 nm"),
        (Range(-40.0, 20.5, "temperature"), "−40.0 to 20.5 °C"),
        (Range(None, 2000.0), "≤ 2.0 µm"),
    ],
)
def test_a_range_is_written_in_a_unit_that_is_read(one, told):
    assert write_range(one) == told


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(catalogues())
def test_the_json_of_a_catalogue_is_read_as_it_was(catalogue):
    assert catalogue_from_json(json.loads(json.dumps(catalogue_to_json(catalogue)))) == catalogue


def _from_csv(text, folder):
    path = folder / "catalogue.csv"
    path.write_bytes(text.encode())
    return read_catalogue(path)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(catalogues())
def test_the_csv_of_a_catalogue_says_the_same_of_each_capability(tmp_path, catalogue):
    read = _from_csv(catalogue_to_csv(catalogue), tmp_path)
    same = {"id": "", "equipment": None}
    assert [replace(one, **same) for one in read.capabilities] == [
        replace(one, **same) for one in catalogue.capabilities
    ]
    for one, wrote in zip(read.capabilities, catalogue.capabilities, strict=True):
        tool, before = read.equipment.get(one.equipment), catalogue.equipment.get(wrote.equipment)
        assert (tool is None) == (before is None)
        if tool:
            assert (tool.capacity, tool.model, tool.description) == (
                before.capacity,
                before.model,
                before.description,
            )
    assert _from_csv(catalogue_to_csv(read), tmp_path) == read


def test_no_cell_of_the_csv_runs_as_a_formula():
    text = catalogue_to_csv(
        Catalogue(
            {"f": Facility("f", "F")},
            capabilities=(
                Capability("c", "f", "etch", "=1+1", limits={"temperature": Range(-5.0, 9.0, "temperature")}),
            ),
        )
    )
    assert ",'=1+1," in text
    assert ",−5.0 to 9.0 °C," in text


@given(tools("tool"))
def test_a_pidinst_record_says_all_that_pidinst_knows(tool):
    known = replace(
        tool,
        id=tool.identifier or tool.name,
        facility=(tool.owners or (Party("f0"),))[0].name,
        owners=tuple(_with_type(one) for one in tool.owners or (Party("f0"),)),
        manufacturers=tuple(_with_type(one) for one in tool.manufacturers),
        identifier_type=tool.identifier_type if tool.identifier else None,
        capacity=1,
    )
    assert equipment_from_pidinst(json.loads(json.dumps(equipment_to_pidinst(tool)))) == known


def _with_type(party):
    return party if party.identifier else Party(party.name)


CATALOGUE = Catalogue(
    {
        "nord": Facility(
            "nord", "Centre Nord", "Québec", "https://ror.org/04sjchr03", confirmed_on=date(2027, 1, 4)
        ),
        "sud, 2": Facility("sud, 2", "Centre Sud"),
    },
    {
        "rie": Equipment(
            "rie", "RIE 1", "nord", "21.T11998/0000", "Handle", "https://nord.example/rie", (Party("Nord"),),
            (Party("Maker", "https://ror.org/03yrm5c26", "ROR"),), "M-1", "Fluorine", ("etcher",), ("depth",),
            serial_numbers=("S1",),
        )
    },
    (
        Capability(
            "c1", "nord", "rie", "Gravure", "rie", {"thickness": Range(50.0, 800.0)},
            frozenset({"lnoi"}), wafer_mm=(Range(100e6, 100e6),), valid_to=date(2027, 12, 31),
        ),
    ),
)  # fmt: skip


def _graph(told):
    return rdflib.Graph().parse(data=json.dumps(told), format="json-ld")


def _iri(path):
    return rdflib.URIRef(f"{BASE}/{path}")


def test_linked_data_says_who_offers_what_on_which_instrument():
    graph = _graph(catalogue_graph(CATALOGUE, BASE))
    service = _iri("capabilities/c1")
    assert set(graph.objects(service, SCHEMA.provider)) == {_iri("facilities/nord")}
    assert set(graph.objects(service, SCHEMA.isRelatedTo)) == {_iri("equipment/rie")}
    assert set(graph.objects(service, DCTERMS.type)) == {
        rdflib.URIRef(f"{TERMS}processes/rie"),
        rdflib.URIRef(f"{TERMS}materials/lnoi"),
    }
    offer = graph.value(service, SCHEMA.offers)
    told = {
        (str(graph.value(one, SCHEMA.propertyID)), graph.value(one, SCHEMA.minValue).toPython())
        for one in graph.objects(offer, SCHEMA.additionalProperty)
    }
    assert told == {("thickness", 50), ("wafer", 100)}
    assert graph.value(offer, SCHEMA.validThrough).toPython() == date(2027, 12, 31)
    assert set(graph.objects(_iri("facilities/nord"), SCHEMA.sameAs)) == {
        rdflib.URIRef("https://ror.org/04sjchr03")
    }
    assert (_iri("facilities/sud%2C%202"), RDF.type, SCHEMA.ResearchOrganization) in graph


def test_an_instrument_has_the_properties_of_pidinst():
    graph = _graph(catalogue_graph(CATALOGUE, BASE))
    handle = "https://hdl.handle.net/21.T11148/"
    told = {
        str(name).removeprefix(handle): value
        for name, value in graph.predicate_objects(_iri("equipment/rie"))
        if str(name).startswith(handle)
    }
    assert len(told) == 10
    assert told["9a15a4735d4bda329d80"] == rdflib.URIRef("https://nord.example/rie")
    assert str(told["eb3c713572f681e6c4c3"]) == "S1"
    assert graph.value(told["1f3e82ddf0697a497432"], SCHEMA.name).toPython() == "Maker"


def test_every_concept_named_is_one_of_our_skos():
    published = rdflib.Graph()
    for scheme in ("processes", "materials"):
        published.parse(data=as_turtle(scheme), format="turtle")
    graph = _graph(catalogue_graph(CATALOGUE, BASE))
    named = set(graph.subjects(RDF.type, SKOS.Concept))
    assert named == set(graph.objects(None, DCTERMS.type))
    for concept in named:
        assert set(graph.objects(concept, SKOS.prefLabel)) == set(published.objects(concept, SKOS.prefLabel))
        assert set(graph.objects(concept, SKOS.inScheme)) == set(published.objects(concept, SKOS.inScheme))


def test_each_facility_is_a_dataset_with_its_distributions():
    graph = _graph(dcat_of(CATALOGUE, f"{BASE}/"))
    (catalog,) = graph.subjects(RDF.type, DCAT.Catalog)
    datasets = set(graph.objects(catalog, DCAT.dataset))
    assert datasets == {_iri("facilities/nord/catalogue"), _iri("facilities/sud%2C%202/catalogue")}
    nord = _iri("facilities/nord/catalogue")
    assert {str(graph.value(one, DCAT.downloadURL)) for one in graph.objects(nord, DCAT.distribution)} == {
        f"{BASE}/facilities/nord/{name}"
        for name in ("catalogue.json", "catalogue.csv", "catalogue.jsonld", "pidinst.json", "bookings.ics")
    }
    assert graph.value(nord, DCTERMS.modified).toPython() == date(2027, 1, 4)
    assert set(graph.objects(nord, DCTERMS.publisher)) == {_iri("facilities/nord")}
    for resource in (catalog, *datasets, *graph.subjects(RDF.type, DCAT.Distribution)):
        assert {title.language for title in graph.objects(resource, DCTERMS.title)} == {"fr", "en"}


HOURLY = {"unit": "hour", "amount": 1}


@pytest.mark.parametrize(
    ("part", "row", "found"),
    [
        ("equipment", {"id": "a", "facility": "f", "owners": [{"identifier": "x"}]}, "KeyError: 'name'"),
        ("equipment", {"id": "a", "facility": "f", "related": ["x"]}, "TypeError"),
        ("equipment", {"id": "a", "facility": "f", "commissioned_on": "2027-02-30"}, "ValueError"),
        (
            "rates",
            {"id": "r", "tiers": {"a": {**HOURLY, "block": ["x", 2]}}},
            "InvalidOperation",
        ),
        (
            "rates",
            {"id": "r", "tiers": {"a": {**HOURLY, "steps": {"size": 2}}}},
            "'included'",
        ),
    ],
)
def test_a_record_at_fault_is_told_with_its_place(part, row, found):
    with pytest.raises(GrappeError) as refused:
        catalogue_from_json({part: [row]}, "catalogue.json")
    (problem,) = refused.value.problems
    assert (problem.file, problem.sheet, problem.row) == ("catalogue.json", part, 1)
    assert found in problem.found
