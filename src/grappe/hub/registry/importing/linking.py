"""Who is who once a list says something else, and what that changes among the stored rows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from grappe.editions.linking import TELLING, Relinked, link_again
from grappe.hub.registry.deriving import batches
from grappe.hub.registry.importing.derived import Derived
from grappe.hub.registry.importing.snapshot import (
    AS_CORE,
    Records,
    append,
    copy_statements,
    create_stored,
    known_redirects,
    standing_judgements,
    text_table,
    working_tables,
)
from grappe.hub.registry.models import Judgement, Redirect, Source, Statement
from grappe.hub.registry.projecting import core_judgement
from grappe.hub.registry.queries import workspace_place
from grappe.linkage.judging import IDENTITY
from grappe.statements import Judgement as CoreJudgement
from grappe.statements.records import as_row
from grappe.statements.tables import TABLES, columns_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TELLING_COLUMNS = ("entity", "property", "value", "source_id", "qualifier")
_JUDGEMENT = tuple(str(field.column) for field in Judgement._meta.concrete_fields)
_RECORD = ("entity", "organisation_id", "linked")
_REDIRECT = ("former", "current", "origin")


@dataclass(frozen=True)
class Linking:
    """What is linked otherwise, the rules' judgements that are new and the ids of those made no more."""

    relinked: Relinked
    made: list[CoreJudgement]
    unmade: list[str]


def link_edition(connection: "DuckDBPyConnection", source: str, records: Records) -> Linking:
    """Link again the records of ``brought`` and ``former``, *source* saying ``brought``."""
    telling = ", ".join(f"'{name}'" for name in TELLING)
    about = connection.sql(f"""
        SELECT entity, property, value FROM brought WHERE property IN ({telling})
        UNION SELECT entity, property, value FROM former WHERE property IN ({telling})
    """).to_arrow_table()  # noqa: S608
    said = connection.sql(f"SELECT * EXCLUDE (position) FROM brought WHERE property IN ({telling})")  # noqa: S608
    return linking_of(records, about=about, instead={source: said.to_arrow_table()})


def linking_of(records: Records, *, about: Any, instead: Mapping[str, Any]) -> Linking:
    """Link again the records of *about*; *instead*: source → what it now says of them.

    Both are Arrow tables: entity, property and value, and statements.
    """
    relinked = _relink(records, about, instead)
    rules = standing_judgements().filter(who__startswith="rule:")
    stored = {key: {left, right} for key, left, right in rules.values_list("id", "left", "right").iterator()}
    now = {judgement.id for judgement in relinked.judgements}
    unmade = [key for key, pair in stored.items() if key not in now and pair & relinked.concerned]
    made = [judgement for judgement in relinked.judgements if judgement.id not in stored]
    return Linking(relinked, made, sorted(unmade))


def _relink(records: Records, about: Any, instead: Mapping[str, Any]) -> Relinked:
    telling = Statement.objects.filter(property__in=TELLING, retracted_at="")
    others = telling.filter(~Q(source__in=instead) | Q(origin="hub"))
    with working_tables() as connection:
        create_stored(connection, "telling")
        copy_statements(connection, "telling", others, _TELLING_COLUMNS)
        connection.execute(f"CREATE TABLE told ({columns_sql('statements')})")
        for content in instead.values():
            append(connection, "told", content)
        connection.execute(
            f"CREATE VIEW statements AS SELECT {AS_CORE} FROM telling UNION ALL BY NAME FROM told"  # noqa: S608
        )
        links = [(entity, linked) for entity, (_, linked) in records.items()]
        text_table(connection, "identities", tuple(TABLES["identities"]), links)
        text_table(connection, "redirects", tuple(TABLES["redirects"]), list(known_redirects().items()))
        connection.execute("CREATE TABLE about (entity VARCHAR, property VARCHAR, value VARCHAR)")
        append(connection, "about", about)
        people = standing_judgements().filter(relation__in=IDENTITY).exclude(who__startswith="rule:")
        return link_again(
            connection,
            people=map(core_judgement, people),
            codes=_code_sources(),
            province=workspace_place(),
        )


