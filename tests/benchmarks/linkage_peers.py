"""Linking beside its peers, in one run: Grappe, Splink as Grappe tunes it, plain Splink, character TF-IDF,
rapidfuzz.

    python tests/benchmarks/linkage_peers.py LISTS [METHOD ...]

LISTS holds left.csv, right.csv (id, name, address, city, postal_code…) and gold.csv (left_id, right_ids):
the labelled lists are no part of the project. Each method runs in a process of its own; printed are
recall@1, the recall of what is accepted at a precision of .985 (the threshold chosen on half of the rows
and measured on the other half), CPU seconds and peak memory.
"""

import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

METHODS = ("grappe", "grappe-splink", "plain-splink", "tf-idf", "rapidfuzz")
LEAST = 0.985
Row = dict[str, str]
#: left id, right id, score
Best = tuple[str, str, float]


def read(path: Path) -> list[Row]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def by_grappe(folder: Path, *options: str) -> Iterator[Best]:
    """What the command line gives first."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "links.csv"
        command = [Path(sys.executable).parent / "grappe", "link", folder / "left.csv", folder / "right.csv"]
        subprocess.run([*map(str, command), "--out", str(out), *options], check=True, capture_output=True)
        for row in read(out):
            if row["rank"] == "1":
                yield row["left_id"], row["right_id"], float(row["score"])


def by_plain_splink(folder: Path) -> Iterator[Best]:
    """Splink with comparisons as its guide gives them, untuned: names by Jaro–Winkler, postal code, city."""
    import duckdb
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    for side in ("left", "right"):
        connection.execute(
            f"CREATE TABLE {side}_rows AS SELECT id AS unique_id, lower(name) AS name, "
            f"nullif(postal_code, '') AS postal, lower(city) AS city, left(lower(name), 4) AS start FROM "
            f"read_csv('{folder / side}.csv', all_varchar = true)"
        )
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparisons.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]).configure(
                term_frequency_adjustments=True
            ),
            comparisons.ExactMatch("postal"),
            comparisons.ExactMatch("city").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[block_on("postal"), block_on("start")],
    )
    tables = [api.register(f"{side}_rows", dataset_display_name=side) for side in ("left", "right")]
    linker = Linker(tables, settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postal"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
    found = linker.inference.predict(warning_mode="never")
    yield from connection.execute(
        f"SELECT CASE WHEN source_dataset_l = 'left' THEN unique_id_l ELSE unique_id_r END AS one, "
        f"CASE WHEN source_dataset_l = 'left' THEN unique_id_r ELSE unique_id_l END AS other, match_weight "
        f"FROM {found.physical_name} "
        f"QUALIFY row_number() OVER (PARTITION BY one ORDER BY match_weight DESC, other) = 1"
    ).fetchall()


def by_tf_idf(folder: Path) -> Iterator[Best]:
    """Cosine of runs of three characters with inverse document frequencies, the nearest name."""
    import numpy as np
    from scipy.sparse import csr_matrix, diags
    from sparse_dot_topn import sp_matmul_topn

    sides = [read(folder / f"{side}.csv") for side in ("left", "right")]
    columns: dict[str, int] = {}
    made = []
    for side in sides:
        starts, places = [0], []
        for row in side:
            text = f" {row['name'].lower()} "
            places += [columns.setdefault(text[i : i + 3], len(columns)) for i in range(len(text) - 2)]
            starts.append(len(places))
        made.append((places, starts))
    matrices = [csr_matrix((np.ones(len(p), np.float32), p, s), (len(s) - 1, len(columns))) for p, s in made]
    held = np.bincount(np.concatenate([m.indices for m in matrices]), minlength=len(columns))
    weigh = diags(np.log(sum(m.shape[0] for m in matrices) / (1 + held)).astype(np.float32).clip(0))
    scaled = []
    for matrix in matrices:
        weighed = (matrix @ weigh).tocsr()
        length = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1.clip(1e-9)
        scaled.append((diags(1 / length) @ weighed).tocsr().astype(np.float32))
    found = sp_matmul_topn(scaled[0], scaled[1].T.tocsr(), top_n=1, sort=True, n_threads=1)
    for place, row in enumerate(sides[0]):
        for at in range(found.indptr[place], found.indptr[place + 1]):
            yield row["id"], sides[1][found.indices[at]]["id"], float(found.data[at])


def by_rapidfuzz(folder: Path) -> Iterator[Best]:
    """The name with the best token sort ratio."""
    from rapidfuzz import fuzz, process, utils

    left, right = (read(folder / f"{side}.csv") for side in ("left", "right"))
    names = [utils.default_process(row["name"]) for row in right]
    for row in left:
        asked = utils.default_process(row["name"])
        _, score, place = process.extractOne(asked, names, scorer=fuzz.token_sort_ratio)
        yield row["id"], right[place]["id"], score


def best(method: str, folder: Path) -> Iterator[Best]:
    """The best candidate of each left row by one method."""
    if method == "grappe":
        return by_grappe(folder)
    if method == "grappe-splink":
        return by_grappe(folder, "--engine", "duckdb")
    return {"plain-splink": by_plain_splink, "tf-idf": by_tf_idf, "rapidfuzz": by_rapidfuzz}[method](folder)


def told(found: list[Best], folder: Path) -> str:
    """Recall@1, and recall at the least precision, cross-measured on halves."""
    gold = {
        row["left_id"]: set(filter(None, row["right_ids"].split("|"))) for row in read(folder / "gold.csv")
    }
    halves: list[list[tuple[float, bool]]] = [[], []]
    for left, right, score in found:
        half = blake2b(min(gold[left], default=left).encode(), digest_size=1).digest()[0] % 2
        halves[half].append((float(score), right in gold[left]))
    claimed = right_ones = 0
    for half in (0, 1):
        threshold, right = float("inf"), 0
        for count, (score, true) in enumerate(sorted(halves[1 - half], reverse=True), 1):
            right += true
            if right / count >= LEAST and count >= 20:
                threshold = score
        accepted = [true for score, true in halves[half] if score >= threshold]
        claimed, right_ones = claimed + len(accepted), right_ones + sum(accepted)
    first = sum(true for half in halves for _, true in half) / len(gold)
    precision = right_ones / claimed if claimed else 0.0
    return f"recall@1 {first:.3f}   accepted: precision {precision:.3f} recall {right_ones / len(gold):.3f}"


def main() -> None:
    """Run the methods asked for, each in a process of its own."""
    if len(sys.argv) > 3 and sys.argv[1] == "--one":
        print(told(list(best(sys.argv[2], Path(sys.argv[3]))), Path(sys.argv[3])))
        return
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "gold.csv").is_file():
        print("the labelled lists are not here: nothing was measured")
        return
    code = (
        "import resource, subprocess, sys;"
        "t = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True);"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(t.stdout.strip(), f'  {u.ru_utime + u.ru_stime:.0f} CPU s  {u.ru_maxrss / 1024:.0f} MB')"
    )
    for method in sys.argv[2:] or METHODS:
        command = [sys.executable, "-c", code, sys.executable, __file__, "--one", method, sys.argv[1]]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(f"{method:<14}", done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
