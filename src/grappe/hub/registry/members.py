"""Reads on members: who is one, who speaks for whom, what waits for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from grappe.hub.people.models import Role, RoleName, User
from grappe.hub.people.queries import Visitor, clusters_where, roles_of
from grappe.hub.registry.models import (
    Belonging,
    Claim,
    ConfirmationRequest,
    Contact,
    Membership,
    Organisation,
    Proposal,
    Record,
    Redirect,
)
from grappe.hub.registry.queries import current_id, visible_organisations


@dataclass(frozen=True)
class Member:
    """One line of a cluster's members: the organisation, its latest membership, who speaks for it."""

    organisation: Organisation
    membership: Membership | None
    representatives: tuple[User, ...]

    def is_current(self, today: date) -> bool:
        """Whether a membership runs on *today*."""
        found = self.membership
        return bool(found and found.starts_on <= today and (found.ends_on is None or found.ends_on >= today))


@dataclass(frozen=True)
class ReviewList:
    """What waits for a decision of this person, oldest first."""

    claims: list[Claim]
    proposals: list[Proposal]
    answers: list[ConfirmationRequest]

    @property
    def entities(self) -> list[str]:
        """The records that these are about."""
        rows = [each.entity for each in self.claims] + [each.entity for each in self.proposals]
        return rows + [each.entity for each in self.answers]

    def __len__(self) -> int:
        return len(self.claims) + len(self.proposals) + len(self.answers)


def in_care_of(user: Visitor, verb: str, kind: str) -> QuerySet[Record]:
    """The records of the organisations to which *user* may do *verb* on an object of *kind*."""
    clusters = clusters_where(user, verb, kind)
    records = Record.objects.filter(organisation__isnull=False)
    if clusters is None:
        return records
    if not clusters:
        return records.none()
    in_clusters = Belonging.objects.filter(list="cluster")
    ours = in_clusters.filter(code__in=clusters).values("organisation")
    # An organisation that is in no cluster is in the care of all of them.
    nobodys = ~Q(organisation__in=in_clusters.values("organisation"))
    return records.filter(Q(organisation__in=ours) | nobodys)


def review_list(user: Visitor) -> ReviewList:
    """The claims, proposals and answers that *user* may decide: three queries."""
    claims, proposals = in_care_of(user, "decide", "claim"), in_care_of(user, "decide", "proposal")
    asked = ConfirmationRequest.objects.filter(answer="wrong", handled_at=None)
    return ReviewList(
        list(Claim.objects.filter(state="pending", entity__in=claims.values("entity"))),
        list(
            Proposal.objects.filter(state="pending", entity__in=proposals.values("entity")).select_related(
                "proposed_by"
            )
        ),
        list(asked.filter(entity__in=proposals.values("entity")).order_by("answered_at")),
    )


def organisations_by_record(entities: Sequence[str]) -> dict[str, Organisation]:
    """Record → its organisation: one query."""
    found = Record.objects.filter(entity__in=entities).select_related("organisation")
    return {each.entity: each.organisation for each in found if each.organisation}


def represented_by(user: Visitor) -> list[Organisation]:
    """The organisations that *user* represents, in name order: as named by roles, or what those became."""
    held = {r.organisation for r in roles_of(user) if r.name == RoleName.REPRESENTATIVE and r.organisation}
    found = visible_organisations(user).filter(pk__in={current_id(each) for each in held})
    return list(found.order_by("sort_name", "id"))


def representatives_of(organisations: Sequence[str]) -> dict[str, list[User]]:
    """Canonical id → the accounts that represent it, under this id or one merged into it: two queries."""
    ids = set(organisations)
    former = dict(Redirect.objects.filter(current__in=ids).values_list("former", "current"))
    roles = Role.objects.filter(
        name=RoleName.REPRESENTATIVE, revoked_at=None, organisation__in={*ids, *former}
    ).select_related("user")
    found: dict[str, list[User]] = {}
    for role in roles:
        found.setdefault(former.get(role.organisation, role.organisation), []).append(role.user)
    return found


def visible_memberships(user: Visitor) -> QuerySet[Membership]:
    """The memberships that stand and that *user* may consult: those of the clusters whose staff they are."""
    standing = Membership.objects.filter(withdrawn_at=None)
    clusters = clusters_where(user, "consult", "membership")
    return standing if clusters is None else standing.filter(cluster__in=clusters)


def memberships_of(user: Visitor, entities: Sequence[str]) -> list[Membership]:
    """The memberships of an organisation that *user* may consult, latest first: one query."""
    return list(visible_memberships(user).filter(entity__in=entities))


def contacts_of(user: Visitor, entities: Sequence[str]) -> list[Contact]:
    """The contacts at an organisation that *user* may read, in name order: one query."""
    standing = Contact.objects.filter(withdrawn_at=None, entity__in=entities)
    clusters = clusters_where(user, "read", "contact")
    return list(standing if clusters is None else standing.filter(cluster__in=clusters))


def members_of(user: Visitor, cluster: str) -> QuerySet[Organisation]:
    """The organisations that a source or a membership says are members of *cluster*, in name order."""
    stated = Belonging.objects.filter(list="cluster", code=cluster, role="member").values("organisation")
    recorded = visible_memberships(user).filter(cluster=cluster).values("entity")
    by_record = Record.objects.filter(entity__in=recorded).values("organisation")
    found = visible_organisations(user).filter(Q(pk__in=stated) | Q(pk__in=by_record))
    return found.order_by("sort_name", "id")


def member_lines(user: Visitor, cluster: str, organisations: Sequence[Organisation]) -> list[Member]:
    """The lines of *organisations* among the members of *cluster*: four queries, however many there are."""
    ids = [each.pk for each in organisations]
    records = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation"))
    latest: dict[str, Membership] = {}
    for membership in visible_memberships(user).filter(cluster=cluster, entity__in=records):
        latest.setdefault(records[membership.entity], membership)
    speaking = representatives_of(ids)
    return [Member(each, latest.get(each.pk), tuple(speaking.get(each.pk, ()))) for each in organisations]


def pending_proposals(organisation: Organisation) -> list[Proposal]:
    """What is proposed for the page of *organisation* and not decided: one query."""
    entities = organisation.records.values("entity")
    return list(Proposal.objects.filter(entity__in=entities, state="pending").select_related("proposed_by"))


def decided_proposals(organisation: Organisation, most: int = 10) -> list[Proposal]:
    """The latest proposals decided for *organisation*, latest first: one query."""
    entities = organisation.records.values("entity")
    decided = Proposal.objects.filter(entity__in=entities, state__in=("accepted", "refused"))
    return list(decided.order_by("-decided_at")[:most])
