"""Draws the histories of a million customers from a BG/NBD and a gamma-gamma model, in whole days. Not timed."""

import json
import pathlib

import lifetimes
import numpy as np

import harness

SEED = 1
DAYS_OF_A_MONTH = 30.4375


def main():
    options = harness.parser("--settings", "--histories").parse_args()
    given = json.loads(pathlib.Path(options.settings).read_text(encoding="utf-8"))
    count = given["customers"]
    rng = np.random.default_rng(SEED)
    age = rng.integers(1, 1096, count)
    rate = rng.gamma(given["r"], 1 / (given["alpha"] * DAYS_OF_A_MONTH), count)
    # Nobody's chance is so small that it matters whether the purchase after which they leave is the 10⁹th.
    leaves_after = rng.geometric(np.maximum(rng.beta(given["a"], given["b"], count), 1e-9))
    bought = rng.poisson(rate * age)
    x = np.minimum(bought, leaves_after)
    # Of so many purchases at any time in the age, the time of the x-th.
    last = np.ceil(age * rng.beta(np.maximum(x, 1), bought - x + 1)).astype(int)
    # A purchase a day at most.
    x = np.minimum(x, last)
    last = np.where(x > 0, last, 0)
    nu = rng.gamma(given["q"], 1 / given["gamma"], count)
    mean = rng.gamma(given["p"] * np.maximum(x, 1)) / (nu * np.maximum(x, 1))
    mean = np.where(x > 0, np.maximum(np.round(mean, 2), 0.01), 0.0)
    np.column_stack([x, last, age, mean]).astype("<f8").tofile(options.histories)
    harness.save(options, lifetimes, [], harness.peak())


if __name__ == "__main__":
    main()
