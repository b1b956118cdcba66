import {expect, test} from 'vitest'
import type {Finding} from '../../../src/core/finding.ts'
import {segmentBlocks} from '../../../src/model/describe/weak-segments.ts'

function finding(segments: readonly string[], id: Finding['id'] = 'model/weak-segments'): Finding {
  return {
    id,
    subject: 'weak segments by accuracy',
    verdict: 'fail',
    reason: 'model/weak-segment',
    what: 'age <= 31 lags.',
    limit: 'may lag 0.1',
    details: {lookedAt: 74, segments},
  }
}

test('every part that a search found is in the report, not only the worst', () => {
  const segments = ['age <= 31: accuracy 0.52 on 364 rows', 'amount > 1790: accuracy 0.61 on 174 rows']
  expect(segmentBlocks([finding(segments)])).toEqual([
    {
      kind: 'details',
      summary: 'weak segments by accuracy: parts that lag beyond "may lag 0.1"',
      blocks: [{kind: 'list', items: segments}],
    },
  ])
})

test('one part alone stands in the finding, and other findings have no parts', () => {
  const segments = ['a', 'b']
  expect(segmentBlocks([finding(['age <= 31']), finding([]), finding(segments, 'model/other')])).toEqual([])
})
