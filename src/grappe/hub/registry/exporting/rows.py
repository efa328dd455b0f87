"""Which rows a reader may take away, batch by batch: what they may see, and what its licence lets go.

A public export says what sources that may be redistributed say, and nothing else: an organisation of which
another source speaks too is projected again without it; one that only such sources know is not there. Staff
take away for their own use, from every source. Each batch is one short read: no export holds the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from grappe.hub.people.queries import Visitor, may
from grappe.hub.registry.deriving import project_from
from grappe.hub.registry.exporting.tables import EXPORTED
from grappe.hub.registry.models import Organisation, Record, Source, Statement
from grappe.hub.registry.queries import visible_organisations, visible_sources, visible_statements
from grappe.statements.licences import is_redistributable
from grappe.statements.vocabulary import properties

Row = tuple[Any, ...]
_ORGANISATIONS, _RECORDS = 2_000, 1_000


@dataclass(frozen=True)
class Export:
    """What *user* may take away: of *organisations* (all of them if None), from which *sources*.

    *withheld* are the sources that are not in it for their licence, *refused* the licences of single
    statements that keep them out.
    """

    user: Visitor
    organisations: QuerySet[Organisation] | None
    sources: Mapping[str, Source] = field(repr=False)
    withheld: tuple[Source, ...] = ()
    refused: frozenset[str] = frozenset()

    @property
    def kept_out(self) -> Q:
        """The statements that are not in it."""
        return Q(source__in=[source.pk for source in self.withheld]) | Q(licence__in=self.refused)


def export_for(user: Visitor, organisations: QuerySet[Organisation] | None = None) -> Export:
    """What *user* may take away of *organisations* (None: of all): two queries."""
    sources = {source.pk: source for source in visible_sources(user)}
    if may(user, "consult", "organisation"):
        return Export(user, organisations, sources)
    withheld = tuple(source for source in sources.values() if not is_redistributable(source.licence))
    own = visible_statements(user).exclude(licence="").order_by().values_list("licence", flat=True).distinct()
    refused = frozenset(licence for licence in own if not is_redistributable(licence))
    kept = {key: source for key, source in sources.items() if source not in withheld}
    return Export(user, organisations, kept, withheld, refused)


def batches_of(table: str, export: Export) -> Iterator[list[Row]]:
    """The rows of *table* in *export*, in a fixed order, some thousands at a time."""
    return {"organisations": _organisations, "statements": _statements, "sources": _sources}[table](export)


def organisation_batches(export: Export) -> Iterator[list[Organisation]]:
    """The organisations of *export* by id, each as its sources that may be redistributed make it."""
    chosen = export.organisations
    rows = (visible_organisations(export.user) if chosen is None else chosen).order_by("pk")
    last = ""
    while batch := list(rows.filter(pk__gt=last)[:_ORGANISATIONS]):
        last = batch[-1].pk
        yield _without_withheld(batch, export) if export.withheld or export.refused else batch


def _without_withheld(batch: list[Organisation], export: Export) -> list[Organisation]:
    ids = [organisation.pk for organisation in batch]
    identities = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation_id"))
    told = Statement.objects.filter(export.kept_out, entity__in=identities, retracted_at="")
    concerned = {identities[entity] for entity in told.values_list("entity", flat=True).distinct()}
    if not concerned:
        return batch
    records = {entity: key for entity, key in identities.items() if key in concerned}
    standing = Statement.objects.filter(entity__in=records, retracted_at="", source__retracted_at="")
    again = {each.pk: each for each in project_from(standing.exclude(export.kept_out), records)}
    kept = (again.get(each.pk) if each.pk in concerned else each for each in batch)
    return [each for each in kept if each is not None]


def _organisations(export: Export) -> Iterator[list[Row]]:
    columns = tuple(EXPORTED["organisations"])
    for batch in organisation_batches(export):
        for each in batch:
            if each.missing_fr:
                each.description_en = ""
        yield [tuple(getattr(each, name) for name in columns) for each in batch]


def _statements(export: Export) -> Iterator[list[Row]]:
    shown = [code for code, prop in properties().items() if prop.public]
    columns = [name for name in EXPORTED["statements"] if name != "organisation"]
    readable = visible_statements(export.user).filter(property__in=shown)
    withheld = {source.pk for source in export.withheld}
    licences = dict(Source.objects.values_list("id", "licence"))
    source_at, licence_at = columns.index("source"), columns.index("licence")
    for records in _record_batches(export):
        first, last = min(records), max(records)
        rows = readable.filter(entity__gte=first, entity__lte=last).order_by("entity", "property", "pk")
        batch = []
        for row in rows.values_list(*columns):
            owner = records.get(row[1])
            if owner is None or row[source_at] in withheld or row[licence_at] in export.refused:
                continue
            licence = row[licence_at] or licences[row[source_at]]
            batch.append((row[0], owner, *row[1:licence_at], licence))
        yield batch


def _record_batches(export: Export) -> Iterator[dict[str, str]]:
    """Entity → canonical id, in the order of entities: statements lie in it on the disk."""
    rows = Record.objects.filter(organisation__isnull=False).order_by("entity")
    if export.organisations is not None:
        rows = rows.filter(organisation__in=export.organisations.order_by().values("pk"))
    last = ""
    while batch := dict(rows.filter(entity__gt=last).values_list("entity", "organisation_id")[:_RECORDS]):
        last = max(batch)
        yield batch


def _sources(export: Export) -> Iterator[list[Row]]:
    columns = tuple(EXPORTED["sources"])
    yield [tuple(getattr(source, name) for name in columns) for source in export.sources.values()]
