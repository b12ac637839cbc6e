"""What all peers share: the command line, timing, and the form of results.

A peer gives one function from options to the two result tables. It runs once to warm up and then as often as asked,
in the same process, so that neither the interpreter's start nor the import of the library is counted against it.
"""

import argparse
import datetime
import importlib.metadata
import json
import math
import resource
import sys
import time

RFM_COLUMNS = [
    "score",
    "customers",
    "orders",
    "recency_mean",
    "frequency_mean",
    "monetary_mean",
    "monetary_sum",
]
# Where the package has another name than the library.
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
COHORT_COLUMNS = ["cohort", "age", "active", "orders", "revenue"]


def main(library, tables, extra=lambda parser: None):
    """Runs `tables(options)`, which returns the rows of the RFM and of the cohort table."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    parser.add_argument("--data", required=True, help="file (or store) to read")
    parser.add_argument("--shape", choices=["sim", "online-retail"], default="sim")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", required=True, help="JSON file for times and results")
    extra(parser)
    options = parser.parse_args()

    rfm, cohorts = tables(options)
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        tables(options)
        seconds.append(time.perf_counter() - start)

    save(
        options,
        library,
        seconds,
        peak(),
        rfm=records(RFM_COLUMNS, rfm),
        cohorts=records(COHORT_COLUMNS, cohorts),
    )


def parser(*required):
    """The command line of a peer that computes something else."""
    made = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__)
    for name in required:
        made.add_argument(name, required=True)
    made.add_argument("--runs", type=int, default=1)
    made.add_argument("--out", required=True, help="JSON file for times and results")
    return made


def peak():
    """The largest resident set of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def save(options, library, seconds, peak_bytes, **results):
    """Writes times and results for `run.py`."""
    name = library.__name__
    result = {
        "peer": name,
        # Not every library says its version itself.
        "version": importlib.metadata.version(DISTRIBUTIONS.get(name, name.replace("_", "-"))),
        "seconds": seconds,
        "peak_bytes": peak_bytes,
        **results,
    }
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, allow_nan=False)


class Clock:
    """Seconds of the steps of one run."""

    def __init__(self):
        self.laps = {}
        self._last = time.perf_counter()

    def lap(self, name):
        """Ends a step."""
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now


def records(columns, rows):
    """Rows as sorted dictionaries of plain numbers and ISO dates."""
    table = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
    return sorted(table, key=lambda row: (row[columns[0]], row[columns[1]]))


def plain(value):
    if isinstance(value, datetime.datetime | datetime.date):
        return value.strftime("%Y-%m-%d")
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError("a result is not a finite number")
    return number
