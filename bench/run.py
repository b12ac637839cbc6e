#!/usr/bin/env python3
"""Side-by-side benchmark of Dangol and what its users have today: `make bench`, and `make bench-full`.

For each input: compare our RFM scores and cohorts with those of pandas, Polars and DuckDB, stop at the first
difference, then time everybody; the same with lifetime value (`value.py`) and the search for groups (`clusters.py`).
How to read the result: `bench/README.md`.
"""

import argparse
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import clusters
import compare
import imports
import measure
import report
import shops
import value
from measure import say
from report import seconds, target

PEERS = shops.REPOSITORY / "bench" / "peers"
RAW_PEERS = ("duckdb", "polars", "pandas")
MILLION = 1_000_000
GIGABYTE = 1e9

# Names of rows in the report.
IMPORT = "dangol: import"
RFM = "dangol: RFM from the store"
COHORTS = "dangol: cohorts from the store"
BOTH = "dangol: both from the store"
STORE_PEER = "duckdb: both from our store"
IMPORT_PEER = "duckdb: sort, write, both"


def raw_peer(name):
    return f"{name}: both from the raw file"


class Bench:
    """Tools and folders of one call."""

    def __init__(self, binary, cache, runs):
        self.binary = binary
        self.cache = cache
        self.runs = runs
        self.environment = {"DANGOL_TEST_DATA": str(shops.test_data())}
        self.versions = {"dangol": self.dangol("--version").output.split()[-1]}

    def python(self, requirements="requirements.txt"):
        """The interpreter with pinned peers; installed anew when the pins change."""
        requirements = PEERS / requirements
        pins = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
        folder = self.cache / f"venv-{pins}"
        python = folder / "bin" / "python"
        installed = folder / "installed"
        if not installed.is_file():
            say(f"installing the peers of {requirements.name}")
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, "-r", requirements], check=True)
            installed.touch()
        return python

    def dangol(self, *arguments):
        return measure.run([self.binary, *arguments], self.environment)

    def analyze(self, shop, *analyses):
        return self.dangol("analyze", *analyses, "--shop", shop, "--format", "json")

    def peer(self, script, data, runs, *arguments):
        return self.other_peer(
            "requirements.txt", script, ["--data", data.path, "--shape", data.shape, *arguments], runs
        )

    def other_peer(self, requirements, script, arguments, runs):
        """Result and times of a peer with requirements of its own."""
        result, times = measure.peer(self.python(requirements), PEERS / f"{script}.py", arguments, runs)
        self.versions[result["peer"]] = result["version"]
        return result, times

    def simulated(self, lines, form="parquet"):
        def generate(folder):
            say(f"simulating {lines:,} lines")
            self.dangol(
                *("simulate", "--lines", lines, "--seed", shops.SEED, "--out", folder),
                *("--format", form, "--dirt", "0", "--language", "en"),
            )

        return shops.simulated(lines, self.cache, generate, form)


def bench_data(bench, data, raw_peers, runs):
    """Compares and times one input. Gives the times by row of the report."""
    with tempfile.TemporaryDirectory(prefix="shop-", dir=bench.cache) as folder:
        shop = data.write_shop(pathlib.Path(folder) / "shop")
        say(f"{data.name}: importing and comparing")
        bench.dangol("import", "--shop", shop)
        store = find_store(shop)
        stored = shops.Data(data.name, data.shape, store)
        scratch = ("--scratch", folder)
        compare_all(bench, data, stored, shop, raw_peers, scratch)

        # What was written must not go on being written while something else is timed.
        os.sync()
        say(f"{data.name}: timing")
        times = {
            RFM: measure.repeat(runs, lambda: bench.analyze(shop, "rfm")),
            COHORTS: measure.repeat(runs, lambda: bench.analyze(shop, "cohorts")),
            BOTH: measure.repeat(runs, lambda: bench.analyze(shop, "rfm", "cohorts")),
        }
        for name in raw_peers:
            times[raw_peer(name)] = bench.peer(f"{name}_peer", data, runs)[1]
        times[STORE_PEER] = bench.peer("duckdb_store", stored, runs)[1]
        times[IMPORT_PEER] = bench.peer("duckdb_import", data, runs, *scratch)[1]

        def import_anew():
            return bench.dangol("import", "--shop", data.write_shop(shop))

        return {IMPORT: measure.repeat(runs, import_anew), **times}


def compare_all(bench, data, stored, shop, raw_peers, scratch):
    """Stops at the first difference between our results and a peer's.

    Each of our two ways to the tables is compared: an analysis alone, and both in one process.
    """
    rfm = json.loads(bench.analyze(shop, "rfm").output)
    cohorts = json.loads(bench.analyze(shop, "cohorts").output)
    ours = compare.of_dangol(rfm, cohorts)
    together = json.loads(bench.analyze(shop, "rfm", "cohorts").output)
    compare.check(ours, "dangol", compare.of_dangol(*together), "dangol, both at once")
    peers = {name: bench.peer(f"{name}_peer", data, 0)[0] for name in raw_peers}
    peers["duckdb on our store"] = bench.peer("duckdb_store", stored, 0)[0]
    peers["duckdb sorted"] = bench.peer("duckdb_import", data, 0, *scratch)[0]
    for name, result in peers.items():
        compare.check(ours, "dangol", result, name)


def find_store(shop):
    """The folder of the store: the one that names its current snapshot."""
    found = next(iter(sorted(shop.rglob("CURRENT"))), None)
    if found is None:
        raise measure.Failed(f"the import left no store below {shop}")
    return found.parent


