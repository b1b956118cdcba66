"""Three projects as their teams would leave them: trained by scikit-learn on real data, written by pandas and pyarrow.

    python make_projects.py <folder> <german_credit.csv>

Each folder holds a release in production, a healthy candidate and a regressed one, and the slipway.yml that judges them.
Seeds are fixed; nothing is downloaded.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import save_file
from sklearn.datasets import load_diabetes, load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression, QuantileRegressor, Ridge
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def save_model(folder: Path, **arrays: np.ndarray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}, folder / "model.safetensors")


def credit(root: Path, source: Path) -> None:
    """A binary classifier with groups: German credit, CSV."""
    data = pd.read_csv(source)
    # In this file 0 is a loan that was not repaid.
    label = np.where(data["risk"] == 0, "bad", "good")
    groups = data["sex"].astype(str).to_numpy()
    features = pd.get_dummies(data.drop(columns=["risk"])).to_numpy(dtype=float)
    rows = np.arange(len(data))
    id = np.array([f"loan-{row:04d}" for row in rows])

    def release(version: str, columns: np.ndarray, damage: float) -> None:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
        score = cross_val_predict(model, features[:, columns], label == "bad", cv=10, method="predict_proba")[:, 1]
        if damage > 0:
            # A feature pipeline that hands a share of the rows to the model in the wrong order.
            wrong = np.random.default_rng(7).random(len(score)) < damage
            score[wrong] = np.random.default_rng(8).permutation(score[wrong])
        model.fit(features[:, columns], label == "bad")
        save_model(root / version / "model", coefficients=model[-1].coef_)
        frame = pd.DataFrame({"loan": id, "outcome": label, "p_bad": score, "sex": groups, "age": data["age"], "amount": data["credit_amount"]})
        frame.sample(frac=1, random_state=len(version)).to_csv(root / version / "predictions.csv", index=False)

    all_columns = np.arange(features.shape[1])
    release("production", all_columns[:-2], 0)
    release("healthy", all_columns, 0)
    release("regressed", all_columns, 0.6)
    (root / "slipway.yml").write_text(
        """version: 1
service: credit
model:
  files: healthy/model
validation:
  predictions:
    candidate: healthy/predictions.csv
    baseline: production/predictions.csv
    columns: { id: loan, label: outcome, score: p_bad, groups: [sex] }
    positive: bad
  slices:
    - { name: large loans, where: amount > 3000 }
  gates:
    - { metric: roc-auc, at-least: 0.7, may-lose: 0.02, in-each: [sex] }
    - { metric: roc-auc, at-least: 0.7, may-lose: 0.02 }
    - { metric: log-loss, may-lose: 5% }
    - { metric: ece, at-most: 0.1 }
    - { metric: recall, at-least: 0.3, in-each: [large loans] }
    - { fairness: equal-opportunity-difference, by: sex, at-most: 0.3 }
    - { weak-segments: log-loss, may-lag: 0.3 }
"""
    )


def progression(root: Path) -> None:
    """A regression with predicted quantiles: diabetes progression, a folder of Parquet parts."""
    bunch = load_diabetes()
    features, target = bunch.data, bunch.target
    rows = np.arange(len(target))
    band = np.where(features[:, 0] > 0, "older", "younger")

    def release(version: str, columns: int, shift: float) -> None:
        part = features[:, :columns]
        predicted = cross_val_predict(Ridge(alpha=0.01), part, target, cv=10) + shift
        low = cross_val_predict(QuantileRegressor(quantile=0.1, alpha=0), part, target, cv=5) + shift
        high = cross_val_predict(QuantileRegressor(quantile=0.9, alpha=0), part, target, cv=5) + shift
        save_model(root / version / "model", coefficients=Ridge(alpha=0.01).fit(part, target).coef_)
        table = pa.table(
            {
                "patient": pa.array(rows + 9_007_199_254_740_993, pa.int64()),
                "y": pa.array(target, pa.float64()),
                "y_hat": pa.array(predicted, pa.float64()),
                "q10": pa.array(np.minimum(low, high), pa.float64()),
                "q90": pa.array(np.maximum(low, high), pa.float64()),
                "age_band": pa.array(band).dictionary_encode(),
            }
        )
        folder = root / version / "predictions"
        folder.mkdir(parents=True, exist_ok=True)
        half = len(target) // 2
        pq.write_table(table.slice(0, half), folder / "part-0.parquet", compression="zstd")
        pq.write_table(table.slice(half), folder / "part-1.parquet", compression="snappy")

    release("production", 9, 0)
    release("healthy", 10, 0)
    release("regressed", 10, 25)
    (root / "training.csv").write_text(pd.DataFrame({"y": target, "age_band": band}).to_csv(index=False))
    (root / "slipway.yml").write_text(
        """version: 1
