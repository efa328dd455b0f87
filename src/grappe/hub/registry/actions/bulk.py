"""Writes on many organisations at once: all or nothing, derived once, undone at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.journal.models import Entry
from grappe.hub.people.models import User
from grappe.hub.registry.actions.statements import (
    Correction,
    require_correcting,
    retract_statements,
    state_value,
    write_correction,
)
from grappe.hub.registry.deriving import count_statements, derive_again, one_at_a_time
from grappe.hub.registry.indexing import index_on_commit
from grappe.hub.registry.models import Organisation, Record, Statement
from grappe.hub.registry.queries import version_of

#: So many organisations at once: each one's page says who did it and why.
MOST_AT_ONCE = 500


class TooMany(Exception):  # noqa: N818
    """More organisations than ``MOST_AT_ONCE``."""


class ManyChanged(Exception):  # noqa: N818
    """Somebody else changed the same property of *organisations* since this person's page was shown."""

    def __init__(self, organisations: list[Organisation]) -> None:
        super().__init__([str(each) for each in organisations])
        self.organisations = organisations


@dataclass(frozen=True)
class Change:
    """A correction to one organisation; *version* as for ``correct_value``, "" when it only adds."""

    organisation: Organisation
    correction: Correction
    version: str = ""


@transaction.atomic
def correct_many(*, changes: Sequence[Change], actor: User, at: datetime) -> str:
    """Make each of *changes*; returns the key that undoes them together, "" when there are none.

    Raises NotAllowed for any that *actor* may not make, TooMany, ManyChanged: then none is made.
    """
    if len(changes) > MOST_AT_ONCE:
        raise TooMany
    for change in changes:
        require_correcting(actor, change.organisation, change.correction)
    entities = _records_of([change.organisation for change in changes])
    changed = [each.organisation for each in changes if _is_other(each, entities)]
    if changed:
        raise ManyChanged(changed)
    if not changes:
        return ""
    batch = uuid.uuid4().hex
    stated = [_make(change, entities[change.organisation.pk], batch, actor, at) for change in changes]
    derive_again({statement.entity for statement in stated})
    count_statements(sorted({statement.source_id for statement in stated}))
    index_on_commit()
    first = changes[0].correction
    data = {"property": first.property, "reason": first.reason, "count": len(stated)}
    record(actor=actor, at=at, verb="correct_many", object_kind="batch", object_id=batch, data=data)
    return batch


def retract_batch(key: str, actor: User, at: datetime) -> None:
    """Take back what ``correct_many`` made under *key*. Raises NotAllowed."""
    lines = Entry.objects.filter(verb="correct_value", object_kind="statement", data__batch=key)
    found = Statement.objects.filter(pk__in=lines.values("object_id")).order_by("pk")
    retract_statements(statements=list(found), reason="", actor=actor, at=at)
    record(actor=actor, at=at, verb="retract_many", object_kind="batch", object_id=key, data={})


def _records_of(organisations: list[Organisation]) -> dict[str, list[str]]:
    """Canonical id → records, once no other write can touch these organisations."""
    keys = [each.pk for each in organisations]
    # Evaluated for its locks: a lock through an outer join is refused by PostgreSQL.
    one_at_a_time()
    list(Organisation.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    found: dict[str, list[str]] = {}
    records = Record.objects.filter(organisation__in=keys).order_by("entity")
    for entity, key in records.values_list("entity", "organisation"):
        found.setdefault(key, []).append(entity)
    return found


def _is_other(change: Change, entities: dict[str, list[str]]) -> bool:
    if not change.version:
        return False
    return change.version != version_of(entities[change.organisation.pk], change.correction.property)


def _make(change: Change, entities: list[str], batch: str, actor: User, at: datetime) -> Statement:
    statement, former = state_value(entities, change.correction, at)
    write_correction(statement, change.correction, former, actor, at, batch)
    return statement