def targets(times, larger=None):
    """What is promised at 10 million lines; `larger` holds the times at 100 million."""
    fastest = min(times[raw_peer(name)].median for name in ("duckdb", "polars"))
    both = times[BOTH].median
    from_raw = times[IMPORT].median + both
    import_peer = times[IMPORT_PEER].median
    peak = max(times[name].peak_bytes for name in (IMPORT, RFM, COHORTS, BOTH))
    rows = [
        seconds("both from the store, against the fastest peer from the raw file", both, 0.5, fastest),
        seconds("both from the store, against DuckDB on our store", both, 1, times[STORE_PEER].median),
        seconds("import and both, against DuckDB sorting, writing and both", from_raw, 2.5, import_peer),
        target("peak memory", peak / GIGABYTE, 1.5, "GB"),
    ]
    if larger is not None:
        for name in (IMPORT, BOTH):
            growth = larger[name].peak_bytes / times[name].peak_bytes
            rows.append(target(f"growth of memory with ten times the lines, {name}", growth, 4, "×"))
    return rows


def csv_targets(csv):
    """What is promised of CSV."""
    ours, peer = csv[imports.CSV_IMPORT].median, csv[imports.CSV_PEER].median
    return [
        seconds("import of CSV, against DuckDB sorting and writing it", ours, 1, peer),
        target("init on the CSV", csv[imports.INIT].median, 2, "s"),
    ]


def import_targets(csv, workbook):
    """What is promised of other files than Parquet."""
    rows = target("import of a workbook of 50,000 rows", workbook[imports.WORKBOOK].median, 3, "s")
    return [*csv_targets(csv), rows]


def default_binary():
    target = os.environ.get("CARGO_TARGET_DIR") or shops.REPOSITORY / "target"
    return pathlib.Path(target) / "release" / "dangol"


def default_cache():
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "dangol-bench"


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 100 million lines")
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each (default 5)")
    parser.add_argument("--binary", type=pathlib.Path, default=default_binary())
    parser.add_argument("--cache", type=pathlib.Path, default=default_cache())
    parser.add_argument("--lines", type=int, default=10 * MILLION, help="lines of the smaller shop")
    parser.add_argument(
        "--only",
        choices=["tables", "csv", "value", "clusters"],
        help="RFM and cohorts with all imports, the import of CSV, lifetime value, or clusters alone",
    )
    options = parser.parse_args()
    # The programs that time the library of models alone are examples of it.
    examples = options.binary.resolve().parent / "examples"
    options.speed, options.cluster_speed = examples / "lifetime_speed", examples / "cluster_speed"
    if options.runs < 1 or options.lines < 1:
        parser.error("--runs and --lines start at 1")
    if not options.binary.is_file():
        parser.error(f"{options.binary} is not there; build it with: cargo build --release")
    for part, program in (("value", options.speed), ("clusters", options.cluster_speed)):
        if not program.is_file() and options.only in (None, part):
            parser.error(f"{program} is not there; build it with: make bench-library")
    return options


def tables(bench, options, retail, smaller):
    """RFM and cohorts on every input: entries of the report, and targets."""
    entries = []

    def add(data, raw_peers, runs):
        times = bench_data(bench, data, raw_peers, runs)
        entries.append(report.entry(data.name, data.path, times))
        return times

    if retail is not None:
        add(retail, RAW_PEERS, bench.runs)
    times = add(smaller, RAW_PEERS, bench.runs)
    csv = bench.simulated(options.lines, "csv")
    say(f"{csv.name}: importing, comparing and timing")
    csv_times = imports.bench_csv(bench, csv, bench.runs)
    entries.append(report.entry(csv.name, csv.path, csv_times))
    say("a workbook: timing")
    workbook_entry, workbook_times = imports.bench_workbook(bench, bench.runs)
    entries.append(workbook_entry)
    larger_times = None
    if options.full:
        # Once is enough to see how time and memory grow; pandas would need more memory than most machines have.
        larger_times = add(bench.simulated(10 * options.lines), ("duckdb", "polars"), 1)
    return entries, targets(times, larger_times) + import_targets(csv_times, workbook_times)


def main():
    options = parse()
    options.cache.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.binary.resolve(), options.cache, options.runs)
    retail = shops.online_retail()
    if retail is None:
        say(f"Online Retail is skipped: no test data in {shops.test_data()}")
    smaller = None if options.only in ("clusters", "csv") else bench.simulated(options.lines)

    entries, rows, compared = [], [], []
    if options.only in (None, "tables"):
        entries, rows = tables(bench, options, retail, smaller)
    if options.only == "csv":
        csv = bench.simulated(options.lines, "csv")
        say(f"{csv.name}: importing, comparing and timing")
        times = imports.bench_csv(bench, csv, bench.runs)
        entries, rows = [report.entry(csv.name, csv.path, times)], csv_targets(times)
    if options.only in (None, "value"):
        found = value.measured(bench, options.speed, smaller, retail)
        entries += found.entries
        rows += found.targets
        compared += found.compared
    if options.only in (None, "clusters"):
        found = clusters.measured(bench, options.cluster_speed, options.runs)
        entries += found[0]
        compared += found[1]
        rows += found[2]

    result = {
        "date": report.today(),
        "tier": options.only or ("full" if options.full else "quick"),
        "commit": report.commit(),
        "machine": report.machine(),
        "versions": bench.versions | {"python": sys.version.split()[0]},
        "data": entries,
        "compared": compared,
        "targets": rows,
    }
    path = report.write(result)
    print(report.markdown(result))
    say(f"written to {path}")


if __name__ == "__main__":
    try:
        main()
    except compare.Mismatch as mismatch:
        sys.exit(f"bench: results differ. {mismatch}")
    except measure.Failed as failed:
        sys.exit(f"bench: {failed}")
