"""Golden values of fairness, from fairlearn on scikit-learn's bundled data sets with made-up groups, and on adversarial rows.

    pip install -r requirements.txt && python make.py

Writes fairness.expected.json beside itself. Numbers are rounded before anything is computed, so that those in the file are
exactly those that fairlearn saw. Demographic parity, equalized odds and equal opportunity come from the functions of those
names; what fairlearn has no function for comes from its MetricFrame over the metric.

Where a group lacks what a rate is a share of (no positives, nothing predicted positive, no weight), fairlearn puts 0 or
nan. There the group is left out of the comparison here, as in Slipway, and the rest is computed from MetricFrame.by_group;
all rows together keep the rows of groups that are left out.
"""

import json
import math
import warnings
from pathlib import Path

import fairlearn
import numpy as np
import pandas as pd
import sklearn
from fairlearn import metrics as fm
from sklearn import metrics as sk
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
METHODS = {"each-other": "between_groups", "all-rows": "to_overall"}
AGGREGATES = {"worst": "worst_case", "mean": "mean"}


def precision(truth, answer, sample_weight=None):
    return sk.precision_score(truth, answer, sample_weight=sample_weight, zero_division=np.nan)


def calibration_gap(truth, score, sample_weight=None):
    return fm.mean_prediction(truth, score, sample_weight) - np.average(truth, weights=sample_weight)


def log_loss_of(classes):
    def loss(rows, _, sample_weight=None):
        data = np.vstack(rows.to_numpy() if hasattr(rows, "to_numpy") else rows)
        return sk.log_loss(data[:, 0].astype(int), data[:, 1:], labels=list(range(classes)), sample_weight=sample_weight)

    return loss


def frame(metric, truth, answer, groups, weights):
    params = {} if weights is None else {"sample_weight": weights}
    return fm.MetricFrame(metrics=metric, y_true=truth, y_pred=answer, sensitive_features=groups, sample_params=params)


def compare(frame, kept, shape, method):
    """MetricFrame.difference and .ratio, on the groups that are kept."""
    by_group = frame.by_group[kept]
    if len(by_group) < 2:
        return None
    if kept.all():
        value = frame.difference(method=method) if shape == "difference" else frame.ratio(method=method)
    elif shape == "difference":
        other = by_group.min() if method == "between_groups" else frame.overall
        value = (by_group - other).abs().max()
    elif method == "between_groups":
        value = by_group.min() / by_group.max()
    else:
        ratios = by_group / frame.overall
        value = ratios.where(ratios <= 1, 1 / ratios).min()
    return None if math.isnan(value) else float(value)


def kept_groups(frame, among, groups, weights):
    """Groups with a row of some weight among those that the rate looks at."""
    weight = np.ones(len(among)) if weights is None else weights
    counted = pd.Series(among & (weight > 0)).groupby([groups[name].to_numpy() for name in groups]).any()
    counted = counted.reindex(frame.by_group.index)
    return counted.fillna(False).to_numpy(dtype=bool)