service: progression
model:
  files: healthy/model
validation:
  predictions:
    candidate: healthy/predictions
    baseline: production/predictions
    task: regression
    columns:
      { id: patient, label: y, prediction: y_hat, quantiles: { "0.1": q10, "0.9": q90 }, interval: { low: q10, high: q90 }, groups: [age_band] }
  gates:
    - { metric: rmse, at-most: 60, may-lose: 5% }
    - { metric: mae, may-lose: 5%, in-each: [age_band] }
    - { metric: r2, at-least: 0.4 }
    - { metric: mean-error, at-least: -10, at-most: 10 }
    - { metric: pinball-loss, level: 0.9, may-lose: 10% }
    - { metric: interval-coverage, at-least: 0.7, at-most: 0.9 }
    - { drift: psi, in: healthy/predictions, against: training.csv, among: [y], at-most: 0.25 }
"""
    )


def retrieval(root: Path) -> None:
    """A ranking: images of digits by likeness; gzipped JSON lines."""
    bunch = load_digits()
    images, digits = bunch.data, bunch.target
    shelf, asked, shelf_digit, asked_digit = train_test_split(images, digits, test_size=200, random_state=3)
    documents = np.random.default_rng(5).integers(0, len(shelf), size=(len(asked), 40))

    def release(version: str, components: int, noise: float) -> None:
        space = PCA(n_components=components, random_state=0).fit(shelf)
        shelf_place, asked_place = space.transform(shelf), space.transform(asked)
        save_model(root / version / "model", components=space.components_)
        folder = root / version
        random = np.random.default_rng(11)
        with gzip.open(folder / "ranking.jsonl.gz", "wt") as lines:
            for query, wanted in enumerate(documents):
                distance = np.linalg.norm(shelf_place[wanted] - asked_place[query], axis=1)
                score = -distance + noise * random.normal(size=len(wanted)) * distance.std()
                for place, document in enumerate(wanted):
                    record = {
                        "pair": f"{query}-{place}",
                        "query": f"q{query}",
                        "relevance": int(shelf_digit[document] == asked_digit[query]),
                        "score": round(float(score[place]), 6),
                        "digit": str(asked_digit[query]),
                    }
                    lines.write(json.dumps(record) + "\n")

    release("production", 20, 0)
    release("healthy", 30, 0)
    release("regressed", 30, 2)
    (root / "slipway.yml").write_text(
        """version: 1
service: retrieval
model:
  files: healthy/model
validation:
  predictions:
    candidate: healthy/ranking.jsonl.gz
    baseline: production/ranking.jsonl.gz
    task: ranking
    columns: { id: pair, label: relevance, score: score, query: query, groups: [digit] }
  gates:
    - { metric: ndcg, k: 10, at-least: 0.7, may-lose: 0.02 }
    - { metric: map, may-lose: 0.02 }
    - { metric: mrr, may-lose: 0.03 }
    - { metric: hit-rate, k: 1, at-least: 0.75 }
"""
    )


if __name__ == "__main__":
    into, source = Path(sys.argv[1]), Path(sys.argv[2])
    credit(into / "credit", source)
    progression(into / "progression")
    retrieval(into / "retrieval")
