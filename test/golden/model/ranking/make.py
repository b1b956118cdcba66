"""Writes ranking.expected.json: values of ranking metrics.

    python -m pip install -r requirements.txt && python make.py

NDCG is scikit-learn's ndcg_score, query by query. The other metrics are taken from their definitions: over every order of
tied documents where those are few, in rational arithmetic, so that no formula for ties is checked against itself.
"""
import itertools
import json
import math
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LinearRegression
from sklearn.metrics import ndcg_score

METRICS = ["ndcg", "map", "mrr", "recall-at-k", "precision-at-k", "hit-rate"]
MOST_ORDERS = 50_000
# scikit-learn looks whether huge floats are whole numbers.
warnings.filterwarnings("ignore", "invalid value encountered in cast")


def of_order(metric, relevant, k):
    """One list without ties. relevant: 1 or 0 by position; k: None for the whole list."""
    last = len(relevant) if k is None else min(k, len(relevant))
    number = sum(relevant)
    found = [at for at in range(last) if relevant[at]]
    if metric == "map":
        total = sum(Fraction(rank + 1, at + 1) for rank, at in enumerate(found))
        return total / (number if k is None else min(k, number))
    if metric == "mrr":
        return Fraction(1, found[0] + 1) if found else Fraction(0)
    if metric == "recall-at-k":
        return Fraction(len(found), number)
    if metric == "precision-at-k":
        return Fraction(len(found), k)
    return Fraction(1 if found else 0)


def orders(relevance, scores):
    """Each order that the scores allow, as lists of 1 and 0, with how many orders of documents it stands for."""
    runs = []
    for score in sorted(set(scores), reverse=True):
        run = [1 if r > 0 else 0 for r, s in zip(relevance, scores) if s == score]
        places = itertools.combinations(range(len(run)), sum(run))
        runs.append([[1 if at in chosen else 0 for at in range(len(run))] for chosen in map(set, places)])
    count = math.prod(map(len, runs))
    assert count <= MOST_ORDERS, count
    return [list(itertools.chain(*choice)) for choice in itertools.product(*runs)]


def of_query(metric, relevance, scores, k):
    """None where the query is left out."""
    if metric == "ndcg":
        if len(relevance) < 2:
            return None
        return Fraction(float(ndcg_score([relevance], [scores], k=k)))
    if not any(r > 0 for r in relevance):
        return None
    each = [of_order(metric, order, k) for order in orders(relevance, scores)]
    return sum(each) / len(each)


def case(name, queries, weights=None, ks=(None, 1, 2, 3, 5, 10, 50)):
    """queries: a (relevance, scores) of each. weights: one of each query."""
    asked = []
    for metric in METRICS:
        for k in ks:
            if k is None and metric in ("recall-at-k", "precision-at-k", "hit-rate"):
                continue
            values = [of_query(metric, *query, k) for query in queries]
            question = {"metric": metric, **({} if k is None else {"k": k}), "value": mean(values, [1.0] * len(values))}
            if weights is not None:
                question["weighted"] = mean(values, weights)
            asked.append(question)
    relevance, scores, codes, by_row = [], [], [], []
    # Rows of a query do not stand together in the file.
    rows = [(query, at) for query, (rel, _) in enumerate(queries) for at in range(len(rel))]
    rows.sort(key=lambda row: (row[1] * 7919 + row[0] * 104729) % 1009)
    for query, at in rows:
        relevance.append(float(queries[query][0][at]))
        scores.append(float(queries[query][1][at]))
        codes.append(query)
        by_row.append(None if weights is None else float(weights[query]))
    outcomes = {"task": "ranking", "relevance": relevance, "scores": scores, "queries": codes}
    return {"name": name, "outcomes": outcomes, **({} if weights is None else {"weights": by_row}), "questions": asked}


def mean(values, weights):
    pairs = [(value, Fraction(float(weight))) for value, weight in zip(values, weights) if value is not None]
    total = sum(weight for _, weight in pairs)
    return float(sum(value * weight for value, weight in pairs) / total) if total > 0 else "undefined"


