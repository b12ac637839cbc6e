"""RFM scores and monthly cohorts with DuckDB from the raw file, on all cores."""

import duckdb

import duckdb_sql
import harness


def tables(options):
    with duckdb_sql.connect(options) as connection:
        duckdb_sql.make_orders(
            connection,
            duckdb_sql.lines_of(options.shape, f"read_parquet('{options.data}')"),
        )
        return duckdb_sql.both(connection)


if __name__ == "__main__":
    harness.main(duckdb, tables)
