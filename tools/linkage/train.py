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
from zlib import crc32

import pyarrow.parquet as pq

import grappe.linkage
from grappe.linkage.evidence import COLUMNS
from grappe.linkage.lexicon import Lexicon, read_lexicon, with_vocabulary, write_lexicon
from grappe.linkage.linking import Compared
from grappe.linkage.model import Kind, behind_best, read_models, write_models
from grappe.linkage.parties import party
from grappe.linkage.training import FOLDS, Labelled, fold_of, label, train

sys.path.insert(0, str(Path(__file__).parents[1] / "lexicon"))
from learn import lexicon_of

#: Kind → the lists it learns from, those it is measured on before those only learnt from; the least precision it accepts at (None: best F1).
KINDS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...], float | None]] = {
    "addressed": (("companies",), (), 0.985),
    "names": (("fr-en/fr", "fr-en/en", "fr-en/acronym", "queries"), ("companies",), 0.98),
    "query": (("queries",), ("names", "assertions"), None),
    "text": (("affiliations",), ("assertions",), 0.93),
    "records": (("companies",), ("fr-en/fr", "fr-en/en"), 0.98),
}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(stream)]


def folded_lexicons(ror: Path) -> list[Lexicon]:
    """For each fold, the lexicon of the organisations of the others."""
    records = pq.read_table(ror).to_pylist()
    return [
        with_vocabulary(
            read_lexicon(write_lexicon(lexicon_of([r for r in records if fold_of(r["id"]) != held])))
        )
        for held in range(FOLDS)
    ]


def labelled(folder: Path, kind: Kind, lexicons: list[Lexicon] | None) -> Iterator[Labelled]:
    """The rows of one list, compared."""
    left, right = ([party(row) for row in read(folder / f"{side}.csv")] for side in ("left", "right"))
    gold = {
        row["left_id"]: frozenset(filter(None, row["right_ids"].split("|")))
        for row in read(folder / "gold.csv")
    }
    if lexicons is None:
        yield from label(left, right, gold, kind)
        return
    for fold, lexicon in enumerate(lexicons):
        here = [one for one in left if fold_of(min(gold[one.id], default=one.id)) == fold]
        yield from label(here, right, gold, kind, lexicon=lexicon)


#: What a row of a list that is only learnt from counts for.
LEARNT_ONLY = 0.4
#: What rows of a kind may lack: columns emptied on both sides, an equal part of the rows each.
LACKING: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "records": (
        (),
        ("country", "region"),
        ("website", "phone"),
        ("address", "postal_code", "country"),
        ("address", "postal_code", "region", "country", "website", "phone"),
        ("address", "postal_code", "city", "region", "website", "phone"),
    ),
    "names": (
        ("address", "postal_code", "website", "phone"),
        ("address", "postal_code", "region", "country", "website", "phone"),
    ),
}


def lacking(folder: Path, kind: Kind, *, every: int = 1) -> Iterator[Labelled]:
    """The rows of one list (one of *every* so many), each with some columns emptied and its answers at home."""
    gold = {
        row["left_id"]: frozenset(filter(None, row["right_ids"].split("|")))
        for row in read(folder / "gold.csv")
    }
    left, right = read(folder / "left.csv"), read(folder / "right.csv")
    give_contacts(left, right, gold)
    variants = LACKING[kind]
    for number, columns in enumerate(variants):
        empty = dict.fromkeys(columns, "")
        here = [row for at, row in enumerate(left[::every]) if at % len(variants) == number]
        sides = [[party({**row, **empty}) for row in side] for side in (here, right)]
        yield from (at_home(row) for row in label(*sides, gold, kind))


def give_contacts(
    left: list[dict[str, str]], right: list[dict[str, str]], gold: dict[str, frozenset[str]]
) -> None:
    """Give the rows sites and phones as records of one registry have them, which the lists lack on the right: those
    of one organisation mostly the same, and now and then (a mall, a switchboard) those of another in the same city.
    """
    homes = {answer: row for row in left for answer in gold.get(row["id"], ())}
    in_city = {row["city"]: row for row in left if row["website"]}
    for row in left:
        row["phone"] = phone_of(min(gold.get(row["id"], ()), default=row["id"]))
    for row in right:
        chance = crc32(row["id"].encode()) % 10
        home = homes.get(row["id"]) or (in_city.get(row["city"]) if chance == 9 else None)
        row["website"] = home["website"] if home and chance in (0, 1, 2, 3, 9) else ""
        row["phone"] = home["phone"] if home and chance in (2, 3, 4, 5, 9) else phone_of(row["id"])


def phone_of(key: str) -> str:
    """A made-up phone number, always the same for one key."""
    return f"{200 + crc32(key.encode()) % 700} {200 + crc32(key[::-1].encode()) % 700}-{crc32(key.encode()) % 10_000:04}"


def at_home(row: Labelled) -> Labelled:
    """The row without its answers in another city that have neither site, phone nor postal area in common with it.

    The lists take all sites of a group for one; who compares names by city holds such namesakes apart until a person
    says otherwise.
    """
    columns = ("city", "site", "phone", "postal")
    city, site, phone, postal = (row.compared.table[:, COLUMNS.index(name)] for name in columns)
    elsewhere = (city < 0) & (site < 1) & (phone < 1) & (postal <= 0)
    truth = tuple(bool(true and not far) for true, far in zip(row.truth, elsewhere, strict=True))
    return replace(row, truth=truth, answers=min(row.answers, sum(truth)))


