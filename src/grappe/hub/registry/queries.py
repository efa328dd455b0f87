"""Reads of the registry. What a user may see comes first; each page asks a fixed, small number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet
from django_tasks_db.models import DBTaskResult

from grappe.hub.people.queries import (
    Visitor,
    clusters_where,
    may_see_members_only,
    may_see_private,
)
from grappe.hub.registry.models import (
    Belonging,
    Code,
    Document,
    Import,
    Load,
    Note,
    Organisation,
    Record,
    Redirect,
    SavedView,
    Source,
    Statement,
)
from grappe.linkage.organisations import preference_key
from grappe.statements.records import hash_id
from grappe.statements.text import fold
from grappe.statements.vocabulary import Property, properties

#: The key under which the workspace's own words are kept in the cache.
WORKSPACE_WORDS = "workspace-words"
_FINISHED = ("FAILED", "SUCCESSFUL")


@dataclass(frozen=True)
class ShownValue:
    """One distinct value of a property: its statements, the one shown first at their head."""

    value: str
    language: str
    qualifier: str
    statements: tuple[Statement, ...]
    is_rival: bool = False

    @property
    def source_count(self) -> int:
        """In how many sources it stands."""
        return len({statement.source_id for statement in self.statements})


@dataclass(frozen=True)
class ShownProperty:
    """A property of an organisation page: its values, preferred first, rivals after."""

    definition: Property
    values: tuple[ShownValue, ...]

    @property
    def has_rivals(self) -> bool:
        """Whether sources disagree on it."""
        return any(value.is_rival for value in self.values)


@dataclass(frozen=True)
class Dossier:
    """All that an organisation page shows, from three queries."""

    organisation: Organisation
    properties: dict[str, ShownProperty] = field(repr=False)
    entities: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def visibilities_of(user: Visitor) -> tuple[str, ...]:
    """The visibilities of statements and sources that *user* may read."""
    if may_see_private(user):
        return ("public", "members", "private")
    return ("public", "members") if may_see_members_only(user) else ("public",)


def visible_statements(user: Visitor) -> QuerySet[Statement]:
    """The statements that *user* may read and that still stand."""
    return Statement.objects.filter(
        visibility__in=visibilities_of(user), retracted_at="", source__retracted_at=""
    )


def visible_sources(user: Visitor) -> QuerySet[Source]:
    """The sources that *user* may read and that still stand."""
    return Source.objects.filter(visibility__in=visibilities_of(user), retracted_at="")


def visible_documents(user: Visitor) -> QuerySet[Document]:
    """The documents of the sources that *user* may read."""
    readable = Document.objects.filter(source__visibility__in=visibilities_of(user), source__retracted_at="")
    return readable.select_related("source")


def visible_organisations(user: Visitor) -> QuerySet[Organisation]:
    """The organisations that *user* may see: all of them, for they are made of public statements only."""
    return Organisation.objects.all()


def organisations_in_order(user: Visitor, ids: Sequence[str]) -> list[Organisation]:
    """The organisations of *ids* that *user* may see, in that order: one query."""
    found = visible_organisations(user).in_bulk(list(ids))
    return [found[each] for each in ids if each in found]


def current_id(canonical_id: str) -> str:
    """The canonical id that now stands for *canonical_id*: itself unless it was merged away."""
    followed = {canonical_id}
    while found := Redirect.objects.filter(former=canonical_id).exclude(current__in=followed).first():
        canonical_id = found.current
        followed.add(canonical_id)
    return canonical_id


def organisation_of(entity: str) -> Organisation | None:
    """The organisation that the record *entity* is of now; None when it is of none any more."""
    return Organisation.objects.filter(records=entity).first()


def dossier_of(user: Visitor, canonical_id: str) -> Dossier:
    """All that is said of one organisation and may be seen by *user*, by property, rivals included.

    Raises Organisation.DoesNotExist.
    """
    organisation = visible_organisations(user).get(pk=canonical_id)
    entities = tuple(organisation.records.order_by("entity").values_list("entity", flat=True))
    statements = visible_statements(user).filter(entity__in=entities).select_related("source")
    by_property: dict[str, list[Statement]] = {}
    sources: dict[str, Source] = {}
    for statement in sorted(statements, key=_preference):
        by_property.setdefault(statement.property, []).append(statement)
        sources[statement.source_id] = statement.source
    shown = {
        code: ShownProperty(prop, _values(prop, by_property[code]))
        for code, prop in properties().items()
        if code in by_property and prop.public
    }
    return Dossier(organisation, shown, entities, tuple(sorted(sources.values(), key=_by_position)))


def _by_position(source: Source) -> tuple[int, str]:
    return source.position, source.id


def _preference(statement: Statement) -> tuple[object, ...]:
    return preference_key(
        rank=statement.rank,
        method=statement.method,
        qualifier=statement.qualifier,
        valid_from=statement.valid_from,
        position=statement.source.position,
        id=statement.id,
    )


def _values(prop: Property, statements: Iterable[Statement]) -> tuple[ShownValue, ...]:
    """Statements that agree are one value; on a single-valued property, other values are rivals."""
    groups: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        key = (_slot(prop, statement), statement.language, fold(statement.value))
        groups.setdefault(key, []).append(statement)
    shown, taken = [], set()
    for (slot, language, _), group in groups.items():
        rival = prop.single and prop.type != "name" and (slot, language) in taken
        taken.add((slot, language))
        first = group[0]
        shown.append(ShownValue(first.value, language, first.qualifier, tuple(group), rival))
    return tuple(shown)


def _slot(prop: Property, statement: Statement) -> str:
    return statement.qualifier if prop.type == "name" or not prop.single else ""


def codes_of(kind: str) -> dict[str, Code]:
    """The workspace's clusters, sectors or stages by code, in order: one query."""
    return {code.code: code for code in Code.objects.filter(list=kind).select_related("source")}


