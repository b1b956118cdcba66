import {describe, expect, test} from 'vitest'
import type {GateResult} from '../../src/core/result.ts'
import {reportOf} from '../../src/report/from-result.ts'
import {result} from './example.ts'

describe('the report of a gate', () => {
  test('begins with the verdict and the findings, and ends with what was judged', () => {
    const report = reportOf(result, [{kind: 'paragraph', text: 'More.'}])
    expect(report).toMatchObject({title: 'Model of credit', verdict: 'fail', reason: 'model/accuracy-below-limit'})
    expect(report.blocks.map(block => block.kind)).toEqual(['findings', 'paragraph', 'paragraph'])
    expect(report.blocks.at(-1)).toEqual({kind: 'paragraph', text: 'Judged: v3, model abababababab.'})
  })

  test.each<[string, Partial<GateResult>, string]>([
    ['nothing but rules', {gate: 'policy', subject: {}}, 'Judged: no bytes, the rules only.'],
    ['an image', {gate: 'image', subject: {image: `sha256:${'cd'.repeat(32)}`}}, 'Judged: image cdcdcdcdcdcd.'],
    [
      'a rollout',
      {
        gate: 'rollout',
        subject: {version: 'v2'},
        rollout: {id: 'r', environment: 'production', phase: 'p', weightPercent: 5, candidate: 'v2', stable: 'v1'},
      },
      'Judged: v2, environment production.',
    ],
  ])('says what was judged: %s', (_, part, text) => {
    expect(reportOf({...result, ...part, findings: []}).blocks).toEqual([{kind: 'paragraph', text}])
  })
})
