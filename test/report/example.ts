import type {Finding} from '../../src/core/finding.ts'
import type {GateResult} from '../../src/core/result.ts'
import {reportOf} from '../../src/report/from-result.ts'
import type {Report} from '../../src/report/report.ts'

const findings: readonly Finding[] = [
  {
    id: 'model/not-worse',
    verdict: 'pass',
    reason: 'model/not-worse-shown',
    subject: 'roc-auc',
    what: 'ROC AUC is 0.0123 above the baseline.',
    value: 0.0123,
    limit: 'may lose 0.005',
    interval: {low: -0.0021, high: Number.POSITIVE_INFINITY, confidence: 0.95, method: 'DeLong'},
    n: 400,
  },
  {
    id: 'model/metric-at-least',
    verdict: 'fail',
    reason: 'model/accuracy-below-limit',
    subject: 'accuracy',
    what: '325 of 400 rows are predicted correctly.',
    why: 'A model below its floor decides wrongly more often than the service promises.',
    remedy: 'Train it further, or lower `at-least` with a reason.',
    value: 0.8125,
    limit: 'at least 0.85',
    interval: {low: 0.77123456, high: 0.8476, confidence: 0.95, method: 'Wilson'},
    n: 400,
  },
  {
    id: 'model/fairness',
    verdict: 'inconclusive',
    reason: 'model/too-few-groups',
    subject: 'demographic parity by age_band',
    what: 'Only one group has 30 rows or more.',
    why: 'A difference needs two groups.',
    remedy: 'Evaluate on more rows.',
    limit: 'at most 0.1',
  },
  {
    id: 'model/weights-only',
    verdict: 'pass',
    reason: 'model/no-code',
    subject: 'model.safetensors',
    what: 'The header is well-formed and describes 12 tensors.',
  },
]

export const result: GateResult = {
  gate: 'model',
  service: 'credit',
  verdict: 'fail',
  reason: 'model/accuracy-below-limit',
  summary: 'Accuracy 0.8125 is below the floor of 0.85.',
  findings,
  subject: {version: 'v3', model: `sha256:${'ab'.repeat(32)}`},
}

/** A report with a block of every kind. */
export const report: Report = reportOf(result, [
  {kind: 'heading', text: 'Beside production'},
  {
    kind: 'table',
    columns: [{name: 'metric'}, {name: 'candidate', align: 'right'}, {name: 'baseline', align: 'right'}],
    rows: [
      ['accuracy', '0.8125', '0.8425'],
      ['f1', '0.7', '0.713'],
    ],
  },
  {
    kind: 'details',
    summary: 'Conventions',
    blocks: [
      {kind: 'list', items: ['positive label: bad', 'threshold: 0.5']},
      {kind: 'code', text: 'slipway validate\n```'},
    ],
  },
])
