"""How fast the measures are, beside others in the same run.

    python tests/benchmarks/measure_speed.py [density] [m] [quotients] [complexity] [peers]
        [--plants 1000 10000 100000 1000000] [--simulations 1000] [--peers PYTHON]

density: CPU seconds and peak memory of a K-density with bands (a quarter of the sites are the industry; h is
Silverman's up to 100,000 plants, 5 km above), beside a compiled loop over all pairs, whose time for that many
relabellings is scaled up from one. m: seconds a draw of M at 10,000 among 40,000 sites. quotients: 5,000,000
rows on DuckDB, warm. complexity: ECI and PCI of tables in files, beside econcomplex in an environment made
for it. peers: R's dbmss (needs Rscript with it) and, in the environment of PYTHON, pointpats.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from peers import environment

SPREAD = 600.0


def sites(plants: int) -> dict:
    """Four sites a plant in 200 towns; one in four is of the industry."""
    rng = np.random.default_rng(plants)
    side = SPREAD if plants < 1_000_000 else 1000.0
    towns = rng.uniform(0, side, (200, 2))
    xy = np.clip(towns[rng.integers(0, 200, 4 * plants)] + rng.normal(0, 20, (4 * plants, 2)), 0, side)
    chosen = np.zeros(4 * plants, bool)
    chosen[rng.choice(4 * plants, plants, replace=False)] = True
    return {"x": xy[:, 0], "y": xy[:, 1], "chosen": chosen, "weight": rng.lognormal(2, 1, 4 * plants)}


def cpu() -> float:
    """CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def points(plants: int):
    """The sites as the measures take them."""
    from grappe.measure.points import Points

    made = sites(plants)
    return Points(made["x"], made["y"], made["weight"], np.where(made["chosen"], "f", "o"))


def one_density(plants: int, simulations: int) -> None:
    """One K-density, in this process; prints what it cost."""
    from grappe.measure.density import k_density

    given = points(plants)
    distances = np.arange(0, 201.0)
    k_density(points(1000), "f", distances=distances, simulations=4, method="spectral")
    k_density(points(1000), "f", distances=distances, simulations=4)
    started, clock = cpu(), time.perf_counter()
    h = 5.0 if plants >= 1_000_000 else None
    one = k_density(given, "f", distances=distances, bandwidth=h, simulations=simulations)
    told = {
        "cpu": cpu() - started,
        "wall": time.perf_counter() - clock,
        "h": one.bandwidth,
        "method": one.method,
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**told, "error": one.measured_error, "peak": peak}))


def loop_seconds(plants: int, simulations: int) -> float:
    """CPU seconds that a compiled loop over all pairs would take, scaled up from a part of one draw."""
    from grappe.measure.pairs import kernel_sums

    made = sites(plants)
    some = np.flatnonzero(made["chosen"])[: min(plants, 6000)]
    distances = np.arange(0, 201.0)
    ones = np.ones(len(some))
    kernel_sums(made["x"][some[:10]], made["y"][some[:10]], ones[:10], distances, 5.0, False)
    started = cpu()
    kernel_sums(made["x"][some], made["y"][some], ones, distances, 5.0, False)
    return (cpu() - started) * (plants / len(some)) ** 2 * simulations


