"""What pages ask of the registry: search, facets, dossiers, neighbours, and who may see what."""

import pytest
from django.contrib.auth.models import AnonymousUser

from grappe.hub.people.actions import grant_role
from grappe.hub.people.models import RoleName, User
from grappe.hub.registry import queries, search
from grappe.hub.registry.index import cell_centre, geohash
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation, Redirect, Statement
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


@pytest.fixture
def registry(tmp_path, noon, settings):
    """A small registry, loaded and indexed."""
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", visibility="members")
    load_ecosystem(folder=folder, actor=None, at=noon)
    assert rebuild_index() == Organisation.objects.count() == 4


def names(found):
    return [o.name_fr for o in queries.organisations_in_order(STRANGER, found.ids)]


@pytest.mark.parametrize(
    ("typed", "expected", "approximate"),
    [
        ("INSTITUT FICTIF", ["Institut fictif d'optique"], False),
        ("fictional optics institute", ["Institut fictif d'optique"], False),
        ("ifo", ["Institut fictif d'optique"], False),
        ("laser fibre", ["Lasers Fictifs inc."], False),
        ("fabriquer fibres", ["Lasers Fictifs inc."], False),
        ("institit d'optique", ["Institut fictif d'optique"], True),
        ("institut imaginaire", ["Avions Imaginaires", "Institut fictif d'optique"], True),
        ("zzzz", [], True),
        ("avions imaginaires", ["Avions Imaginaires"], False),
    ],
)
def test_search_across_languages_accents_stems_and_a_typo(registry, typed, expected, approximate):
    found = search.find_organisations(typed, {})
    assert (sorted(names(found)), found.approximate, found.total) == (expected, approximate, len(expected))


def test_without_words_organisations_come_in_name_order_page_by_page(registry):
    first = search.find_organisations("", {}, limit=3)
    second = search.find_organisations("", {}, offset=3, limit=3)
    assert first.total == 4
    assert names(first) + names(second) == [
        "Avions Imaginaires",
        "Institut fictif d'optique",
        "Lasers Fictifs inc.",
        "Lasers Fictifs inc.",
    ]


def test_a_facet_counts_what_choosing_it_would_leave_and_ignores_itself(registry):
    counts = search.count_facets("", {"cluster": ("aero",)})
    assert counts["cluster"] == {"aero": 2, "optonique": 2}
    assert counts["region"] == {"05": 1, "06": 1}
    assert counts["sector"] == {"laser": 1}


def test_completion_goes_on_from_the_last_word(registry):
    assert names(search.Found(0, search.complete("lasers fic"))) == ["Lasers Fictifs inc."] * 2
    assert search.complete("  ") == ()


def test_the_map_shows_points_or_counted_cells(registry, monkeypatch):
    points = search.locate("", {})
    assert sorted((round(p.latitude, 1), round(p.longitude, 1), p.count) for p in points) == [
        (45.3, -72.6, 1),
        (45.5, -73.6, 1),
        (46.8, -71.2, 1),
        (46.8, -71.2, 1),
    ]
    monkeypatch.setattr(search, "MOST_POINTS", 2)
    cells = search.locate("", {}, precision=0)
    assert sum(cell.count for cell in cells) == 4
    assert {cell.id for cell in cells} == {None}


def test_a_geohash_cell_holds_its_point():
    assert geohash(57.64911, 10.40744, 5) == "u4pru"
    latitude, longitude = cell_centre("u4pru")
    assert (abs(latitude - 57.64911) < 0.03, abs(longitude - 10.40744) < 0.03) == (True, True)


def member(noon):
    user = User.objects.create(username="membre")
    grant_role(user=user, name=RoleName.VIEWER, actor=None, at=noon, cluster="optonique")
    return user


def test_a_visitor_does_not_see_what_is_said_to_members(registry, noon):
    institute = Organisation.objects.get(acronym="IFO").id
    public = queries.dossier_of(STRANGER, institute)
    assert public.properties["employees"].has_rivals is False
    assert [source.id for source in public.sources] == ["membres"]
    assert public.organisation.clusters == ["optonique"]
    members = queries.dossier_of(member(noon), institute)
    assert [(v.value, v.is_rival) for v in members.properties["employees"].values] == [
        ("120", False),
        ("150", True),
    ]
    assert [source.id for source in members.sources] == ["membres", "repertoire"]


def test_a_dossier_takes_the_same_queries_for_one_source_and_for_two(
    registry, noon, django_assert_num_queries
):
    institute, other = (
        Organisation.objects.get(acronym="IFO"),
        Organisation.objects.get(name_fr="Avions Imaginaires"),
    )
    user = member(noon)
    queries.visibilities_of(user)  # roles are read once a user
    for organisation in (institute, other):
        with django_assert_num_queries(3):
            queries.dossier_of(user, organisation.id)


def test_values_that_differ_only_in_case_are_one_value(registry):
    dossier = queries.dossier_of(STRANGER, Organisation.objects.get(acronym="IFO").id)
    stored = Statement.objects.get(property="description", value="Recherche appliquée.")
    shown = dossier.properties["description"].values
    assert [(v.value, v.language, v.source_count) for v in shown] == [
        ("Recherche appliquée.", "fr", 1),
        ("Applied research.", "en", 1),
    ]
    assert shown[0].statements == (stored,)


def test_clusters_know_their_members(registry):
    members = queries.belonging_to(STRANGER, "cluster", "aero")
    assert [(b.organisation.name_fr, b.role, b.since) for b in members] == [
        ("Avions Imaginaires", "member", "2026-03"),
        ("Lasers Fictifs inc.", "member", "2026-03"),
    ]


def test_a_former_canonical_id_leads_to_the_one_that_replaced_it(registry):
    kept = Organisation.objects.get(acronym="IFO").id
    Redirect.objects.create(former="GR0000000000000", current=kept)
    assert queries.current_id("GR0000000000000") == kept
    assert queries.current_id(kept) == kept


def test_records_poorer_in_french_are_listed(registry):
    assert [o.name_fr for o in queries.missing_in_french(STRANGER)] == ["Avions Imaginaires"]
