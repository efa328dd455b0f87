"""The models of ``grappe.linkage``, grown again from labelled lists.

``python tools/linkage/train.py LISTS ROR.parquet [KIND ...]`` writes ``models.json`` in the package and prints what each
model was measured to be worth on rows it had not learnt from. LISTS has a folder a list, each with left.csv, right.csv
and gold.csv (left_id, right_ids with | between): companies, fr-en/fr, fr-en/en, fr-en/acronym, queries, affiliations;
and two that are learnt from but not measured on, if there: names (as queries), assertions (as affiliations, of which
only some organisations are labelled). The lists are no part of the project. Names in French and English are compared
with a lexicon learnt without the organisations of their own fold.
"""

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

import grappe.linkage
from grappe.linkage.lexicon import Lexicon, learn_lexicon, read_lexicon, with_vocabulary, write_lexicon
from grappe.linkage.linking import Compared
from grappe.linkage.model import Kind, read_models, write_models
from grappe.linkage.parties import party
from grappe.linkage.training import FOLDS, Labelled, fold_of, label, train

sys.path.insert(0, str(Path(__file__).parents[1] / "lexicon"))
from learn import pairs_of

#: Kind → the lists it learns from, those it is measured on first; the least precision it accepts at (None: best F1).
KINDS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...], float | None]] = {
    "addressed": (("companies",), (), 0.985),
    "names": (("fr-en/fr", "fr-en/en", "fr-en/acronym"), ("queries",), 0.93),
    "query": (("queries",), ("names",), None),
    "text": (("affiliations",), ("assertions",), 0.93),
}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(stream)]


def folded_lexicons(ror: Path) -> list[Lexicon]:
    """For each fold, the lexicon of the organisations of the others."""
    records = pq.read_table(ror).to_pylist()
    pairs = [(fold_of(record["id"]), pair) for record in records for pair in pairs_of([record])]
    return [
        with_vocabulary(read_lexicon(write_lexicon(learn_lexicon(
            [pair for fold, pair in pairs if fold != held], least=0.1, least_pairs=1
        ))))
        for held in range(FOLDS)
    ]  # fmt: skip


def labelled(folder: Path, kind: Kind, lexicons: list[Lexicon] | None) -> Iterator[Labelled]:
    """The rows of one list, compared."""
    left, right = ([party(row) for row in read(folder / f"{side}.csv")] for side in ("left", "right"))
    gold = {row["left_id"]: frozenset(filter(None, row["right_ids"].split("|"))) for row in read(folder / "gold.csv")}
    if lexicons is None:
        yield from label(left, right, gold, kind)
        return
    for fold, lexicon in enumerate(lexicons):
        here = [one for one in left if fold_of(min(gold[one.id], default=one.id)) == fold]
        yield from label(here, right, gold, kind, lexicon=lexicon)


def told_only(row: Labelled) -> Labelled | None:
    """A row of which only some organisations are labelled, without the candidates of other stretches of its text."""
    spans = [span for span, true in zip(row.compared.spans, row.truth, strict=True) if true]
    if not spans:
        return None
    keep = [i for i, (a, b) in enumerate(row.compared.spans) if a == b or any(a < d and c < b for c, d in spans)]
    c = row.compared
    compared = Compared(
        tuple(c.right[i] for i in keep), c.table[keep], tuple(c.spans[i] for i in keep),
        tuple(c.identified[i] for i in keep),
    )  # fmt: skip
    return replace(row, compared=compared, truth=tuple(row.truth[i] for i in keep))


def rows_of(lists: Path, kind: Kind, lexicons: list[Lexicon]) -> Iterator[Labelled]:
    """All rows that *kind* learns from; those of lists it is not measured on are marked."""
    measured, learnt_only, _ = KINDS[kind]
    for name in (*measured, *learnt_only):
        if (lists / name).is_dir():
            rows = labelled(lists / name, kind, lexicons if name.startswith("fr-en") else None)
            for row in rows:
                kept = told_only(row) if name == "assertions" else row
                if kept is not None:
                    yield kept if name in measured else replace(kept, measured=False)


def main() -> None:
    """Grow and write."""
    lists, ror = Path(sys.argv[1]), Path(sys.argv[2])
    kinds: list[Kind] = [kind for kind in KINDS if not sys.argv[3:] or kind in sys.argv[3:]]
    lexicons = folded_lexicons(ror)
    path = Path(grappe.linkage.__file__).parent / "models.json"
    try:
        models = read_models(path.read_text("utf-8"))
    except (ValueError, OSError):
        models = {}
    for kind in kinds:
        begun = time.process_time()
        models[kind] = train(kind, list(rows_of(lists, kind, lexicons)), precision=KINDS[kind][2])
        path.write_text(write_models(models.values()), "utf-8")
        print(kind, f"{time.process_time() - begun:.0f} CPU s", dict(models[kind].measured), flush=True)


if __name__ == "__main__":
    main()
