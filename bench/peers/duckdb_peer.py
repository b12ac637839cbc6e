"""RFM scores and monthly cohorts with DuckDB from the raw file, on all cores."""

import duckdb

import duckdb_sql
import harness


def tables(options):
    with duckdb_sql.connect(options) as connection:
        source = f"read_parquet('{options.data}')"
        return duckdb_sql.both(connection, duckdb_sql.lines_of(options.shape, source))


if __name__ == "__main__":
    harness.main(duckdb, tables)
