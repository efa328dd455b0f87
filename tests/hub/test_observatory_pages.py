"""The pages of key figures, at the desk and on the site: what they say, in how many queries."""

import io
import json
import zipfile

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from grappe.hub.observatory.actions.reviews import accept_figure
from grappe.hub.observatory.models import FactSheet, Figure, FigureReview, Resolution
from grappe.hub.registry.indexing import rebuild_index
from hub.desk_fixtures import person
from hub.figure_fixtures import figure_saying, load_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(tmp_path, noon, site):
    load_ledger(tmp_path, noon)


@pytest.fixture
def desk(loaded, noon):
    client = Client()
    client.user = person(noon, "administrator")
    client.force_login(client.user)
    return client


@pytest.fixture
def checked(desk, noon):
    """The number of jobs of 2025 and that of 2012, checked."""
    figures = [figure_saying(surface) for surface in ("1 200", "900")]
    for figure in figures:
        accept_figure(figure=figure, actor=desk.user, at=noon)
    return [Figure.objects.get(pk=figure.pk) for figure in figures]


def queries_of(client, url, django_assert_max_num_queries, most):
    with django_assert_max_num_queries(most) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_ledger_asks_as_much_of_three_figures_as_of_five(desk, django_assert_max_num_queries):
    url = reverse("desk_figures")
    client_of = desk.get(url)
    assert client_of.status_code == 200
    five = queries_of(desk, url, django_assert_max_num_queries, 40)
    Figure.objects.filter(period_start="").delete()
    desk.get(url)
    assert queries_of(desk, url, django_assert_max_num_queries, 40) == five


@pytest.mark.parametrize(
    ("asked", "surfaces"),
    [
        ("", ["1 200", "58 %", "82 540", "90", "900"]),
        ("q=mode", ["58 %", "82 540"]),
        ("indicator=number+of+companies", ["90"]),
        ("place=Grand+Montréal", ["58 %"]),
        ("status=checked", []),
        ("source=membres", []),
        ("stale=1", ["900"]),
        ("status=perhaps&q=%00", ["1 200", "58 %", "82 540", "90", "900"]),
    ],
)
def test_the_ledger_is_filtered_by_what_the_address_asks(desk, asked, surfaces):
    page = desk.get(f"{reverse('desk_figures')}?{asked}").context["page_of"]
    assert sorted(figure.proposed["surface"] for figure in page) == surfaces


def test_the_review_goes_through_the_document_one_key_at_a_time(desk):
    first = desk.get(reverse("desk_next_figure")).headers["Location"]
    page = desk.get(first)
    current = [p.text for para in page.context["reading"].paragraphs for p in para.pieces if p.is_current]
    assert current == ["1 200 emplois"]
    key = page.context["figure"].pk
    following = desk.post(reverse("desk_review_figure", args=[key]), {"verdict": "accept"}).headers[
        "Location"
    ]
    assert following == reverse("desk_figure", args=[figure_saying("90").pk])
    desk.post(reverse("desk_review_figure", args=[figure_saying("90").pk]), {"verdict": "reject"})
    assert [Figure.objects.get(proposed__surface=s).status for s in ("1 200", "90")] == [
        *("checked", "withdrawn"),
    ]
    back = desk.post(reverse("desk_undo_review")).headers["Location"]
    assert (back, figure_saying("90").status) == (following, "draft")


def test_a_fix_typed_as_in_the_language_of_the_page_is_stored(desk):
    figure = figure_saying("900")
    fields = desk.get(reverse("desk_figure", args=[figure.pk])).context["form"].initial
    typed = {**fields, "verdict": "fix", "value": "1 050,5", "subject": "laser", "why": "lu au registre"}
    with translation.override("fr"):
        desk.post(reverse("desk_review_figure", args=[figure.pk]), typed)
    fixed = Figure.objects.get(pk=figure.pk)
    assert (fixed.core.value, fixed.subject, fixed.sector, fixed.status) == (
        *(1050.5, "laser", "laser", "checked"),
    )
    assert FigureReview.objects.get().changes == [["subject", "laser"], ["value", "1050.5"]]