def all_codes() -> dict[str, dict[str, Code]]:
    """Clusters, sectors and stages, each by code, in order: one query."""
    codes: dict[str, dict[str, Code]] = {"cluster": {}, "sector": {}, "stage": {}}
    for code in Code.objects.select_related("source"):
        codes[code.list][code.code] = code
    return codes


def belonging_to(user: Visitor, kind: str, code: str) -> QuerySet[Belonging]:
    """Who is in a cluster, sector or stage, with role and date, in name order: one query."""
    return (
        Belonging.objects.filter(list=kind, code=code, organisation__in=visible_organisations(user))
        .select_related("organisation")
        .order_by("organisation__sort_name", "organisation", "role")
    )


def visible_notes(user: Visitor, organisation: Organisation, *, withdrawn: bool = False) -> QuerySet[Note]:
    """The notes on *organisation* that *user* may read: those of the clusters whose staff *user* is.

    *withdrawn*: also those that were put out of sight.
    """
    entities = Record.objects.filter(organisation=organisation).values("entity")
    notes = Note.objects.filter(entity__in=entities).select_related("author")
    notes = notes if withdrawn else notes.filter(withdrawn_at__isnull=True)
    clusters = clusters_where(user, "read", "note")
    return notes if clusters is None else notes.filter(cluster__in=clusters)


def desk_sources(user: Visitor) -> QuerySet[Source]:
    """Every source that *user* may read at the desk, retracted ones included."""
    return Source.objects.filter(visibility__in=visibilities_of(user))


def visible_imports(user: Visitor) -> QuerySet[Import]:
    """The imports that *user* may see: those of the clusters in which they may; lists of all, by all's."""
    clusters = clusters_where(user, "consult", "import")
    imports = Import.objects.select_related("brought_by", "confirmed_by", "undone_by")
    return imports if clusters is None else imports.filter(cluster__in=clusters)


def task_of(brought: Import) -> DBTaskResult | None:
    """The task that waits for *brought* or is at work on it; None once it failed, is done or forgotten."""
    if not (brought.task and brought.is_working):
        return None
    return DBTaskResult.objects.filter(pk=brought.task).exclude(status__in=_FINISHED).first()


def twin_of(user: Visitor, brought: Import) -> Import | None:
    """Another import of the very same file that stands, if *user* may see it."""
    same = visible_imports(user).filter(content_hash=brought.content_hash, state="applied")
    return same.exclude(pk=brought.pk).first()


def importable_sources(user: Visitor) -> QuerySet[Source]:
    """The lists whose next edition *user* may bring: those that stand and were read as a table."""
    clusters = clusters_where(user, "prepare", "import")
    lists = desk_sources(user).filter(retracted_at="", reader="spreadsheet").exclude(origin="hub")
    return lists if clusters is None else lists.filter(cluster__in=clusters)


