"""The search for groups of customers, side by side with scikit-learn: inertia and silhouette are compared, then times.

Both read the same standardised rows and try the same numbers of clusters with as many restarts.
"""

import array
import json
import math
import pathlib
import random
import statistics
import tempfile

import compare
import measure
import report
from measure import say

SKLEARN = "requirements-sklearn.txt"
SEARCH = "dangol-models: k-means for 2 to 10 clusters, 10 restarts, sampled silhouettes"
SEARCH_PEER = "scikit-learn: the same"

SETTINGS = {"width": 5, "least": 2, "most": 10, "restarts": 10, "silhouette_rows": 5_000, "seed": 1}
CUSTOMERS = 500_000
# Ours may not be worse by more; scikit-learn's may, and is then reported.
INERTIA = 1e-3
# Both silhouettes are means over samples of 5,000 rows, each with a standard error of about 0.004.
SILHOUETTE = 0.03


def measured(bench, speed, runs):
    """Entries of the report, what was compared, and targets."""
    with tempfile.TemporaryDirectory(prefix="clusters-", dir=bench.cache) as folder:
        rows, settings = pathlib.Path(folder) / "rows.f64", pathlib.Path(folder) / "settings.json"
        say(f"clusters: {CUSTOMERS:,} customers")
        rows.write_bytes(array.array("d", customers(CUSTOMERS)).tobytes())
        settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
        run = measure.run([speed, rows, runs, settings])
        ours = json.loads(run.output)
        times = measure.Times(ours["seconds"], run.peak_bytes)
        say("clusters: scikit-learn")
        theirs, peer_times = bench.other_peer(
            SKLEARN, "sklearn_kmeans", ["--rows", rows, "--settings", settings], 1
        )
        compared = compare_all(ours["numbers"], theirs["numbers"])
        entry = report.entry(
            f"Clusters: {CUSTOMERS:,} customers × {SETTINGS['width']} features",
            rows,
            {SEARCH: times, SEARCH_PEER: peer_times},
        )
    what = "search for groups, against scikit-learn"
    return [entry], compared, [report.seconds(what, times.median, 1 / 2, peer_times.median)]


def compare_all(ours, theirs):
    """Stops where our inertia is worse, or silhouettes of equally good clusters differ."""
    rows = []
    for mine, other in zip(ours, theirs, strict=True):
        if mine["clusters"] != other["clusters"]:
            raise compare.Mismatch(f"{mine['clusters']} and {other['clusters']} clusters")
        what = f"{mine['clusters']} clusters"
        worse = mine["inertia"] / other["inertia"] - 1
        rows.append(row(f"{what}: inertia, how much worse ours is", mine, other, "inertia", worse, INERTIA))
        # Other clusters of nearly the same inertia may have another silhouette.
        if abs(worse) < INERTIA / 10:
            apart = abs(mine["silhouette"] - other["silhouette"])
            rows.append(row(f"{what}: silhouettes of two samples", mine, other, "silhouette", apart, SILHOUETTE))
    return rows


def row(what, mine, other, name, apart, allowed):
    left, right = (f"{number[name]:.6g}" for number in (mine, other))
    if not apart <= allowed:
        raise compare.Mismatch(f"{what}: {left} and {right}, apart {apart:.3g}, allowed {allowed:.3g}")
    return {"what": what, "ours": left, "theirs": right, "apart": apart, "allowed": allowed}


def customers(count):
    """Days since the last purchase, orders, mean order value, tenure and coupon share of a shop with regulars, coupon
    hunters, newcomers and those who left, one running into the other; standardised."""
    draw = random.Random(20261122)
    columns = [array.array("d") for _ in range(SETTINGS["width"])]
    # Days since last, mean further orders, log of order value, tenure, coupon share.
    kinds = [(40, 9, 10.6, 600, 0.2), (120, 2, 10.1, 350, 0.85), (30, 0.4, 10.3, 60, 0.3), (400, 0.8, 10.2, 700, 0.4)]
    for _ in range(count):
        days, further, value, tenure, coupons = draw.choice(kinds)
        orders = 1 + int(draw.expovariate(1 / further))
        customer = (
            math.log1p(draw.gammavariate(2, days / 2)),
            math.log1p(orders),
            draw.gauss(value, 0.7),
            math.log1p(draw.gammavariate(4, tenure / 4)),
            draw.betavariate(6 * coupons, 6 * (1 - coupons)),
        )
        for column, number in zip(columns, customer, strict=True):
            column.append(number)
    means = [statistics.fmean(column) for column in columns]
    spreads = [math.sqrt(statistics.fmean((x - mean) ** 2 for x in column)) for column, mean in zip(columns, means)]
    for at in range(count):
        for column, mean, spread in zip(columns, means, spreads):
            yield (column[at] - mean) / spread