def test_a_value_that_can_t_be_read_is_said_beside_the_form(desk):
    figure = figure_saying("900")
    typed = {"verdict": "fix", "value": "beaucoup", "qualifier": "exact", "kind": "level", "unit": "jobs"}
    answer = desk.post(reverse("desk_review_figure", args=[figure.pk]), typed)
    assert (answer.status_code, FigureReview.objects.count()) == (200, 0)
    assert len(answer.context["form"].non_field_errors()) == 1


def test_a_dispute_needs_a_reason(desk):
    figure = figure_saying("900")
    desk.post(reverse("desk_review_figure", args=[figure.pk]), {"verdict": "dispute"})
    assert figure_saying("900").status == "draft"
    desk.post(reverse("desk_review_figure", args=[figure.pk]), {"verdict": "dispute", "why": "rival"})
    assert figure_saying("900").status == "disputed"


def test_a_finding_is_resolved_on_its_page_and_opened_again(desk):
    page = desk.get(reverse("desk_findings"))
    (stale,) = [each for each in page.context["found"] if each.finding.code == "stale"]
    desk.post(reverse("desk_resolve"), {"finding": stale.key, "why": ""})
    assert Resolution.objects.count() == 0
    desk.post(reverse("desk_resolve"), {"finding": stale.key, "why": "série historique"})
    kept = desk.get(f"{reverse('desk_findings')}?resolved=1").context["found"]
    assert [(each.key, each.resolution.why) for each in kept] == [(stale.key, "série historique")]
    desk.post(reverse("desk_resolve"), {"finding": stale.key, "reopen": "1"})
    assert desk.get(f"{reverse('desk_findings')}?resolved=1").context["found"] == []


def test_the_public_list_shows_what_is_checked_and_says_what_is_out_of_date(checked, client):
    page = client.get("/fr/chiffres-cles/").content.decode()
    assert all(figure.pk in page for figure in checked)
    assert figure_saying("90").pk not in page
    assert page.count("périmé") == 1
    assert client.get(f"/fr/chiffres-cles/{figure_saying('90').pk}/").status_code == 404


def test_a_figure_s_page_says_it_in_both_languages_with_who_says_so_and_its_series(checked, client):
    page = client.get(f"/en/key-figures/{checked[0].pk}/")
    shown = page.content.decode().replace("\u00a0", " ")
    for words in ("1,200 jobs", "1 200 emplois", "administrator", "comptent <mark>1 200 emplois</mark>"):
        assert words in shown
    assert [point.year for point in page.context["points"]] == ["2012", "2025"]
    assert [line.figure.pk for line in page.context["series"]] == [checked[1].pk, checked[0].pk]


def test_a_figure_is_cited_in_text_in_bibtex_and_as_linked_data(checked, client, settings):
    settings.BASE_URL = "https://grappe.example"
    key = checked[1].pk
    page = client.get(f"/fr/chiffres-cles/{key}/")
    address = f"https://grappe.example/fr/chiffres-cles/{key}/"
    assert page.context["cite"] == (
        "Laser Québec. Emploi\u00a0: 900\u00a0emplois (lasers, Québec, 2012). Essai, "
        f"vérifié le 22\u00a0novembre 2026. {address}"
    )
    entry = client.get(f"/fr/chiffres-cles/{key}/chiffre.bib").content.decode()
    assert entry.splitlines()[0] == f"@misc{{grappe-{key},"
    assert "  year = {2012}," in entry.splitlines()
    linked = client.get(f"/fr/chiffres-cles/{key}/chiffre.jsonld")
    assert linked.headers["Access-Control-Allow-Origin"] == "*"
    variable, observation = json.loads(linked.content)["@graph"]
    assert (variable["@type"], observation["@type"], observation["value"]) == (
        *("StatisticalVariable", "Observation", 900),
    )
    assert (observation["url"], observation["isBasedOn"]["name"]) == (address, "Chiffres clés")


def test_an_embedded_figure_may_be_framed_anywhere_and_no_other_page(checked, client):
    framed = client.get(f"/fr/chiffres-cles/{checked[0].pk}/integrer/")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    page = client.get(f"/fr/chiffres-cles/{checked[0].pk}/")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    told = json.loads(client.get(f"/en/key-figures/{checked[0].pk}/figure.json").content)
    assert (told["value"], told["period"], told["state"]) == ("1,200\u00a0jobs", "2025", "")