def pairwise(row: Labelled) -> Labelled:
    """The row with nothing said of the other candidates: what a pair alone shows."""
    table = row.compared.table.copy()
    table[:, len(COLUMNS) :] = 0.0
    for name in ("near_words", "near_letters"):
        table[:, COLUMNS.index(name)] = 0.0
    return replace(row, compared=replace(row.compared, table=table), answers=sum(row.truth))


def told_only(row: Labelled) -> Labelled | None:
    """A row of which only some organisations are labelled, without the candidates of other stretches of its text."""
    spans = [span for span, true in zip(row.compared.spans, row.truth, strict=True) if true]
    if not spans:
        return None
    keep = [
        i for i, (a, b) in enumerate(row.compared.spans) if a == b or any(a < d and c < b for c, d in spans)
    ]
    c = row.compared
    compared = Compared(
        tuple(c.right[i] for i in keep), c.table[keep], tuple(c.spans[i] for i in keep),
        tuple(c.identified[i] for i in keep),
    )  # fmt: skip
    return replace(row, compared=compared, truth=tuple(row.truth[i] for i in keep))


def blinded(row: Labelled) -> Labelled:
    """The row as if its answers were in no register: what a question without an answer looks like."""
    keep = [i for i, true in enumerate(row.truth) if not true]
    c = row.compared
    table = behind_best(c.table[keep][:, : len(COLUMNS)])
    compared = Compared(
        tuple(c.right[i] for i in keep), table, tuple(c.spans[i] for i in keep),
        tuple(c.identified[i] for i in keep),
    )  # fmt: skip
    return replace(row, compared=compared, truth=(False,) * len(keep), answers=0)


#: Where the registry's own names are asked for, beside the French and English ones of the labelled lists.
ALIAS_COUNTRIES = {"DE", "ES", "IT", "NL", "PT", "AT", "MX", "CO", "CL", "AR", "SE", "MA", "TN"}
MOST_ALIASES = 4000


def alias_rows(ror: Path, lexicons: list[Lexicon]) -> Iterator[Labelled]:
    """Names of the registry asked for in the registry without them: one name of a record that has others."""
    records = [r for r in pq.read_table(ror).to_pylist() if r["country"] in ALIAS_COUNTRIES]
    left, right, gold = [], [], {}
    for record in records:
        labels = [label["value"] for label in record["labels"] or ()]
        names = sorted({record["name"], *labels, *(record["aliases"] or ())})
        short = sorted(record["acronyms"] or ())
        asked = names[sum(map(ord, record["id"])) % len(names)]
        if len(names) > 1 and len(left) < MOST_ALIASES:
            left.append({"id": f"a{record['id']}", "name": asked, "country": record["country"]})
            gold[left[-1]["id"]] = frozenset({record["id"]})
            names.remove(asked)
        right.append(party({
            "id": record["id"], "name": names[0], "aliases": "|".join(names[1:]), "acronyms": "|".join(short),
            "city": record["city"] or "", "region": record["subdivision"] or "", "country": record["country"],
            "website": (record["links"] or [""])[0],
        }))  # fmt: skip
    for fold, lexicon in enumerate(lexicons):
        here = [party(row) for row in left if fold_of(min(gold[row["id"]])) == fold]
        yield from label(here, right, gold, "names", lexicon=lexicon)


def rows_of(lists: Path, kind: Kind, lexicons: list[Lexicon], ror: Path) -> Iterator[Labelled]:
    """All rows that *kind* learns from; those of lists it is not measured on are marked."""
    measured, learnt_only, _ = KINDS[kind]
    if kind == "names":
        yield from (replace(row, measured=False, weight=LEARNT_ONLY) for row in alias_rows(ror, lexicons))
    for name in (*measured, *learnt_only):
        if not (lists / name).is_dir():
            continue
        if kind == "records" and name in measured:
            yield from (replace(pairwise(row), source=name) for row in lacking(lists / name, kind))
            continue
        if kind == "names" and name not in measured:
            rows = lacking(lists / name, kind, every=3)
            yield from (replace(row, measured=False, weight=LEARNT_ONLY) for row in rows)
            continue
        for number, row in enumerate(
            labelled(lists / name, kind, lexicons if name.startswith("fr-en") else None)
        ):
            kept = told_only(row) if name == "assertions" else row
            if kept is None:
                continue
            if name not in measured:
                hidden = kind == "query" and number % 2 == 1
                kept = pairwise(kept) if kind == "records" else blinded(kept) if hidden else kept
                kept = replace(kept, measured=False, weight=LEARNT_ONLY)
            yield replace(kept, source=name)


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
        models[kind] = train(kind, list(rows_of(lists, kind, lexicons, ror)), precision=KINDS[kind][2])
        path.write_text(write_models(models.values()), "utf-8")
        print(kind, f"{time.process_time() - begun:.0f} CPU s", dict(models[kind].measured), flush=True)


if __name__ == "__main__":
    main()
