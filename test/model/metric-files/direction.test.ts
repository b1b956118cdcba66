import {describe, expect, test} from 'vitest'
import {metricCatalog} from '../../../src/core/metric-catalog.ts'
import {directionOf} from '../../../src/model/metric-files/direction.ts'

const more = [
  [
    'accuracy',
    'eval_accuracy',
    'test/acc',
    'val.balanced_accuracy',
    'accuracy_score',
    'metrics/accuracy_top1',
    'testAccuracy',
  ],
  ['f1', 'macro avg.f1-score', 'test.f1', 'eval_f1_macro', 'f1_score', 'weighted avg.recall', 'malignant.precision'],
  ['roc_auc', 'AUROC', 'val_auc', 'rocAuc', 'auprc', 'average_precision', 'ap50'],
  ['metrics/mAP50(B)', 'metrics/mAP50-95(M)', 'metrics/mAP_0.5:0.95', 'ndcg@10', 'mrr@10', 'recall@5', 'hits@1'],
  ['r2', 'r2_score', 'R²', 'explained_variance', 'bleu', 'rougeL', 'rouge1', 'meteor', 'iou', 'mIoU', 'dice', 'mcc'],
  ['acc,none', 'acc_norm,none', 'exact_match,strict-match', 'pass@1', 'pass_at_10', 'win_rate', 'pearsonr'],
  [
    'eval_samples_per_second',
    'tokens_per_s',
    'throughput',
    'goodput',
    'equalized_odds_ratio',
    'demographic_parity_ratio',
  ],
  ['neg_log_loss', 'neg_mean_squared_error', 'statistics.successful_expectations'],
].flat()

const less = [
  ['loss', 'eval_loss', 'val/loss', 'valLoss', 'val/box_loss', 'log_loss', 'logloss', 'train_loss', 'cross_entropy'],
  [
    'mse',
    'rmse',
    'mae',
    'mape',
    'val_mean_absolute_error',
    'root_mean_squared_error',
    'regression_metrics.mse',
    'WAPE',
  ],
  [
    'brier_score',
    'ece',
    'pinball_loss',
    'mean_pinball_loss',
    'perplexity',
    'word_perplexity',
    'bits_per_byte',
    'wer',
    'cer',
  ],
  [
    'http_req_duration.p(95)',
    'http_req_duration.p(99.9)',
    'latency_p50',
    'p99',
    'ttft',
    'tpot',
    'memory_mb',
    'model_size',
  ],
  ['psi', 'toxicity', 'demographic_parity_difference', 'equalized_odds_difference', 'false_positive_rate', 'fpr'],
  ['fid', 'negative_log_likelihood', 'seconds_per_step', 'eval_runtime', 'top_5_error', 'violations', 'tests.failed'],
].flat()

const unknown = [
  ['score', 'value', 'epoch', 'step', 'n', 'support', 'coverage', 'gini', 'foo', '', '...', 'ks', 'sample_size'],
  // One word says more, another says less.
  ['accuracy_loss', 'f1_error', 'throughput_p95', 'recall_drop_error'],
  // Signed: its best value is 0.
  ['mean_error', 'eval_mean_error', 'interval-coverage', 'bias'],
].flat()

describe('directionOf', () => {
  test.each(more)('more of %s is better', name => expect(directionOf(name)).toBe('more'))
  test.each(less)('less of %s is better', name => expect(directionOf(name)).toBe('less'))
  test.each(unknown)('"%s" tells no direction, and none is guessed', name => expect(directionOf(name)).toBeUndefined())

  test('says of every metric of our own what the catalog says', () => {
    for (const [name, {better}] of Object.entries(metricCatalog)) {
      if (name === 'value') continue
      expect([name, directionOf(name)]).toEqual([name, better === 'neither' ? undefined : better])
    }
  })
})
