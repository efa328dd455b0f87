"""``grappe link`` and ``grappe dedupe``: lists in, links, clusters and their reasons out."""

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.mending import mending, reader_language

if TYPE_CHECKING:
    from grappe.linkage.linking import Link
    from grappe.linkage.model import Model
    from grappe.linkage.parties import Party

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_KINDS = click.Choice(["addressed", "names", "query", "text"])
_ENGINES = click.Choice(["grappe", "duckdb", "spark"])
#: Right rows beyond this number are for Splink: those of Grappe's own model are held in memory.
_MOST_RIGHT = 300_000
_LINK_COLUMNS = (
    "left_id", "right_id", "rank", "score", "decision", "reasons", "relation", "relation_from",
)  # fmt: skip
_mapping = click.option("--mapping", type=_FILE, help="TOML: canonical header = title in the file.")
_model = click.option("--model", type=_FILE, help="A model file instead of the one that comes with Grappe.")
_kind = click.option("--kind", type=_KINDS, help="What LEFT holds; guessed unless given.")
_engine = click.option(
    "--engine", type=_ENGINES, default="grappe", show_default=True,
    help="grappe: models that come with Grappe; duckdb, spark: Splink, learnt from the lists.",
)  # fmt: skip


class _PairFirst(click.Group):
    """``grappe link LEFT RIGHT`` is ``grappe link lists LEFT RIGHT``."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["lists", *args]
        return super().parse_args(context, args)


@click.group(cls=_PairFirst)
def link() -> None:
    """Link the rows of two lists: grappe link LEFT RIGHT --out links.csv."""


@link.command()
@click.argument("left", type=_FILE)
@click.argument("right", type=_FILE)
@click.option("-o", "--out", type=_OUT, required=True, help="CSV file to write.")
@click.option(
    "--accept-precision", type=click.FloatRange(0.5, 1), metavar="P",
    help="Accept from the score at which the model's precision was measured to be P, instead of its own.",
)  # fmt: skip
@_engine
@_mapping
@_model
@_kind
@mending
def lists(
    left: Path, right: Path, out: Path, accept_precision: float | None, engine: str, mapping: Path | None,
    model: Path | None, kind: Any,
) -> None:  # fmt: skip
    """For each row of LEFT its candidates in RIGHT.

    Columns: left_id, right_id, rank, score, decision, reasons, relation, and the side it reads from.
    """
    if engine == "grappe":
        links = _linked(left, right, accept_precision, mapping, model, kind)
    else:
        if accept_precision is not None or kind is not None:
            raise click.UsageError("--accept-precision and --kind go with --engine grappe")
        links = _linked_by_splink(left, right, engine, mapping, model)
    rows = (
        (one.left_id, one.right_id, one.rank, f"{one.score:.4f}", one.decision, _told(one.reasons),
         one.related.relation, "left" if one.related.from_left else "right")
        for one in links
    )  # fmt: skip
    _write(out, _LINK_COLUMNS, rows)


def _linked(
    left: Path, right: Path, precision: float | None, mapping: Path | None, model: Path | None, kind: Any
) -> "Iterable[Link]":
    from grappe.linkage.linking import kind_of
    from grappe.linkage.linking import link as link_parties
    from grappe.linkage.model import models_from

    register = list(islice(_parties(right, mapping), _MOST_RIGHT + 1))
    if len(register) > _MOST_RIGHT:
        raise click.UsageError(f"{right.name} has more than {_MOST_RIGHT:,} rows: use --engine duckdb")
    asked = _parties(left, mapping)
    first = list(islice(asked, 1000))
    chosen = kind or kind_of(first, register)
    click.echo(f"--kind {chosen}", err=True)
    return link_parties(
        chain(first, asked), register, models=models_from(model), kind=chosen, precision=precision
    )


def _linked_by_splink(
    left: Path, right: Path, engine: Any, mapping: Path | None, model: Path | None
) -> "Iterable[Link]":
    from grappe.linkage.splinking import link_by_splink

    learnt = json.loads(model.read_text("utf-8")) if model else None
    return link_by_splink(_rows(left, mapping), _rows(right, mapping), model=learnt, engine=engine)


@link.command()
@click.argument("left_id")
@click.argument("right_id")
@click.option("--left", type=_FILE, required=True, help="The list that holds LEFT_ID.")
@click.option("--right", type=_FILE, required=True, help="The list that holds RIGHT_ID.")
@click.option("--svg", type=_OUT, help="Also draw it in this file.")
@_mapping
@_model
@_kind
@mending
def explain(
    left_id: str, right_id: str, left: Path, right: Path, svg: Path | None,
    mapping: Path | None, model: Path | None, kind: Any,
) -> None:  # fmt: skip
    """Show what speaks for and against LEFT_ID and RIGHT_ID being one, as a waterfall."""
    from grappe.linkage.explaining import draw_svg, draw_text, explain_pair
    from grappe.linkage.model import models_from

    sides = list(_parties(left, mapping)), list(_parties(right, mapping))
    known = [{one.id: one for one in side} for side in sides]
    for wanted, ids in zip((left_id, right_id), known, strict=True):
        if wanted not in ids:
            raise click.UsageError(f"no row has the id {wanted}")
    one, other = known[0][left_id], known[1][right_id]
    waterfall = explain_pair(one, other, sides, models=models_from(model), kind=kind)
    click.echo(draw_text(waterfall, reader_language()))
    if svg:
        svg.write_text(draw_svg(waterfall, reader_language()), "utf-8")


@link.command()
@click.argument("left", type=_FILE)
@click.argument("right", type=_FILE)
@click.argument("labels", type=_FILE, required=False)
@click.option("-o", "--out", type=_OUT, required=True, help="Model file to write.")
@click.option("--precision", default=0.98, show_default=True, help="Least precision of what is accepted.")
@_mapping
@_kind
@mending
def train(
    left: Path, right: Path, labels: Path | None, out: Path, precision: float, mapping: Path | None, kind: Any
) -> None:
    """Learn a model from two lists and write it.

    With LABELS (left_id, right_ids with | between): a model of --engine grappe, its thresholds chosen and
    measured on rows it did not learn from. Without: a Splink model, for --engine duckdb or spark.
    """
    if labels is None:
        from grappe.linkage.splinking import train_splink

        learnt = train_splink(_rows(left, mapping), _rows(right, mapping))
        out.write_text(json.dumps(learnt, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return
    model = _fitted(left, right, labels, precision, mapping, kind)
    from grappe.linkage.model import shipped_models, write_models

    out.write_text(write_models({**shipped_models(), model.kind: model}.values()), "utf-8")
    click.echo(", ".join(f"{name} {value}" for name, value in model.measured.items()))


def _fitted(
    left: Path, right: Path, labels: Path, precision: float, mapping: Path | None, kind: Any
) -> "Model":
    from grappe.linkage.linking import kind_of
    from grappe.linkage.training import label
    from grappe.linkage.training import train as fit

    sides = list(_parties(left, mapping)), list(_parties(right, mapping))
    kind = kind or kind_of(*sides)
    with labels.open(encoding="utf-8-sig", newline="") as handle:
        answers = {
            row["left_id"]: frozenset(filter(None, row["right_ids"].split("|")))
            for row in csv.DictReader(handle)
        }
    return fit(kind, label(*sides, answers, kind), precision=precision)


@click.command()
@click.argument("table", type=_FILE)
@click.option("-o", "--out", type=_OUT, required=True, help="CSV file to write.")
@_mapping
@mending
def dedupe(table: Path, out: Path, mapping: Path | None) -> None:
    """Group the rows of TABLE that name one organisation: id, cluster_id."""
    from grappe.linkage.grouping import group

    clusters = group(_rows(table, mapping))
    _write(out, ("id", "cluster_id"), sorted(clusters.items()))


def _parties(path: Path, mapping: Path | None) -> "Iterator[Party]":
    from grappe.linkage.parties import party

    return (party(row) for row in _rows(path, mapping))


def _rows(path: Path, mapping: Path | None) -> "Iterator[Mapping[str, str]]":
    """The rows of a table, one by one; what was guessed of its columns is told first, what is wrong last."""
    from grappe.intake.link_tables import open_link_table

    given = tomllib.loads(mapping.read_text("utf-8")) if mapping else {}
    table = open_link_table(path, given)
    guessed = ", ".join(f"{header} ← {title}" for header, title in table.columns.items())
    click.echo(f"{path.name}: {guessed}", err=True)
    yield from table.rows
    for problem in table.problems[:20]:
        click.echo(f"! {problem.describe(reader_language())}", err=True)


def _told(reasons: Iterable[tuple[str, float]]) -> str:
    return "; ".join(f"{name} {value:+.1f}" for name, value in reasons)


def _write(out: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The whole file or none: written beside, then moved."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", dir=out.parent, prefix=out.name, suffix=".part", encoding="utf-8", newline="", delete=False
    ) as handle:
        beside = Path(handle.name)
        try:
            writer = csv.writer(handle)
            writer.writerow(header)
            writer.writerows(rows)
        except BaseException:
            beside.unlink()
            raise
    beside.chmod(0o644)
    beside.replace(out)
