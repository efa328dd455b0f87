"""Two lists linked by Splink: the Fellegi–Sunter model, learnt from the data at hand without labels, on
DuckDB or Spark.

(Fellegi and Sunter, 1969; parameters by expectation–maximisation, Winkler, 1988; term frequencies as in
Splink.) The keys are made in DuckDB whatever the engine (see ``bulk``); comparisons use only functions that
both engines have with the same meaning, so that one saved model gives the same links on both.
"""

import json
import logging
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grappe.linkage.bulk import BLOCKS, fetch, keep_blocking, load_rows, make_keys
from grappe.linkage.linking import MOST_SHOWN, Link
from grappe.statements.identifiers import STRONG

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Engine = Literal["duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("duckdb", "spark")
VERSION = 1
#: Probability from which a best candidate is accepted, and proposed.
MATCH, REVIEW = 0.9999, 0.5
_SEED = 20
#: Probability that two rows taken at random are one, where the lists do not show it.
_PRIOR = 1e-4
_MOST_PAIRS = 1e6
#: Left rows, about, that a model is learnt from.
_MOST_LEARNT = 100_000
_LOG_2 = 0.6931471805599453
_FOR_TRAINING = ("block_postal", "block_start")
_COMPARISONS = ("name", "words", "postal", "street_number", "city", "site", "phone", "industry")


def train_splink(left: Iterable[Mapping[str, str]], right: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """A model learnt from two lists of rows under canonical headers: plain values for a JSON file.

    u by random pairs with a fixed seed, m by expectation–maximisation over two blockings; the same rows
    give the same model.
    """
    with _loaded(left, right) as connection, _quiet():
        return {"version": VERSION, "engine": "splink", "parameters": _learn(connection)}


def _learn(connection: "DuckDBPyConnection") -> dict[str, Any]:
    from splink import block_on

    # Long lists teach no more than a part of them, chosen by their ids.
    connection.execute(f"""
        CREATE OR REPLACE TABLE left_sample AS FROM left_keys
            WHERE hash(unique_id) % greatest(1, (SELECT count(*) // {_MOST_LEARNT} FROM left_keys)) = 0
    """)  # noqa: S608
    linker = _linker(connection, _settings(), "duckdb", left="left_sample")
    training = linker.training
    sure = [block_on("block_name", "area"), block_on("block_site"), block_on("block_phone")]
    # Lists too short or too much alike to count on: the prior stays as written.
    with suppress(ValueError):
        training.estimate_probability_two_random_records_match(sure, recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=_MOST_PAIRS, seed=_SEED)
    # The key itself stands beside its bounded form: Splink then leaves its own comparison out.
    for block, key in (("block_postal", "postal"), ("block_start", "substr(core, 1, 8)")):
        if _any_pair(connection, block):
            training.estimate_parameters_using_expectation_maximisation(block_on(block, key))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        linker.misc.save_model_to_json(str(path))
        learnt = json.loads(path.read_text("utf-8"))
    return {
        "prior": learnt["probability_two_random_records_match"],
        "levels": [
            [[level.get("m_probability"), level.get("u_probability")] for level in _levels(each)]
            for each in learnt["comparisons"]
        ],
    }


def _any_pair(connection: "DuckDBPyConnection", block: str) -> bool:
    """Whether a block holds a pair: Splink can't learn from none."""
    query = f"SELECT 1 FROM left_sample SEMI JOIN right_keys USING ({block}) LIMIT 1"  # noqa: S608
    return bool(connection.execute(query).fetchall())


def _levels(comparison: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]


def _with_parameters(parameters: Mapping[str, Any], engine: Engine) -> dict[str, Any]:
    """The settings of *engine*'s own SQL with the learnt probabilities: what is saved names no engine."""
    settings: dict[str, Any] = _settings().create_settings_dict(engine)
    settings["probability_two_random_records_match"] = parameters["prior"] or _PRIOR
    for comparison, learnt in zip(settings["comparisons"], parameters["levels"], strict=True):
        for level, (m, u) in zip(_levels(comparison), learnt, strict=True):
            level |= {name: value for name, value in (("m_probability", m), ("u_probability", u)) if value}
    return settings


def link_by_splink(
    left: Iterable[Mapping[str, str]], right: Iterable[Mapping[str, str]], *,
    model: Mapping[str, Any] | None = None, engine: Engine = "duckdb",
) -> Iterator[Link]:  # fmt: skip
    """The best candidates of each left row that has any, by left id; without *model* one is learnt first.

    An equal strong identifier is a match and a contradictory one is none, as in ``linking``. Raises
    ValueError on a model of another version.
    """
    if model is not None and (model.get("version") != VERSION or model.get("engine") != "splink"):
        raise ValueError(f"not a Splink model of version {VERSION}")
    with _loaded(left, right) as connection, _quiet():
        parameters = model["parameters"] if model is not None else _learn(connection)
        _predict(connection, parameters, engine)
        yield from _links(connection)


@contextmanager
def _loaded(
    left: Iterable[Mapping[str, str]], right: Iterable[Mapping[str, str]]
) -> Iterator["DuckDBPyConnection"]:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="grappe-link-") as folder:
        connection = duckdb.connect(f"{folder}/keys.duckdb")
        # Two threads at most: memory follows their number, and answers do not depend on it.
        connection.execute(
            "SET threads = 2; SET memory_limit = '1500MB'; SET preserve_insertion_order = false"
        )
        for side, rows in (("left", left), ("right", right)):
            load_rows(connection, f"{side}_rows", rows)
            make_keys(connection, f"{side}_rows", f"{side}_keys")
            connection.execute(f"DROP TABLE {side}_rows")
        keep_blocking(connection, "left_keys", "right_keys")
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink logs each step: here only what went wrong is said."""
    loggers = [logging.getLogger(name) for name in ("splink",)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _settings() -> Any:
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=[
            block_on("blocks", arrays_to_explode=["blocks"]),
            *(block_on(key) for key in BLOCKS if key not in _FOR_TRAINING),
            *(block_on(scheme) for scheme in STRONG),
        ],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=True,
        additional_columns_to_retain=list(STRONG),
    )


def _comparisons() -> list[Any]:
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    def exact(name: str, *, frequent: bool = False) -> Any:
        made = comparisons.ExactMatch(name)
        return made.configure(term_frequency_adjustments=True) if frequent else made

    name = comparisons.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            levels.NullLevel("core"),
            levels.ExactMatchLevel("core", term_frequency_adjustments=True),
            levels.ExactMatchLevel("compact"),
            levels.LevenshteinLevel("compact", 2),
            levels.CustomLevel("substr(core_l, 1, 10) = substr(core_r, 1, 10)", "begin alike"),
            levels.CustomLevel("substr(core_l, 1, 5) = substr(core_r, 1, 5)", "begin nearly alike"),
            levels.ElseLevel(),
        ],
    )
    words = comparisons.ArrayIntersectAtSizes("words", [4, 3, 2, 1])
    postal = comparisons.CustomComparison(
        output_column_name="postal",
        comparison_levels=[
            levels.NullLevel("postal"),
            levels.ExactMatchLevel("postal"),
            levels.ExactMatchLevel("area"),
            levels.ElseLevel(),
        ],
    )
    return [
        name, words, postal, exact("street_number"), exact("city", frequent=True), exact("site"),
        exact("phone"),
        exact("industry"),
    ]  # fmt: skip


def _linker(connection: "DuckDBPyConnection", settings: Any, engine: Engine, left: str = "left_keys") -> Any:
    from splink import Linker

    api = _duckdb(connection) if engine == "duckdb" else _spark()
    tables = [
        api.register(_given(connection, api, table, engine), dataset_display_name=side)
        for side, table in (("left", left), ("right", "right_keys"))
    ]
    return Linker(tables, settings, log_level=logging.ERROR)


def _given(connection: "DuckDBPyConnection", api: Any, table: str, engine: Engine) -> Any:
    if engine == "duckdb":
        return table
    # Spark reads a file rather than rows sent one by one.
    path = Path(
        connection.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()[0][0]
    )
    file = path.with_name(f"{table}.parquet")
    connection.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
    return api.spark.read.parquet(str(file))


def _duckdb(connection: "DuckDBPyConnection") -> Any:
    from splink import DuckDBAPI

    return DuckDBAPI(connection)


def _spark() -> Any:
    from pyspark.sql import SparkSession
    from splink import SparkAPI

    session = (
        SparkSession.builder.master("local[2]").appName("grappe link")
        .config("spark.driver.host", "127.0.0.1").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8").config("spark.driver.memory", "2g")
        # Spark makes this folder where it is run unless told otherwise; nothing is written in it.
        .config("spark.sql.warehouse.dir", str(Path(tempfile.gettempdir()) / "grappe-spark"))
        .getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.ERROR)
    # No custom functions: the model needs none, and both engines then mean the same by each.
    return SparkAPI(  # type: ignore[no-untyped-call]
        spark_session=session, register_udfs_automatically=False, break_lineage_method="persist"
    )


def _predict(connection: "DuckDBPyConnection", parameters: Mapping[str, Any], engine: Engine) -> None:
    """Fill the table ``predicted`` with the scored pairs."""
    linker = _linker(connection, _with_parameters(parameters, engine), engine)
    found = linker.inference.predict(threshold_match_weight=-10, warning_mode="never")
    if engine == "duckdb":
        connection.execute(f"CREATE OR REPLACE TABLE predicted AS FROM {found.physical_name}")
    else:
        # Each value as both engines write it; Spark's own types are not DuckDB's.
        arrow = found.as_spark_dataframe().toArrow()
        connection.register("from_spark", arrow)
        connection.execute("CREATE OR REPLACE TABLE predicted AS FROM from_spark")
        connection.unregister("from_spark")


def _links(connection: "DuckDBPyConnection") -> Iterator[Link]:
    flip = "source_dataset_l = 'left'"
    same = " OR ".join(f"({s}_l = {s}_r)" for s in STRONG)
    other = " OR ".join(f"({s}_l <> {s}_r)" for s in STRONG)
    weights = ", ".join(f"mw_{name}" for name in _COMPARISONS)
    query = f"""
        SELECT CASE WHEN {flip} THEN unique_id_l ELSE unique_id_r END AS left_id,
            CASE WHEN {flip} THEN unique_id_r ELSE unique_id_l END AS right_id,
            CASE WHEN coalesce({other}, false) THEN 0.0 WHEN coalesce({same}, false) THEN 1.0
                ELSE match_probability END AS p,
            coalesce({same}, false) AND NOT coalesce({other}, false) AS identified,
            coalesce({other}, false) AS refused, {weights},
            row_number() OVER (PARTITION BY left_id ORDER BY p DESC, match_weight DESC, right_id) AS rank
        FROM predicted QUALIFY rank <= {MOST_SHOWN} ORDER BY left_id, rank
    """  # noqa: S608
    for left_id, right_id, p, identified, refused, *told, rank in fetch(connection, query):
        reasons = _reasons(dict(zip(_COMPARISONS, told, strict=True)))
        decision = _decide(p, rank == 1, identified=identified, refused=refused)
        yield Link(left_id, right_id, rank, round(p, 4), decision, reasons)


def _decide(p: float, first: bool, *, identified: bool, refused: bool) -> Literal["match", "review", "none"]:
    if refused:
        return "none"
    if first and (identified or p >= MATCH):
        return "match"
    return "review" if p >= REVIEW else "none"


def _reasons(weights: Mapping[str, float | None]) -> tuple[tuple[str, float], ...]:
    """The four largest terms; Splink weighs in bits, links are told in nats."""
    found = [(name, value * _LOG_2) for name, value in weights.items() if value and abs(value) > 0.1]
    return tuple(sorted(found, key=lambda term: -abs(term[1]))[:4])
