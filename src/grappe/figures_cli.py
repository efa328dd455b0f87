"""``grappe figures``: figures read from documents, a ledger checked, a fact sheet written."""

import csv
import json
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grappe.mending import mending, reader_language
from grappe.statements.problems import GrappeError, Problem

if TYPE_CHECKING:
    from grappe.figures.assisting import Ask
    from grappe.figures.findings import Finding
    from grappe.statements.figures import Figure
    from grappe.statements.records import Document, Passage

_PATH = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_PATIENCE_S = 60
_MOST_BYTES = 1_000_000
#: The fields of an extracted figure, in the order they are written.
FIELDS = (
    "file", "start", "end", "surface", "surface_start", "surface_end", "value", "lower", "upper",
    "qualifier", "unit", "currency",
    "kind", "indicator", "subject", "share_of", "place", "period", "source", "implied_fields", "confidence",
)  # fmt: skip
_DOCUMENTS = frozenset({".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf", ".docx"})


@click.group()
def figures() -> None:
    """Key figures: read them from documents, check a ledger, write a fact sheet."""


@figures.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "table", "ledger"]), default="table", show_default=True
)
@click.option("-o", "--out", type=_OUT, help="File to write; standard output unless given.")
@click.option(
    "--assistant",
    metavar="ADDRESS",
    help="Ask a language model behind this OpenAI-compatible address about what stays unknown. The texts are "
    "sent there. Nobody is asked unless given.",
)
@click.option(
    "--assistant-key", envvar="GRAPPE_ASSISTANT_KEY", show_envvar=True, help="Its key, never shown."
)
@click.option("--assistant-model", metavar="NAME", default="default", show_default=True, help="Which model.")
@mending
def extract(
    paths: tuple[Path, ...],
    form: str,
    out: Path | None,
    assistant: str | None,
    assistant_key: str | None,
    assistant_model: str,
) -> None:
    """Read the figures of documents (files, or folders of them): proposals, for a person to confirm.

    jsonl gives one figure a line with its offsets; table is for reading; ledger keeps every field, for
    grappe figures check.
    """
    from grappe.statements.figures import figure_row

    stream = out.open("w", encoding="utf-8") if out else sys.stdout
    found = _extracted(paths, _asker(assistant, assistant_key) if assistant else None, assistant_model)
    try:
        if form == "table":
            _write_table(stream, found)
            return
        for name, figure in found:
            row = _told(name, figure) if form == "jsonl" else {**figure_row(figure), "file": name}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    finally:
        if out:
            stream.close()


def _extracted(paths: Iterable[Path], ask: "Ask | None", model: str) -> Iterator[tuple[str, "Figure"]]:
    from grappe.figures.assisting import assist
    from grappe.figures.extraction import extract_figures

    for name, document, passages in _read_all(paths):
        found = extract_figures(document, passages)
        for figure in assist(found, document, ask, model=model) if ask else found:
            yield name, figure


def _asker(address: str, key: str | None) -> "Ask":
    """Asks the service at *address*. What it makes raises GrappeError when there is no answer."""
    if not address.startswith(("http://", "https://")):
        raise GrappeError(Problem("assistant", found=address, expected="https://…/v1"))
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}

    def ask(asked: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - http and https only, checked above
            f"{address.rstrip('/')}/chat/completions", json.dumps(asked).encode(), headers
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
                told = json.loads(answer.read(_MOST_BYTES))
        except (OSError, ValueError) as fault:
            raise GrappeError(Problem("assistant", found=str(fault), expected=address)) from fault
        return told if isinstance(told, dict) else {}

    return ask


def _read_all(paths: Iterable[Path]) -> Iterator[tuple[str, "Document", list["Passage"]]]:
    from grappe.intake.documents import read_document
    from grappe.statements import Document, Passage, Source

    for path in _files(paths):
        source = Source(id=path.name, title=path.name, publisher="", licence="")
        records = list(read_document(path, source))
        document = next(record for record in records if isinstance(record, Document))
        yield path.name, document, [record for record in records if isinstance(record, Passage)]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.suffix.lower() in _DOCUMENTS and one.is_file()
            )
        else:
            yield path


def _told(name: str, figure: "Figure") -> dict[str, Any]:
    row = {field: name if field == "file" else getattr(figure, field) for field in FIELDS}
    return row | {"implied_fields": list(figure.implied_fields)}


def _write_table(stream: Any, found: Iterable[tuple[str, "Figure"]]) -> None:
    from grappe.figures.printing import print_value

    language = reader_language()
    titles = {
        "fr": ("chiffre", "genre", "indicateur", "sujet", "lieu", "période", "source", "confiance"),
        "en": ("figure", "kind", "indicator", "subject", "place", "period", "source", "confidence"),
    }[language]
    rows = []
    for _, figure in found:
        told = (figure.kind, figure.indicator, figure.subject, figure.place, figure.period, figure.source)
        rows.append(
            (print_value(figure, language), *(part or "—" for part in told), f"{figure.confidence:.2f}")
        )
    widths = [min(34, max(len(row[at]) for row in [titles, *rows])) for at in range(len(titles))]
    for row in [titles, *rows]:
        cut = (
            cell if len(cell) <= width else cell[: width - 1] + "…"
            for cell, width in zip(row, widths, strict=True)
        )
        stream.write(
            "  ".join(f"{cell:<{width}}" for cell, width in zip(cut, widths, strict=True)).rstrip() + "\n"
        )


