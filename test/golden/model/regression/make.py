"""Writes regression.expected.json: values of regression metrics on real and on adversarial rows.

    python -m pip install -r requirements.txt && python make.py

Where scikit-learn has the metric, its value is taken; where it has none, or where its sums leave a double, the value is
computed here in exact rational arithmetic. Where both exist they must agree to 1e-12, or the script stops.
"""
import json
import math
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.datasets import load_diabetes, load_linnerud, make_friedman1
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split

getcontext().prec = 60
LARGEST = Fraction(np.finfo(np.float64).max)


def exact(target, predicted, weights, level, interval):
    """Every metric from its formula, in rational numbers."""
    y = [Fraction(float(v)) for v in target]
    p = [Fraction(float(v)) for v in predicted]
    w = [Fraction(float(v)) for v in weights] if weights is not None else [Fraction(1)] * len(y)
    total = sum(w)

    def mean(values):
        return sum(a * b for a, b in zip(w, values)) / total

    errors = [abs(a - b) for a, b in zip(y, p)]
    mse = mean([e * e for e in errors])
    center = mean(y)
    spread = sum(a * (b - center) ** 2 for a, b in zip(w, y))
    eps = Fraction(float(np.finfo(np.float64).eps))
    values = {
        "mse": mse,
        "rmse": root(mse),
        "mae": mean(errors),
        "median-absolute-error": median(errors, w),
        "max-error": max(e for e, a in zip(errors, w) if a > 0),
        "mean-error": mean([b - a for a, b in zip(y, p)]),
        "r2": None if spread == 0 else 1 - sum(a * e * e for a, e in zip(w, errors)) / spread,
        "mape": mean([e / max(abs(a), eps) for a, e in zip(y, errors)]),
        "smape": mean([0 if a == b == 0 else 2 * abs(a - b) / (abs(a) + abs(b)) for a, b in zip(y, p)]),
        "wape": None if mean([abs(a) for a in y]) == 0 else mean(errors) / mean([abs(a) for a in y]),
        "pinball-loss": mean([level * (a - b) if a >= b else (1 - level) * (b - a) for a, b in zip(y, p)]),
    }
    if interval is not None:
        low, high = ([Fraction(float(v)) for v in side] for side in interval)
        values["interval-coverage"] = mean([1 if l <= a <= h else 0 for a, l, h in zip(y, low, high)])
        values["interval-width"] = mean([h - l for l, h in zip(low, high)])
    return values


def median(errors, weights):
    """The value at which half of the weight is reached; the mean of it and the next where it is reached exactly."""
    pairs = sorted((e, a) for e, a in zip(errors, weights) if a > 0)
    half = sum(a for _, a in pairs) / 2
    reached = Fraction(0)
    for at, (error, weight) in enumerate(pairs):
        reached += weight
        if reached == half:
            return (error + pairs[at + 1][0]) / 2
        if reached > half:
            return error
    raise AssertionError("half of the weight is reached")


def root(value):
    """The square root to 60 digits, as a fraction."""
    return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def of_sklearn(target, predicted, weights, level):
    with np.errstate(all="ignore"):
        return {
            "mse": metrics.mean_squared_error(target, predicted, sample_weight=weights),
            "rmse": metrics.root_mean_squared_error(target, predicted, sample_weight=weights),
            "mae": metrics.mean_absolute_error(target, predicted, sample_weight=weights),
            "median-absolute-error": metrics.median_absolute_error(target, predicted, sample_weight=weights),
            "max-error": metrics.max_error(target, predicted) if weights is None else None,
            "r2": metrics.r2_score(target, predicted, sample_weight=weights) if len(target) > 1 else None,
            "mape": metrics.mean_absolute_percentage_error(target, predicted, sample_weight=weights),
            "pinball-loss": metrics.mean_pinball_loss(target, predicted, sample_weight=weights, alpha=level),
        }


def case(name, target, predicted, weights=None, level=0.25, interval=None, against_sklearn=True):
    """against_sklearn: whether scikit-learn's own rounding is good enough on these rows."""
    target, predicted = np.asarray(target, float), np.asarray(predicted, float)
    asking = {"value": None} if weights is None else {"value": None, "weighted": np.asarray(weights, float)}
    beyond = any(abs(Fraction(float(a)) - Fraction(float(b))) > LARGEST for a, b in zip(target, predicted))
    questions = {}
    for key, each in asking.items():
        reference = of_sklearn(target, predicted, each, level)
        for metric, value in exact(target, predicted, each, Fraction(level), interval).items():
            asked = {"metric": metric, **({"level": level} if metric == "pinball-loss" else {})}
            # Where a single error is beyond a double, only ratios that are taken row by row or in other units remain.
            lost = beyond and metric not in ("r2", "smape")
            number = "undefined" if lost or value is None or abs(value) > LARGEST else float(value)
            theirs = reference.get(metric)
            if against_sklearn and theirs is not None and math.isfinite(theirs) and number != "undefined":
                assert math.isclose(number, theirs, rel_tol=1e-12, abs_tol=1e-300), (name, metric, number, theirs)
                number = float(theirs)
            questions.setdefault(metric, asked)[key] = number
    outcomes = {"task": "regression", "target": target.tolist(), "predicted": predicted.tolist()}
    if interval is not None:
        outcomes["interval"] = {"low": list(map(float, interval[0])), "high": list(map(float, interval[1]))}
    weighing = {} if weights is None else {"weights": list(map(float, weights))}
    return {"name": name, "outcomes": outcomes, **weighing, "questions": list(questions.values())}


