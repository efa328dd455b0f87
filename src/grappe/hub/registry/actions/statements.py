"""Writes on what is said: a correction is one more statement; nothing anybody said is overwritten."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.people.queries import may_edit
from grappe.hub.registry.access import may_do, require
from grappe.hub.registry.deriving import count_statements, derive_again, one_at_a_time
from grappe.hub.registry.indexing import index_on_commit
from grappe.hub.registry.models import Load, Organisation, Record, Source, Statement
from grappe.hub.registry.projecting import texts_of
from grappe.hub.registry.queries import version_of
from grappe.statements import Statement as CoreStatement
from grappe.statements.records import as_row

#: The source of what the staff knows by itself, and that of what organisations say of themselves here.
OWN_SOURCE = "grappe-desk"
MEMBERS_SOURCE = "grappe-members"
#: What the hub computes from all the statements that everybody may see.
MEASURES_SOURCE = "grappe-measures"
_TITLES = {
    OWN_SOURCE: "Corrections du secrétariat",
    MEMBERS_SOURCE: "Déclarations des organisations",
    MEASURES_SOURCE: "Mesures du registre",
}
_AFTER_ALL = 1_000_000


class Changed(Exception):  # noqa: N818
    """Somebody else changed the same property since this person's page was shown."""


class NotCurated(Exception):  # noqa: N818
    """Only what people wrote here is retracted here; a source's own words go with the source."""


@dataclass(frozen=True)
class Correction:
    """A value that staff add: what, about which period, who told them, and why it is preferred."""

    property: str
    value: str
    reason: str
    qualifier: str = ""
    language: str = ""
    original_value: str = ""
    valid_from: str = ""
    valid_to: str = ""
    source: str = OWN_SOURCE
    asserted_by: str = ""
    visibility: str = "public"
    method: str = "curated"


@transaction.atomic
def correct_value(
    *, organisation: Organisation, correction: Correction, version: str, actor: User, at: datetime
) -> Statement:
    """Add the curated statement of *correction* and show it first; returns it.

    Staff of one of the organisation's clusters may. Raises NotAllowed; Changed when *version* is not the
    property's any more, so that two editors never lose work silently.
    """
    require_correcting(actor, organisation, correction)
    entities = _lock_records(organisation)
    if version != version_of(entities, correction.property):
        raise Changed
    statement, former = state_value(entities, correction, at)
    _apply([statement])
    write_correction(statement, correction, former, actor, at)
    return statement


def require_correcting(actor: User, organisation: Organisation, correction: Correction) -> None:
    """Raise NotAllowed unless *actor* may make *correction* to *organisation*."""
    require(may_do(actor, "edit", organisation))
    if correction.property == "cluster":
        # Nobody puts an organisation into a cluster that is not theirs.
        require(may_edit(actor, correction.value))


def state_value(
    entities: list[str], correction: Correction, at: datetime
) -> tuple[Statement, list[Statement]]:
    """Add the statement of *correction* about *entities*; returns it and those that stand back for it.

    Nothing is derived: the caller does that once for all it states.
    """
    former = _yield_place(entities, correction)
    return _store(former[0].entity if former else entities[0], correction, at), former


def write_correction(
    statement: Statement,
    correction: Correction,
    former: list[Statement],
    actor: User,
    at: datetime,
    batch: str = "",
) -> None:
    """The journal's line of a correction; *batch* names those made together."""
    data = {
        "property": statement.property,
        "value": statement.value,
        "reason": correction.reason,
        "stood_back": [each.id for each in former],
        **({"batch": batch} if batch else {}),
    }
    record(
        actor=actor, at=at, verb="correct_value", object_kind="statement", object_id=statement.id, data=data
    )


@transaction.atomic
def declare_value(*, organisation: Organisation, correction: Correction, at: datetime) -> Statement:
    """Add what an organisation itself said and show it first; returns the statement.

    Called by actions whose caller proved to speak for it (a signed link, a representative's role): they write
    the journal line.
    """
    statement, _ = state_value(_lock_records(organisation), correction, at)
    _apply([statement])
    return statement


@transaction.atomic
def retract_statement(*, statement: Statement, reason: str, actor: User, at: datetime) -> Statement:
    """Take back a curated statement; returns it. Those that stood back for it stand again.

    Raises NotAllowed, NotCurated. A statement already retracted stays as it is.
    """
    return retract_statements(statements=[statement], reason=reason, actor=actor, at=at)[0]


