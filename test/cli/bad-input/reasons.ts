/** Reasons that `docs/bad-input.md` does not list, and why. */

/** What a check is called, and what it answers where nothing is wrong with its input. */
const answers = [
  'baseline-declared',
  'business-rule',
  'business-rule-broken',
  'business-rule-holds',
  'business-rule-warns',
  'card-complete',
  'contract-compatible',
  'contract-kept',
  'contract-narrowed',
  'contract-same',
  'contract-widened',
  'data-columns-same',
  'data-key-unique',
  'data-missing-kept',
  'data-missing-may-grow',
  'data-readable',
  'data-references',
  'data-references-kept',
  'data-rows-kept',
  'data-rows-within',
  'data-same-columns',
  'data-same-values',
  'data-unique',
  'data-values-same',
  'drift-above-limit',
  'drift-like-chance',
  'drift-within-limit',
  'file-safe',
  'files-safe',
  'no-baseline-declared',
  'no-weak-segment',
  'predictions-usable',
  'quality-judged',
  'reported-comparison-inconclusive',
  'reported-loss-near-margin',
  'reported-near-limit',
  'reported-not-worse',
  'reported-usable',
  'reported-within-limit',
  'reported-worse-than-baseline',
  'slice-judged',
  'weak-segment',
  'weak-segment-not-shown',
  'weak-segments',
  'weights-only',
]

/** The config is refused before these could be told: `config/invalid`. */
const refusedEarlier = [
  'baseline-value-not-finite',
  'fairness-limit-of-another-kind',
  'group-column-not-declared',
  'no-answer-column',
  'no-expression',
  'no-positive-class',
  'no-quality-gate',
  'no-query-column',
  'task-unknown',
]

/** Behind another answer, or in a file of gigabytes: tested where they are made. */
const beyondCommands = ['column-too-large', 'data-numbers-rounded', 'no-weight', 'segments-need-rows']

export const notListed: ReadonlySet<string> = new Set(
  [...answers, ...refusedEarlier, ...beyondCommands].map(reason => `model/${reason}`),
)
