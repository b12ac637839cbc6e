"""Whether two computations of the same tables agree: counts exactly, sums and means to a relative 1e-9."""

import math

RELATIVE_TOLERANCE = 1e-9

RFM_KEY = ("score",)
RFM_COUNTS = ("customers", "orders")
RFM_SUMS = ("recency_mean", "frequency_mean", "monetary_mean", "monetary_sum")
COHORT_KEY = ("cohort", "age")
COHORT_COUNTS = ("active", "orders")
COHORT_SUMS = ("revenue",)


class Mismatch(Exception):
    """Two results differ; says where."""


def of_dangol(rfm, cohorts):
    """Our JSON in the form of the peers: only cells with an active customer."""
    return {
        "rfm": [
            {name: row[name] for name in (*RFM_KEY, *RFM_COUNTS, *RFM_SUMS)}
            for row in rfm["result"]["scores"]
            if row["customers"]
        ],
        "cohorts": [
            {
                "cohort": cohort["cohort"][:10],
                **{name: period[name] for name in ("age", *COHORT_COUNTS, *COHORT_SUMS)},
            }
            for cohort in cohorts["result"]["cohorts"]
            for period in cohort["periods"]
            if period["active"]
        ],
    }


def check(expected, expected_name, found, found_name):
    """Raises `Mismatch` at the first difference."""
    names = f"{expected_name} against {found_name}"
    _table(expected["rfm"], found["rfm"], RFM_KEY, RFM_COUNTS, RFM_SUMS, f"RFM, {names}")
    _table(
        expected["cohorts"],
        found["cohorts"],
        COHORT_KEY,
        COHORT_COUNTS,
        COHORT_SUMS,
        f"cohorts, {names}",
    )


def check_groups(expected, found, where):
    """Raises `Mismatch` at the first group of customers that differs."""
    _table(expected, found, ("customers",), ("lines", "orders"), ("quantity", "revenue", "moments"), where)


def _table(expected, found, key, counts, sums, where):
    expected, found = _by_key(expected, key, where), _by_key(found, key, where)
    if expected.keys() != found.keys():
        only = sorted(expected.keys() ^ found.keys())[:5]
        raise Mismatch(f"{where}: rows that only one of them has, by {'/'.join(key)}: {only}")
    for row_key, row in expected.items():
        other = found[row_key]
        for name in counts:
            if row[name] != other[name]:
                raise Mismatch(f"{where}: {name} at {row_key}: {row[name]} and {other[name]}")
        for name in sums:
            if not math.isclose(
                row[name], other[name], rel_tol=RELATIVE_TOLERANCE, abs_tol=RELATIVE_TOLERANCE
            ):
                raise Mismatch(f"{where}: {name} at {row_key}: {row[name]!r} and {other[name]!r}")


def _by_key(rows, key, where):
    table = {tuple(row[name] for name in key): row for row in rows}
    if len(table) != len(rows) or not rows:
        raise Mismatch(f"{where}: empty, or several rows for one {'/'.join(key)}")
    return table