@figures.command()
@click.argument("paths", nargs=-1, required=True, type=_PATH)
@mending
def facts(paths: tuple[Path, ...]) -> None:
    """Propose what documents say of organisations, a statement a line (JSON).

    Who holds a public role in one, when it was founded, with whom it has an agreement, who leads a sector.
    """
    from grappe.figures.facts import propose_facts
    from grappe.statements.records import as_row

    for _, document, passages in _read_all(paths):
        for statement in propose_facts(document, passages):
            click.echo(json.dumps(as_row(statement), ensure_ascii=False))


@figures.command()
@click.argument("ledger", type=_FILE)
@click.option(
    "--as-of", "as_of", metavar="DATE", help="Day at which figures are current or stale; today unless given."
)
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit with 3 when an error is found.")
@mending
def check(ledger: Path, as_of: str | None, form: str, strict: bool) -> None:
    """Say what cannot be true, what is stale and what is implied in LEDGER (.jsonl or .csv)."""
    from grappe.figures.ledger import check_ledger

    known = list(read_ledger(ledger))
    findings = check_ledger(known, as_of=_day(as_of))
    language = reader_language()
    for finding in findings:
        click.echo(
            _line(finding, language) if form == "text" else json.dumps(_row(finding), ensure_ascii=False)
        )
    if strict and any(finding.severity == "error" for finding in findings):
        sys.exit(GrappeError.exit_code)


def _line(finding: "Finding", language: str) -> str:
    from grappe.figures.findings import finding_title

    mark = {"error": "✗", "question": "?", "information": "·"}[finding.severity]
    colon = "\u00a0:" if language == "fr" else ":"
    title, ids = finding_title(finding.code, language), ", ".join(finding.figures)
    return f"{mark} {title}{colon} {finding.explain(language)}  [{ids}]"


def _row(finding: "Finding") -> dict[str, Any]:
    told = {"fr": finding.explain("fr"), "en": finding.explain("en")}
    return {"code": finding.code, "severity": finding.severity, "figures": list(finding.figures), **told}


def _day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text} is not a date (YYYY-MM-DD)", param_hint="--as-of") from error


def read_ledger(path: Path) -> Iterator["Figure"]:
    """The figures of a ledger: JSON lines or CSV, with the fields of a figure or those of ``extract``.

    Raises GrappeError with a problem for each line that is no figure.
    """
    from grappe.statements.figures import read_figure

    problems: list[Problem] = []
    found: list[Figure] = []
    for number, row in _ledger_rows(path):
        if row is None:
            problems.append(Problem("not_a_figure", file=path.name, row=number, found="", expected="figure"))
            continue
        row.setdefault("document", row.get("file"))
        try:
            found.append(read_figure(row))
        except (TypeError, ValueError) as error:
            problems.append(
                Problem("not_a_figure", file=path.name, row=number, found=str(error), expected="figure")
            )
    if problems:
        raise GrappeError(*problems)
    yield from found


def _ledger_rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        if path.suffix.lower() == ".csv":
            yield from ((number, dict(row)) for number, row in enumerate(csv.DictReader(stream), start=2))
            return
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield number, _json_object(line)


def _json_object(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


@figures.command()
@click.argument("ledger", type=_FILE)
@click.option(
    "--figure", "chosen", multiple=True, metavar="ID", help="A figure to show, by its id; all unless given."
)
@click.option("--title-fr", default="Chiffres clés", show_default=True)
@click.option("--title-en", default="Key figures", show_default=True)
@click.option("--as-of", "as_of", metavar="DATE", help="Day of the sheet; today unless given.")
@click.option(
    "--reason",
    metavar="TEXT",
    help="Why figures that are unchecked, stale or contradicted are shown all the same.",
)
@click.option("--format", "form", type=click.Choice(["text", "html"]), default="text", show_default=True)
@click.option("-o", "--out", type=_OUT, help="File to write; standard output unless given.")
@mending
def sheet(
    ledger: Path, chosen: tuple[str, ...], title_fr: str, title_en: str, as_of: str | None,
    reason: str | None,
    form: str, out: Path | None,
) -> None:  # fmt: skip
    """Write a bilingual fact sheet of figures of LEDGER, each with its period and source.

    Refused when a figure is unchecked, stale or contradicted, unless --reason says why it is shown.
    """
    from grappe.figures.sheet import make_sheet, sheet_html, sheet_text

    known = list(read_ledger(ledger))
    by_id = {figure.id: figure for figure in known}
    missing = [one for one in chosen if one not in by_id]
    if missing:
        raise click.UsageError(f"no figure has the id {', '.join(missing)}")
    shown = [by_id[one] for one in chosen] if chosen else known
    made = make_sheet(shown, known, titles=(title_fr, title_en), as_of=_day(as_of), reason=reason)
    text = sheet_html(made) if form == "html" else sheet_text(made)
    if out:
        out.write_text(text, "utf-8")
    else:
        click.echo(text, nl=False)


@figures.command()
@click.argument("ledger", type=_FILE)
@click.option(
    "-o", "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write in."
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonld", "sdmx"]), default="csv", show_default=True
)
@click.option("--title", default="Key figures", show_default=True)
@mending
def export(ledger: Path, out: Path, form: str, title: str) -> None:
    """Write LEDGER for other programs: CSV with a datapackage.json, JSON-LD, or SDMX-CSV."""
    from grappe.figures.exchange import exchange_files

    out.mkdir(parents=True, exist_ok=True)
    written: Mapping[str, str] = exchange_files(list(read_ledger(ledger)), form, title=title)
    for name, text in written.items():
        (out / name).write_text(text, "utf-8")
        click.echo(out / name)