def version_of(entities: Collection[str], prop: str) -> str:
    """A fingerprint of what stands about one property of these records: two editors compare theirs."""
    standing = Statement.objects.filter(
        entity__in=entities, property=prop, retracted_at="", source__retracted_at=""
    )
    return _fingerprint(prop, entities, standing.order_by("id").values_list("id", "rank"))


def _fingerprint(prop: str, entities: Collection[str], rows: Iterable[tuple[str, str]]) -> str:
    return hash_id(prop, *sorted(entities), *(f"{key} {rank}" for key, rank in rows))


def first_values(
    user: Visitor, organisations: Sequence[Organisation], prop: str
) -> list[tuple[Organisation, str, str]]:
    """Each of *organisations*, the value of *prop* its page shows first ("" if none), and its version.

    Two queries, however many they are.
    """
    records = Record.objects.filter(organisation__in=organisations)
    owner = dict(records.values_list("entity", "organisation"))
    standing = Statement.objects.filter(
        entity__in=owner, property=prop, retracted_at="", source__retracted_at=""
    ).select_related("source")
    told: dict[str, list[Statement]] = {}
    for statement in standing.order_by("id"):
        told.setdefault(owner[statement.entity], []).append(statement)
    entities: dict[str, list[str]] = {}
    for entity, key in owner.items():
        entities.setdefault(key, []).append(entity)
    readable = visibilities_of(user)
    found = []
    for each in organisations:
        said = told.get(each.pk, [])
        shown = min((s for s in said if s.visibility in readable), key=_preference, default=None)
        version = _fingerprint(prop, entities.get(each.pk, []), ((s.id, s.rank) for s in said))
        found.append((each, shown.value if shown else "", version))
    return found


def statements_of_source(user: Visitor, source: Source) -> QuerySet[Statement]:
    """What *source* says and *user* may read, in the order of the file."""
    return visible_statements(user).filter(source=source).order_by("entity", "property", "id")


def count_subjects() -> dict[str, int]:
    """Source id → of how many organisations it says something that stands: one query."""
    rows = (
        Statement.objects.filter(retracted_at="")
        .order_by()
        .values("source")
        .annotate(total=Count("entity", distinct=True))
    )
    return dict(rows.values_list("source", "total"))


def count_properties(source: Source) -> list[tuple[str, int]]:
    """What *source* says, by property, the most said first: one query."""
    rows = Statement.objects.filter(source=source, retracted_at="").order_by().values("property")
    return list(
        rows.annotate(total=Count("id")).order_by("-total", "property").values_list("property", "total")
    )


def registry_counts() -> dict[str, int | str]:
    """What the registry holds: organisations, placed ones, sources, the latest date: two queries."""
    counts = Organisation.objects.aggregate(
        organisations=Count("id"), placed=Count("latitude"), latest=Max("last_stated")
    )
    counts["sources"] = Source.objects.filter(
        is_current=True, visibility="public", retracted_at="", origin__in=("load", "import")
    ).count()
    return counts


def missing_in_french(user: Visitor) -> QuerySet[Organisation]:
    """The records that would be poorer in French than in English: withheld in English until translated."""
    return visible_organisations(user).filter(~Q(missing_fr=[]))


def workspace_words() -> dict[str, Any]:
    """What the workspace says of itself: titles, privacy officer. Kept a minute; a load forgets it."""
    kept: dict[str, Any] | None = cache.get(WORKSPACE_WORDS)
    if kept is None:
        kept = dict(current_manifest().get("workspace") or {})
        cache.set(WORKSPACE_WORDS, kept, 60)
    return kept


def workspace_place() -> str | None:
    """The province of the workspace, assumed where a row names a municipality alone."""
    place: str | None = current_manifest().get("workspace", {}).get("place")
    return place


def current_manifest() -> dict[str, Any]:
    """The manifest of the ecosystem loaded last; empty before the first load."""
    latest = Load.objects.only("manifest").first()
    return latest.manifest if latest else {}


def visible_views(user: Visitor) -> QuerySet[SavedView]:
    """The saved views of *user*, and those shared with the clusters whose staff they are."""
    if not user.is_authenticated:
        return SavedView.objects.none()
    shared = ~Q(cluster="")
    clusters = clusters_where(user, "consult", "organisation")
    if clusters is not None:
        shared = Q(cluster__in=clusters)
    return SavedView.objects.filter(Q(owner=user) | shared).select_related("owner")
