"""A CSV of order lines sorted by customer and time into Parquet with DuckDB, as an import does: zstd at the level that
our store has, on all cores.

With `--store`, also what is in that store and in the sorted file, by groups of customers: both read by DuckDB.
"""

import argparse
import json
import pathlib
import resource
import tempfile
import time

import duckdb

import duckdb_sql

# Groups of customers by the end of their id, so that a line at the wrong customer shows.
GROUPS = """
    SELECT coalesce(right(customer_id, 2), '') AS customers, count(*) AS lines,
        count(DISTINCT order_id) AS orders, sum(quantity) AS quantity,
        sum(quantity * unit_price - discount) AS revenue, sum(epoch(ordered_at) + {shift}) AS moments
    FROM {source} GROUP BY ALL ORDER BY customers
"""


def write(data, path, folder):
    with duckdb_sql.connect(None, folder) as connection:
        connection.execute(f"""
            COPY (SELECT * FROM read_csv('{data}') ORDER BY customer_id, ordered_at)
            TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
        """)


def groups(path, shift):
    """What a file holds whose clock is so many seconds behind the shop's."""
    with duckdb_sql.connect(None) as connection:
        found = connection.sql(GROUPS.format(source=f"read_parquet('{path}')", shift=shift))
        return [dict(zip(found.columns, map(plain, row), strict=True)) for row in found.fetchall()]


def plain(value):
    return value if isinstance(value, str) else float(value)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="CSV to read")
    parser.add_argument("--store", help="folder of a store to compare with")
    parser.add_argument("--scratch", help="folder for the sorted file")
    parser.add_argument("--shape", help="ignored: there is one")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", required=True, help="JSON file for times and results")
    options = parser.parse_args()

    seconds = []
    result = {"peer": duckdb.__name__, "version": duckdb.__version__, "seconds": seconds}
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        path = pathlib.Path(folder) / "sorted.parquet"
        for _ in range(options.runs):
            start = time.perf_counter()
            write(options.data, path, folder)
            seconds.append(time.perf_counter() - start)
        result["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if options.store:
            write(options.data, path, folder)
            store = pathlib.Path(options.store)
            snapshot = (store / "CURRENT").read_text(encoding="utf-8").strip()
            parts = store / "snapshots" / snapshot / "order_lines" / "*.parquet"
            result["theirs"] = groups(path, 0)
            # The store has moments in UTC; the shop is in Seoul.
            result["ours"] = groups(parts, 9 * 3_600)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, allow_nan=False)


if __name__ == "__main__":
    main()
