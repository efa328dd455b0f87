"""After a load, the links of what was imported here are found again: as if the lists were in the folder."""

from grappe.editions.linking import TELLING
from grappe.hub.registry.deriving import batches
from grappe.hub.registry.importing.linking import linking_of, stored_judgement
from grappe.hub.registry.importing.snapshot import known_records
from grappe.hub.registry.models import Judgement, Record, Redirect, Source, Statement


def kept_up_here() -> frozenset[str]:
    """The sources whose latest edition was imported in the hub."""
    return frozenset(Source.objects.filter(origin="import").values_list("id", flat=True))


def link_imports_again(day: str) -> set[str]:
    """Link again the records of the imported sources; returns the records that are linked otherwise.

    Called inside the transaction of a load, which then derives their organisations again.
    """
    import pyarrow as pa

    sources = kept_up_here()
    if not sources:
        return set()
    said = Statement.objects.filter(source__in=sources, property__in=TELLING).exclude(origin="hub")
    names = ("entity", "property", "value")
    rows = list(said.order_by().values(*names))
    about = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names]))
    linking = linking_of(known_records(), about=about, instead={})
    links = [Record(entity=entity, linked=linked) for entity, linked, _ in linking.relinked.links]
    for records in batches(links):
        Record.objects.bulk_create(
            records, update_conflicts=True, unique_fields=["entity"], update_fields=["linked"]
        )
    made = [stored_judgement(judgement) for judgement in linking.made]
    updated = [f.name for f in Judgement._meta.concrete_fields if f.name not in ("id", "origin")]
    Judgement.objects.bulk_create(made, update_conflicts=True, unique_fields=["id"], update_fields=updated)
    for keys in batches(linking.unmade):
        Judgement.objects.filter(id__in=keys).update(retracted_at=day, retracted_by="import")
    Redirect.objects.filter(former__in=linking.relinked.unredirected).delete()
    Redirect.objects.bulk_create(
        [Redirect(former=a, current=b, origin="import") for a, b in linking.relinked.redirects],
        update_conflicts=True,
        unique_fields=["former"],
        update_fields=["current"],
    )
    return {record.entity for record in links}
