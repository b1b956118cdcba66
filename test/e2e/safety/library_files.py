"""Lists model files that pinned libraries bring for their own tests, and writes every estimator of scikit-learn.

    python library_files.py DIR    prints {"onnx": [...], "tensors": [...], "joblib": DIR, "estimators": [...]}
"""

import json
import pathlib
import pickle
import shutil
import sys
import warnings

import joblib
import numpy as np
import onnx
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import all_estimators

warnings.filterwarnings("ignore")

GIVEN = {
    "GridSearchCV": {"param_grid": {"C": [0.1, 1]}},
    "RandomizedSearchCV": {"param_distributions": {"C": [0.1, 1]}, "n_iter": 2},
    "HalvingGridSearchCV": {"param_grid": {"C": [0.1, 1]}},
    "HalvingRandomSearchCV": {"param_distributions": {"C": [0.1, 1]}},
}


def made(name, kind):
    """An estimator with what it cannot do without: another one, a list of them, or nothing. None for the few others."""
    for given in ({}, {"estimator": LogisticRegression(), **GIVEN.get(name, {})}):
        try:
            return kind(**given)
        except TypeError:
            pass
    try:
        return kind([("a", LogisticRegression()), ("b", DecisionTreeClassifier())])
    except TypeError:
        return None


def fitted(name, kind):
    random = np.random.RandomState(0)
    x = random.rand(60, 5)
    label = (x[:, 0] > 0.5).astype(int)
    texts = ["north wind", "wind and rain", "rain on the north"] * 20
    for data in ((x, label), (x, 2 * x[:, 0]), (x, np.c_[label, 1 - label]), (x,), (texts, label), (x[:, 0], x[:, 1])):
        estimator = made(name, kind)
        if estimator is None:
            return None
        try:
            return estimator.fit(*data)
        except Exception:
            continue
    return None


def write_estimators(folder):
    folder.mkdir(parents=True)
    written = []
    for name, kind in all_estimators():
        estimator = fitted(name, kind)
        if estimator is None:
            continue
        path = folder / f"{name}.{'joblib' if len(written) % 2 else 'pkl'}"
        if len(written) % 2:
            joblib.dump(estimator, path, compress=len(written) % 3)
        else:
            path.write_bytes(pickle.dumps(estimator, protocol=2 + len(written) % 4))
        written.append(str(path))
    return written


def main():
    to = pathlib.Path(sys.argv[1])
    of_onnx = pathlib.Path(onnx.__file__).parent / "backend/test/data"
    data = pathlib.Path(joblib.__file__).parent / "test/data"
    shutil.copytree(data, to / "joblib", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    answer = {
        "onnx": sorted(str(path) for path in of_onnx.rglob("*.onnx")),
        "tensors": sorted(str(path) for path in of_onnx.rglob("*.pb")),
        "joblib": str(to / "joblib"),
        "estimators": write_estimators(to / "estimators"),
    }
    print(json.dumps(answer))


main()
