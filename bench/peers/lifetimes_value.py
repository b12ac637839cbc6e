"""Lifetime value with `lifetimes`, from the raw order lines to a value for each customer.

Its own steps: histories by `summary_data_from_transaction_data`, both fits, `customer_lifetime_value` of a year in
steps of 30 days. Only reading and filtering the lines is pandas, with customers as integers, which is the fastest way
to hand them over. As its last step it writes customers with what was found as Parquet; the histories as rows of
numbers, for programs that begin with these, are written afterwards.
"""

import time

import lifetimes
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from lifetimes.utils import summary_data_from_transaction_data

import harness

MONTHS = 12
COLUMNS = ["frequency", "recency", "T", "monetary_value"]
MONTHLY_RATE = 0.01


def purchases(options):
    """Customer, moment and net revenue of each line that counts, and the customers' names."""
    table = pq.read_table(
        options.data,
        columns=["customer_id", "ordered_at", "quantity", "unit_price", "discount", "status"],
        read_dictionary=["customer_id"],
        filters=[("status", "=", "completed")],
    )
    lines = table.to_pandas()
    lines = lines[lines["customer_id"].notna()]
    made = pd.DataFrame(
        {
            "customer": lines["customer_id"].cat.codes,
            "at": lines["ordered_at"],
            "revenue": lines["quantity"] * lines["unit_price"] - lines["discount"],
        }
    )
    return made, lines["customer_id"].cat.categories


def value(options):
    """Everything once, with the seconds of each step."""
    clock = harness.Clock()
    lines, names = purchases(options)
    clock.lap("read")
    table = summary_data_from_transaction_data(
        lines, "customer", "at", "revenue", observation_period_end=options.until
    )
    x, last, age, spend = (table[name] for name in ("frequency", "recency", "T", "monetary_value"))
    clock.lap("histories")
    purchasing = lifetimes.BetaGeoFitter().fit(x, last, age)
    clock.lap("BG/NBD")
    again = (x > 0) & (spend > 0)
    spending = lifetimes.GammaGammaFitter().fit(x[again], spend[again])
    clock.lap("Gamma-Gamma")
    table["value"] = spending.customer_lifetime_value(
        purchasing, x, last, age, spend, time=MONTHS, discount_rate=MONTHLY_RATE, freq="D"
    )
    clock.lap("values")
    table.index = names[table.index]
    pq.write_table(
        pa.table({"customer_id": table.index.to_list(), **{name: table[name] for name in [*COLUMNS, "value"]}}),
        options.customers,
    )
    clock.lap("write")
    return clock.laps, table, purchasing, spending


def main():
    parser = harness.parser("--data", "--until", "--customers", "--histories")
    options = parser.parse_args()
    seconds, steps = [], []
    for _ in range(options.runs):
        start = time.perf_counter()
        laps, table, purchasing, spending = value(options)
        seconds.append(time.perf_counter() - start)
        steps.append(laps)
    peak = harness.peak()

    np.ascontiguousarray(table[COLUMNS].to_numpy("<f8")).tofile(options.histories)
    # Fitted with the longest age as the unit of time; a density changes with the unit.
    x, age = table["frequency"], table["T"]
    log_scale = -x.sum() * np.log(age.max())
    harness.save(
        options,
        lifetimes,
        seconds,
        peak,
        steps=steps,
        customers=len(table),
        bg_nbd=fitted(purchasing, log_scale),
        gamma_gamma=fitted(spending, 0.0),
    )


def fitted(fitter, log_scale):
    """Parameters, standard errors and the total log-likelihood, by the data's own unit of time."""
    total = -fitter._negative_log_likelihood_ * fitter.data["weights"].sum()
    return {
        "parameters": fitter.params_.to_dict(),
        "standard_errors": fitter.standard_errors_.to_dict(),
        "log_likelihood": total + log_scale,
    }


if __name__ == "__main__":
    main()
