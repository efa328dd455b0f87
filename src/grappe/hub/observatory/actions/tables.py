"""Writes on official tables: loaded whole in place of what was there, taken away whole."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.models import OfficialCell, OfficialTable
from grappe.hub.observatory.queries import may_load_tables
from grappe.hub.people.models import User
from grappe.hub.registry.access import require
from grappe.hub.registry.models import Source
from grappe.measure.offices import layouts
from grappe.statements.records import hash_id

_BATCH = 2_000
#: After the sources of the workspace, before the hub's own.
_POSITION = 900_000


@dataclass(frozen=True)
class Described:
    """What whoever loads a table says of it; see :class:`OfficialTable` for each."""

    key: str
    title_fr: str
    title_en: str
    layout: str
    unit: str
    published: str = ""
    url: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    total_industry: str = ""
    reference_region: str = ""
    home_region: str = ""
    followed: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, list[str]]:
        """Column → what the table must have in it."""
        return {
            "region": [self.reference_region, self.home_region],
            "industry": [self.total_industry, *self.followed],
        }


@dataclass(frozen=True)
class Content:
    """What a file holds: its SHA-256; (region, industry, period, value or None) of each cell; the title of
    each industry's code.
    """

    digest: str
    cells: Sequence[tuple[str, str, str, float | None]]
    industries: Mapping[str, str]
    regions: Sequence[str]
    periods: Sequence[str]


@transaction.atomic
def store_table(
    *, described: Described, content: Content, actor: User | None, at: datetime
) -> OfficialTable | None:
    """Keep *content* as the table *described*, in place of what its key held; None when it held that.

    *actor* None: whoever runs the deployment. Raises NotAllowed.
    """
    require(actor is None or may_load_tables(actor))
    inputs = hash_id(content.digest, *(f"{name}={value}" for name, value in asdict(described).items()))
    former = OfficialTable.objects.filter(pk=described.key).first()
    if former is not None and former.inputs == inputs:
        return None
    suppressed = sum(value is None for *_, value in content.cells)
    kept = ("layout", "unit", "total_industry", "reference_region", "home_region", "title_fr", "title_en")
    table, _ = OfficialTable.objects.update_or_create(
        key=described.key,
        defaults={
            **{name: getattr(described, name) for name in kept},
            "source": _source_of(described, content.digest, at),
            "where": dict(described.where),
            "followed": dict(described.followed),
            "inputs": inputs,
            "industries": dict(content.industries),
            "regions": list(content.regions),
            "periods": list(content.periods),
            "cell_count": len(content.cells),
            "suppressed_count": suppressed,
            "loaded_at": at,
        },
    )
    table.cells.all().delete()
    OfficialCell.objects.bulk_create(
        (OfficialCell(table=table, region=r, industry=i, period=p, value=v) for r, i, p, v in content.cells),
        batch_size=_BATCH,
    )
    told = {"cells": len(content.cells), "suppressed": suppressed, "sha256": content.digest}
    record(actor=actor, at=at, verb="load_table", object_kind="table", object_id=table.pk, data=told)
    return table


@transaction.atomic
def remove_table(*, table: OfficialTable, actor: User | None, at: datetime) -> None:
    """Take *table* away, with its source and the figures computed from it. Raises NotAllowed."""
    require(actor is None or may_load_tables(actor))
    told = {"cells": table.cell_count, "figures": list(table.figures.values_list("pk", flat=True))}
    key, source = table.pk, table.source
    table.figures.all().delete()
    table.delete()
    source.delete()
    record(actor=actor, at=at, verb="remove_table", object_kind="table", object_id=key, data=told)


def _source_of(described: Described, digest: str, at: datetime) -> Source:
    office = layouts()[described.layout]
    kept = " · ".join(f"{column}: {value}" for column, value in described.where.items())
    source, _ = Source.objects.update_or_create(
        id=f"table-{described.key}",
        defaults={
            "title": described.title_fr,
            "publisher": office.publisher,
            "licence": office.licence,
            "url": described.url or office.url,
            "attribution": office.attribution,
            "published": described.published,
            "accessed": at.date().isoformat(),
            "content_hash": digest,
            "language": "fr",
            "note": kept,
            "reader": f"official/{described.layout}",
            "origin": "table",
            "position": _POSITION,
        },
    )
    return source
