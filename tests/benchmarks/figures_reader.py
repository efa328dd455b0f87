"""Reads pages with one reader of figures, for ``figures_scores.py``; runs in each reader's own environment.

    python figures_reader.py READER BYTES PAGE ...

Prints a prediction a line, then a line with the bytes read and the processor seconds, over BYTES of the
pages.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

FIELDS = (
    *(
        "start",
        "end",
        "surface_start",
        "surface_end",
        "value",
        "lower",
        "upper",
        "qualifier",
        "unit",
        "currency",
    ),
    *("kind", "indicator", "subject", "share_of", "place", "period", "source"),
)


def grappe(text):
    """The project's own grammar, over the structure that its reader of documents finds."""
    from grappe.figures.extraction import extract_figures
    from grappe.intake.documents import read_document
    from grappe.statements import Source

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.txt"
        path.write_bytes(text.encode("utf-8"))
        source = Source(id="page", title="page", publisher="", licence="")
        document, *passages = read_document(path, source)
    started = time.process_time()
    found = extract_figures(document, passages)
    speed = len(text.encode()) / 1e6 / (time.process_time() - started)
    print(f"figures alone: {speed:.3f} MB/s", file=sys.stderr)
    for one in found:
        yield {name: getattr(one, name) for name in FIELDS}


def quantulum3(text):
    """Quantities, with a unit when one is recognised."""
    from quantulum3 import parser

    for one in parser.parse(text):
        unit = {"dimensionless": None, "percentage": "percent"}.get(one.unit.name, one.unit.name)
        yield {"start": one.span[0], "end": one.span[1], "value": one.value, "unit": unit}


def recognizers_text(text):
    """Numbers, ordinals, percentages and amounts; the last kind that holds a span wins."""
    from recognizers_number import Culture, recognize_number, recognize_ordinal, recognize_percentage
    from recognizers_number_with_unit import recognize_currency

    kinds = {
        recognize_number: None,
        recognize_ordinal: "rank",
        recognize_percentage: "percent",
        recognize_currency: "currency",
    }
    found = {}
    for recognize, unit in kinds.items():
        for one in recognize(text, Culture.English):
            value = str((one.resolution or {}).get("value") or "").rstrip("%")
            try:
                number = float(value)
            except ValueError:
                continue
            first, last = one.start, one.end + 1
            found = {span: row for span, row in found.items() if not (first <= span[0] and span[1] <= last)}
            found[first, last] = {"start": first, "end": last, "value": number, "unit": unit}
    yield from found.values()


READERS = {"grappe": grappe, "quantulum3": quantulum3, "recognizers-text": recognizers_text}


def main():
    """Read, print, then measure."""
    name, most, *paths = sys.argv[1:]
    read = READERS[name]
    list(read("Some 12 companies of the sector earn $3 million. They employ 40 people in all."))
    pages = [(Path(path).name, Path(path).read_bytes().decode("utf-8")) for path in paths]
    for file, text in pages:
        for row in read(text):
            print(json.dumps({"file": file, **row}, ensure_ascii=False))
    joined = "\n\n".join(text for _, text in pages)
    times = int(most) // len(joined.encode())
    text = "\n\n".join([joined] * times) if times else joined[: int(most)]
    started = time.process_time()
    list(read(text))
    print(json.dumps({"bytes": len(text.encode()), "seconds": time.process_time() - started}))


if __name__ == "__main__":
    main()
