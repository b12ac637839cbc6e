"""RFM scores and monthly cohorts with pandas: eager, in memory, on one thread."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import harness

DAY = np.timedelta64(86_400, "s")


def purchases(options):
    """Customer, order, moment and net revenue of each line that counts. Identifiers become integers."""
    if options.shape == "sim":
        # Dictionary-encoded text keeps the file's own encoding; building a Python string per row costs most.
        table = pq.read_table(
            options.data,
            columns=[
                "order_id",
                "customer_id",
                "ordered_at",
                "quantity",
                "unit_price",
                "discount",
                "status",
            ],
            read_dictionary=["customer_id"],
            filters=[("status", "=", "completed")],
        )
        lines = table.to_pandas()
        lines = lines[lines["customer_id"].notna()]
        return pd.DataFrame(
            {
                "customer": lines["customer_id"].cat.codes,
                "order": pd.factorize(lines["order_id"])[0],
                "at": lines["ordered_at"],
                "revenue": lines["quantity"] * lines["unit_price"] - lines["discount"],
            }
        )
    lines = pd.read_parquet(options.data).drop_duplicates()
    lines = lines[
        ~lines["InvoiceNo"].str.startswith("C")
        & (lines["Quantity"] < 80_000)
        & (lines["UnitPrice"] > 0)
        & lines["CustomerID"].notna()
    ]
    return pd.DataFrame(
        {
            "customer": lines["CustomerID"].astype("int64"),
            "order": pd.factorize(lines["InvoiceNo"])[0],
            "at": lines["InvoiceDate"],
            "revenue": lines["Quantity"] * lines["UnitPrice"],
        }
    )


def quantile_score(values):
    """Groups 1…m by linearly interpolated quintile edges, closed on the right; equal edges merge."""
    edges = np.unique(np.quantile(values, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]))
    if len(edges) < 2:
        return np.ones(len(values), dtype=np.int64)
    return np.searchsorted(edges[1:-1], values, side="left") + 1


def fold(lines):
    """One row per order. An order belongs to one customer."""
    return lines.groupby("order", sort=False).agg(
        customer=("customer", "first"), at=("at", "max"), revenue=("revenue", "sum")
    )


def rfm(orders):
    customers = orders.groupby("customer", sort=False).agg(
        last=("at", "max"), frequency=("at", "size"), monetary=("revenue", "sum")
    )
    as_of = customers["last"].max() + DAY
    recency = (as_of - customers["last"]).to_numpy() // DAY
    r = quantile_score(recency)
    table = pd.DataFrame(
        {
            "score": r.max() + 1 - r
            + quantile_score(customers["frequency"].to_numpy())
            + quantile_score(customers["monetary"].to_numpy()),
            "recency": recency,
            "frequency": customers["frequency"].to_numpy(),
            "monetary": customers["monetary"].to_numpy(),
        }
    )
    return table.groupby("score").agg(
        customers=("recency", "size"),
        orders=("frequency", "sum"),
        recency_mean=("recency", "mean"),
        frequency_mean=("frequency", "mean"),
        monetary_mean=("monetary", "mean"),
        monetary_sum=("monetary", "sum"),
    )


def cohorts(orders):
    month = orders["at"].to_numpy().astype("datetime64[M]").astype(np.int64)
    customer = orders["customer"].to_numpy()
    cohort = pd.Series(month).groupby(customer).transform("min").to_numpy()
    # One integer names a cell, another a customer in a cell: groups by one integer are the fastest.
    cell = cohort * 4096 + (month - cohort)
    cells = orders["revenue"].groupby(cell).agg(["size", "sum"])
    active = pd.Series(pd.unique(cell * (1 << 32) + customer) >> 32).value_counts()
    return zip(
        (cells.index.to_numpy() // 4096).astype("datetime64[M]").tolist(),
        cells.index % 4096,
        active[cells.index],
        cells["size"],
        cells["sum"],
        strict=True,
    )


def tables(options):
    orders = fold(purchases(options))
    return rfm(orders).itertuples(), list(cohorts(orders))


if __name__ == "__main__":
    harness.main(pd, tables)
