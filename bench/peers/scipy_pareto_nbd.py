"""Pareto/NBD fitted with scipy: the likelihood of all customers as one vectorised expression (Fader and Hardie 2005,
"A note on deriving the Pareto/NBD model", equation 18), maximised in the logarithms of the parameters by BFGS.

BFGS with scipy's own numerical slopes is the fastest of its methods here, and by a looser tolerance than scipy's own
(with that it takes 1.7 times as long); Nelder and Mead's, which `lifetimes` takes, is five times slower and ends 135
below the maximum. `--rows distinct` begins with the distinct histories and how many customers have each: what
`numpy.unique` and weights make of it.
"""

import time

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

import harness

DAYS_OF_A_WEEK = 7.0
START = (1.0, 10.0, 1.0, 10.0)
NAMES = ("r", "alpha", "s", "beta")


def negative(logs, x, last, age, customers):
    r, alpha, s, beta = np.exp(logs)
    n = r + s + x
    larger, second = (alpha, s + 1) if alpha >= beta else (beta, r + x)
    apart = abs(alpha - beta)
    high = np.log(hyp2f1(n, second, n + 1, apart / (larger + last))) - n * np.log(larger + last)
    low = np.log(hyp2f1(n, second, n + 1, apart / (larger + age))) - n * np.log(larger + age)
    front = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    there = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    gone = np.log(s) - np.log(n) + high + np.log1p(-np.exp(low - high))
    return -(customers * (front + np.logaddexp(there, gone))).sum()


def fit(rows, distinct):
    weights = np.ones(len(rows))
    if distinct:
        rows, weights = np.unique(rows, axis=0, return_counts=True)
    columns = (rows[:, 0], rows[:, 1] / DAYS_OF_A_WEEK, rows[:, 2] / DAYS_OF_A_WEEK, weights)
    # The slope left is far below what changes the sixth digit of the total.
    return minimize(negative, np.log(START), args=columns, method="BFGS", options={"gtol": 0.05})


def main():
    parser = harness.parser("--histories")
    parser.add_argument("--rows", choices=["all", "distinct"], default="all")
    options = parser.parse_args()
    rows = np.fromfile(options.histories, "<f8").reshape(-1, 4)[:, :3]
    # On the way BFGS tries parameters that overflow.
    np.seterr(all="ignore")
    fit(rows, options.rows == "distinct")
    seconds = []
    for _ in range(options.runs):
        start = time.perf_counter()
        found = fit(rows, options.rows == "distinct")
        seconds.append(time.perf_counter() - start)
    harness.save(
        options,
        scipy,
        seconds,
        harness.peak(),
        parameters=dict(zip(NAMES, np.exp(found.x), strict=True)),
        log_likelihood=-found.fun,
    )


if __name__ == "__main__":
    main()
