"""How far the values of two programs lie apart, and what `lifetimes` computes with our parameters.

Not timed. Histories are compared as they are. Values cannot be: each side has fitted parameters of its own, and the
sides discount differently (in steps of 30 days; continuously). So our values are compared with what the formulas of
`lifetimes` give at our parameters with our way of discounting: P(alive), expected purchases and the value without
discount for everybody, the discounted value for every 20th customer, since it is a quadrature here.
"""

import json
import pathlib

import lifetimes
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import harness

EVERY = 20
NODES = 96
DAYS_OF_A_YEAR = 365.25
COUNTS = {"repeats": "frequency", "first_to_last_days": "recency", "age_days": "T"}


def apart(ours, theirs, names):
    """The largest relative difference and whose it is."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    # Below, a value is nothing: a fraction of a currency unit, or of a purchase in a million years.
    difference = np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-6)
    difference = np.where(np.isfinite(difference), difference, np.inf)
    at = int(np.argmax(difference))
    return {
        "relative": float(difference[at]),
        "customer": names[at],
        "ours": f"{ours[at]:.12g}",
        "theirs": f"{theirs[at]:.12g}",
    }


def read(path):
    return pq.read_table(path).to_pandas().set_index("customer_id").sort_index()


def with_parameters(fitter, given, names):
    fitter.params_ = pd.Series({theirs: given[ours] for ours, theirs in names.items()})
    return fitter


def main():
    parser = harness.parser("--customers", "--ours", "--undiscounted", "--settings")
    options = parser.parse_args()
    settings = json.loads(pathlib.Path(options.settings).read_text(encoding="utf-8"))
    theirs, ours = read(options.customers), read(options.ours)
    result = {"customers": [len(ours), len(theirs)]}
    only = ours.index.symmetric_difference(theirs.index)
    result["only_one_has"] = only[:5].to_list()
    if only.empty:
        result |= compare(ours, theirs, read(options.undiscounted), settings)
    harness.save(options, lifetimes, [], harness.peak(), **result)


def compare(ours, theirs, undiscounted, settings):
    names = ours.index
    x, last, age, spend = (
        theirs[name].to_numpy() for name in ("frequency", "recency", "T", "monetary_value")
    )
    different = {
        name: names[ours[name].to_numpy() != theirs[column].to_numpy()] for name, column in COUNTS.items()
    }
    bg = with_parameters(
        lifetimes.BetaGeoFitter(), settings["bg_nbd"], {name: name for name in ("r", "alpha", "a", "b")}
    )
    gamma_gamma = with_parameters(
        lifetimes.GammaGammaFitter(), settings["gamma_gamma"], {"p": "p", "q": "q", "gamma": "v"}
    )
    again = (x > 0) & (spend > 0)

    def total(fitter, columns):
        weights = np.ones(len(columns[0]))
        mean = fitter._negative_log_likelihood(np.log(fitter.params_.to_numpy()), *columns, weights, 0.0)
        return float(-mean * len(weights))

    def expected(time, some=slice(None)):
        return bg.conditional_expected_number_of_purchases_up_to_time(time, x[some], last[some], age[some])

    horizon, force = settings["horizon_days"], np.log1p(settings["discount_rate"]) / DAYS_OF_A_YEAR
    each = gamma_gamma.conditional_expected_average_profit(np.where(again, x, 0), np.where(again, spend, 0.0))

    # ∫ e^(−δt) dE(t) = e^(−δH) E(H) + δ ∫ e^(−δt) E(t) dt, with t = H u² since E bends most at the beginning.
    some = slice(0, None, EVERY)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    u, weights = (nodes + 1) / 2, weights / 2
    discounted = np.exp(-force * horizon) * expected(horizon, some)
    for time, weight in zip(horizon * u**2, weights * 2 * horizon * u, strict=True):
        discounted += force * weight * np.exp(-force * time) * expected(time, some)

    repeaters = ours["repeats"].to_numpy() > 0
    return {
        "histories": {name: wrong[:5].to_list() for name, wrong in different.items() if len(wrong)},
        "mean_spend": apart(ours["mean_spend"].to_numpy()[repeaters], spend[repeaters], names[repeaters]),
        "log_likelihood": {
            "bg_nbd": total(bg, (x, last, age)),
            "gamma_gamma": total(gamma_gamma, (x[again], spend[again])),
        },
        "probability_alive": apart(
            ours["probability_alive"], bg.conditional_probability_alive(x, last, age), names
        ),
        "expected_purchases": apart(ours["expected_purchases"], expected(horizon), names),
        "value_undiscounted": apart(undiscounted["value"], expected(horizon) * each, names),
        "value": apart(ours["value"].to_numpy()[some], discounted * each[some], names[some]),
    }


if __name__ == "__main__":
    main()
