"""RFM scores and monthly cohorts with Polars: lazy, on the streaming engine, on all cores."""

import polars as pl

import harness


def purchases(options):
    """Customer, order, moment and net revenue of each line that counts."""
    lines = pl.scan_parquet(options.data)
    if options.shape == "sim":
        return lines.filter(
            pl.col("customer_id").is_not_null(), pl.col("status") == "completed"
        ).select(
            customer="customer_id",
            order="order_id",
            at="ordered_at",
            revenue=pl.col("quantity") * pl.col("unit_price") - pl.col("discount"),
        )
    return (
        lines.filter(
            ~pl.col("InvoiceNo").str.starts_with("C"),
            pl.col("Quantity") < 80_000,
            pl.col("UnitPrice") > 0,
            pl.col("CustomerID").is_not_null() & pl.col("CustomerID").is_not_nan(),
        )
        .unique()
        .select(
            customer="CustomerID",
            order="InvoiceNo",
            at="InvoiceDate",
            revenue=pl.col("Quantity") * pl.col("UnitPrice"),
        )
    )


def quantile_score(column, reverse=False):
    """Groups 1…m by linearly interpolated quintile edges, closed on the right; equal edges merge."""
    inner = [column.quantile(q / 5, interpolation="linear") for q in range(1, 5)]
    edges = [column.min(), *inner, column.max()]
    above = [
        ((column > edge) & (edge > before)).cast(pl.Int64)
        for before, edge in zip(edges, inner, strict=False)
    ]
    score = pl.sum_horizontal(above) + 1
    return score.max() + 1 - score if reverse else score


def tables(options):
    # Lines fold into orders, orders into months, in one streaming pass for both tables.
    months = (
        purchases(options)
        .group_by("customer", "order")
        .agg(pl.max("at"), pl.sum("revenue"))
        .group_by("customer", month=pl.col("at").dt.truncate("1mo"))
        .agg(pl.len().alias("orders"), pl.sum("revenue"), pl.max("at").alias("last"))
        .collect(engine="streaming")
        .lazy()
    )
    customers = months.group_by("customer").agg(
        pl.max("last"),
        cohort=pl.min("month"),
        frequency=pl.sum("orders"),
        monetary=pl.sum("revenue"),
    )
    rfm = (
        customers.with_columns(
            recency=(pl.max("last") + pl.duration(hours=24) - pl.col("last")).dt.total_days()
        )
        .with_columns(
            score=quantile_score(pl.col("recency"), reverse=True)
            + quantile_score(pl.col("frequency"))
            + quantile_score(pl.col("monetary"))
        )
        .group_by("score")
        .agg(
            pl.len().alias("customers"),
            pl.sum("frequency").alias("orders"),
            pl.mean("recency").alias("recency_mean"),
            pl.mean("frequency").alias("frequency_mean"),
            pl.mean("monetary").alias("monetary_mean"),
            pl.sum("monetary").alias("monetary_sum"),
        )
    )
    cohorts = (
        months.join(customers.select("customer", "cohort"), on="customer")
        .group_by("cohort", "month")
        .agg(pl.len().alias("active"), pl.sum("orders"), pl.sum("revenue"))
        .select(
            "cohort",
            (pl.col("month").dt.year() - pl.col("cohort").dt.year()) * 12
            + (pl.col("month").dt.month() - pl.col("cohort").dt.month()).cast(pl.Int32),
            "active",
            "orders",
            "revenue",
        )
    )
    rfm, cohorts = pl.collect_all([rfm, cohorts], engine="streaming")
    return rfm.iter_rows(), cohorts.iter_rows()


if __name__ == "__main__":
    harness.main(pl, tables)