def rates_of(measure, case, groups, weights):
    """The metric frames that a measure compares, each with the groups that have what the rate needs."""
    every = np.ones(len(groups), dtype=bool)
    if case["task"] == "regression":
        target, predicted = np.array(case["target"]), np.array(case["predicted"])
        metric = {"demographic-parity": fm.mean_prediction, "loss": sk.mean_absolute_error}[measure]
        return [(frame(metric, target, predicted, groups, weights), every)]
    if case["task"] == "multiclass":
        label, predicted = np.array(case["label"]), np.array(case["predicted"])
        if measure == "loss" and case["scores"]:
            rows = pd.Series(list(np.column_stack([label, np.array(case["scores"]).T])))
            return [(frame(log_loss_of(len(case["classes"])), rows, label, groups, weights), every)]
        if measure == "loss":
            return [(frame(sk.zero_one_loss, label, predicted, groups, weights), every)]
        only = case["classes"].index(case["class"])
        case = {"positive": (label == only).astype(int), "predicted": (predicted == only).astype(int), "scores": None}
    truth, answer = np.array(case["positive"]), np.array(case["predicted"])
    scores = None if case["scores"] is None else np.array(case["scores"])
    of = {
        "selection": (fm.selection_rate, answer, every),
        "tpr": (fm.true_positive_rate, answer, truth == 1),
        "fpr": (fm.false_positive_rate, answer, truth == 0),
        "precision": (precision, answer, answer == 1),
        "calibration": (calibration_gap, scores, every),
        "error": (sk.zero_one_loss, answer, every),
    }
    names = {
        "demographic-parity": ["selection"],
        "equalized-odds": ["tpr", "fpr"],
        "equal-opportunity": ["tpr"],
        "predictive-parity": ["precision"],
        "calibration": ["calibration"],
        "loss": ["error"],
    }[measure]
    if measure == "loss" and scores is not None:
        rows = pd.Series(list(np.column_stack([truth, 1 - scores, scores])))
        return [(frame(log_loss_of(2), rows, truth, groups, weights), every)]
    return [(frame(of[name][0], truth, of[name][1], groups, weights), of[name][2]) for name in names]


def value_of(question, case, weights):
    groups = pd.DataFrame({name: case["groups"][name] for name in question["by"]})
    if weights is not None and pd.Series(weights).groupby([groups[name] for name in groups]).sum().min() == 0:
        return value_of(question, *without_weightless(case, weights))
    measure, shape = question["measure"].rsplit("-", 1)
    method = METHODS[question["comparedWith"]]
    rates = rates_of(measure, case, groups, weights)
    kept = np.all([kept_groups(each, among, groups, weights) for each, among in rates], axis=0)
    if kept.sum() < 2:
        return None
    if measure == "calibration":
        return float(rates[0][0].by_group[kept].abs().max())
    values = [compare(each, kept, shape, method) for each, _ in rates]
    if None in values:
        return None
    worst = max if shape == "difference" else min
    value = worst(values) if question["odds"] == "worst" else sum(values) / len(values)
    check_named(measure, shape, question, case, groups, weights, method, kept, value)
    return value


def without_weightless(case, weights):
    """fairlearn refuses a group of no weight. Rows of weight 0 change nothing in any other group, nor in all rows together."""
    rows = np.flatnonzero(weights > 0)
    keep = {name: [case[name][row] for row in rows] for name in ("positive", "predicted")}
    scores = None if case["scores"] is None else [case["scores"][row] for row in rows]
    groups = {name: [values[row] for row in rows] for name, values in case["groups"].items()}
    return {**case, **keep, "scores": scores, "groups": groups}, weights[rows]


def check_named(measure, shape, question, case, groups, weights, method, kept, value):
    """fairlearn's own functions of these names say the same, wherever no group is left out."""
    named = getattr(fm, f"{measure.replace('-', '_')}_{shape}", None)
    if named is None or not kept.all() or case["task"] != "binary":
        return
    how = {"agg": AGGREGATES[question["odds"]]} if measure == "equalized-odds" else {}
    own = named(
        case["positive"], case["predicted"], sensitive_features=groups, method=method, sample_weight=weights, **how
    )
    assert math.isclose(own, value, rel_tol=1e-12, abs_tol=1e-15), (question, own, value)


def questions_of(case):
    if case["task"] == "regression":
        measures = ["demographic-parity-difference", "loss-difference", "loss-ratio"]
    else:
        names = ["demographic-parity", "equalized-odds", "equal-opportunity", "predictive-parity", "loss"]
        measures = [f"{name}-{shape}" for name in names for shape in ("difference", "ratio")]
        if case["task"] == "binary" and case["scores"] is not None:
            measures.append("calibration-difference")
    names = list(case["groups"])
    for by in [[name] for name in names] + ([names] if len(names) > 1 else []):
        for measure in measures:
            for compared in METHODS:
                if measure.startswith("calibration") and compared == "all-rows":
                    continue
                for odds in AGGREGATES if measure.startswith("equalized-odds") else ["worst"]:
                    yield {"measure": measure, "by": by, "comparedWith": compared, "odds": odds}


