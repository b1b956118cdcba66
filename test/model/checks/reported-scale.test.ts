import {describe, expect, test} from 'vitest'
import {scalesDiffer} from '../../../src/model/checks/reported-scale.ts'

describe('a value and what it is held against', () => {
  const asked = (name: string, value: number, other: number) => scalesDiffer(name, value, {other, told: 'its limit'})

  test.each([
    ['accuracy', 85, 0.8],
    ['accuracy', 0.85, 80],
    ['eval.f1', 71.2, 0.7],
    ['metrics/precision(B)', 90, 1],
    ['test roc-auc', 99, 0.9],
  ])('%s of %d against %d: one of them is in percent', (name, value, other) => {
    expect(asked(name, value, other)).toMatchObject({verdict: 'error', reason: 'model/reported-scale'})
  })

  test.each([
    ['accuracy', 0.85, 0.8],
    ['accuracy', 85, 80],
    // Rounded up, and no percentage.
    ['accuracy', 1.0001, 0.9],
    // No limit at all.
    ['accuracy', 85, 0],
    // Not every value is a share.
    ['perplexity', 12, 0.8],
    ['bleu', 31, 0.5],
    ['vacc_doses', 31, 0.5],
  ])('%s of %d against %d is nothing strange', (name, value, other) => {
    expect(asked(name, value, other)).toBeNull()
  })
})
