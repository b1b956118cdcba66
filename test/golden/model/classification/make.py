"""Golden values of the classification metrics, from scikit-learn on its bundled data sets and on adversarial rows.

    pip install -r requirements.txt && python make.py

Writes <task>.expected.json beside itself. Scores are rounded before anything is computed, so that the numbers in the
files are exactly those that scikit-learn saw. Where scikit-learn has a value and Slipway answers "undefined" (one class
only, no denominator, a class without rows in a mean of ranking metrics), the rule stands here as `undefined`.
Calibration error, which scikit-learn does not have, is written from its definition and held against
scikit-learn's `calibration_curve` where the two bin alike. torchmetrics 1.9.0, which computes in float32, agrees to 1e-5
on all of these rows but those that lie on an edge in float64 and beside it in float32.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent
UNDEFINED = "undefined"
AVERAGES = ("macro", "micro", "weighted")
RATES = ("precision", "recall", "f1", "f-beta", "jaccard")


def rate(metric, truth, answer, beta=None, **how):
    """One of precision, recall, F and Jaccard as scikit-learn has it."""
    if metric == "precision":
        return sk.precision_score(truth, answer, **how)
    if metric == "recall":
        return sk.recall_score(truth, answer, **how)
    if metric == "f1":
        return sk.f1_score(truth, answer, **how)
    if metric == "f-beta":
        return sk.fbeta_score(truth, answer, beta=beta, **how)
    if metric == "jaccard":
        return jaccard(truth, answer, **how)
    raise ValueError(metric)


def jaccard(truth, answer, zero_division=0.0, **how):
    """jaccard_score knows no zero_division=nan: with 0 and with 1 it tells whether there is a denominator."""
    if not (isinstance(zero_division, float) and math.isnan(zero_division)):
        return sk.jaccard_score(truth, answer, zero_division=zero_division, **how)
    low = np.atleast_1d(sk.jaccard_score(truth, answer, zero_division=0, **how))
    high = np.atleast_1d(sk.jaccard_score(truth, answer, zero_division=1, **how))
    values = np.where(low == high, low, np.nan)
    return values if len(values) > 1 else values[0]


def undefined_if_nan(value):
    return UNDEFINED if value is None or math.isnan(value) else float(value)


def questions_of_rates(averages):
    for metric in RATES:
        for beta in (0.5, 2.0, 10.0) if metric == "f-beta" else (None,):
            for average in averages:
                yield {"metric": metric, "beta": beta, "average": average}


def present(codes, weights):
    """Codes that rows with weight have."""
    return np.unique(codes[weights > 0])


# ---- calibration, from its definition ----


def gaps(confidence, came, weights, bins, binning):
    """Weight and mean gap of each bin that has weight."""
    if binning == "equal-width":
        edges = np.array([index / bins for index in range(bins + 1)])
        place = np.searchsorted(edges, confidence, side="right") - 1
    else:
        place = equal_mass(confidence, weights, bins)
    found = []
    for bin in np.unique(place):
        inside = (place == bin) & (weights > 0)
        total = math.fsum(weights[inside])
        if total > 0:
            found.append((total, abs(math.fsum(weights[inside] * confidence[inside]) - math.fsum(weights[inside] * came[inside])) / total))
    return found


def equal_mass(confidence, weights, bins):
    total = math.fsum(weights)
    place = np.zeros(len(confidence), dtype=int)
    for value in np.unique(confidence):
        tied = confidence == value
        middle = math.fsum(weights[confidence < value]) + math.fsum(weights[tied]) / 2
        place[tied] = min(bins - 1, math.floor(middle * bins / total + 1e-9))
    return place


def calibration(metric, confidence, came, weights, bins=15, binning="equal-width"):
    found = gaps(confidence, came, weights, bins, binning)
    if metric == "mce":
        return max(gap for _, gap in found)
    return math.fsum(weight * gap for weight, gap in found) / math.fsum(weight for weight, _ in found)


def check_against_calibration_curve():
    """Distinct scores, a multiple of the bins: the quantile strategy of scikit-learn cuts the same bins."""
    random = np.random.default_rng(7)
    confidence = random.permutation(np.arange(1, 121) / 121)
    came = (random.random(120) < confidence).astype(float)
    for bins in (4, 10, 15):
        share, mean = calibration_curve(came, confidence, n_bins=bins, strategy="quantile")
        ours = calibration("ece", confidence, came, np.ones(120), bins, "equal-mass")
        assert abs(np.mean(np.abs(share - mean)) - ours) < 1e-14, bins


CALIBRATIONS = [
    {"metric": metric, "bins": bins, "binning": binning}
    for metric in ("ece", "mce")
    for bins, binning in ((None, None), (10, None), (7, None), (10, "equal-mass"), (4, "equal-mass"))
]


def ask_calibration(question, confidence, came, weights):
    return calibration(
        question["metric"], confidence, came, weights, question["bins"] or 15, question["binning"] or "equal-width"
    )


# ---- binary ----


def binary_questions():
    for metric in ("accuracy", "balanced-accuracy", "specificity", "mcc", "roc-auc", "average-precision", "log-loss", "brier"):
        yield {"metric": metric}
    for weighting in (None, "linear", "quadratic"):
        yield {"metric": "cohen-kappa", "weighting": weighting}
    yield from questions_of_rates((None, *AVERAGES))
    yield from CALIBRATIONS


def ask_binary(question, truth, answer, scores, weights):
    metric = question["metric"]
    by = {"sample_weight": weights}
    classes = present(truth, weights)
    if metric == "accuracy":
        return sk.accuracy_score(truth, answer, **by)
    if metric == "balanced-accuracy":
        return sk.balanced_accuracy_score(truth, answer, **by) if len(classes) == 2 else UNDEFINED
    if metric == "specificity":
        return undefined_if_nan(sk.recall_score(truth, answer, pos_label=0, zero_division=np.nan, **by))
    if metric == "mcc":
        if len(classes) < 2 or len(present(answer, weights)) < 2:
            return UNDEFINED
        return sk.matthews_corrcoef(truth, answer, **by)
    if metric == "cohen-kappa":
        return undefined_if_nan(
            sk.cohen_kappa_score(truth, answer, labels=[0, 1], weights=question["weighting"], **by)
        )
    if metric in RATES:
        return ask_rate(question, truth, answer, [0, 1], weights)
    if metric == "roc-auc":
        return sk.roc_auc_score(truth, scores, **by) if len(classes) == 2 else UNDEFINED
    if metric == "average-precision":
        return sk.average_precision_score(truth, scores, **by) if len(classes) == 2 else UNDEFINED
    if metric == "log-loss":
        return sk.log_loss(truth, scores, labels=[0, 1], **by)
    if metric == "brier":
        return sk.brier_score_loss(truth, scores, pos_label=1, **by)
    return ask_calibration(question, scores, truth, weights)


def ask_rate(question, truth, answer, labels, weights):
    metric, beta, average = question["metric"], question.get("beta"), question.get("average")
    by = {"beta": beta, "sample_weight": weights}
    if "class" in question:
        one = int(question["class"])
        truth, answer = (truth == one).astype(int), (answer == one).astype(int)
        average = None
    if average is None:
        return undefined_if_nan(rate(metric, truth, answer, average="binary", pos_label=1, zero_division=np.nan, **by))
    each = rate(metric, truth, answer, average=None, labels=labels, zero_division=np.nan, **by)
    if np.all(np.isnan(each)):
        return UNDEFINED
    return float(rate(metric, truth, answer, average=average, labels=labels, zero_division=0, **by))


def binary_case(name, truth, scores, weights=None, answer=None):
    truth = np.asarray(truth, dtype=int)
    scores = np.asarray(scores, dtype=float)
    answer = (scores >= 0.5).astype(int) if answer is None else np.asarray(answer, dtype=int)
    outcomes = {"task": "binary", "positive": truth, "predicted": answer, "scores": scores}
    return case(name, outcomes, weights, binary_questions(), lambda question, by: ask_binary(question, truth, answer, scores, by))


# ---- multiclass ----


def multiclass_questions(classes):
    some = sorted({classes[0], classes[len(classes) // 2], classes[-1]})
    for metric in ("accuracy", "balanced-accuracy", "mcc", "log-loss", "brier"):
        yield {"metric": metric}
    for weighting in (None, "linear", "quadratic"):
        yield {"metric": "cohen-kappa", "weighting": weighting}
    yield from questions_of_rates((None, *AVERAGES))
    for metric in RATES:
        for name in some:
            yield {"metric": metric, "beta": 2.0 if metric == "f-beta" else None, "class": name}
    for k in range(1, min(4, len(classes))):
        yield {"metric": "top-k-accuracy", "k": k}
    for average in (None, *AVERAGES):
        yield {"metric": "roc-auc", "average": average}
        yield {"metric": "average-precision", "average": average}
    for average in (None, "macro", "weighted"):
        yield {"metric": "roc-auc", "average": average, "pairs": "one-vs-one"}
    for name in some:
        yield {"metric": "roc-auc", "class": name}
        yield {"metric": "average-precision", "class": name}
    yield from CALIBRATIONS


def ask_multiclass(question, truth, answer, scores, weights):
    metric = question["metric"]
    labels = list(range(scores.shape[1]))
    by = {"sample_weight": weights}
    classes = present(truth, weights)
    if metric == "accuracy":
        return sk.accuracy_score(truth, answer, **by)
    if metric == "balanced-accuracy":
        return sk.balanced_accuracy_score(truth, answer, **by) if len(classes) > 1 else UNDEFINED
    if metric == "mcc":
        if len(classes) < 2 or len(present(answer, weights)) < 2:
            return UNDEFINED
        return sk.matthews_corrcoef(truth, answer, **by)
    if metric == "cohen-kappa":
        return undefined_if_nan(
            sk.cohen_kappa_score(truth, answer, labels=labels, weights=question["weighting"], **by)
        )
    if metric in RATES:
        return ask_rate({**question, "average": question.get("average") or "macro"}, truth, answer, labels, weights)
    if metric == "top-k-accuracy":
        return sk.top_k_accuracy_score(truth, scores, k=question["k"], labels=labels, **by)
    if metric in ("roc-auc", "average-precision"):
        return ask_scores(question, np.eye(len(labels), dtype=int)[truth], scores, weights, truth)
    if metric == "log-loss":
        return sk.log_loss(truth, scores, labels=labels, **by)
    if metric == "brier":
        return sk.brier_score_loss(truth, scores, labels=labels, **by)
    top = np.argmax(scores, axis=1)
    return ask_calibration(question, scores[np.arange(len(truth)), top], (top == truth).astype(float), weights)


def ask_scores(question, truth, scores, weights, label=None):
    """roc-auc and average-precision of several columns; `truth` is an indicator matrix."""
    metric, average = question["metric"], question.get("average") or "macro"
    one = sk.roc_auc_score if metric == "roc-auc" else sk.average_precision_score
    counted = weights > 0
    both = [len(np.unique(truth[counted, index])) == 2 for index in range(truth.shape[1])]
    some = [truth[counted, index].any() for index in range(truth.shape[1])]
    if "class" in question:
        index = int(question["class"])
        return one(truth[:, index], scores[:, index], sample_weight=weights) if both[index] else UNDEFINED
    if question.get("pairs") == "one-vs-one":
        if not all(some) or truth.shape[1] < 2:
            return UNDEFINED
        # scikit-learn has no weights in pairs: rows by whole weights are repeated instead.
        repeated = np.repeat(np.arange(len(label)), np.round(weights * WEIGHT_STEPS).astype(int))
        return sk.roc_auc_score(
            label[repeated], scores[repeated], multi_class="ovo", average=average, labels=list(range(scores.shape[1]))
        )
    if average == "samples":
        rows = [row for row in range(len(truth)) if counted[row] and len(np.unique(truth[row])) == 2]
        if not rows:
            return UNDEFINED
        values = [one(truth[row], scores[row]) for row in rows]
        return np.average(values, weights=weights[rows])
    if average == "macro" and not all(both):
        return UNDEFINED
    if average == "weighted" and (not any(some) or not all(has or not any_row for has, any_row in zip(both, some))):
        return UNDEFINED
    if average == "micro" and len(np.unique(truth[counted])) < 2:
        return UNDEFINED
    if average == "weighted" and not all(both):
        # scikit-learn drops classes of weight 0 too; asked class by class, so that no NaN takes part.
        columns = [index for index in range(truth.shape[1]) if both[index]]
        values = [one(truth[:, index], scores[:, index], sample_weight=weights) for index in columns]
        return np.average(values, weights=[weights @ truth[:, index] for index in columns])
    if label is not None and metric == "roc-auc":
        return sk.roc_auc_score(
            label, scores, multi_class="ovr", average=average, labels=list(range(scores.shape[1])), sample_weight=weights
        )
    return one(truth, scores, average=average, sample_weight=weights)


def multiclass_case(name, truth, scores, weights=None, answer=None):
    truth = np.asarray(truth, dtype=int)
    scores = np.asarray(scores, dtype=float)
    answer = np.argmax(scores, axis=1) if answer is None else np.asarray(answer, dtype=int)
    classes = [str(index) for index in range(scores.shape[1])]
    outcomes = {"task": "multiclass", "classes": classes, "label": truth, "predicted": answer, "scores": scores.T}
    return case(
        name, outcomes, weights, multiclass_questions(classes), lambda question, by: ask_multiclass(question, truth, answer, scores, by)
    )


# ---- multilabel ----


def multilabel_questions(classes):
    yield {"metric": "accuracy"}
    yield {"metric": "hamming-loss"}
    yield from questions_of_rates((None, *AVERAGES, "samples"))
    for average in (None, *AVERAGES, "samples"):
        yield {"metric": "roc-auc", "average": average}
        yield {"metric": "average-precision", "average": average}
    for name in classes:
        for metric in RATES:
            yield {"metric": metric, "beta": 0.5 if metric == "f-beta" else None, "class": name}
        yield {"metric": "roc-auc", "class": name}
        yield {"metric": "average-precision", "class": name}


def ask_multilabel(question, truth, answer, scores, weights):
    metric = question["metric"]
    if metric == "accuracy":
        return sk.accuracy_score(truth, answer, sample_weight=weights)
    if metric == "hamming-loss":
        return sk.hamming_loss(truth, answer, sample_weight=weights)
    if metric in ("roc-auc", "average-precision"):
        return ask_scores(question, truth, scores, weights)
    by = {"beta": question.get("beta"), "sample_weight": weights}
    if "class" in question:
        index = int(question["class"])
        return undefined_if_nan(
            rate(metric, truth[:, index], answer[:, index], average="binary", pos_label=1, zero_division=np.nan, **by)
        )
    average = question.get("average") or "macro"
    each = rate(metric, truth, answer, average=None, zero_division=np.nan, **by)
    if average == "weighted" and not truth[weights > 0].any():
        return UNDEFINED
    if average != "samples" and np.all(np.isnan(each)):
        return UNDEFINED
    return float(rate(metric, truth, answer, average=average, zero_division=0, **by))


def multilabel_case(name, truth, scores, weights=None, answer=None):
    truth = np.asarray(truth, dtype=int)
    scores = np.asarray(scores, dtype=float)
    answer = (scores >= 0.5).astype(int) if answer is None else np.asarray(answer, dtype=int)
    classes = [str(index) for index in range(scores.shape[1])]
    outcomes = {"task": "multilabel", "classes": classes, "labels": truth.T, "predicted": answer.T, "scores": scores.T}
    return case(
        name, outcomes, weights, multilabel_questions(classes), lambda question, by: ask_multilabel(question, truth, answer, scores, by)
    )


# ---- cases ----

WEIGHT_STEPS = 8  # weights are eighths, so that their sums are exact whatever the order


def some_weights(rows, seed):
    """From 0 to 4 in eighths, with zeros among them."""
    return np.random.default_rng(seed).integers(0, 4 * WEIGHT_STEPS + 1, rows) / WEIGHT_STEPS


def case(name, outcomes, weights, questions, ask):
    rows = len(outcomes.get("positive", outcomes.get("label", outcomes.get("labels", [[]])[0])))
    weights = some_weights(rows, seed=rows) if weights is None else np.asarray(weights, dtype=float)
    if not weights.any():
        weights[0] = 1.0
    answered = []
    for question in questions:
        plain = {**question, **{key: question.get(key) for key in ("beta", "average", "bins", "binning", "weighting", "pairs")}}
        answered.append(
            {
                **{key: value for key, value in question.items() if value is not None},
                "value": number(ask(plain, np.ones(rows))),
                "weighted": number(ask(plain, weights)),
            }
        )
    return {"name": name, "outcomes": plain_lists(outcomes), "weights": plain_lists(weights), "questions": answered}


def number(value):
    if value == UNDEFINED:
        return value
    assert math.isfinite(value), value
    return float(value)


def plain_lists(value):
    if isinstance(value, dict):
        return {key: plain_lists(each) for key, each in value.items()}
    if isinstance(value, np.ndarray):
        return [plain_lists(each) for each in value]
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return int(value) if value == int(value) and abs(value) < 1e6 and math.copysign(1, value) > 0 else float(value)
    return value


def rounded_rows(probabilities, parts=1000):
    """Rows of whole thousandths that still sum to 1, by largest remainder."""
    raw = probabilities / probabilities.sum(axis=1, keepdims=True) * parts
    whole = np.floor(raw).astype(int)
    for row in range(len(raw)):
        for index in np.argsort(whole[row] - raw[row], kind="stable")[: parts - whole[row].sum()]:
            whole[row, index] += 1
    return whole / parts


def halves(load, rows, seed=0):
    data, target = load(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(target))
    half = len(order) // 2
    train, test = order[:half], order[half : half + rows]
    return data[train], target[train], data[test], target[test]


def linear():
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=500))


def binary_cases():
    train, known, rows, truth = halves(load_breast_cancer, 280)
    for name, model in (("logistic regression", linear()), ("a stump", DecisionTreeClassifier(max_depth=1, random_state=0))):
        scores = np.round(model.fit(train, known).predict_proba(rows)[:, 1], 4)
        yield binary_case(f"breast cancer, {name}", truth, scores)
    random = np.random.default_rng(1)
    truth = random.integers(0, 2, 60)
    tied = random.integers(0, 11, 60) / 10
    yield binary_case("many ties", truth, tied)
    yield binary_case("predictions that do not follow the scores", truth, tied, answer=random.integers(0, 2, 60))
    yield binary_case("scores on the edges of bins", truth, random.integers(0, 16, 60) / 15)
    distinct = random.permutation(np.arange(1, 61)) / 61
    yield binary_case("distinct scores", truth, np.round(distinct, 6))
    yield binary_case("whole weights", truth, tied, weights=random.integers(0, 4, 60))
    yield binary_case("all scores equal", truth, np.full(60, 0.5))
    yield binary_case("perfect", truth, np.where(truth == 1, 0.9, 0.2))
    yield binary_case("inverted", truth, np.where(truth == 1, 0.2, 0.9))
    yield binary_case("certain and right", truth, truth.astype(float))
    yield binary_case("certain and wrong", truth, 1.0 - truth)
    yield binary_case("positive rows only", np.ones(12, dtype=int), np.arange(12) / 12)
    yield binary_case("negative rows only", np.zeros(12, dtype=int), np.arange(12) / 12)
    yield binary_case("nothing predicted positive", truth, np.round(distinct * 0.4, 6))
    yield binary_case("everything predicted positive", truth, np.round(0.5 + distinct * 0.4, 6))
    yield binary_case("all weight on positive rows", truth, tied, weights=truth * 1.0)
    yield binary_case("all weight on negative rows", truth, tied, weights=1.0 - truth)
    yield binary_case("all weight on rows predicted negative", truth, tied, weights=(tied < 0.5) * 2.0)
    yield binary_case("one row has nearly all weight", truth, tied, weights=np.where(np.arange(60) == 7, 2.0**40, 0.125))
    extremes = [0.0, 1.0, 1e-300, 5e-324, 2.2250738585072014e-308, 1 - 2**-53, 2**-52, 2**-53, 1 - 2**-52, 0.5, 1.0, 0.0]
    yield binary_case("scores at the ends of a double", [1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0], extremes)
    yield binary_case("denormals in order", [0, 1, 0, 1, 1, 1], [5e-324, 1e-323, 1.5e-323, 2e-323, 1e-310, 1e-300])
    yield binary_case("one row, positive", [1], [0.7])
    yield binary_case("one row, negative", [0], [0.7])
    yield binary_case("two rows in order", [0, 1], [0.2, 0.9])
    yield binary_case("two rows, tied", [0, 1], [0.5, 0.5], weights=[1, 3])
    yield binary_case("one positive row of many", np.arange(60) == 13, tied)


def multiclass_cases():
    for name, load, rows in (("iris", load_iris, 75), ("wine", load_wine, 89), ("digits", load_digits, 240)):
        train, known, test, truth = halves(load, rows)
        for called, model in (("logistic regression", linear()), ("naive Bayes", GaussianNB(var_smoothing=1e-2))):
            scores = rounded_rows(model.fit(train, known).predict_proba(test))
            yield multiclass_case(f"{name}, {called}", truth, scores)
    random = np.random.default_rng(2)
    truth = random.integers(0, 4, 50)
    scores = rounded_rows(random.dirichlet(np.ones(4), 50), 10)
    yield multiclass_case("many ties", truth, scores)
    yield multiclass_case("predictions that do not follow the scores", truth, scores, answer=random.integers(0, 4, 50))
    yield multiclass_case("whole weights", truth, scores, weights=random.integers(0, 4, 50))
    yield multiclass_case("all scores equal", truth, np.full((50, 4), 0.25))
    yield multiclass_case("certain and right", truth, np.eye(4)[truth])
    yield multiclass_case("certain and wrong", truth, np.eye(4)[(truth + 1) % 4])
    without = np.where(truth == 2, 3, truth)
    yield multiclass_case("a class that no row has", without, scores)
    yield multiclass_case("a class that no row has and nobody predicts", without, scores, answer=np.where(scores.argmax(1) == 2, 0, scores.argmax(1)))
    yield multiclass_case("a class that nobody predicts", truth, scores, answer=np.where(scores.argmax(1) == 1, 0, scores.argmax(1)))
    yield multiclass_case("everybody gets one answer", truth, scores, answer=np.zeros(50, dtype=int))
    yield multiclass_case("rows of one class", np.full(50, 2), scores)
    yield multiclass_case("rows of one class, all found", np.full(50, 2), np.eye(4)[np.full(50, 2)])
    yield multiclass_case("a class without weight", truth, scores, weights=(truth != 1) * 1.5)
    yield multiclass_case("all weight on one class", truth, scores, weights=(truth == 1) * 1.5)
    tiny = np.array([[1.0, 0.0, 0.0], [1e-300, 1.0, 5e-324], [0.0, 1e-300, 1.0], [0.5, 0.5, 1e-310], [1 - 2**-53, 2**-53, 0.0]])
    yield multiclass_case("scores at the ends of a double", [0, 2, 1, 1, 1], tiny)
    yield multiclass_case("one row", [1], [[0.25, 0.5, 0.25]])
    yield multiclass_case("two rows", [1, 0], [[0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
    yield multiclass_case("three rows, one of each class", [2, 0, 1], [[0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])


def multilabel_cases():
    train, known, test, digit = halves(load_digits, 160)
    labels_of = lambda digits: np.column_stack([digits % 2 == 0, np.isin(digits, (2, 3, 5, 7)), digits > 5, digits == 8]).astype(int)
    for name, model in (("logistic regression", linear()), ("naive Bayes", GaussianNB(var_smoothing=1e-1))):
        scores = np.round(OneVsRestClassifier(model).fit(train, labels_of(known)).predict_proba(test), 3)
        yield multilabel_case(f"properties of digits, {name}", labels_of(digit), scores)
    random = np.random.default_rng(3)
    truth = random.integers(0, 2, (40, 3))
    scores = random.integers(0, 9, (40, 3)) / 8
    yield multilabel_case("many ties", truth, scores)
    yield multilabel_case("whole weights", truth, scores, weights=random.integers(0, 4, 40))
    yield multilabel_case("all scores equal", truth, np.full((40, 3), 0.5))
    yield multilabel_case("certain and right", truth, truth * 1.0)
    yield multilabel_case("a label that no row has", truth * [1, 0, 1], scores)
    yield multilabel_case("a label that every row has", np.maximum(truth, [0, 1, 0]), scores)
    yield multilabel_case("a label that nobody predicts", truth, scores * [1, 0.25, 1])
    yield multilabel_case("nothing predicted", truth, scores / 4)
    yield multilabel_case("no labels at all", truth * 0, scores)
    yield multilabel_case("no labels, nothing predicted", truth * 0, scores / 4)
    yield multilabel_case("every label on every row", truth * 0 + 1, scores)
    yield multilabel_case("no weight on rows with the first label", truth, scores, weights=(truth[:, 0] == 0) * 0.5)
    yield multilabel_case("one row", [[1, 0, 1]], [[0.75, 0.5, 0.25]])
    yield multilabel_case("two rows", [[1, 0, 1], [0, 1, 1]], [[0.75, 0.5, 0.25], [0.5, 0.5, 1.0]])


def main():
    check_against_calibration_curve()
    source = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}; made by make.py"
    for task, cases in (("binary", binary_cases()), ("multiclass", multiclass_cases()), ("multilabel", multilabel_cases())):
        found = list(cases)
        lines = ",\n".join(json.dumps(each, separators=(",", ":"), allow_nan=False) for each in found)
        (HERE / f"{task}.expected.json").write_text(f'{{"source":{json.dumps(source)},"cases":[\n{lines}\n]}}\n')
        print(f"{task}: {len(found)} cases, {sum(2 * len(each['questions']) for each in found)} values")


if __name__ == "__main__":
    main()