def in_a_process(plants: int, simulations: int) -> dict:
    """What :func:`one_density` says, from a process of its own."""
    command = [sys.executable, __file__, "--one", str(plants), "--simulations", str(simulations)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def density(sizes: list[int], simulations: int) -> None:
    """The growth curve, each size in a process of its own."""
    print(f"K-density, {simulations} relabellings, unweighted, 201 distances")
    print("| plants | sites | h | method | CPU s | wall s | peak MB | error | pair loop, CPU s | ratio |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for plants in sizes:
        one = in_a_process(plants, simulations)
        loop = loop_seconds(plants, simulations)
        cost = f"{one['cpu']:.1f} | {one['wall']:.1f} | {one['peak']:.0f} | {one['error']:.1e}"
        place = f"{plants:,} | {4 * plants:,} | {one['h']:.2f} km | {one['method']}"
        print(f"| {place} | {cost} | {loop:,.0f} | {loop / one['cpu']:,.0f} |", flush=True)


def m_draws() -> None:
    """Seconds a draw of M."""
    from grappe.measure.neighbours import m_function

    given = points(10_000)
    for furthest in (20, 50, 100):
        for weighted in (True, False):
            asked = {"distances": np.arange(0, furthest + 1.0), "weighted": weighted, "threads": 1}
            m_function(given, "f", simulations=1, **asked)
            started = cpu()
            m_function(given, "f", **asked)
            base = cpu() - started
            started = cpu()
            m_function(given, "f", simulations=10, **asked)
            a_draw = (cpu() - started - base) / 10
            print(
                f"M to {furthest} km, {'weighted' if weighted else 'unweighted'}: {a_draw:.3f} CPU s a draw"
            )


def quotients() -> None:
    """LQ over 5,000,000 rows, warm, beside pandas."""
    import ibis
    import pandas as pd
    import pyarrow as pa

    from grappe.measure.quotients import location_quotients

    rng = np.random.default_rng(1)
    rows = 5_000_000
    frame = pd.DataFrame({
        "region": rng.integers(0, 5000, rows).astype(str), "value": rng.integers(1, 1000, rows).astype(float),
        "industry": rng.integers(0, 1000, rows).astype(str), "period": "2026",
    })  # fmt: skip
    table = ibis.duckdb.connect().create_table("cells", ibis.memtable(pa.Table.from_pandas(frame)))
    for turn in ("cold", "warm", "warm"):
        clock = time.perf_counter()
        found = location_quotients(table).to_pyarrow().num_rows
        print(f"LQ, {rows:,} rows, {turn}: {time.perf_counter() - clock:.2f} s ({found:,} with intervals)")
    clock = time.perf_counter()
    cells = frame.groupby(["region", "industry"], as_index=False)["value"].sum()
    share = cells["value"] / cells.groupby("region")["value"].transform("sum")
    assert (
        (share / (cells.groupby("industry")["value"].transform("sum") / cells["value"].sum())).notna().all()
    )
    print(f"the same quotients, no interval, in pandas: {time.perf_counter() - clock:.2f} s")


ECONCOMPLEX = """
import sys, pandas as pd, econcomplex as ec
frame = pd.read_csv(sys.argv[1], dtype={"region": str, "industry": str})
eci, _ = ec.eci_pci(ec.pivot_to_matrix(frame, "region", "industry", "value"))
eci.rename_axis("region").rename("eci").to_csv(sys.argv[2])
"""


def trade(regions: int, industries: int):
    """A long table of nested advantages: who does the rare things does the common ones too."""
    import pandas as pd

    rng = np.random.default_rng(regions)
    able, hard = rng.uniform(0, 1, regions), rng.uniform(0, 1, industries)
    odds = 1 / (1 + np.exp(-12 * (able[:, None] - hard + rng.normal(0, 0.2, (regions, industries)))))
    rows, columns = np.nonzero(rng.random(odds.shape) < odds)
    return pd.DataFrame({
        "region": [f"r{row:05}" for row in rows], "industry": [f"i{column:05}" for column in columns],
        "value": rng.lognormal(3, 2, len(rows)).round() + 1, "period": "2026",
    })  # fmt: skip


def complexities() -> None:
    """ECI and PCI of a file: our command beside a script of econcomplex, start to end, and how far apart."""
    grappe = str(Path(sys.executable).with_name("grappe"))
    with TemporaryDirectory() as name:
        folder = Path(name)
        python = environment(folder / "peer", ["econcomplex==1.0.1"])
        for regions, industries in ((100, 500), (250, 2000), (1000, 2000)):
            path, ours, theirs = (folder / f"{part}.csv" for part in ("trade", "ours", "theirs"))
            trade(regions, industries).to_csv(path, index=False)
            spent = of_a_command([grappe, "measure", "complexity", path, "--out", ours])
            print(f"complexity, {regions:,} × {industries:,}: here {spent:.2f} CPU s", end="")
            if python:
                peer = of_a_command([python, "-W", "ignore", "-c", ECONCOMPLEX, path, theirs])
                apart = furthest(ours, theirs)
                print(
                    f", econcomplex {peer:.2f}: {peer / spent:.1f}×; ECI at most {apart:.0e} sd apart", end=""
                )
            print(flush=True)


def of_a_command(command: list) -> float:
    """CPU seconds of *command*, its start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def furthest(ours: Path, theirs: Path) -> float:
    """The largest difference of an ECI between two files, both in population standard deviations."""
    import pandas as pd

    here, there = (
        pd.read_csv(path).dropna(subset=["region"]).set_index("region")["eci"] for path in (ours, theirs)
    )
    there = there.reindex(here.index)
    return float(((there - there.mean()) / there.std(ddof=0) - here).abs().max())


DBMSS = """
suppressMessages(library(dbmss)); d <- read.csv("{path}")
names(d) <- c("X", "Y", "PointType", "PointWeight"); P <- suppressWarnings(as.wmppp(d))
t <- system.time(KdEnvelope(P, r = 0:200, NumberOfSimulations = 4, ReferenceType = "f",
  Global = FALSE, verbose = FALSE))
cat(sum(t[1:2]) / 5 * 1000)
"""
OTHERS = """
import time, numpy as np, sys
made = np.load(sys.argv[1]); xy = np.column_stack([made["x"], made["y"]])
try:
    from pointpats import k_test
    clock = time.process_time(); k_test(xy[:2000], support=50, n_simulations=9, n_jobs=1)
    a_draw = (time.process_time() - clock) / 10
    print(f"pointpats, Ripley's K (it has no K-density), 2,000 plants, 1,000 draws: {1000 * a_draw:.0f} s")
except Exception as error:
    print("pointpats:", error)
"""


def dbmss(plants: int, folder: Path) -> None:
    """CPU seconds of R dbmss for 1,000 relabellings, scaled up from four, beside ours."""
    made = sites(plants)
    path = folder / "sites.csv"
    kinds = np.where(made["chosen"], "f", "o")
    lines = zip(made["x"], made["y"], kinds, made["weight"], strict=True)
    path.write_text("x,y,kind,weight\n" + "".join(f"{x},{y},{i},{w}\n" for x, y, i, w in lines), "utf-8")
    command = ["Rscript", "-e", DBMSS.format(path=path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print("dbmss was not measured:", done.stderr.strip()[-120:])
        return
    theirs, ours = float(done.stdout.split()[-1]), in_a_process(plants, 1000)["cpu"]
    told = f"dbmss {theirs:,.0f} CPU s, here {ours:.1f}: {theirs / ours:,.0f}×"
    print(f"{plants:,} plants, 1,000 relabellings: {told}")


def peers(python: str | None) -> None:
    """What others take for the same, where they can be had."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        if shutil.which("Rscript"):
            for plants in (1000, 5000):
                dbmss(plants, folder)
        else:
            print("R is not here: dbmss was not measured")
        if python:
            made = sites(1000)
            np.savez(folder / "sites.npz", x=made["x"], y=made["y"])
            subprocess.run([python, "-c", OTHERS, folder / "sites.npz"], check=False)
        else:
            print("no environment of peers was given: pointpats was not measured")


def main() -> None:
    """Run what was asked for, or all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="*", help="density, m, quotients, complexity, peers; all unless given")
    parser.add_argument("--plants", nargs="+", type=int, default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one_density(asked.one, asked.simulations)
        return
    wanted = asked.what or ["density", "m", "quotients", "complexity", "peers"]
    if "density" in wanted:
        density(asked.plants, asked.simulations)
    if "m" in wanted:
        m_draws()
    if "quotients" in wanted:
        quotients()
    if "complexity" in wanted:
        complexities()
    if "peers" in wanted:
        peers(asked.peers)


if __name__ == "__main__":
    main()
