"""Reads on the queue of pairs: the next one for this reviewer, both sides of it, how the review goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from grappe.hub.people.models import User
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.members import in_care_of
from grappe.hub.registry.models import Organisation, Pair
from grappe.hub.registry.queries import Dossier, ShownValue, dossier_of, organisation_of
from grappe.statements.text import fold
from grappe.statements.vocabulary import Property, properties


@dataclass(frozen=True)
class SideBySide:
    """What two organisations say of one property; *agrees*: a value of one is a value of the other."""

    definition: Property
    left: tuple[ShownValue, ...]
    right: tuple[ShownValue, ...]

    @property
    def agrees(self) -> bool | None:
        """None when one of them says nothing."""
        if not self.left or not self.right:
            return None
        return bool({fold(v.value) for v in self.left} & {fold(v.value) for v in self.right})


@dataclass(frozen=True)
class Compared:
    """A pair with the two organisations its records are of, property by property."""

    pair: Pair
    left: Organisation
    right: Organisation
    rows: tuple[SideBySide, ...]


def visible_pairs(user: Visitor) -> QuerySet[Pair]:
    """The pairs of two organisations that *user* may both judge, in the order of the queue."""
    mine = in_care_of(user, "judge", "organisation").values("entity")
    return Pair.objects.filter(left__in=mine, right__in=mine)


def waiting_pairs(user: User, at: datetime) -> QuerySet[Pair]:
    """Those that wait and that nobody else has before them."""
    free = Q(held_by=None) | Q(held_by=user) | Q(held_until__lt=at)
    return visible_pairs(user).filter(free, state=Pair.State.WAITING)


def obvious_pairs(user: User, at: datetime, least: float) -> QuerySet[Pair]:
    """Those of a score of *least* or more, the likeliest first: to judge many at once."""
    return waiting_pairs(user, at).filter(score__gte=least).order_by("-score", "id")


def last_judged(user: User) -> Pair | None:
    """The pair that *user* judged last and whose verdict stands."""
    judged = visible_pairs(user).filter(judged_by=user).exclude(state__in=("waiting", "gone"))
    return judged.order_by("-judged_at", "-id").first()


def count_states(user: Visitor) -> dict[str, int]:
    """State → how many pairs: one query."""
    rows = visible_pairs(user).order_by().values("state").annotate(total=Count("id"))
    return dict(rows.values_list("state", "total"))


def compare(user: Visitor, pair: Pair) -> Compared | None:
    """Both sides of *pair*; None when one of its records is of no organisation, or both of the same."""
    left, right = organisation_of(pair.left), organisation_of(pair.right)
    if left is None or right is None or left == right:
        return None
    one, other = dossier_of(user, left.pk), dossier_of(user, right.pk)
    rows = [
        SideBySide(prop, _values(one, code), _values(other, code))
        for code, prop in properties().items()
        if code in one.properties or code in other.properties
    ]
    return Compared(pair, left, right, tuple(rows))


def _values(dossier: Dossier, code: str) -> tuple[ShownValue, ...]:
    shown = dossier.properties.get(code)
    return shown.values if shown else ()


def pair_names(pairs: Sequence[Pair]) -> dict[str, Organisation]:
    """Record → organisation, for the two sides of *pairs*: one query."""
    from grappe.hub.registry.members import organisations_by_record

    return organisations_by_record([entity for pair in pairs for entity in (pair.left, pair.right)])