def _code_sources() -> list[str]:
    """The sources whose records are codes of a list, as a build knows them by their recipe."""
    from grappe.intake.recipes import load_recipe
    from grappe.statements import GrappeError

    found = []
    for key, reader in Source.objects.filter(reader__startswith="register:").values_list("id", "reader"):
        try:
            yields = load_recipe(reader.removeprefix("register:")).yields
        except (GrappeError, OSError):
            continue  # a recipe of the workspace's own, which is not here
        if yields == "codes":
            found.append(key)
    return found


def record_tables(connection: "DuckDBPyConnection", derived: Derived) -> None:
    """``records_rows`` and ``records_keys``, and their inverse: what is linked or owned otherwise.

    The inverse gives back what the rules had linked; whose record it then is, is derived again.
    """
    after = {entity: (owner, derived.linked[entity]) for entity, owner in derived.owners.items()}
    rows = [(e, *now) for e, now in sorted(after.items()) if derived.before.get(e) != now]
    relinked = [e for e, _, linked in rows if e in derived.before and derived.before[e][1] != linked]
    former = [(e, *derived.before[e]) for e in sorted({*relinked, *derived.deleted})]
    text_table(connection, "records_rows", _RECORD, rows)
    text_table(connection, "records_keys", ("key",), [(e,) for e in sorted(derived.deleted)])
    text_table(connection, "inverse_records_rows", _RECORD, former)
    added = [(e,) for e, *_ in rows if e not in derived.before]
    text_table(connection, "inverse_records_keys", ("key",), added)


def judgement_tables(
    connection: "DuckDBPyConnection", made: list[CoreJudgement], unmade: list[str], day: str
) -> None:
    """``judgements_rows`` and ``judgements_keys``, and their inverse."""
    former: dict[str, Judgement] = {}
    wanted = [*(judgement.id for judgement in made), *unmade]
    for keys in batches(wanted):
        former |= Judgement.objects.in_bulk(keys)
    rows = [_stored_row(stored_judgement(judgement)) for judgement in made]
    for key in unmade:
        taken_back = _stored_row(former[key])
        rows.append({**taken_back, "retracted_at": day, "retracted_by": "import"})
    kept = [_stored_row(judgement) for _, judgement in sorted(former.items())]
    for table, found in (("judgements_rows", rows), ("inverse_judgements_rows", kept)):
        text_table(connection, table, _JUDGEMENT, [[row[name] for name in _JUDGEMENT] for row in found])
    text_table(connection, "judgements_keys", ("key",), [])
    added = [(judgement.id,) for judgement in made if judgement.id not in former]
    text_table(connection, "inverse_judgements_keys", ("key",), added)


def redirect_tables(connection: "DuckDBPyConnection", relinked: Relinked) -> None:
    """``redirects_rows`` and ``redirects_keys``, and their inverse."""
    concerned = [*(former for former, _ in relinked.redirects), *relinked.unredirected]
    stored = Redirect.objects.filter(former__in=concerned).exclude(origin="hub").order_by("former")
    former = list(stored.values_list(*_REDIRECT))
    present = {each[0] for each in former}
    text_table(connection, "redirects_rows", _REDIRECT, [(*pair, "import") for pair in relinked.redirects])
    text_table(connection, "redirects_keys", ("key",), [(each,) for each in relinked.unredirected])
    text_table(connection, "inverse_redirects_rows", _REDIRECT, former)
    added = [(each,) for each, _ in relinked.redirects if each not in present]
    text_table(connection, "inverse_redirects_keys", ("key",), added)


def stored_judgement(judgement: CoreJudgement) -> Judgement:
    """What is stored of a judgement that the rules made of an import's records."""
    row = {name: value or "" for name, value in as_row(judgement).items()}
    return Judgement(**{**row, "features": [list(pair) for pair in judgement.features], "origin": "import"})


def _stored_row(judgement: Judgement) -> dict[str, Any]:
    row = {name: getattr(judgement, name) for name in _JUDGEMENT}
    return {**row, "features": json.dumps(judgement.features)}
