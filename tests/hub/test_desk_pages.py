"""The desk's pages: what they show, what they ask of the database, and a secretariat's morning."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from grappe.hub.registry import queries
from grappe.hub.registry.desk import listing, sources
from grappe.hub.registry.indexing import index_pending, rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Judgement, Organisation, Source, Statement
from hub.desk_fixtures import named, person, rows
from workspaces import MEMBERS, build_ecosystem

pytestmark = pytest.mark.django_db
ONE = MEMBERS.splitlines(keepends=True)[0] + MEMBERS.splitlines(keepends=True)[1]


def load(tmp_path, noon, **lists):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", **lists)
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


@pytest.fixture
def registry(tmp_path, noon, site):
    load(tmp_path, noon)


@pytest.fixture
def desk(noon, site):
    client = Client()
    client.force_login(person(noon, "manager"))
    return client


def queries_of(client, url, django_assert_max_num_queries):
    client.get(url)
    with django_assert_max_num_queries(60) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_the_list_asks_as_many_queries_for_one_row_as_for_four(
    desk, tmp_path, noon, django_assert_max_num_queries
):
    url = reverse("desk_organisations")
    load(tmp_path, noon, members=ONE)
    assert Organisation.objects.count() == 1
    one = queries_of(desk, url, django_assert_max_num_queries)
    load(tmp_path, noon)
    assert Organisation.objects.count() == 4
    assert queries_of(desk, url, django_assert_max_num_queries) == one


def listed(answer):
    return [row.organisation.name_fr for row in answer.context["rows"]]


def test_the_list_searches_filters_and_sorts(registry, desk):
    url = reverse("desk_organisations")
    assert listed(desk.get(url, {"q": "institit"})) == ["Institut fictif d'optique"]
    assert listed(desk.get(url, {"cluster": "aero", "order": "weight"})) == [
        "Institut fictif d'optique",
        "Avions Imaginaires",
        "Lasers Fictifs inc.",
    ]
    assert listed(desk.get(url, {"missing": "description", "order": "completeness"}))[0] in (
        "Lasers Fictifs inc.",
        "Avions Imaginaires",
    )
    assert len(listed(desk.get(url, {"missing": "description"}))) == 2
    assert listed(desk.get(url, {"q": "rien de tel"})) == []


def test_what_nobody_confirmed_for_18_months_is_found(tmp_path, noon, desk, monkeypatch):
    load(tmp_path, noon)
    url = reverse("desk_organisations")
    for today, stale in ((date(2027, 9, 30), 0), (date(2027, 10, 1), 4)):
        monkeypatch.setattr(listing.timezone, "localdate", lambda today=today: today)
        assert len(listed(desk.get(url, {"stale": "1"}))) == stale


def test_columns_once_chosen_are_kept(registry, desk):
    url = reverse("desk_organisations")
    desk.get(url, {"column": ["", "id", "size"]})
    assert [column["code"] for column in desk.get(url).context["columns"]] == ["size", "id"]


def test_a_page_shows_every_value_with_its_sources_and_rivals(registry, desk):
    institute = Organisation.objects.get(acronym="IFO")
    answer = desk.get(reverse("desk_organisation", args=[institute.pk]))
    (row,) = [row for row in answer.context["rows"] if row.code == "employees"]
    assert [(v.text, v.shown.is_rival) for v in row.values] == [("120", False), ("150", True)]
    assert answer.context["records"][0]["statement"].property == "name"


def correction(organisation, prop, value):
    entities = list(organisation.records.values_list("entity", flat=True))
    return {
        "value": value,
        "reason": "appel du 20 novembre",
        "source": "grappe-desk",
        "visibility": "public",
        "version": queries.version_of(entities, prop),
    }


def test_a_value_is_read_as_a_cell_would_be_and_a_wrong_one_named(registry, desk):
    institute = Organisation.objects.get(acronym="IFO")
    url = reverse("desk_correct", args=[institute.pk, "employees"])
    answer = desk.post(url, correction(institute, "employees", "douze"))
    assert list(answer.context["form"].errors) == ["value"]
    desk.post(url, correction(institute, "employees", "1 250"))
    stated = Statement.objects.get(origin="hub")
    assert (stated.value, stated.original_value) == ("1250", "1 250")


def test_the_second_of_two_editors_sees_what_changed_and_keeps_what_was_typed(registry, desk):
    institute = Organisation.objects.get(acronym="IFO")
    url = reverse("desk_correct", args=[institute.pk, "employees"])
    both = correction(institute, "employees", "130")
    desk.post(url, both)
    answer = desk.post(url, {**both, "value": "140"})
    assert answer.status_code == 409
    assert answer.context["form"]["value"].value() == "140"
    assert [v.text for v in answer.context["row"].values] == ["130", "120", "150"]
    desk.post(url, {**both, "value": "140", "version": answer.context["form"]["version"].value()})
    shown = desk.get(reverse("desk_organisation", args=[institute.pk])).context["rows"]
    (row,) = [row for row in shown if row.code == "employees"]
    assert [v.text for v in row.values] == ["140", "130", "120", "150"]


def test_a_morning_of_judgements_is_undone_from_the_history(registry, desk):
    before = rows(but=[Statement])
    first, second = named("Lasers Fictifs inc.", "optonique"), named("Lasers Fictifs inc.", "aero")
    judge = reverse("desk_judge", args=[first.pk])
    assert second in desk.get(judge).context["found"]
    answer = desk.post(f"{judge}?other={second.pk}", {"relation": "same_as", "why": "même NEQ"})
    merged = Organisation.objects.get(name_fr="Lasers Fictifs inc.")
    page = reverse("desk_organisation", args=[merged.pk])
    assert answer.headers["Location"] == page
    gone = ({first.pk, second.pk} - {merged.pk}).pop()
    assert desk.get(reverse("desk_organisation", args=[gone])).headers["Location"] == page
    (moment,) = desk.get(page).context["moments"]
    assert (moment["may_undo"], moment["why"]) == (True, "même NEQ")
    desk.post(reverse("desk_undo", args=[merged.pk, moment["entry"].pk]))
    assert rows(but=[Statement]) == before
    moments = desk.get(page).context["moments"]
    assert [m["may_undo"] for m in moments] == [True, False]
    answer = desk.post(reverse("desk_undo", args=[merged.pk, moments[1]["entry"].pk]))
    assert len(list(get_messages(answer.wsgi_request))) >= 1
    assert rows(but=[Statement]) == before


def test_a_record_is_taken_out_and_the_judgement_taken_back(registry, desk):
    before = rows()
    institute = Organisation.objects.get(acronym="IFO")
    entity = institute.records.order_by("-entity")[0].entity
    desk.post(reverse("desk_split", args=[institute.pk, entity]), {"why": "homonyme"})
    assert Organisation.objects.count() == 5
    judgement = Judgement.objects.get(origin="hub")
    desk.post(reverse("desk_retract_judgement", args=[institute.pk, judgement.pk]))
    assert rows() == before


def test_the_effect_of_retracting_a_source_is_shown_before_it_happens(registry, desk):
    before = rows()
    url = reverse("desk_retract_source", args=["membres"])
    context = desk.get(url).context
    assert [o.name_fr for o in context["losing"]] == ["Institut fictif d'optique"]
    assert context["vanishing_count"] == 3
    vanishing = [o.pk for o in context["vanishing"]]
    assert rows() == before
    desk.post(url, {"why": "liste périmée"})
    assert not Organisation.objects.filter(pk__in=vanishing).exists()
    assert index_pending() == 4
    page = desk.get(reverse("desk_source", args=["membres"]))
    assert page.context["source"].retracted_why == "liste périmée"
    desk.post(reverse("desk_restore_source", args=["membres"]))
    assert rows() == before


def test_sources_that_are_due_come_first(registry, desk, monkeypatch):
    monkeypatch.setattr(sources.timezone, "localdate", lambda: date(2026, 11, 22))
    listed = desk.get(reverse("desk_sources")).context["rows"]
    assert [(r["source"].pk, r["due"], r["is_due"]) for r in listed] == [
        ("repertoire", "2025-12", True),
        ("membres", "2027-03", False),
    ]
    desk.post(reverse("desk_due", args=["membres"]), {"months": "2"})
    listed = desk.get(reverse("desk_sources")).context["rows"]
    assert [(r["source"].pk, r["due"]) for r in listed] == [("membres", "2026-05"), ("repertoire", "2025-12")]


def test_a_note_is_written_and_withdrawn(registry, desk):
    institute = Organisation.objects.get(acronym="IFO")
    page = reverse("desk_organisation", args=[institute.pk])
    typed = {"note-cluster": "optonique", "note-text": "Rappeler en janvier"}
    desk.post(reverse("desk_notes", args=[institute.pk]), typed)
    ((note, may_withdraw),) = desk.get(page).context["notes"]
    assert (note.text, may_withdraw) == ("Rappeler en janvier", True)
    desk.post(reverse("desk_withdraw_note", args=[institute.pk, note.pk]))
    assert desk.get(page).context["notes"] == []


def test_every_page_speaks_both_languages(registry, noon):
    user = person(noon, "administrator")
    client = Client()
    client.force_login(user)
    institute = Organisation.objects.get(acronym="IFO")
    pages = [
        reverse("desk_organisations"),
        reverse("desk_organisation", args=[institute.pk]),
        reverse("desk_correct", args=[institute.pk, "description"]),
        reverse("desk_judge", args=[institute.pk]),
        reverse("desk_sources"),
        reverse("desk_source", args=["membres"]),
    ]
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(user)
    for language, word in (("fr", "Organisations"), ("en", "Organisations")):
        profile.preferred_language = language
        profile.save()
        for page in pages:
            answer = client.get(page)
            assert f'lang="{language}"' in answer.text, page
            assert word in answer.text, page
    assert Source.objects.count() == 2


@pytest.mark.parametrize(
    ("chosen", "browser", "shown"),
    [("", "fr", "fr"), ("", "en", "en"), ("en", "fr", "en"), ("fr", "en", "fr")],
)
def test_an_unknown_address_of_the_desk_is_not_found_in_the_desk_s_language(
    noon, site, chosen, browser, shown
):
    client, user = Client(headers={"accept-language": browser}), person(noon, "manager")
    client.force_login(user)
    if chosen:
        UserProfile.objects.create(user=user, preferred_language=chosen)
    for address in ("/desk/nowhere/", "/desk/figures/nowhere/at-all/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Content-Language"]) == (404, shown)
        assert f'<html lang="{shown}"' in answer.content.decode()


def test_an_unknown_address_of_the_desk_asks_who_one_is_first(client, site):
    assert client.get("/desk/nowhere/").headers["Location"] == "/desk/login/?next=/desk/nowhere/"
