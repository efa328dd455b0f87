"""Where the result of a command goes: a CSV, a drawing, figures for the ledger."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from grappe.mending import mending, reader_language

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Destination:
    """The input file of a command and what it was asked to write."""

    table: Path
    out: Path | None
    plot: Path | None
    record: Path | None
    asked: Mapping[str, Any]

    def deliver(self, rows: Sequence[Row], columns: Sequence[str], draw: Callable[[str, str], str]) -> None:
        """Write the CSV (*columns* first, then the rest) and the SVG that *draw* makes of a title and a
        language.

        A drawing without ``--out`` has its table beside it; neither, and the table goes to standard output.
        """
        rest = [name for name in (rows[0] if rows else ()) if name not in columns]
        header = [*columns, *rest]
        out = self.out or (self.plot.with_suffix(".csv") if self.plot else None)
        if out:
            write_csv(out, header, rows)
        else:
            click.echo(_text(header, rows), nl=False)
        if self.plot:
            self.plot.write_text(draw(self.table.stem, reader_language()), "utf-8")

    def keep(
        self, formula: str, rows: Sequence[Row], value: str, *, subject: Sequence[str] = ("industry",),
        interval: str | None = None, seed: int | None = None,
    ) -> None:  # fmt: skip
        """Write each row's *value* as a figure, when asked with ``--record``; what is undefined is none."""
        if not self.record:
            return
        from grappe.measure.computed import Computation, fingerprint, write_figures

        files = [
            self.table,
            *(path for path in self.asked.values() if isinstance(path, Path) and path.is_file()),
        ]
        inputs = {path.name: fingerprint(path) for path in files}
        told = {
            name: str(asked) for name, asked in self.asked.items() if asked is not None and asked is not False
        }
        made = Computation(formula, inputs, told, seed, interval)
        place, period = self.asked.get("region"), self.asked.get("period_end") or self.asked.get("period")
        figures = [
            made.figure(
                known,
                subject=" · ".join(str(row[key]) for key in subject),
                place=row.get("region") or place,
                period=row.get("period") or period,
                lower=_number(row.get("lower")),
                upper=_number(row.get("upper")),
            )
            for row in rows
            if (known := _number(row[value])) is not None
        ]
        write_figures(self.record, figures)


def measuring(command: Callable[..., None]) -> Any:
    """*command* as a click callback: its first argument is a :class:`Destination`; errors become problems
    told.
    """

    @click.argument("table", metavar="INPUT", type=FILE)
    @click.option("-o", "--out", type=OUT, help="CSV file to write.")
    @click.option("--plot", type=OUT, help="SVG file to draw; without --out its table goes beside it.")
    @click.option(
        "--record", type=OUT, help="JSON Lines: each result as a figure, to check and compute again."
    )
    @wraps(command)
    @mending
    def run(table: Path, out: Path | None, plot: Path | None, record: Path | None, **asked: Any) -> None:
        command(Destination(table, out, plot, record, asked), **asked)

    return run


def options(*chosen: Any) -> Callable[[Any], Any]:
    """Several click options as one decorator, in the order given."""

    def decorate(command: Any) -> Any:
        for option in reversed(chosen):
            command = option(command)
        return command

    return decorate


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows under *header*, the whole file or none; what is undefined is left blank."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(
        "w", dir=path.parent, prefix=path.name, suffix=".part", encoding="utf-8", newline="", delete=False
    ) as handle:
        beside = Path(handle.name)
        try:
            handle.write(_text(header, rows))
        except BaseException:
            beside.unlink()
            raise
    beside.chmod(0o644)
    beside.replace(path)


def said(fr: str, en: str) -> None:
    """Tell a line about the result on standard error, in the reader's language."""
    click.echo(fr if reader_language() == "fr" else en, err=True)


def _text(header: Sequence[str], rows: Iterable[Row]) -> str:
    import io

    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> Any:
    return "" if value is None or (isinstance(value, float) and not math.isfinite(value)) else value


def _number(value: Any) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
