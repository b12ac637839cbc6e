"""Conditional expectations and lifetime values with `lifetimes` for histories and parameters that are given.

Times are months: then its value over twelve months has the same steps as ours.
"""

import json
import pathlib
import time

import lifetimes
import numpy as np
import pandas as pd

import harness

DAYS_OF_A_MONTH = 30.4375


def main():
    options = harness.parser("--histories", "--settings", "--results").parse_args()
    settings = json.loads(pathlib.Path(options.settings).read_text(encoding="utf-8"))
    rows = np.fromfile(options.histories, "<f8").reshape(-1, 4)
    x, spend = pd.Series(rows[:, 0]), pd.Series(rows[:, 3])
    last, age = pd.Series(rows[:, 1] / DAYS_OF_A_MONTH), pd.Series(rows[:, 2] / DAYS_OF_A_MONTH)
    bg, gamma_gamma = lifetimes.BetaGeoFitter(), lifetimes.GammaGammaFitter()
    bg.params_ = pd.Series({name: settings[name] for name in ("r", "alpha", "a", "b")})
    bg.predict = bg.conditional_expected_number_of_purchases_up_to_time
    gamma_gamma.params_ = pd.Series(
        {"p": settings["p"], "q": settings["q"], "v": settings["gamma"]}
    )
    months = settings["months"]
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        alive = bg.conditional_probability_alive(x, last, age)
        purchases = bg.predict(months, x, last, age)
        value = gamma_gamma.customer_lifetime_value(
            *(bg, x, last, age, spend),
            time=months,
            discount_rate=settings["monthly_rate"],
            freq="M",
        )
        seconds.append(time.perf_counter() - start)
    peak = harness.peak()
    np.column_stack([alive, purchases, value]).astype("<f8").tofile(options.results)
    harness.save(options, lifetimes, seconds, peak)


if __name__ == "__main__":
    main()
