"""Writes drift.expected.json: distances between samples as scipy and numpy compute them.

    pip install -r requirements.txt
    python make.py

The measures that scipy does not have (PSI, quantile bins) are written out here with numpy, apart from the product's code.
"""

import json
import math
from pathlib import Path

import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

random = np.random.default_rng(20261121)


def psi(reference, judged):
    """Natural logarithm; a cell that is empty on one side counts as half a row there; empty on both, nothing."""
    n, m = sum(reference), sum(judged)
    value = 0.0
    for here, there in zip(reference, judged):
        if here == 0 and there == 0:
            continue
        p, q = max(here, 0.5) / n, max(there, 0.5) / m
        value += (q - p) * math.log(q / p)
    return value


def counts_case(name, reference, judged):
    table = np.array([reference, judged], dtype=float)
    used = table[:, table.sum(axis=0) > 0]
    p, q = table[0] / table[0].sum(), table[1] / table[1].sum()
    if used.shape[1] > 1:
        chi = stats.chi2_contingency(used, correction=False)
        chi2 = {"statistic": float(chi.statistic), "p": float(chi.pvalue), "freedom": int(chi.dof)}
        # Cramér's V of a table of two rows.
        chi2["effect"] = float(stats.contingency.association(used.astype(int), method="cramer", correction=False))
    else:
        chi2 = {"statistic": 0.0, "p": 1.0, "freedom": 0, "effect": 0.0}
    return {
        "name": name,
        "reference": [int(count) for count in reference],
        "judged": [int(count) for count in judged],
        "psi": psi(reference, judged),
        "jensenShannon": float(jensenshannon(p, q)),
        "jensenShannonBase2": float(jensenshannon(p, q, base=2)),
        "totalVariation": float(np.abs(p - q).sum() / 2),
        "chiSquare": chi2,
    }


def sample_case(name, reference, judged):
    reference, judged = np.asarray(reference, dtype=float), np.asarray(judged, dtype=float)
    deviation = float(reference.std())
    distance = float(stats.wasserstein_distance(reference, judged))
    edges = np.quantile(reference, np.arange(1, 10) / 10)
    return {
        "name": name,
        "reference": reference.tolist(),
        "judged": judged.tolist(),
        "ks": float(stats.ks_2samp(reference, judged).statistic),
        "wasserstein": distance,
        "deviation": deviation,
        # Only where no two quantiles fall together: there the product makes a bin of its own.
        "deciles": edges.tolist() if len(set(edges)) == 9 else None,
        "binned": [
            np.bincount(np.searchsorted(edges, side, side="left"), minlength=10).tolist() for side in (reference, judged)
        ]
        if len(set(edges)) == 9
        else None,
    }


golden = {
    "source": f"scipy {scipy.__version__}, numpy {np.__version__}",
    # Metrics have cases; distances have the lists below.
    "cases": [],
    "counts": [
        counts_case("the golden shares of 0.5, 0.3, 0.2 and 0.4, 0.4, 0.2", [50, 30, 20], [40, 40, 20]),
        counts_case("equal shares of other sizes", [10, 20, 30], [100, 200, 300]),
        counts_case("a cell that only the reference has", [50, 30, 20], [50, 50, 0]),
        counts_case("a cell that only the judged data has", [60, 40, 0], [50, 30, 20]),
        counts_case("a cell that nobody has", [60, 0, 40], [50, 0, 50]),
        counts_case("nothing in common", [100, 0], [0, 70]),
        counts_case("one cell", [100], [70]),
        counts_case("one row against many", [1, 0], [499_999, 500_001]),
        counts_case("ten million rows, and a difference in the seventh digit", [5_000_000, 5_000_000], [5_000_001, 4_999_999]),
        counts_case("a hundred cells", random.integers(1, 1000, 100), random.integers(1, 1000, 100)),
        counts_case("very uneven cells", [1, 10, 100, 1000, 10000, 100000], [2, 7, 130, 900, 11000, 90000]),
    ],
    "samples": [
        sample_case("1..10 against 2.5..11.5", np.arange(1, 11), np.arange(1, 11) + 1.5),
        sample_case("two normal samples", random.normal(0, 1, 300), random.normal(0.1, 1.1, 400)),
        sample_case("many ties", random.integers(0, 5, 200), random.integers(0, 6, 150)),
        sample_case("all values equal", [3.0] * 20, [3.0] * 30),
        sample_case("constant against something else", [3.0] * 20, [4.0] * 30),
        sample_case("nothing overlaps", random.normal(0, 1, 50), random.normal(100, 1, 60)),
        sample_case("one row each", [1.0], [2.0]),
        sample_case("one row against many", [0.5], random.uniform(0, 1, 99)),
        sample_case("huge values", random.normal(1e15, 1e13, 80), random.normal(1.01e15, 1e13, 90)),
        sample_case("tiny values", random.normal(0, 1e-12, 80), random.normal(1e-13, 1e-12, 90)),
        sample_case("heavy tails", random.standard_cauchy(200), random.standard_cauchy(200) + 0.2),
        sample_case("both signs of zero", [-0.0, 0.0, 0.0, 1.0], [0.0, -0.0, 1.0, 1.0]),
    ],
    "chiSquareTail": [
        {"x": x, "freedom": freedom, "tail": float(stats.chi2.sf(x, freedom))}
        for freedom in (1, 2, 3, 9, 50, 199, 9999)
        for x in (1e-8, 0.1, 1.0, 5.0, freedom * 0.5, float(freedom), freedom * 1.5, freedom + 40.0)
    ],
    "chiSquareQuantile": [
        {"tail": 0.05, "freedom": freedom, "x": float(stats.chi2.isf(0.05, freedom))} for freedom in (1, 2, 9, 49, 199, 999)
    ],
}

text = json.dumps(golden)
Path(__file__).with_name("drift.expected.json").write_text(text + "\n")
