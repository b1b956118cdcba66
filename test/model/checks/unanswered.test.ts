import {describe, expect, test} from 'vitest'
import {remedyOfUnanswered} from '../../../src/model/checks/unanswered.ts'

describe('what to do where a question has no answer', () => {
  test.each([
    ['error', 'model/no-interval', 'Correct the gate, or the columns that it needs.'],
    [
      'inconclusive',
      'model/constant-target',
      'Evaluate on rows that the metric can speak of, or gate on another metric.',
    ],
  ] as const)('%s %s: other rows help only where rows are what is missing', (verdict, reason, remedy) => {
    expect(remedyOfUnanswered({verdict, reason})).toBe(remedy)
  })

  test('too few clusters: more rows of the same clusters would not help', () => {
    expect(remedyOfUnanswered({verdict: 'inconclusive', reason: 'model/too-few-clusters'})).toContain(
      'rows of more clusters',
    )
  })
})