def fitted():
    """Digits as queries, images as documents: how well a linear score finds them. Diabetes: decades of age as queries."""
    digits = load_digits()
    chosen = np.random.default_rng(5).permutation(len(digits.target))[:400]
    train, test = chosen[:200], chosen[200:]
    queries = []
    for digit in range(10):
        model = LinearRegression().fit(digits.data[train], digits.target[train] == digit)
        scores = model.predict(digits.data[test]).round(4)
        queries.append(((digits.target[test] == digit).astype(float), scores))
    diabetes = load_diabetes()
    decade = (load_diabetes(scaled=False).data[:, 0] // 10).astype(int)
    graded = (diabetes.target // 50).astype(float)
    score = LinearRegression().fit(diabetes.data, diabetes.target).predict(diabetes.data).round(3)
    decades = [(graded[decade == each], score[decade == each]) for each in sorted(set(decade))]
    return [
        case("digits found by a linear score", queries, np.arange(10) / 4),
        case("progression by decade of age, graded", decades, [1.0, 0.5, 2.0, 1.0, 3.0, 0.0, 1.0, 1.0][: len(decades)]),
    ]


def random_queries(rng, count, longest, levels, grades):
    sizes = rng.integers(1, longest + 1, count)
    return [(rng.integers(0, grades, n).astype(float), rng.integers(0, levels, n) / 4) for n in sizes]


def main():
    rng = np.random.default_rng(20261121)
    cases = [
        *fitted(),
        # Examples of scikit-learn's documentation of ndcg_score.
        case("documentation, good order", [([10, 0, 0, 1, 5], [0.1, 0.2, 0.3, 4, 70])], ks=(None, 4)),
        case("documentation, another order", [([10, 0, 0, 1, 5], [0.05, 1.1, 1.0, 0.5, 0.0])], ks=(None, 4)),
        case("documentation, ties", [([10, 0, 0, 1, 5], [1, 0, 0, 0, 1])], ks=(None, 1, 2)),
        case("many ties", random_queries(rng, 30, 12, 3, 2), rng.integers(0, 4, 30)),
        case("all documents tied", [([1, 0, 0, 1, 0, 0], [0.5] * 6), ([0, 1], [1, 1])], [1, 3]),
        case("graded, some ties", random_queries(rng, 30, 10, 6, 4), rng.uniform(0, 2, 30).round(3)),
        case("no relevant document anywhere", [([0, 0, 0], [1, 2, 3]), ([0, 0], [1, 1])]),
        case("some queries without a relevant document", [([0, 0, 0], [1, 2, 3]), ([0, 1], [2, 1]), ([2], [0.3])], [1, 2, 3]),
        case("queries of one document only", [([1], [0.3]), ([0], [0.2]), ([3], [0.2])], [1, 2, 0]),
        case("every document relevant", [([1, 2, 3], [3, 2, 1]), ([1, 1], [0, 0])]),
        case("perfect and worst", [([3, 2, 1, 0], [4, 3, 2, 1]), ([0, 0, 0, 1], [4, 3, 2, 1])]),
        case("huge and tiny scores", [([1, 0, 2], [1e300, -1e300, 1e-300]), ([0, 1, 1], [5e-324, 0.0, -5e-324])]),
        case("scores that differ in the last bit", [([0, 1], [0.1 + 0.2, 0.3]), ([1, 0], [1.0, 1.0 + 2**-52])]),
        case("zero and minus zero are tied", [([1, 0, 0], [0.0, -0.0, -1.0])]),
        case("huge relevance", [([1e300, 1e299, 0], [1, 2, 3]), ([1e-300, 2e-300, 0], [3, 2, 1])], ks=(None, 2)),
        case("queries of weight zero", [([1, 0], [1, 2]), ([1, 0], [2, 1])], [0, 1]),
    ]
    source = f"scikit-learn {sklearn.__version__} (ndcg); definitions over all orders of ties, rational arithmetic"
    text = json.dumps({"source": source, "cases": cases}, allow_nan=False, separators=(",", ":"))
    Path(__file__).with_name("ranking.expected.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
    print(len(cases), "cases,", sum(len(each["questions"]) for each in cases), "questions")


if __name__ == "__main__":
    main()