def finished(case):
    weights = np.array(case["weights"])
    questions = []
    for question in questions_of(case):
        value, weighted = value_of(question, case, None), value_of(question, case, weights)
        told = {"value": "undefined" if value is None else value, "weighted": "undefined" if weighted is None else weighted}
        questions.append({**question, **told})
    return {**case, "questions": questions}


def listed(values, digits=None):
    return [round(float(v), digits) if digits is not None else int(v) for v in values]


def tertiles(values, names):
    cuts = np.quantile(values, [1 / 3, 2 / 3])
    return [names[int(np.searchsorted(cuts, value))] for value in values]


def weights_for(n, seed):
    return listed(np.random.default_rng(seed).gamma(2.0, 1.0, n), 3)


def binary(name, truth, scores, groups, threshold=0.5, weights=None, seed=0, predicted=None):
    scores = None if scores is None else listed(scores, 4)
    predicted = [int(score >= threshold) for score in scores] if predicted is None else listed(predicted)
    return finished({
        "name": name, "task": "binary", "positive": listed(truth), "predicted": predicted, "scores": scores,
        "groups": groups, "weights": weights or weights_for(len(truth), seed),
    })


def bundled():
    cancer = load_breast_cancer()
    rows = np.random.default_rng(1).permutation(len(cancer.target))
    train, test = rows[:200], rows[200:]
    for columns, model in [
        ([1, 4, 8], make_pipeline(StandardScaler(), LogisticRegression())),
        ([1, 4], DecisionTreeClassifier(max_depth=3, random_state=0)),
    ]:
        model.fit(cancer.data[train][:, columns], cancer.target[train])
        data = cancer.data[test]
        groups = {
            "radius": tertiles(data[:, 0], ["small", "middle", "large"]),
            "smooth": ["yes" if value > 0.1 else "no" for value in data[:, 4]],
        }
        scores = model.predict_proba(data[:, columns])[:, 1]
        yield binary(f"breast cancer, {type(model).__name__}", cancer.target[test], scores, groups, seed=2)

    digits = load_digits()
    rows = np.random.default_rng(3).permutation(len(digits.target))[:900]
    train, test = rows[:300], rows[300:]
    truth = (digits.target == 3).astype(int)
    columns = [10, 20, 26, 36, 43]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(digits.data[train][:, columns], truth[train])
    ink = digits.data[test].sum(axis=1)
    groups = {"ink": tertiles(ink, ["little", "some", "much"]), "digit": [str(d) for d in digits.target[test]]}
    scores = model.predict_proba(digits.data[test][:, columns])[:, 1]
    yield binary("digits, three or not; groups of digits hold one class", truth[test], scores, groups, threshold=0.15)

    for name, data, columns in [("iris", load_iris(), [1]), ("wine", load_wine(), [0, 1])]:
        rows = np.random.default_rng(4).permutation(len(data.target))
        train, test = rows[: len(rows) // 3], rows[len(rows) // 3 :]
        model = make_pipeline(StandardScaler(), LogisticRegression()).fit(data.data[train][:, columns], data.target[train])
        scores = np.round(model.predict_proba(data.data[test][:, columns]), 3)
        scores[:, -1] = np.round(1 - scores[:, :-1].sum(axis=1), 3)
        case = {
            "name": f"{name}, {len(columns)} columns", "task": "multiclass", "classes": ["0", "1", "2"], "class": "1",
            "label": listed(data.target[test]), "predicted": listed(scores.argmax(axis=1)),
            "scores": [listed(scores[:, each], 3) for each in range(3)],
            "groups": {"third": tertiles(data.data[test][:, -1], ["a", "b", "c"])}, "weights": weights_for(len(test), 5),
        }
        yield finished(case)
        yield finished({**case, "name": f"{name}, without scores", "scores": None})

    diabetes = load_diabetes()
    train, test = np.arange(150), np.arange(150, 442)
    model = LinearRegression().fit(diabetes.data[train][:, [2, 3]], diabetes.target[train])
    yield finished({
        "name": "diabetes, linear regression", "task": "regression", "target": listed(diabetes.target[test], 1),
        "predicted": listed(model.predict(diabetes.data[test][:, [2, 3]]), 3),
        "groups": {
            "sex": ["one" if value > 0 else "other" for value in diabetes.data[test][:, 1]],
            "age": tertiles(diabetes.data[test][:, 0], ["young", "middle", "old"]),
        },
        "weights": weights_for(len(test), 6),
    })


def adversarial():
    random = np.random.default_rng(7)
    n = 60
    truth = random.integers(0, 2, n)
    scores = np.round(random.uniform(size=n), 2)
    halves = {"half": ["a" if row % 2 else "b" for row in range(n)]}

    yield binary("all groups alike", [0, 1, 0, 1] * 6, [0.2, 0.7, 0.6, 0.4] * 6, {"g": ["a"] * 8 + ["b"] * 8 + ["c"] * 8},
                 weights=[1.0] * 24)
    yield binary("ties at the threshold", truth, np.where(scores < 0.4, 0.5, 0.1), halves)
    yield binary("nobody predicted positive", truth, scores / 4, halves)
    yield binary("everybody predicted positive", truth, 0.5 + scores / 4, halves)
    yield binary("a perfect model", truth, truth, halves)
    yield binary("a model that is always wrong", truth, 1 - truth, halves)
    thirds = ["a", "b", "c"] * (n // 3)
    yield binary("a group without positives", [0 if g == "c" else t for g, t in zip(thirds, truth)], scores, {"g": thirds})
    yield binary("a group without negatives", [1 if g == "c" else t for g, t in zip(thirds, truth)], scores, {"g": thirds})
    yield binary("a group in which nobody is predicted positive", truth,
                 [s / 4 if g == "c" else s for g, s in zip(thirds, scores)], {"g": thirds})
    yield binary("one group", truth, scores, {"g": ["a"] * n})
    yield binary("groups of one row", truth[:12], scores[:12], {"g": [str(row) for row in range(12)]})
    sparse = {"x": ["p", "p", "q"] * 20, "y": ["u", "v", "u"] * 20}
    yield binary("combinations that no row has", truth, scores, sparse)
    yield binary("rows without a group", truth, scores, {"g": ["", "a", "b", "a"] * 15, "h": ["x", "", "y"] * 20})
    yield binary("a group of no weight", truth, scores, {"g": thirds}, weights=[0.0 if g == "c" else 1.5 for g in thirds])
    yield binary("zero weights", truth, scores, halves, weights=[float(row % 3) for row in range(n)])
    yield binary("huge and tiny weights", truth, scores, halves, weights=[10.0 ** (row % 19 - 9) for row in range(n)])
    yield binary("scores of 0 and 1", truth, [0.0, 1.0, 0.5, 1.0] * 15, halves)
    yield binary("no scores", truth, None, {**halves, "g": thirds}, predicted=(scores > 0.4).astype(int))
    yield binary("many groups of few rows", np.tile(truth, 5), np.tile(scores, 5)[::-1],
                 {"g": [f"g{random.integers(0, 40)}" for _ in range(5 * n)]})
    yield binary("a common word as a group", truth, scores, {"g": ["nan", "None", "null", "true"] * 15})



if __name__ == "__main__":
    cases = [*bundled(), *adversarial()]
    source = f"fairlearn {fairlearn.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}; made by make.py"
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    text = f'{{"source":"{source}","cases":[\n{lines}\n]}}\n'
    (HERE / "fairness.expected.json").write_text(text)
    print(len(cases), "cases,", sum(len(case["questions"]) for case in cases), "questions,", len(text), "bytes")
