"""The posterior of BG/NBD with PyMC-Marketing: its own model, sampled by NUTS.

The sampler is nutpie with numba, the fastest of those that PyMC-Marketing can be told to use: on Online Retail 15 s of
sampling and 13 s of compiling, where nutpie with JAX took 37 s, NumPyro 56 s (its chains as one vector 213 s) and
PyMC's own 72 s. A user waits for building, compiling and sampling; both times are reported.

`--draws` are draws of ours, rows of numbers, chain after chain: described by the same functions as its own.
"""

import json
import pathlib
import time
import warnings

import arviz
import numpy as np
import pandas as pd
import pymc_marketing
import xarray
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel

import harness

SEED = 1
QUANTILES = (0.05, 0.5, 0.95)


def main():
    options = harness.parser("--histories", "--settings", "--draws").parse_args()
    settings = json.loads(pathlib.Path(options.settings).read_text(encoding="utf-8"))
    rows = np.fromfile(options.histories, "<f8").reshape(-1, 4)
    data = pd.DataFrame(rows[:, :3], columns=["frequency", "recency", "T"])
    data["customer_id"] = np.arange(len(data))
    config = {name: Prior(kind, **values) for name, (kind, values) in settings["priors"].items()}
    warnings.simplefilter("ignore")

    seconds, sampling = [], []
    for _ in range(options.runs):
        start = time.perf_counter()
        model = BetaGeoModel(model_config=config)
        found = model.fit(
            data=data,
            nuts_sampler="nutpie",
            chains=settings["chains"],
            draws=settings["draws"],
            tune=settings["warm_up"],
            random_seed=SEED,
            progressbar=False,
        )
        seconds.append(time.perf_counter() - start)
        sampling.append(float(found.posterior.attrs["sampling_time"]))
    peak = harness.peak()
    names = settings["compared"]
    shape = (settings["chains"], settings["draws"], len(names))
    ours = np.fromfile(options.draws, "<f8").reshape(shape)
    draws = xarray.Dataset({name: (("chain", "draw"), ours[:, :, at]) for at, name in enumerate(names)})
    harness.save(
        options,
        pymc_marketing,
        seconds,
        peak,
        sampling_seconds=sampling,
        divergences=int(found.sample_stats.diverging.sum()),
        effective=[least_effective(found.posterior, names), least_effective(draws, names)],
        theirs={name: described(found.posterior[name]) for name in names},
        ours={name: described(draws[name]) for name in names},
    )


def least_effective(draws, names):
    """The smallest effective number of draws, of the middle and of the ends."""
    found = (arviz.ess(np.log(draws[names]), method=method) for method in ("bulk", "tail"))
    return min(float(ess[name]) for ess in found for name in names)


def described(draws):
    """Mean and quantiles of the logarithm, each as value and Monte Carlo error."""
    logs = np.log(draws)

    def error(**of):
        return float(arviz.mcse(logs, **of).to_array().item())

    return {
        "mean": [float(logs.mean()), error(method="mean")],
        **{
            f"{level:.0%} quantile": [float(logs.quantile(level)), error(method="quantile", prob=level)]
            for level in QUANTILES
        },
    }


if __name__ == "__main__":
    main()
