"""Members: invited, claiming, proposing, confirming; what staff decide, and what the page then says."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grappe.hub.journal.models import Entry
from grappe.hub.people.links import CLAIM, CONFIRMATION, INVITATION, BadLink
from grappe.hub.people.models import Invitation, Role, User
from grappe.hub.registry import queries
from grappe.hub.registry.access import NotAllowed, may_speak_for
from grappe.hub.registry.actions.confirmations import ask_confirmation
from grappe.hub.registry.actions.judgements import merge_organisations, retract_judgement
from grappe.hub.registry.actions.memberships import Terms, change_membership, record_membership
from grappe.hub.registry.actions.proposals import Proposed, accept_proposal, make_proposal
from grappe.hub.registry.actions.undoing import undo
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.members import representatives_of, represented_by, review_list
from grappe.hub.registry.models import (
    Claim,
    ConfirmationRequest,
    Judgement,
    Membership,
    Organisation,
    Proposal,
    Source,
    Statement,
)
from grappe.hub.worker import run_worker
from hub.desk_fixtures import named, person, rows
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


@pytest.fixture
def institute(registry):
    return Organisation.objects.get(acronym="IFO")


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def speaking_for(organisation, noon, username="representante"):
    user = User.objects.create_user(username, f"{username}@example.org", "phrase de passe longue")
    Role.objects.create(user=user, name="representative", organisation=organisation.pk, granted_at=noon)
    return user


def link_in(message):
    return next(word for word in message.body.split() if word.startswith("http")).replace(
        "http://localhost:8000", ""
    )


def test_a_claim_leads_from_a_strangers_form_to_an_account_that_represents(institute, noon):
    stranger, manager = Client(), person(noon, "manager", "optonique")
    typed = {"name": "Personne Fictive", "email": "fictive@example.org", "job_title": "Directrice"}
    answer = stranger.post(reverse("claim", args=[institute.pk]), typed)
    assert answer.context["what"] == "claim_sent"
    assert len(review_list(manager)) == 0  # nothing is shown before the address answers
    run_worker(once=True)
    (asked,) = mail.outbox
    assert asked.to == ["fictive@example.org"]
    assert stranger.get(link_in(asked)).status_code == 200
    assert Claim.objects.get().state == "unconfirmed"  # opening is not confirming
    stranger.post(link_in(asked))
    (claim,) = review_list(manager).claims
    desk = client_of(manager)
    page = reverse("desk_claim", args=[claim.pk])
    assert desk.get(page).status_code == 200
    desk.post(page, {"why": "vérifié par téléphone", "decision": "accept"})
    run_worker(once=True)
    invited = mail.outbox[1]
    password = "une longue phrase fictive"
    typed = {"full_name": "Personne Fictive", "password": password, "again": password}
    opened = stranger.post(link_in(invited), typed)
    assert opened.headers["Location"] == reverse("account")
    user = User.objects.get(email="fictive@example.org")
    assert represented_by(user) == [institute]
    assert Client().post(link_in(invited), typed).status_code == 410  # it answers once


def test_a_refused_claim_is_told_why_and_opens_nothing(institute, noon):
    claim = Claim.objects.create(
        entity=institute.records.first().entity,
        name="X",
        email="x@example.org",
        made_at=noon,
        state="pending",
    )
    page = reverse("desk_claim", args=[claim.pk])
    client_of(person(noon, "manager")).post(page, {"why": "adresse personnelle", "decision": "refuse"})
    run_worker(once=True)
    assert "adresse personnelle" in mail.outbox[0].body
    assert (Invitation.objects.count(), Claim.objects.get().state) == (0, "refused")


def test_a_link_serves_one_purpose_and_not_for_ever(institute, monkeypatch):
    token = CLAIM.sign(7)
    assert CLAIM.read(token) == 7
    for purpose in (INVITATION, CONFIRMATION):
        with pytest.raises(BadLink):
            purpose.read(token)
    with pytest.raises(BadLink):
        CLAIM.read(token[:-2] + "xx")
    later = timezone.now().timestamp() + timedelta(days=8).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(BadLink):
        CLAIM.read(token)
    answer = Client().get(reverse("claim_confirm", args=[token]))
    assert (answer.status_code, answer.context["what"]) == (410, "gone")


def test_a_proposal_accepted_is_what_the_organisation_says(institute, noon):
    member, editor = speaking_for(institute, noon), person(noon, "editor", "optonique")
    page = reverse("propose", args=[institute.pk, "employees"])
    client_of(member).post(page, {"value": "1 200", "comment": "rapport annuel"})
    (proposal,) = review_list(editor).proposals
    assert (proposal.value, proposal.original_value) == ("1200", "1 200")
    desk = client_of(editor)
    page = reverse("desk_proposal", args=[proposal.pk])
    assert desk.get(page).context["value"] == "1200"
    desk.post(page, {"value": "1200", "why": "conforme au rapport", "decision": "accept"})
    proposal.refresh_from_db()
    said = Statement.objects.get(pk=proposal.statement)
    assert (said.method, said.source_id, said.asserted_by) == (
        "declared",
        "grappe-members",
        "Institut fictif d'optique",
    )
    shown = queries.dossier_of(editor, institute.pk).properties["employees"].values
    assert [(value.value, value.is_rival) for value in shown] == [
        ("1200", False),
        ("120", True),
        ("150", True),
    ]
    assert len(review_list(editor)) == 0


def test_a_proposal_refused_or_withdrawn_says_nothing(institute, noon):
    member, before = speaking_for(institute, noon), rows()
    client, editor = client_of(member), client_of(person(noon, "editor"))
    client.post(reverse("propose", args=[institute.pk, "website"]), {"value": "ifo-nouveau.example"})
    first = Proposal.objects.get()
    editor.post(
        reverse("desk_proposal", args=[first.pk]),
        {"value": first.value, "why": "le site ne répond pas", "decision": "refuse"},
    )
    assert "le site ne répond pas" in client.get(reverse("member_organisation", args=[institute.pk])).text
    client.post(reverse("propose", args=[institute.pk, "website"]), {"value": "ifo-autre.example"})
    second = Proposal.objects.exclude(pk=first.pk).get()
    client.post(reverse("withdraw_proposal", args=[institute.pk, second.pk]))
    assert set(Proposal.objects.values_list("state", flat=True)) == {"refused", "withdrawn"}
    assert rows() == before


def test_another_proposal_of_the_same_replaces_the_first(institute, noon):
    member = speaking_for(institute, noon)
    for value in ("a.example", "b.example"):
        make_proposal(organisation=institute, proposed=Proposed("website", value), actor=member, at=noon)
    states = dict(Proposal.objects.values_list("value", "state"))
    assert states == {"a.example": "withdrawn", "b.example": "pending"}


def test_a_decided_proposal_is_not_decided_again(institute, noon):
    member, editor = speaking_for(institute, noon), person(noon, "editor")
    proposal = make_proposal(
        organisation=institute, proposed=Proposed("website", "https://a.example/"), actor=member, at=noon
    )
    said = {"why": "vu", "actor": editor, "at": noon}
    first = accept_proposal(proposal=proposal, value="https://a.example/", **said)
    second = accept_proposal(proposal=proposal, value="https://b.example/", **said)
    assert (first.statement, second.statement) == (first.statement, first.statement)
    assert Statement.objects.filter(origin="hub", property="website").count() == 1


def test_a_representative_of_another_organisation_proposes_nothing_here(institute, noon):
    lasers = named("Lasers Fictifs inc.", "optonique")
    stranger = speaking_for(lasers, noon)
    with pytest.raises(NotAllowed):
        make_proposal(
            organisation=institute, proposed=Proposed("website", "x.example"), actor=stranger, at=noon
        )
    assert client_of(stranger).get(reverse("member_organisation", args=[institute.pk])).status_code == 404


def test_who_speaks_for_an_organisation_follows_a_merge_and_its_undoing(institute, noon):
    lasers, manager = named("Lasers Fictifs inc.", "optonique"), person(noon, "manager")
    users = [speaking_for(institute, noon, "a"), speaking_for(lasers, noon, "b")]
    became = merge_organisations(first=institute, second=lasers, why="essai", actor=manager, at=noon)
    assert [may_speak_for(user, became) for user in users] == [True, True]
    assert {each.username for each in representatives_of([became.pk])[became.pk]} == {"a", "b"}
    retract_judgement(judgement=Judgement.objects.get(origin="hub"), actor=manager, at=noon)
    institute, lasers = (Organisation.objects.get(pk=each.pk) for each in (institute, lasers))
    assert [may_speak_for(user, institute) for user in users] == [True, False]


def test_the_yearly_question_is_answered_without_log_in_and_freshens_the_page(institute, noon):
    editor = person(noon, "editor", "optonique")
    request = ask_confirmation(
        organisation=institute, email="ifo@example.org", language="en", actor=editor, at=noon
    )
    run_worker(once=True)
    link = link_in(mail.outbox[0])
    assert link.startswith("/en/confirm/")
    page = Client().get(link)
    assert "Institut fictif d" in page.text
    Client().post(link, {"answer": "right"})
    request.refresh_from_db()
    today = timezone.now().date().isoformat()
    assert (request.answer, Organisation.objects.get(pk=institute.pk).last_stated) == ("right", today)
    confirmed = Statement.objects.get(property="confirmed")
    assert (confirmed.method, confirmed.value, confirmed.source_id) == ("declared", today, "grappe-members")


def test_an_answer_that_asks_for_a_correction_waits_for_staff(institute, noon):
    editor, other = person(noon, "editor", "optonique"), person(noon, "viewer", "optonique")
    request = ask_confirmation(
        organisation=institute, email="ifo@example.org", language="fr", actor=editor, at=noon
    )
    link = reverse("confirm", args=[CONFIRMATION.sign(request.pk)])
    empty = Client().post(link, {"answer": "wrong", "comment": ""})
    assert set(empty.context["form"].errors) == {"comment"}
    Client().post(link, {"answer": "wrong", "comment": "Nous avons déménagé."})
    assert [each.comment for each in review_list(editor).answers] == ["Nous avons déménagé."]
    assert len(review_list(other)) == 0
    client_of(editor).post(reverse("desk_handle_answer", args=[request.pk]))
    assert len(review_list(editor)) == 0
    Client().post(link, {"answer": "right"})  # too late: staff have handled it
    assert ConfirmationRequest.objects.get().answer == "wrong"


def test_a_membership_is_recorded_changed_and_undone(institute, noon):
    editor = person(noon, "editor", "optonique")
    terms = Terms("regular", date(2026, 1, 1), date(2026, 12, 31), "unpaid")
    membership = record_membership(
        organisation=institute, cluster="optonique", terms=terms, actor=editor, at=noon
    )
    change_membership(
        membership=membership,
        terms=Terms("regular", date(2026, 1, 1), date(2026, 12, 31), "paid"),
        actor=editor,
        at=noon,
    )
    assert Entry.objects.get(verb="change_membership").data["former"]["dues"] == "unpaid"
    page = client_of(editor).get(reverse("desk_members"), {"cluster": "optonique"})
    row = next(each for each in page.context["rows"] if each["organisation"] == institute)
    assert (row["membership"].dues, row["is_current"]) == ("paid", True)
    undo(entry=Entry.objects.get(verb="record_membership"), actor=editor, at=noon)
    assert Membership.objects.get().withdrawn_at == noon
    with pytest.raises(ValueError, match="ends after"):
        record_membership(
            organisation=institute,
            cluster="optonique",
            terms=Terms("regular", date(2026, 2, 1), date(2026, 1, 1)),
            actor=editor,
            at=noon,
        )
    with pytest.raises(NotAllowed):
        record_membership(organisation=institute, cluster="aero", terms=terms, actor=editor, at=noon)


def test_a_contact_is_read_by_the_staff_of_its_cluster_alone(institute, noon):
    ours, theirs = person(noon, "editor", "optonique"), person(noon, "editor", "aero")
    typed = {
        "contact-cluster": "optonique",
        "contact-name": "Personne Fictive",
        "contact-phone": "418 555-0199",
    }
    page = reverse("desk_member", args=[institute.pk])
    client_of(ours).post(reverse("desk_add_contact", args=[institute.pk]), typed)
    assert "Personne Fictive" in client_of(ours).get(page).text
    assert "Personne Fictive" not in client_of(theirs).get(page).text
    assert (
        "Personne Fictive"
        not in client_of(theirs).get(reverse("desk_organisation", args=[institute.pk])).text
    )
    assert "Personne Fictive" not in str(Entry.objects.values_list("data", flat=True))


def test_members_ask_as_many_queries_for_one_as_for_three(institute, noon, django_assert_max_num_queries):
    client, url = client_of(person(noon, "manager")), reverse("desk_members") + "?cluster=optonique"

    def asked():
        client.get(url)
        with django_assert_max_num_queries(60) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    few = asked()
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    for each in (planes, institute):
        record_membership(
            organisation=each,
            cluster="optonique",
            terms=Terms("regular", date(2026, 1, 1)),
            actor=person(noon, "manager", username=f"m-{each.pk}"),
            at=noon,
        )
        speaking_for(each, noon, f"r-{each.pk}")
    assert asked() == few


def test_a_representative_invites_a_colleague_and_nobody_else(institute, noon):
    member = client_of(speaking_for(institute, noon))
    url = reverse("invite_colleague", args=[institute.pk])
    member.post(url, {"email": "collegue@example.org", "language": "fr"})
    member.post(url, {"email": "collegue@example.org", "language": "fr"})
    kept = Invitation.objects.values_list("email", "name", "organisation")
    assert list(kept) == [("collegue@example.org", "representative", institute.pk)]


def test_claims_from_one_address_are_limited(institute):
    typed = {"name": "X", "email": "x@example.org"}
    answers = [Client().post(reverse("claim", args=[institute.pk]), typed).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Source.objects.filter(pk="grappe-members").count() == 0
