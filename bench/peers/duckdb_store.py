"""The same two tables with DuckDB from Dangol's own store, using the order and the flags it holds.

`--data` is the store's folder. The flags spare DuckDB the hash table of orders, as they spare it us.
"""

import pathlib

import duckdb

import duckdb_sql
import harness


def tables(options):
    store = pathlib.Path(options.data)
    snapshot = (store / "CURRENT").read_text(encoding="utf-8").strip()
    files = store / "snapshots" / snapshot / "order_lines" / "*.parquet"
    with duckdb_sql.connect(options) as connection:
        connection.execute(f"""
            CREATE OR REPLACE TEMP TABLE months AS
            SELECT customer_key AS customer, year(ordered_on) * 12 + month(ordered_on) - 1 AS month,
                count(*) FILTER (first_of_order) AS orders,
                sum(net_revenue) AS revenue, max(ordered_at) AS last
            FROM read_parquet('{files}')
            WHERE customer_key IS NOT NULL AND is_purchase
            GROUP BY ALL
        """)
        return duckdb_sql.from_months(connection)


if __name__ == "__main__":
    harness.main(duckdb, tables)
