"""Lifetime value, side by side with `lifetimes`, scipy and PyMC-Marketing: compared first, then timed.

Slow peers run once: what they take half a minute for does not hang on a second. What was compared, and how far apart
it was, goes into the report.
"""

import array
import csv
import datetime
import json
import math
import os
import pathlib
import tempfile

import compare
import measure
import report
import shops
from measure import say

LIFETIMES = "requirements-lifetimes.txt"
PYMC = "requirements-pymc.txt"

# Formulas with the same parameters. Sums of half a million terms, and differences of nearly equal powers in the
# hypergeometric functions of scipy: what is lost is below this.
FORMULA = 1e-6
SUMS = 1e-9
# Optimisers stop where the slope is small enough: so much of the total log-likelihood may be missing to us.
LIKELIHOOD = 1e-4
# Standard errors of Monte Carlo between two posteriors; one of 16 numbers lies beyond by chance in 1,000 runs.
MONTE_CARLO = 4.0

ANALYSIS = "dangol: BG/NBD, Gamma-Gamma and all values from the store, as Parquet"
ANALYSIS_ALONE = "dangol: the same, everybody valued but not written"
ANALYSIS_PEER = "lifetimes: the same from the raw file"
ANALYSIS_PEER_ALONE = "lifetimes: the same, not written"
FIT = "dangol-models: BG/NBD fit, compressing included"
PARETO = "dangol-models: Pareto/NBD fit, compressing included"
PARETO_PEER = "scipy: Pareto/NBD fit"
PARETO_DISTINCT = "scipy: Pareto/NBD fit of distinct histories"
PREDICT = "dangol-models: P(alive), expected purchases, value"
PREDICT_PEER = "lifetimes: the same"
POSTERIOR = "dangol-models: BG/NBD by NUTS"
POSTERIOR_PEER = "PyMC-Marketing: BG/NBD by NUTS (nutpie), with compiling"
POSTERIOR_SAMPLING = "PyMC-Marketing: sampling alone"

# A shop like the simulated one, in months: for the customers whose future is predicted.
PREDICTED = {
    "customers": 1_000_000,
    **{"r": 0.42, "alpha": 0.48, "a": 0.6, "b": 4.0},
    **{"p": 4.4, "q": 4.4, "gamma": 40_000.0},
    "months": 12,
    "monthly_rate": 0.01,
}
# x, t_x and T in the analysis' table of customers.
HISTORY = ("repeats", "first_to_last_days", "age_days")
CDNOW_UNTIL = datetime.date(1998, 6, 30)


class Value:
    """What is found out here: times by data, what was compared, and targets."""

    def __init__(self, bench, speed, folder):
        self.bench = bench
        self.speed = speed
        self.folder = pathlib.Path(folder)
        self.entries = []
        self.compared = []
        self.targets = []

    def path(self, name):
        return self.folder / name

    def library(self, work, histories, runs, *files):
        """Times and result of the library alone, measured inside its process after a run to warm up."""
        run = measure.run([self.speed, work, histories, runs, *files])
        result = json.loads(run.output)
        return result, measure.Times(result["seconds"], run.peak_bytes)

    def peer(self, requirements, script, runs, **options):
        """Times and result of a peer."""
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self.bench.other_peer(requirements, script, arguments, runs)

    def add(self, name, path, times):
        """A table of the report."""
        self.entries.append(report.entry(f"Lifetime value: {name}", path, times))

    def settings(self, name, settings):
        path = self.path(name)
        path.write_text(json.dumps(settings), encoding="utf-8")
        return path

    def check(self, what, apart, allowed, ours="", theirs=""):
        """Notes a comparison; stops if it fails."""
        row = {"what": what, "ours": ours, "theirs": theirs, "apart": apart, "allowed": allowed}
        self.compared.append(row)
        if not apart <= allowed:
            raise compare.Mismatch(f"{what}: {ours} and {theirs}, apart {apart:.3g}, allowed {allowed:.3g}")

    def at_most(self, what, times, factor, peer, peer_times):
        """A target: so many times as fast as a peer."""
        name = f"{what}, against {peer}"
        self.targets.append(report.seconds(name, times.median, 1 / factor, peer_times.median))

    def check_fit(self, name, ours, theirs, errors):
        """Two fits of one likelihood.

        A peer that ends below us is reported and no reason to stop; we may not end below it. Near its maximum a
        log-likelihood that lacks d is within √(2d) standard errors of it, so parameters are compared by those.
        """
        our_log, their_log = ours["log_likelihood"], theirs["log_likelihood"]
        self.check(
            f"{name}: log-likelihood, how much ours lacks",
            their_log - our_log,
            LIKELIHOOD,
            f"{our_log:.4f}",
            f"{their_log:.4f}",
        )
        near = math.sqrt(2 * abs(our_log - their_log)) + 0.01
        # We also tell means made of them.
        for symbol, other in theirs["parameters"].items():
            value, error = errors[symbol]
            apart = abs(value - other) / error
            self.check(f"{name}: {symbol}, in standard errors", apart, near, f"{value:.6g}", f"{other:.6g}")