@transaction.atomic
def retract_statements(
    *, statements: list[Statement], reason: str, actor: User, at: datetime
) -> list[Statement]:
    """Take back each of *statements*, deriving what they say once; returns them. As ``retract_statement``."""
    for statement in statements:
        _require_editor(actor, statement)
        if statement.origin != "hub":
            raise NotCurated
    standing = [statement for statement in statements if not statement.retracted_at]
    for statement in standing:
        statement.retracted_at = at.date().isoformat()
        statement.save(update_fields=["retracted_at"])
        back = _stand_again(statement)
        data = {"property": statement.property, "value": statement.value, "reason": reason, "back": back}
        record(
            actor=actor,
            at=at,
            verb="retract_statement",
            object_kind="statement",
            object_id=statement.id,
            data=data,
        )
    _apply(standing)
    return statements


@transaction.atomic
def restore_statement(*, statement: Statement, actor: User, at: datetime) -> Statement:
    """Let a retracted curated statement stand again; returns it. Raises NotAllowed, NotCurated."""
    _require_editor(actor, statement)
    if statement.origin != "hub":
        raise NotCurated
    if statement.retracted_at:
        same = Correction(statement.property, statement.value, "", statement.qualifier, statement.language)
        entities = _records_beside(statement.entity)
        _yield_place(entities, same)
        statement.retracted_at, statement.rank = "", "preferred"
        statement.save(update_fields=["retracted_at", "rank"])
        _apply([statement])
        data = {"property": statement.property, "value": statement.value}
        record(
            actor=actor,
            at=at,
            verb="restore_statement",
            object_kind="statement",
            object_id=statement.id,
            data=data,
        )
    return statement


def _lock_records(organisation: Organisation) -> list[str]:
    one_at_a_time()
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    return list(organisation.records.order_by("entity").values_list("entity", flat=True))


def _records_beside(entity: str) -> list[str]:
    organisation = Record.objects.filter(entity=entity).values("organisation")
    return list(Record.objects.filter(organisation__in=organisation).values_list("entity", flat=True))


def _require_editor(actor: User, statement: Statement) -> None:
    found = Record.objects.filter(entity=statement.entity).select_related("organisation").first()
    organisation = found.organisation if found else None
    require(organisation is not None and may_do(actor, "edit", organisation))


def _yield_place(entities: list[str], correction: Correction) -> list[Statement]:
    """Earlier corrections of the same value stand back: they stay, shown as rivals."""
    earlier = Statement.objects.filter(
        entity__in=entities,
        property=correction.property,
        qualifier=correction.qualifier,
        language=correction.language,
        origin="hub",
        rank="preferred",
        retracted_at="",
    )
    found = list(earlier.order_by("id"))
    earlier.update(rank="normal")
    return found


def _stand_again(statement: Statement) -> list[str]:
    """The latest correction that stood back for *statement* is preferred again."""
    from grappe.hub.journal.queries import entries_about

    line = entries_about("statement", statement.id).filter(verb="correct_value").first()
    back = Statement.objects.filter(id__in=line.data.get("stood_back", []) if line else [], retracted_at="")
    ids = list(back.values_list("id", flat=True))
    if statement.rank == "preferred":
        back.update(rank="preferred")
    return ids


def _store(entity: str, correction: Correction, at: datetime) -> Statement:
    ours = correction.source in _TITLES
    source = own_source(correction.source) if ours else Source.objects.get(pk=correction.source)
    day = at.date().isoformat()
    core = CoreStatement(
        entity=entity,
        property=correction.property,
        value=correction.value,
        source=source.id,
        qualifier=correction.qualifier or None,
        language=correction.language or None,
        original_value=correction.original_value or None,
        valid_from=correction.valid_from or None,
        valid_to=correction.valid_to or None,
        method=correction.method,  # type: ignore[arg-type]
        first_seen=day,
        last_seen=day,
        rank="preferred",
        rank_reason=correction.reason,
        asserted_by=correction.asserted_by or None,
        visibility=correction.visibility,  # type: ignore[arg-type]
    )
    row = as_row(core)
    confidence, _ = row.pop("confidence"), row.pop("source")
    values = texts_of(row, *row)
    key = values.pop("id")
    # The same correction made again after it was retracted is the same statement, standing again.
    stored, _ = Statement.objects.update_or_create(
        id=key,
        defaults={**values, "source": source, "confidence": confidence, "origin": "hub"},
    )
    return stored


def own_source(key: str = OWN_SOURCE) -> Source:
    """The source of what the secretariat or the organisations say here, or of what is measured here; made
    when it is first needed.
    """
    latest = Load.objects.only("manifest").first()
    workspace = latest.manifest.get("workspace", {}) if latest else {}
    found, _ = Source.objects.get_or_create(
        id=key,
        defaults={
            "title": _TITLES[key],
            "publisher": workspace.get("title_fr") or "Grappe",
            "licence": "facts",
            "language": "fr",
            "origin": "hub",
            "position": _AFTER_ALL,
        },
    )
    return found


def _apply(statements: list[Statement]) -> None:
    derive_again([statement.entity for statement in statements])
    count_statements(sorted({statement.source_id for statement in statements}))
    index_on_commit()
