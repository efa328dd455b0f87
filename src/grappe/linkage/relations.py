"""What two organisations whose names meet are to one another: the same, a branch, a former or a trade name,
of a group.

Read from what the names themselves say (« X, division de Y », « 9000-0000 Québec inc., faisant affaire sous
Z ») and from how one name continues the other. Relations read from the first organisation to the second, as
judgements do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from grappe.linkage.parties import Party
from grappe.linkage.parts import MARKED, name_words, split_name, strip_form
from grappe.statements import Relation

_BRANCH_WORDS = frozenset((
    "division", "succursale", "branch", "section", "chapter", "chapitre", "campus", "usine",
    "plant", "bureau", "office", "agence", "site", "filiale", "laboratoire", "laboratory",
    "department", "departement", "faculte", "faculty",
))  # fmt: skip
_GROUP_WORDS = frozenset(("groupe", "group", "holding", "holdings"))
#: Telling words that two names share before one continues the other, at least.
_LEAST_SHARED = 1


@dataclass(frozen=True)
class Related:
    """What two parties are to one another; *from_left*: the relation reads from the left one to the right
    one.
    """

    relation: Relation
    from_left: bool = True


SAME = Related("same_as")


@dataclass(frozen=True)
class Stated:
    """What a name says of another *name* it holds: it is read from the name's bearer to *other*, or back."""

    relation: Relation
    other: str
    from_bearer: bool


def stated_in(name: str) -> Iterator[Stated]:
    """The relations that a name states, in order: « X, anciennement Y » states that Y was renamed to X."""
    for relation, from_bearer, marker in MARKED:
        if relation == "same_as":
            continue
        match = re.search(
            rf"(?<!\w)[,;(\[–-]?\s*(?:{marker})\s*:?\s*(?P<other>[^,;()\[\]]{{2,}})", name, re.IGNORECASE
        )
        if match and match.start() > 0:
            yield Stated(relation, match.group("other").strip(), from_bearer)


def relate(left: Party, right: Party) -> Related:
    """How *left* and *right* are related when they were found alike; ``same_as`` unless something says
    otherwise.
    """
    return (
        _by_statement(left, right, from_left=True)
        or _by_statement(right, left, from_left=False)
        or _by_number(left, right)
        or _by_continuation(left, right, from_left=True)
        or _by_continuation(right, left, from_left=False)
        or SAME
    )


def _by_statement(one: Party, other: Party, *, from_left: bool) -> Related | None:
    names = {name.tokens for name in other.own_names}
    own = split_name(one.shown).core
    for stated in stated_in(one.shown):
        if strip_form(name_words(stated.other))[0] in names and own not in names:
            return Related(stated.relation, from_left == stated.from_bearer)
    return None


def _by_number(left: Party, right: Party) -> Related | None:
    """A numbered company and a named one found at the same site, phone or address: the name is the
    number's.
    """
    if left.numbered == right.numbered or not _meet(left, right):
        return None
    return Related("trade_name_of", from_left=right.numbered)


def _meet(left: Party, right: Party) -> bool:
    return bool(
        (left.domain and left.domain == right.domain)
        or (left.phone and left.phone == right.phone)
        or (left.address_key and left.address_key == right.address_key)
    )


def _by_continuation(one: Party, other: Party, *, from_left: bool) -> Related | None:
    """A name that another continues: by a branch's word or its place, or by a group's."""
    if not one.names or not other.names:
        return None
    longer, shorter = one.names[0].tokens, other.names[0].tokens
    more = set(longer) - set(shorter)
    if not more or not set(shorter) <= set(longer) or len(other.names[0].full) < _LEAST_SHARED:
        return None
    if more & _GROUP_WORDS:
        return Related("member_of_group", from_left=not from_left)
    elsewhere = bool(one.city and other.city and one.city != other.city)
    if more & _BRANCH_WORDS or (elsewhere and set(one.city.split()) <= more):
        return Related("branch_of", from_left)
    return None