def measured(bench, speed, simulated, retail):
    """All of it: `Value` with everything filled in."""
    with tempfile.TemporaryDirectory(prefix="value-", dir=bench.cache) as folder:
        value = Value(bench, speed, folder)
        whole_way(value, simulated)
        predictions(value)
        pareto(value)
        if retail is not None:
            posterior(value, retail)
        return value


def whole_way(value, data):
    """From order lines to a value for each customer, and the fit alone on the histories that come of them."""
    bench = value.bench
    say(f"lifetime value: importing {data.name}")
    shop = data.write_shop(value.path("shop"))
    bench.dangol("import", "--shop", shop)

    def analyze(*options):
        return bench.dangol(
            # `lifetimes` makes no segments, so neither do we.
            *("analyze", "value", "--shop", shop, "--set", "model=bg_nbd", "--set", "unit=day"),
            *("--set", "scheme=none"),
            *options,
        )

    def customers(name, *options):
        path = value.path(name)
        everybody = ("--set", "customers=true", "--format", "parquet", "--table", "customers")
        return path, analyze(*everybody, "--out", path, *options)

    say("lifetime value: comparing with lifetimes")
    analysis = json.loads(analyze("--format", "json").output)
    result, params = analysis["result"], analysis["params"]
    ours, _ = customers("ours.parquet")
    undiscounted, _ = customers("undiscounted.parquet", "--set", "discount_rate=0")
    histories, theirs = value.path("histories.f64"), value.path("theirs.parquet")
    peer, peer_times = value.peer(
        LIFETIMES,
        "lifetimes_value",
        1,
        data=data.path,
        until=result["histories"]["until"],
        customers=theirs,
        histories=histories,
    )
    models = {
        "bg_nbd": estimates(result["model"]["parameters"]),
        "gamma_gamma": estimates(result["spend"]["parameters"]),
    }
    settings = {name: {symbol: at for symbol, (at, _) in model.items()} for name, model in models.items()}
    settings |= {name: params[name] for name in ("horizon_days", "discount_rate")}
    found, _ = value.peer(
        LIFETIMES,
        "lifetimes_check",
        0,
        customers=theirs,
        ours=ours,
        undiscounted=undiscounted,
        settings=value.settings("settings.json", settings),
    )
    check_values(value, found)
    logs = {"bg_nbd": result["model"]["log_likelihood"], "gamma_gamma": result["spend"]["log_likelihood"]}
    for name, log in logs.items():
        there = found["log_likelihood"][name]
        value.check(
            f"{name}: log-likelihood of our parameters, relative",
            abs(log - there) / abs(there),
            SUMS,
            f"{log:.4f}",
            f"{there:.4f}",
        )
    peer["gamma_gamma"]["parameters"]["gamma"] = peer["gamma_gamma"]["parameters"].pop("v")
    for name, model in models.items():
        value.check_fit(name, {"log_likelihood": logs[name]}, peer[name], model)
    alone, fit_times = value.library("bg-nbd", histories, bench.runs)
    value.check_fit("bg_nbd alone", alone, peer["bg_nbd"], estimates(alone["parameters"]))

    os.sync()
    say("lifetime value: timing")
    times = {
        ANALYSIS: measure.repeat(bench.runs, lambda: customers("again.parquet")[1]),
        ANALYSIS_ALONE: measure.repeat(bench.runs, lambda: analyze("--format", "json")),
        ANALYSIS_PEER: peer_times,
        ANALYSIS_PEER_ALONE: measure.Times(
            [sum(laps[step] for step in laps if step != "write") for laps in peer["steps"]],
            peer_times.peak_bytes,
        ),
        **{
            f"lifetimes: {step}": measure.Times([laps[step] for laps in peer["steps"]], peer_times.peak_bytes)
            for step in peer["steps"][0]
        },
        FIT: fit_times,
    }
    value.add(f"{data.name}, {peer['customers']:,} customers", data.path, times)
    whole = "BG/NBD, Gamma-Gamma and values of all customers from the store"
    value.at_most(whole, times[ANALYSIS_ALONE], 20, "lifetimes", times[ANALYSIS_PEER_ALONE])
    value.at_most(f"{whole}, written as Parquet", times[ANALYSIS], 20, "lifetimes", peer_times)
    value.at_most("BG/NBD fit alone", fit_times, 30, "lifetimes", times["lifetimes: BG/NBD"])


