"""The same work with pandas, scikit-learn, fairlearn and scipy. Prints seconds of each task as JSON.

    peers.py <folder> make <rows>   writes candidate and baseline as CSV and Parquet
    peers.py <folder> time <resamples>

Of the bootstrap only a few resamples are timed and the time is scaled to 1,000: the whole would take a quarter of an hour.
"""
import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    equalized_odds_difference,
    false_positive_rate,
    selection_rate,
    true_positive_rate,
)
from scipy import stats
from sklearn import metrics

folder = sys.argv[1]
goal = 1000


def make(rows):
    rng = np.random.default_rng(1)
    label = (rng.random(rows) < 0.3).astype(int)
    shared = rng.normal(size=rows)
    region = rng.choice(['north', 'south', 'east', 'west', 'centre'], size=rows)
    age = rng.choice(['18-30', '31-45', '46-60', '61+'], size=rows)
    for name, distance in (('candidate', 1.62), ('baseline', 1.6)):
        score = 1 / (1 + np.exp(1 - (distance * label + 0.77 * shared + 0.63 * rng.normal(size=rows))))
        frame = pd.DataFrame({
            'id': [f'row-{row:07d}' for row in range(rows)],
            'label': label,
            'prediction': (score >= 0.5).astype(int),
            'score': score,
            'region': region,
            'age': age,
        })
        frame.to_csv(f'{folder}/{name}.csv', index=False)
        frame.to_parquet(f'{folder}/{name}.parquet', index=False)


def ece(label, score, bins=15):
    place = np.minimum((score * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    gap = np.abs(np.bincount(place, score, bins) - np.bincount(place, label, bins))
    return gap.sum() / count.sum()


def all_metrics(label, predicted, score):
    return [
        metrics.accuracy_score(label, predicted),
        metrics.balanced_accuracy_score(label, predicted),
        metrics.precision_score(label, predicted),
        metrics.recall_score(label, predicted),
        metrics.recall_score(label, predicted, pos_label=0),
        metrics.f1_score(label, predicted),
        metrics.fbeta_score(label, predicted, beta=2),
        metrics.jaccard_score(label, predicted),
        metrics.matthews_corrcoef(label, predicted),
        metrics.cohen_kappa_score(label, predicted),
        metrics.roc_auc_score(label, score),
        metrics.average_precision_score(label, score),
        metrics.log_loss(label, score),
        metrics.brier_score_loss(label, score),
        ece(label, score),
    ]


def fairness(label, predicted, groups):
    MetricFrame(
        metrics={'selection': selection_rate, 'tpr': true_positive_rate, 'fpr': false_positive_rate},
        y_true=label,
        y_pred=predicted,
        sensitive_features=groups,
    ).by_group
    return [
        demographic_parity_difference(label, predicted, sensitive_features=groups),
        equalized_odds_difference(label, predicted, sensitive_features=groups),
    ]


def bootstrap(metric, label, ours, theirs, resamples):
    def difference(label, ours, theirs):
        return metric(label, ours) - metric(label, theirs)

    with warnings.catch_warnings():
        # So few resamples make no interval; only their time is wanted.
        warnings.simplefilter('ignore')
        stats.bootstrap(
            (label, ours, theirs), difference, paired=True, vectorized=False, n_resamples=resamples,
            method='percentile', confidence_level=0.9, rng=1,
        )


def seconds(task, runs):
    best = float('inf')
    for _ in range(runs):
        began = time.perf_counter()
        answer = task()
        best = min(best, time.perf_counter() - began)
    return best, answer


def measure(resamples):
    answers = {}
    answers['read CSV'], frame = seconds(lambda: pd.read_csv(f'{folder}/candidate.csv'), 3)
    answers['read Parquet'], frame = seconds(lambda: pd.read_parquet(f'{folder}/candidate.parquet'), 3)
    other = pd.read_parquet(f'{folder}/baseline.parquet')
    label, predicted, score = (frame[name].to_numpy() for name in ('label', 'prediction', 'score'))
    answers['15 binary metrics'], values = seconds(lambda: all_metrics(label, predicted, score), 3)
    groups = frame[['region', 'age']]
    answers['fairness by two columns'], gaps = seconds(lambda: fairness(label, predicted, groups), 1)
    theirs, their_score = other['prediction'].to_numpy(), other['score'].to_numpy()
    auc, _ = seconds(lambda: bootstrap(metrics.roc_auc_score, label, score, their_score, resamples), 1)
    f1, _ = seconds(lambda: bootstrap(metrics.f1_score, label, predicted, theirs, resamples), 1)
    # scipy evaluates the statistic once more, on the data itself.
    answers['1,000 paired bootstraps of AUC'] = auc * goal / (resamples + 1)
    answers['1,000 paired bootstraps of F1'] = f1 * goal / (resamples + 1)
    print(json.dumps({'seconds': answers, 'values': [float(value) for value in values + gaps]}))


if sys.argv[2] == 'make':
    make(int(sys.argv[3]))
else:
    measure(int(sys.argv[3]))
