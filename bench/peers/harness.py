"""What all peers share: the command line, timing, and the form of results.

A peer gives one function from options to the two result tables. It runs once to warm up and then as often as asked,
in the same process, so that neither the interpreter's start nor the import of the library is counted against it.
"""

import argparse
import datetime
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

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result = {
        "peer": library.__name__,
        "version": library.__version__,
        "seconds": seconds,
        "peak_bytes": peak,
        "rfm": records(RFM_COLUMNS, rfm),
        "cohorts": records(COHORT_COLUMNS, cohorts),
    }
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, allow_nan=False)


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