def estimates(parameters):
    """Values and standard errors by symbol."""
    return {row["name"]: (row["value"], row["standard_error"]) for row in parameters}


def check_values(value, found):
    if found["only_one_has"]:
        raise compare.Mismatch(f"customers that only one of us and lifetimes has: {found['only_one_has']}")
    if found["histories"]:
        raise compare.Mismatch(f"histories differ from those of lifetimes: {found['histories']}")
    value.check(f"x, t_x, T of {found['customers'][0]:,} customers, how many differ", 0, 0)
    what = {
        "mean_spend": ("mean spend of every repeater", compare.RELATIVE_TOLERANCE),
        "probability_alive": ("P(alive) of every customer", FORMULA),
        "expected_purchases": ("expected purchases of every customer", FORMULA),
        "value_undiscounted": ("value without discount of every customer", FORMULA),
        "value": ("value of every 20th customer", FORMULA),
    }
    for name, (words, allowed) in what.items():
        worst = found[name]
        words = f"{words}, relative, worst at {worst['customer']}"
        value.check(words, worst["relative"], allowed, worst["ours"], worst["theirs"])


def predictions(value):
    """Expectations and values of a million customers with given parameters."""
    say("lifetime value: a million customers")
    settings = value.settings("predicted.json", PREDICTED)
    histories, ours, theirs = (value.path(name) for name in ("million.f64", "ours.f64", "theirs.f64"))
    value.peer(LIFETIMES, "lifetimes_customers", 0, settings=settings, histories=histories)
    _, times = value.library("predict", histories, value.bench.runs, settings, ours)
    _, peer_times = value.peer(
        LIFETIMES, "lifetimes_predict", 1, settings=settings, histories=histories, results=theirs
    )
    rows = [read(path) for path in (ours, theirs)]
    names = ("P(alive)", "expected purchases", "value")
    for column, name in enumerate(names):
        pairs = zip(*(numbers[column :: len(names)] for numbers in rows), strict=True)
        apart, at = max(
            (abs(left - right) / max(abs(right), 1e-6), index) for index, (left, right) in enumerate(pairs)
        )
        left, right = (f"{numbers[len(names) * at + column]:.12g}" for numbers in rows)
        value.check(f"a million customers: {name}, relative", apart, FORMULA, left, right)
    value.add("a million customers, parameters given", histories, {PREDICT: times, PREDICT_PEER: peer_times})
    what = "expectations and values of a million customers"
    value.targets.append(report.target(what, times.median, 1, "s"))
    value.at_most(what, times, 20, "lifetimes", peer_times)