def test_the_checked_figures_are_taken_away_in_three_forms(checked, client):
    archive = zipfile.ZipFile(io.BytesIO(client.get("/fr/chiffres-cles/telecharger/csv/").content))
    assert sorted(archive.namelist()) == ["datapackage.json", "figures.csv"]
    assert len(archive.read("figures.csv").decode().splitlines()) == 3
    graph = json.loads(client.get("/fr/chiffres-cles/telecharger/jsonld/").content)["@graph"]
    assert sum(node["@type"] == "Observation" for node in graph) == 2
    assert len(client.get("/fr/chiffres-cles/telecharger/sdmx/").content.decode().splitlines()) == 3


def test_a_sheet_is_refused_then_published_with_its_reason_as_page_pdf_and_pictures(desk, checked, client):
    url = reverse("desk_new_sheet") + "?" + "&".join(f"figure={figure.pk}" for figure in checked)
    titles = {"title_fr": "Les lasers", "title_en": "Lasers", "cluster": "", "reason_fr": "", "reason_en": ""}
    refused = desk.post(url, titles)
    assert (refused.status_code, FactSheet.objects.count()) == (200, 0)
    assert list(refused.context["form"].errors) == ["reason_fr"]
    assert [reasons for _, _, reasons in refused.context["rows"]] == [[], ["périmé"]]
    half = desk.post(url, {**titles, "reason_fr": "Le recul sert la comparaison."})
    assert list(half.context["form"].errors) == ["reason_en"]
    reasons = {"reason_fr": "Le recul sert la comparaison.", "reason_en": "Hindsight serves comparison."}
    desk.post(url, {**titles, **reasons})
    sheet = FactSheet.objects.get()
    page = client.get(f"/en/fact-sheets/{sheet.pk}/").content.decode()
    for words in (
        "Lasers",
        "1,200 jobs",
        "900 jobs",
        "2012",
        "Laser Québec",
        "Hindsight serves comparison.",
    ):
        assert words in page.replace("\u00a0", " ")
    document = pypdfium2.PdfDocument(client.get(f"/fr/fiches/{sheet.pk}/fiche.pdf").content)
    texts = [page.get_textpage().get_text_bounded().replace("\u00a0", " ") for page in document]
    assert len(texts) == 2
    assert all(words in texts[0] for words in ("Les lasers", "1 200 emplois", "Source : Laser Québec"))
    assert all(words in texts[1] for words in ("Lasers", "1,200 jobs", "Source: Laser Québec"))
    assert document.is_tagged()
    picture = client.get(f"/fr/fiches/{sheet.pk}/1.png").content
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
    assert client.get(f"/fr/fiches/{sheet.pk}/3.png").status_code == 404


def test_a_sheet_says_what_changed_in_the_ledger_since(desk, checked, client, noon):
    url = f"{reverse('desk_new_sheet')}?figure={checked[0].pk}"
    desk.post(
        url, {"title_fr": "Les lasers", "title_en": "Lasers", "cluster": "", "reason_fr": "", "reason_en": ""}
    )
    sheet = FactSheet.objects.get()
    assert client.get(f"/fr/fiches/{sheet.pk}/").context["cards"][0]["has_changed"] is False
    desk.post(reverse("desk_undo_review"), {"review": FigureReview.objects.get(figure=checked[0]).pk})
    assert client.get(f"/fr/fiches/{sheet.pk}/").context["cards"][0]["has_changed"] is True
    desk.post(reverse("desk_withdraw_sheet", args=[sheet.pk]))
    assert client.get(f"/fr/fiches/{sheet.pk}/").status_code == 404


def test_a_sector_s_page_shows_its_figures(checked, client):
    rebuild_index()
    assert {figure.sector for figure in checked} == {"laser"}
    page = client.get("/fr/secteurs/laser/")
    assert [line.figure.pk for line in page.context["lines"]] == [figure.pk for figure in checked]