def fitted(name, x, y, seed, digits):
    """Predictions of a linear model and of a forest on held-out rows, with an interval of two quantile models."""
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.4, random_state=seed)
    weights = np.random.default_rng(seed).uniform(0, 3, len(y_test)).round(3)
    weights[::7] = 0

    def quantile(level):
        model = GradientBoostingRegressor(loss="quantile", alpha=level, n_estimators=40, random_state=seed)
        return model.fit(x_train, y_train).predict(x_test).round(digits)

    low, high = quantile(0.1), quantile(0.9)
    interval = np.minimum(low, high), np.maximum(low, high)
    linear = LinearRegression().fit(x_train, y_train).predict(x_test).round(digits)
    forest = RandomForestRegressor(40, random_state=seed).fit(x_train, y_train).predict(x_test).round(digits)
    return [
        case(f"{name}, linear model", y_test, linear, weights, 0.1, interval),
        case(f"{name}, forest", y_test, forest, weights, 0.9, interval),
    ]


def adversarial():
    rng = np.random.default_rng(20261121)
    noise = rng.normal(size=40).round(6)
    truth = rng.normal(size=40).round(6)
    huge, tiny = 1e300, 1e-300
    ones = np.ones(40)
    spread = np.where(np.arange(40) % 2 == 0, 1e-8, 1e8) * rng.uniform(1, 2, 40).round(3)
    return [
        case("perfect", [1.0, -2.0, 3.5], [1.0, -2.0, 3.5]),
        case("one row", [3.0], [2.5], [2.0], interval=([1.0], [3.0])),
        case("two rows", [1.0, 2.0], [2.0, 2.0], [1.0, 3.0]),
        case("constant target", [2.0] * 5, [2.0, 2.0, 1.0, 3.0, 2.0], against_sklearn=False),
        case("constant target that no double holds", [0.1] * 7, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7], against_sklearn=False),
        case("constant target where rows have weight", [1.0, 1.0, 5.0], [1.5, 0.5, 5.0], [1.0, 2.0, 0.0], against_sklearn=False),
        case("targets all zero", [0.0] * 4, [0.0, 1.0, -1.0, 0.5], [1.0, 2.0, 3.0, 4.0], against_sklearn=False),
        case("some targets zero", [0.0, 1.0, 2.0, 0.0], [0.5, 1.5, 2.0, 0.0], [1.0, 1.0, 2.0, 3.0]),
        case("negative targets", [-3.0, -0.5, -2.0, 7.0], [-2.5, 0.0, -2.0, 8.0], [1.0, 0.5, 2.0, 1.0]),
        case("constant prediction", truth, ones * 0.25, rng.integers(0, 4, 40)),
        case("tied errors", np.arange(8.0), np.arange(8.0) + np.array([1, -1, 1, -1, 2, -2, 2, -2.0]), [1, 1, 1, 1, 1, 1, 1, 1]),
        case("half of the weight is reached exactly", [0.0] * 4, [1.0, 2.0, 3.0, 4.0], [1, 1, 0, 2], against_sklearn=False),
        case("weights far apart", truth, (truth + noise).round(6), spread),
        case("huge values", truth * huge, (truth + noise) * huge, rng.integers(1, 4, 40), against_sklearn=False),
        case("values near the largest double", [1.7e308, -1.7e308, 1e308], [1.6e308, -1.7e308, 1.1e308], against_sklearn=False),
        case("errors beyond a double", [1.7e308, -1.7e308, 1.0], [-1.7e308, 1.7e308, 1.0], against_sklearn=False),
        case("tiny values", truth * tiny, (truth + noise) * tiny, rng.integers(1, 4, 40), against_sklearn=False),
        case("huge and tiny together", [1e200, 1e-200, 1.0, -1e200], [1.1e200, 2e-200, 2.0, -1e200], [1, 2, 3, 4], against_sklearn=False),
        case("far from zero", truth + 1e9, truth + 1e9 + noise, rng.integers(1, 4, 40), against_sklearn=False),
        case(
            "interval with ends on the target",
            [1.0, 2.0, 3.0, 4.0],
            [1.0, 2.0, 3.0, 4.0],
            [0.5, 0.25, 2.0, 0.0],
            interval=([1.0, 1.0, 3.5, 4.0], [1.0, 2.0, 4.0, 4.0]),
        ),
    ]


def main():
    diabetes = load_diabetes()
    linnerud = load_linnerud()
    friedman, friedman_target = make_friedman1(500, noise=1.0, random_state=3)
    skewed = np.exp(friedman_target / 4).round(4)
    cases = [
        *fitted("diabetes", diabetes.data, diabetes.target, 1, 4),
        *fitted("linnerud, weight by exercise", linnerud.data, linnerud.target[:, 0], 2, 4),
        *fitted("friedman 1, skewed like prices", friedman, skewed, 3, 4),
        *adversarial(),
    ]
    source = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, rational arithmetic"
    text = json.dumps({"source": source, "cases": cases}, allow_nan=False, separators=(",", ":"))
    Path(__file__).with_name("regression.expected.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
    print(len(cases), "cases,", sum(len(each["questions"]) for each in cases), "values")


if __name__ == "__main__":
    main()