def pareto(value):
    """Pareto/NBD on CDNOW, all 23,570 customers."""
    path = shops.test_data() / "cdnow" / "CDNOW_master.txt"
    if not path.is_file():
        say(f"Pareto/NBD is skipped: no {path}")
        return
    say("lifetime value: Pareto/NBD on CDNOW")
    histories = value.path("cdnow.f64")
    write(histories, cdnow(path))
    runs = value.bench.runs
    ours, times = value.library("pareto-nbd", histories, runs)
    theirs, peer_times = value.peer(LIFETIMES, "scipy_pareto_nbd", runs, histories=histories)
    _, distinct_times = value.peer(LIFETIMES, "scipy_pareto_nbd", runs, histories=histories, rows="distinct")
    value.check_fit("pareto_nbd on CDNOW", ours, theirs, estimates(ours["parameters"]))
    rows = {PARETO: times, PARETO_PEER: peer_times, PARETO_DISTINCT: distinct_times}
    value.add(f"CDNOW, {ours['customers']:,} customers", path, rows)
    value.at_most("Pareto/NBD fit on CDNOW", times, 20, "scipy", peer_times)


def cdnow(path):
    """Histories in days of the customers of the master file."""
    days = {}
    for line in path.read_text(encoding="ascii").splitlines()[1:]:
        customer, date, *_ = line.split()
        days.setdefault(customer, set()).add(datetime.datetime.strptime(date, "%Y%m%d").date())
    for bought in days.values():
        first = min(bought)
        yield len(bought) - 1, (max(bought) - first).days, (CDNOW_UNTIL - first).days, 0.0


def posterior(value, data):
    """The posterior of BG/NBD on the histories of Online Retail."""
    say("lifetime value: posterior on Online Retail")
    shop = data.write_shop(value.path("retail"))
    value.bench.dangol("import", "--shop", shop)
    table = value.path("retail.csv")
    value.bench.dangol(
        *("analyze", "value", "--shop", shop, "--set", "model=bg_nbd", "--set", "customers=true"),
        *("--format", "csv", "--table", "customers", "--out", table),
    )
    with table.open(encoding="utf-8", newline="") as file:
        rows = [[float(row[name]) for name in HISTORY] + [0.0] for row in csv.DictReader(file)]
    histories, draws = value.path("retail.f64"), value.path("draws.f64")
    write(histories, rows)
    mean_age = sum(age for _, _, age, _ in rows) / len(rows)
    settings = value.settings("posterior.json", posterior_settings(mean_age))
    _, times = value.library("posterior", histories, value.bench.runs, settings, draws)
    peer, peer_times = value.peer(
        PYMC, "pymc_bg_nbd", 1, histories=histories, settings=settings, draws=draws
    )
    for name, quantities in peer["ours"].items():
        for quantity, (ours, error) in quantities.items():
            theirs, their_error = peer["theirs"][name][quantity]
            apart = abs(ours - theirs) / math.hypot(error, their_error)
            what = f"posterior: {quantity} of ln {name}, in Monte Carlo errors"
            value.check(what, apart, MONTE_CARLO, f"{ours:.4f}", f"{theirs:.4f}")
    theirs, ours = peer["effective"]
    # Draws that hang together would be cheap.
    value.check("posterior: least effective draws, theirs to ours", theirs / ours, 2, f"{ours:.0f}", f"{theirs:.0f}")
    sampling = measure.Times(peer["sampling_seconds"], peer_times.peak_bytes)
    rows_of_report = {POSTERIOR: times, POSTERIOR_PEER: peer_times, POSTERIOR_SAMPLING: sampling}
    value.add(f"{data.name}, {len(rows):,} customers", data.path, rows_of_report)
    value.at_most("posterior by NUTS on Online Retail", times, 20, "PyMC-Marketing", peer_times)


def posterior_settings(mean_age):
    """As many draws for both, and our default priors as PyMC-Marketing has them."""

    def log_normal(median):
        return "LogNormal", {"mu": math.log(median), "sigma": 1.5}

    return {
        **{"chains": 4, "draws": 1000, "warm_up": 300},
        "priors": {
            "r": log_normal(1),
            "alpha": log_normal(mean_age),
            "phi_dropout": ("Uniform", {"lower": 0, "upper": 1}),
            "kappa_dropout": log_normal(2),
        },
        # In the order of our draws.
        "compared": ["r", "alpha", "phi_dropout", "kappa_dropout"],
    }


def read(path):
    numbers = array.array("d")
    numbers.frombytes(path.read_bytes())
    return numbers


def write(path, rows):
    numbers = array.array("d")
    for row in rows:
        numbers.extend(row)
    path.write_bytes(numbers.tobytes())
