"""The registry's records and organisations as linkage compares them."""

from collections.abc import Collection, Iterable, Iterator

from grappe.hub.people.queries import Visitor
from grappe.hub.registry.models import Record, Statement
from grappe.hub.registry.queries import visible_statements
from grappe.linkage.proposing import Record as CoreRecord
from grappe.statements.identifiers import STRONG

#: What is read of a record to compare it with others.
TELLING = ("name", "address", "municipality", "region", "postal_code", "country", "website", "phone", *STRONG)
#: Property → (qualifier, value) of each statement.
Said = dict[str, list[tuple[str, str]]]


def all_records(known: Collection[str]) -> Iterator[CoreRecord]:
    """Each record of *known* that has a name, from the statements that stand: one query, streamed."""
    standing = Statement.objects.filter(property__in=TELLING, retracted_at="", source__retracted_at="")
    rows = standing.order_by("entity", "id").values_list("entity", "property", "qualifier", "value")
    for entity, said in _gathered(rows.iterator(5_000)):
        if entity in known and said.get("name"):
            yield _record(entity, said)


def organisations_as_records(user: Visitor, ids: Collection[str]) -> list[CoreRecord]:
    """Each organisation of *ids* as one record of all its names, from what *user* may read: two queries."""
    owner = dict(Record.objects.filter(organisation__in=ids).values_list("entity", "organisation"))
    rows = visible_statements(user).filter(entity__in=owner, property__in=TELLING).order_by("id")
    said: dict[str, Said] = {}
    for entity, prop, qualifier, value in rows.values_list("entity", "property", "qualifier", "value"):
        said.setdefault(owner[entity], {}).setdefault(prop, []).append((qualifier, value))
    return [_record(key, each) for key, each in sorted(said.items()) if each.get("name")]


def _gathered(rows: Iterable[tuple[str, str, str, str]]) -> Iterator[tuple[str, Said]]:
    """Rows in the order of their entity → each entity with what is said of it."""
    at, said = "", Said()
    for entity, prop, qualifier, value in rows:
        if entity != at and said:
            yield at, said
            said = {}
        at = entity
        said.setdefault(prop, []).append((qualifier, value))
    if said:
        yield at, said


def _record(key: str, said: Said) -> CoreRecord:
    def first(prop: str) -> str:
        return said[prop][0][1] if prop in said else ""

    def names(*kinds: str, but: bool = False) -> list[str]:
        return [value for qualifier, value in said["name"] if (qualifier in kinds) != but]

    acronyms = names("acronym")
    own = [*names("acronym", "former", but=True), *names("former")]
    return CoreRecord(
        key,
        names=tuple(dict.fromkeys(own or acronyms)),
        acronyms=tuple(dict.fromkeys(acronyms)),
        address=first("address"),
        city=first("municipality"),
        region=first("region"),
        postal_code=first("postal_code"),
        country=first("country"),
        website=first("website"),
        phone=first("phone"),
        identifiers={scheme: first(scheme) for scheme in STRONG if scheme in said},
    )
