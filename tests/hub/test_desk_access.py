"""The matrix executed: every address of the hub × every role and a stranger, and attempts across clusters."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from grappe.hub.people import matrix
from grappe.hub.people.models import Invitation, RoleName
from grappe.hub.registry import queries
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import (
    ConfirmationRequest,
    Contact,
    Import,
    Membership,
    Organisation,
    Statement,
)
from hub.addresses import ACCOUNT, NEEDS, POOLED, PUBLIC_FORMS, REPRESENTING
from hub.desk_fixtures import close, named, person, rows
from hub.import_fixtures import bring
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
ROLES = [*RoleName.values, matrix.VISITOR]


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    bring(person(noon, "administrator", username="ada"), noon, "Nom\nOptique Neuve\n", title="Autre liste")


def our_names():
    """The names of every address whose view is ours, but Wagtail pages' and sitemaps'."""

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern) and pattern.callback.__module__.startswith("grappe."):
                yield pattern.name

    return set(walk(get_resolver().url_patterns))


def addresses():
    institute = Organisation.objects.get(acronym="IFO")
    brought = Import.objects.get().pk
    arguments = {
        "api_problem": ["not-found"],
        "cluster": ["optonique"],
        "sector": ["laser"],
        "organisation": [institute.pk],
        "source": ["membres"],
        "whole_map": ["svg"],
        "organisation_map": [institute.pk, "svg"],
        "sector_map": ["laser", "svg"],
        "sector_measures": ["laser"],
        "sector_measures_file": ["laser", "near", "csv"],
        "cluster_measures": ["aero"],
        "cluster_measures_file": ["aero", "near", "csv"],
        "comparison_file": ["csv"],
        **{name: ["none"] for name in ("search_measures", "desk_remove_search")},
        "search_measures_file": ["none", "near", "csv"],
        **{name: ["none"] for name in ("table_growth", "table_comparison", "desk_remove_table")},
        "table_growth_file": ["none", "csv"],
        "table_comparison_file": ["none", "growth", "csv"],
        "sector_shares": ["laser", "kind", "svg"],
        "cluster_map": ["optonique", "svg"],
        "cluster_shares": ["optonique", "kind", "svg"],
        **{name: [brought] for name in NEEDS if name.startswith("desk_import") and name != "desk_imports"},
        "desk_bring_edition": ["membres"],
        "desk_organisation": [institute.pk],
        "desk_correct": [institute.pk, "employees"],
        "desk_retract": [institute.pk, "none"],
        "desk_undo": [institute.pk, 999_999],
        "desk_notes": [institute.pk],
        "desk_withdraw_note": [institute.pk, 999_999],
        "desk_judge": [institute.pk],
        "reconcile_preview": [institute.pk],
        "reconcile_suggest": ["entity"],
        "desk_split": [institute.pk, institute.records.order_by("entity")[0].entity],
        "desk_retract_judgement": [institute.pk, "none"],
        "desk_source": ["membres"],
        "desk_retract_source": ["membres"],
        "desk_restore_source": ["membres"],
        "desk_due": ["membres"],
        "desk_grid": ["website"],
        "desk_delete_view": [999_999],
        **{name: [institute.pk] for name in ("desk_member", "desk_record_membership", "desk_add_contact")},
        **{name: [institute.pk] for name in ("desk_invite", "desk_ask")},
        "desk_change_membership": [institute.pk, 999_999],
        "desk_withdraw_membership": [institute.pk, 999_999],
        "desk_withdraw_contact": [institute.pk, 999_999],
        **{name: [999_999] for name in ("desk_proposal", "desk_claim", "desk_handle_answer")},
        **{name: [999_999] for name in ("desk_account", "desk_revoke_role", "desk_withdraw_invitation")},
        **{name: ["none"] for name in ("figure", "figure_embed", "desk_figure", "desk_review_figure")},
        "figure_file": ["none", "jsonld"],
        "figures_download": ["csv"],
        **{name: [999_999] for name in ("sheet", "sheet_pdf", "desk_withdraw_sheet")},
        "sheet_card": [999_999, 1],
        **{name: ["none"] for name in ("equipment_site", "equipment_site_file")},
        "equipment_terms": ["processes"],
        "equipment_site_data": ["none", "catalogue.csv"],
        "equipment_thing": ["facilities", "none"],
        **{name: [999_999] for name in ("equipment_page", "equipment_calendar")},
        "desk_revoke_token": [999_999],
        **{name: [999_999] for name in ("desk_webhook", "desk_enable_webhook", "desk_remove_webhook")},
        "desk_deliver_again": [999_999, 1],
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in NEEDS}


def client_of(noon, role, cluster=""):
    client = Client()
    if role != matrix.VISITOR:
        client.force_login(person(noon, role, cluster))
    return client


def is_refused(answer):
    """Led to the log-in, or back to the desk's home with Wagtail's refusal."""
    close(answer)
    assert answer.status_code != 403
    assert answer.status_code < 500
    target = answer.headers.get("Location", "").split("?")[0]
    return target.endswith("/compte/login/") or target == "/desk/"


def test_every_address_of_ours_is_in_the_matrix():
    elsewhere = {"sitemap", "sitemaps", *PUBLIC_FORMS, *ACCOUNT, *REPRESENTING, *POOLED}
    assert our_names() - set(NEEDS) == elsewhere & our_names()
    assert ({*NEEDS, *elsewhere} - {"sitemap", "sitemaps"}) - our_names() == set()


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_matrix_says(registry, noon, role):
    client, before = client_of(noon, role), rows()
    for name, url in addresses().items():
        allowed = matrix.cells()[NEEDS[name]][role] != "no"
        assert is_refused(client.get(url)) == (not allowed), ("GET", name)
        if name.startswith("desk_"):
            assert is_refused(client.post(url)) == (not allowed), ("POST", name)
    assert rows() == before


@pytest.mark.parametrize("role", ["manager", "editor", "viewer"])
def test_a_role_held_for_another_cluster_changes_nothing_here(registry, noon, role):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    lasers = named("Lasers Fictifs inc.", "optonique")
    entities = list(planes.records.values_list("entity", flat=True))
    client, before = client_of(noon, role, "optonique"), rows()
    typed = {
        "value": "12",
        "reason": "essai",
        "source": "membres",
        "visibility": "public",
        "version": queries.version_of(entities, "employees"),
    }
    client.get(reverse("desk_correct", args=[planes.pk, "employees"]))
    client.post(reverse("desk_correct", args=[planes.pk, "employees"]), typed)
    judge = reverse("desk_judge", args=[lasers.pk])
    client.post(f"{judge}?other={planes.pk}", {"relation": "same_as", "why": "essai"})
    client.post(reverse("desk_notes", args=[planes.pk]), {"note-cluster": "aero", "note-text": "essai"})
    client.post(reverse("desk_retract_source", args=["membres"]), {"why": "essai"})
    client.post(reverse("desk_due", args=["membres"]), {"months": "3"})
    assert rows() == before
    assert Statement.objects.filter(origin="hub").count() == 0
    assert client.get(reverse("desk_organisation", args=[planes.pk])).status_code == 200


def test_an_editor_of_the_cluster_does_what_the_others_could_not(registry, noon):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    entities = list(planes.records.values_list("entity", flat=True))
    typed = {
        "value": "12",
        "reason": "appel",
        "source": "grappe-desk",
        "visibility": "public",
        "version": queries.version_of(entities, "employees"),
    }
    url = reverse("desk_correct", args=[planes.pk, "employees"])
    answer = client_of(noon, "editor", "aero").post(url, typed)
    assert answer.headers.get("Location") == reverse("desk_organisation", args=[planes.pk])
    assert Statement.objects.get(origin="hub").value == "12"


def test_nobody_puts_an_organisation_into_a_cluster_that_is_not_theirs(registry, noon):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    entities = list(planes.records.values_list("entity", flat=True))
    typed = {
        "value": "optonique",
        "reason": "essai",
        "source": "grappe-desk",
        "visibility": "public",
        "version": queries.version_of(entities, "cluster"),
    }
    client = client_of(noon, "editor", "aero")
    assert is_refused(client.post(reverse("desk_correct", args=[planes.pk, "cluster"]), typed))
    assert Statement.objects.filter(origin="hub").count() == 0


@pytest.mark.parametrize("role", ROLES)
def test_the_pages_of_an_organisations_people_answer_to_them_alone(registry, noon, role):
    institute = Organisation.objects.get(acronym="IFO")
    client, before = client_of(noon, role), rows()
    urls = [
        reverse("member_organisation", args=[institute.pk]),
        reverse("propose", args=[institute.pk, "website"]),
        reverse("withdraw_proposal", args=[institute.pk, 999_999]),
        reverse("confirm_mine", args=[institute.pk]),
        reverse("invite_colleague", args=[institute.pk]),
    ]
    for url in urls:
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in ((302,) if role == matrix.VISITOR else (404, 405)), url
    for name in ACCOUNT:
        assert client.get(reverse(name)).status_code == (302 if role == matrix.VISITOR else 200)
    assert rows() == before


def test_a_role_held_for_another_cluster_decides_nothing_of_an_organisations_people(registry, noon):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    client = client_of(noon, "manager", "optonique")
    typed = {"membership-cluster": "aero", "membership-kind": "regular", "membership-starts_on": "2026-01-01"}
    client.post(reverse("desk_record_membership", args=[planes.pk]), {**typed, "membership-dues": "paid"})
    contact = {"contact-cluster": "aero", "contact-name": "Personne Fictive"}
    client.post(reverse("desk_add_contact", args=[planes.pk]), contact)
    address = {"address-email": "personne@example.org", "address-language": "fr"}
    assert is_refused(client.post(reverse("desk_invite", args=[planes.pk]), address))
    assert is_refused(client.post(reverse("desk_ask", args=[planes.pk]), address))
    client.post(reverse("desk_tag"), {"organisation": [planes.pk], "tag": "sector:laser", "why": "essai"})
    kept = [model.objects.count() for model in (Membership, Contact, ConfirmationRequest, Invitation)]
    assert kept == [0, 0, 0, 0]
    assert Statement.objects.filter(origin="hub").count() == 0


def test_the_desks_own_pages_run_no_inline_script_or_style(registry, noon):
    client = client_of(noon, "administrator")
    policies = {}
    for name, url in addresses().items():
        if name.startswith("desk_"):
            answer = client.get(url)
            policies[name] = answer.headers["Content-Security-Policy"]
            close(answer)
    assert {name for name, policy in policies.items() if "unsafe" in policy} == set()
    assert "'unsafe-inline'" in client.get("/desk/pages/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_pooled_answers_to_those_whose_it_is_alone(registry, noon, role):
    client, before = client_of(noon, role), rows()
    for name, args in POOLED.items():
        url = reverse(name, args=args)
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in ((302,) if role == matrix.VISITOR else (400, 404, 405)), name
    assert rows() == before
