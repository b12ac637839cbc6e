"""The search for a number of clusters with scikit-learn: `KMeans` with its own settings (greedy k-means++, Lloyd's
steps, tolerance 0.0001) and `restarts` starts for each number, and `silhouette_score` of a sample.

It takes half a minute and more, so it runs once, without a run to warm up.
"""

import json
import time

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

import harness


def search(rows, settings):
    numbers = []
    for clusters in range(settings["least"], settings["most"] + 1):
        fit = KMeans(clusters, n_init=settings["restarts"], random_state=settings["seed"]).fit(rows)
        silhouette = silhouette_score(
            rows, fit.labels_, sample_size=settings["silhouette_rows"], random_state=settings["seed"]
        )
        numbers.append({"clusters": clusters, "inertia": fit.inertia_, "silhouette": silhouette})
    return numbers


def main():
    options = harness.parser("--rows", "--settings").parse_args()
    with open(options.settings, encoding="utf-8") as file:
        settings = json.load(file)
    rows = numpy.fromfile(options.rows, "<f8").reshape(-1, settings["width"])
    seconds, numbers = [], []
    for _ in range(max(options.runs, 1)):
        start = time.perf_counter()
        numbers = search(rows, settings)
        seconds.append(time.perf_counter() - start)
    harness.save(options, sklearn, seconds, harness.peak(), numbers=numbers)


if __name__ == "__main__":
    main()
