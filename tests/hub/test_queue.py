"""The queue of pairs: proposed, held by one reviewer, judged by one key, undone, measured."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from grappe.hub.registry.access import NotAllowed
from grappe.hub.registry.actions.pairs import (
    HELD,
    ProposedPair,
    hold_pair,
    judge_pair,
    judge_pairs,
    propose_pairs,
    take_back_verdict,
)
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Judgement, Organisation, Pair, Record
from grappe.hub.registry.pairing import fill_queue, quality_of_linkage
from grappe.hub.registry.queries import organisation_of
from grappe.hub.registry.reviewing import obvious_pairs, waiting_pairs
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from hub.desk_fixtures import person, rows
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).parents[2] / "demo" / "quebec"

#: A near-duplicate to judge, and namesakes of two towns that are none.
MEMBERS = """Nom;Ville;Grappe;Rôle;Site web;Téléphone
Optique Exemplaire Fictive inc.;Québec;optonique;membre;optique-exemplaire.example;418 555-0101
Optiques exemplaires fictives ltée;Québec;optonique;membre;optique-exemplaire.example;418 555-0101
Lasers Fictifs;Québec;optonique;membre;;
Lasers Fictifs;Sherbrooke;optonique;membre;;
Moulins Imaginaires;Montréal;aero;membre;;
"""
REGISTER = """Nom;Ville;Grappe;Rôle
Cuirs Inventés;Gaspé;aero;partenaire
"""


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(
        tmp_path / "workspace", tmp_path / "ecosystem", members=MEMBERS, register=REGISTER
    )
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


@pytest.fixture
def queue(registry, noon):
    fill_queue(at=noon)
    return Pair.objects.get()


def names_of(pair):
    return {organisation_of(each).name_fr for each in (pair.left, pair.right)}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_near_duplicate_waits_and_the_namesakes_elsewhere_stay_apart(queue):
    assert names_of(queue) == {"Optique Exemplaire Fictive inc.", "Optiques exemplaires fictives ltée"}
    assert (queue.state, 0 < queue.score < 1) == ("waiting", True)
    assert {name for name, _, weight in queue.features if weight > 0} & {"site", "phone"} != set()


def test_proposing_again_changes_nothing(queue, noon):
    before = list(Pair.objects.values())
    assert fill_queue(at=noon) == {"new": 0, "gone": 0, "waiting": 1}
    assert list(Pair.objects.values()) == before


def test_a_verdict_is_a_judgement_that_merges_and_is_undone_exactly(queue, noon):
    before, manager = rows(), person(noon, "manager")
    judge_pair(pair=queue, relation="same_as", why="même site", actor=manager, at=noon)
    assert organisation_of(queue.left) == organisation_of(queue.right)
    assert Judgement.objects.get(origin="hub").relation == "same_as"
    queue.refresh_from_db()
    take_back_verdict(pair=queue, actor=manager, at=noon)
    assert rows() == before
    queue.refresh_from_db()
    assert (queue.state, queue.judged_by) == ("waiting", None)


def test_a_verdict_survives_the_next_load_and_the_next_proposals(queue, noon, tmp_path):
    manager = person(noon, "manager")
    judge_pair(pair=queue, relation="different", why="deux firmes", actor=manager, at=noon)
    more = MEMBERS + "Verreries Inventées;Laval;optonique;membre;;\n"
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=more, register=REGISTER)
    load_ecosystem(folder=folder, actor=None, at=noon)
    fill_queue(at=noon)
    assert list(Pair.objects.values_list("state", flat=True)) == ["different"]
    assert organisation_of(queue.left) != organisation_of(queue.right)


def test_two_reviewers_never_have_the_same_pair(queue, noon):
    first, second = person(noon, "manager"), person(noon, "manager", "optonique")
    assert hold_pair(pair=queue, actor=first, at=noon)
    assert not hold_pair(pair=queue, actor=second, at=noon)
    assert list(waiting_pairs(second, noon)) == []
    later = noon + HELD + HELD
    assert list(waiting_pairs(second, later)) == [queue]
    assert hold_pair(pair=queue, actor=second, at=later)


def test_a_pair_judged_meanwhile_stays_as_it_was_judged(queue, noon):
    first, second = person(noon, "manager"), person(noon, "manager", "optonique")
    judge_pair(pair=queue, relation="different", why="non", actor=first, at=noon)
    late = judge_pair(pair=queue, relation="same_as", why="oui", actor=second, at=noon)
    assert (late.state, late.judged_by, Judgement.objects.filter(origin="hub").count()) == (
        "different",
        first,
        1,
    )


def test_a_manager_of_another_cluster_neither_sees_nor_judges_it(queue, noon):
    other, before = person(noon, "manager", "aero"), rows()
    assert list(waiting_pairs(other, noon)) == []
    with pytest.raises(NotAllowed):
        judge_pair(pair=queue, relation="same_as", why="", actor=other, at=noon)
    client_of(other).post(reverse("desk_queue"), {"pair": queue.pk, "verdict": "same_as"})
    assert rows() == before


def test_the_page_shows_both_sides_and_takes_a_verdict_and_its_undoing(queue, noon):
    client = client_of(person(noon, "manager"))
    shown = client.get(reverse("desk_queue"))
    agreeing = {row["label"] for row in shown.context["rows"] if row["agrees"]}
    assert agreeing == {"Grappe", "Municipalité", "Site Web", "Téléphone"}
    client.post(reverse("desk_queue"), {"pair": queue.pk, "verdict": "same_as"})
    assert "compared" not in client.get(reverse("desk_queue")).context
    client.post(reverse("desk_queue"), {"undo": "1"})
    assert client.get(reverse("desk_queue")).context["pair"] == queue


def test_a_pair_passed_over_comes_back_after_the_others(queue, noon):
    client = client_of(person(noon, "manager"))
    client.post(reverse("desk_queue"), {"pair": queue.pk, "skip": "1"})
    assert client.get(reverse("desk_queue")).context["pair"] == queue
    queue.refresh_from_db()
    assert queue.state == "waiting"


def test_the_obvious_are_judged_together(queue, noon):
    manager = person(noon, "manager")
    Pair.objects.update(score=0.99)
    assert list(obvious_pairs(manager, noon, 0.95)) == [queue]
    client = client_of(manager)
    assert len(client.get(reverse("desk_obvious")).context["lines"]) == 1
    client.post(reverse("desk_obvious"), {"pair": [queue.pk]})
    assert Pair.objects.get().state == "same_as"
    assert Organisation.objects.count() == 5


def test_merging_lets_go_of_other_pairs_of_the_same_two(queue, noon):
    manager = person(noon, "manager")
    others = [
        e for e in Record.objects.values_list("entity", flat=True) if e not in (queue.left, queue.right)
    ]
    third = Pair.objects.create(left=queue.left, right=others[0], score=0.5, proposed_at=noon)
    judge_pairs(pairs=[queue, third], relation="same_as", why="essai", actor=manager, at=noon)
    leftover = Pair.objects.create(left=queue.right, right=others[0], score=0.5, proposed_at=noon)
    assert judge_pair(pair=leftover, relation="same_as", why="", actor=manager, at=noon).state == "waiting"


def test_what_is_no_longer_proposed_is_gone_and_comes_back(queue, noon):
    assert propose_pairs(pairs=[], model="records", at=noon)["gone"] == 1
    assert Pair.objects.get().state == "gone"
    assert fill_queue(at=noon)["waiting"] == 1
    assert Pair.objects.get().state == "waiting"


def test_quality_is_estimated_from_the_verdicts_with_its_interval(registry, noon):
    assert quality_of_linkage().even is None
    made = [
        ProposedPair(
            f"a{n}", f"b{n}", 0.97 if n < 30 else 0.3, 3.0 if n < 30 else -1.0, (), "same_as", True, 1, 1.0
        )
        for n in range(60)
    ]
    propose_pairs(pairs=made, model="essai", at=noon)
    for n, pair in enumerate(Pair.objects.filter(left__startswith="a").order_by("pk")):
        Pair.objects.filter(pk=pair.pk).update(state="same_as" if n < 30 else "different")
    found = quality_of_linkage()
    assert (found.reviewed, found.pairs, found.even.precision.value, found.even.recall.value) == (
        60,
        60,
        1.0,
        1.0,
    )
    assert 0.85 < found.even.precision.low < 1.0
    assert client_of(person(noon, "manager")).get(reverse("desk_linkage")).status_code == 200


def test_queue_pages_ask_a_fixed_number_of_queries(queue, noon, django_assert_max_num_queries):
    client = client_of(person(noon, "manager"))
    for name, most in (("desk_queue", 45), ("desk_obvious", 25), ("desk_linkage", 25)):
        client.get(reverse(name))
        with django_assert_max_num_queries(most):
            assert client.get(reverse(name)).status_code == 200


def test_the_journal_tells_verdicts_and_what_undid_them(queue, noon):
    admin = person(noon, "administrator")
    judge_pair(pair=queue, relation="unsure", why="à revoir", actor=admin, at=noon)
    take_back_verdict(pair=queue, actor=admin, at=noon)
    page = client_of(admin).get(reverse("desk_journal"))
    assert (page.status_code, page.content.decode().count("<em>à revoir</em>")) == (200, 2)


@pytest.mark.slow
def test_the_planted_pair_waits_and_the_planted_namesakes_stay_apart(site, noon, tmp_path):
    build(load_workspace(DEMO), tmp_path / "built")
    load_ecosystem(folder=tmp_path / "built", actor=None, at=noon)
    fill_queue(at=noon)
    planted = Pair.objects.filter(left__startswith="organisations-fictives:")
    names = [(organisation_of(each.left).name_fr, organisation_of(each.right).name_fr) for each in planted]
    spelled = ("Atelier d’optique fictif Exemplaire inc.", "Ateliers d’optique fictifs Exemplaire ltée")
    assert (names, {each.state for each in planted}) == ([spelled], {"waiting"})
    assert Organisation.objects.filter(name_fr="Lasers fictifs du Nord").count() == 2
