"""From the raw file with DuckDB in two steps, as an import and its analyses: sorts the lines by customer and time
into Parquet (zstd), then computes the two tables from the sorted file."""

import pathlib
import tempfile

import duckdb

import duckdb_sql
import harness

ORDER = {"sim": "customer_id, ordered_at", "online-retail": "CustomerID, InvoiceDate"}


def tables(options):
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        path = pathlib.Path(folder) / "sorted.parquet"
        with duckdb_sql.connect(options, folder) as connection:
            connection.execute(f"""
                COPY (SELECT * FROM read_parquet('{options.data}') ORDER BY {ORDER[options.shape]})
                TO '{path}' (FORMAT parquet, COMPRESSION zstd)
            """)
            source = f"read_parquet('{path}')"
            return duckdb_sql.both(connection, duckdb_sql.lines_of(options.shape, source))


if __name__ == "__main__":
    harness.main(
        duckdb,
        tables,
        lambda parser: parser.add_argument("--scratch", help="folder for the sorted file"),
    )
