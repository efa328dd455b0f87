"""Rows of a list → the keys that a probabilistic model compares and blocks on, computed in DuckDB.

A million rows take seconds: nothing of them is a Python object for longer than a batch. The same keys serve
every engine, so that two engines are given the same question.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from grappe.linkage.weights import STOP_WORDS
from grappe.statements.identifiers import STRONG

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Canonical headers that the keys are made of.
HEADERS = (
    "id", "name", "aliases", "address", "city", "postal_code", "country", "website", "phone", "industry",
    *STRONG,
)  # fmt: skip
#: A word held by more right rows than this blocks nothing.
MOST_HOLDING = 60
_BATCH = 20_000
_FORMS = (
    "incorporated|incorporee|inc|company limited|limited|limitee|ltee|ltd|corporation|corp|compagnie|company|"
    "cie|co|llc|llp|lp|l p|s e c|sec|s e n c r l|sencrl|s e n c|senc|s r l|srl|enr|enrg|reg d|regd|ulc|"
    "gmbh|plc|sarl|sas|sa|bv|nv|ab"
)


def load_rows(connection: "DuckDBPyConnection", table: str, rows: Iterable[Mapping[str, str]]) -> int:
    """Put *rows* under canonical headers in *table*, batch by batch; returns how many."""
    import pyarrow as pa

    schema = pa.schema([(header, pa.string()) for header in HEADERS])
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(f'{h} VARCHAR' for h in HEADERS)})")
    count, waiting = 0, iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        held = pa.table({h: [row.get(h, "") for row in batch] for h in HEADERS}, schema=schema)
        connection.register("batch_of_rows", held)
        connection.execute(f"INSERT INTO {table} SELECT * FROM batch_of_rows")  # noqa: S608
        connection.unregister("batch_of_rows")
        count += len(batch)
    return count


def make_keys(connection: "DuckDBPyConnection", table: str, keys: str) -> None:
    """Fill the table *keys* from *table*: a row each, empty texts as NULL.

    ``core``: the folded name without its last legal forms; ``compact``: without spaces; ``words``: its
    telling words; ``postal``, ``area`` (three first characters), ``street_number``, ``city``, ``site``,
    ``phone``, ``industry`` (two first digits of the code), and a column an identifier.
    """
    stop = ", ".join(f"'{word}'" for word in sorted(STOP_WORDS))
    identifiers = ", ".join(
        f"nullif(upper(regexp_replace({name}, '\\W', '', 'g')), '') AS {name}" for name in STRONG
    )
    forms = f"'( ({_FORMS}))+$'"
    connection.execute(f"""
        CREATE OR REPLACE TABLE {keys} AS
        WITH folded AS (
            SELECT *, trim(regexp_replace(lower(strip_accents(replace(name, '&', ' '))), '[^\\w]+', ' ',
                 'g')) AS whole
            FROM {table}
        ), named AS (
            SELECT *, coalesce(nullif(regexp_replace(whole, {forms}, ''), ''), whole) AS core FROM folded
        )
        SELECT id AS unique_id, nullif(core, '') AS core, nullif(replace(core, ' ', ''), '') AS compact,
            list_filter(list_sort(list_distinct(string_split(core, ' '))),
                lambda word: length(word) > 1 AND word NOT IN ({stop})) AS words,
            nullif(upper(regexp_replace(postal_code, '\\W', '', 'g')), '') AS postal,
            nullif(left(upper(regexp_replace(postal_code, '\\W', '', 'g')), 3), '') AS area,
            nullif(regexp_extract(regexp_replace(address, '^\\s*\\w{{1,5}}\\s*-\\s*', ''), '\\d+'), '')
                AS street_number,
            nullif(trim(regexp_replace(lower(strip_accents(city)), '[^\\w]+', ' ', 'g')), '') AS city,
            nullif(regexp_replace(regexp_extract(lower(website),
                 '(?:https?://)?(?:www\\d?\\.)?([^/\\s:]+)', 1),
                '^.*@', ''), '') AS site,
            nullif(right(regexp_replace(phone, '\\D', '', 'g'), 10), '') AS phone,
            nullif(left(regexp_replace(industry, '\\D', '', 'g'), 2), '') AS industry, {identifiers}
        FROM named
    """)  # noqa: S608


#: Keys of which an equal one makes two rows worth comparing, as SQL over the table of keys; the last two
#: serve training.
BLOCKS = {
    "block_name": "compact",
    "block_site": "site",
    "block_phone": "phone",
    "block_place": "postal || ' ' || street_number",
    "block_city": "city || ' ' || left(core, 6)",
    "block_postal": "postal",
    "block_start": "left(core, 8)",
}


def keep_blocking(connection: "DuckDBPyConnection", left: str, right: str) -> None:
    """Add to both tables of keys what they block on, less what too many right rows hold (``MOST_HOLDING``).

    ``blocks``: the words of a name; a column each of ``BLOCKS``.
    """
    connection.execute(f"""
        CREATE OR REPLACE TABLE rare_words AS
            SELECT word FROM (SELECT unnest(words) AS word FROM {right}) GROUP BY word
            HAVING count(*) <= {MOST_HOLDING}
    """)  # noqa: S608
    for name, key in BLOCKS.items():
        connection.execute(f"""
            CREATE OR REPLACE TABLE rare_{name} AS
                SELECT {key} AS key FROM {right} WHERE {key} IS NOT NULL GROUP BY key
                HAVING count(*) <= {MOST_HOLDING}
        """)  # noqa: S608
    columns = ", ".join(f"rare_{name}.key AS {name}" for name in BLOCKS)
    joins = " ".join(f"LEFT JOIN rare_{name} ON rare_{name}.key = {key}" for name, key in BLOCKS.items())
    for table in (left, right):
        connection.execute(f"""
            CREATE OR REPLACE TABLE {table} AS
            SELECT k.*, coalesce(b.blocks, []) AS blocks, {columns} FROM {table} k {joins} LEFT JOIN (
                SELECT unique_id, list(word ORDER BY word) AS blocks
                FROM (SELECT unique_id, unnest(words) AS word FROM {table}) SEMI JOIN rare_words USING (word)
                GROUP BY unique_id
            ) b USING (unique_id)
        """)  # noqa: S608


def fetch(connection: "DuckDBPyConnection", query: str) -> Iterable[tuple[Any, ...]]:
    """The rows of a query, batch by batch."""
    result = connection.execute(query)
    while rows := result.fetchmany(_BATCH):
        yield from rows
