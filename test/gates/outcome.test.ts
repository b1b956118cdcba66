import {describe, expect, test} from 'vitest'
import type {Finding} from '../../src/core/finding.ts'
import type {Verdict} from '../../src/core/verdict.ts'
import {withFindings} from '../../src/gates/outcome.ts'
import {reportOf} from '../../src/report/from-result.ts'

function finding(verdict: Verdict, reason: Finding['reason']): Finding {
  return {id: 'policy/changed', verdict, reason, subject: 'policy', what: 'Something was seen.'}
}

function outcome(findings: readonly Finding[], verdict: Verdict, reason: Finding['reason']) {
  const result = {
    gate: 'model',
    service: 'credit',
    verdict,
    reason,
    summary: 'It is so.',
    findings,
    subject: {},
  } as const
  return {result, report: reportOf(result)}
}

const passed = outcome([finding('pass', 'model/accuracy-kept')], 'pass', 'model/passed')

describe('further findings of a gate', () => {
  test.each([
    ['a warning turns a pass into a warning', finding('warn', 'policy/loosened'), 'warn', 'policy/loosened'],
    ['a pass leaves a pass', finding('pass', 'policy/unchanged'), 'pass', 'model/passed'],
    ['a failure fails', finding('fail', 'policy/refused'), 'fail', 'policy/refused'],
  ] as const)('%s', (_, more, verdict, reason) => {
    const {result, report} = withFindings(passed, [more])
    expect(result).toMatchObject({verdict, reason})
    expect(report).toMatchObject({verdict, reason})
    expect(result.findings).toContain(more)
  })

  test('never soften what was found before', () => {
    const failed = outcome([finding('fail', 'model/accuracy-below-limit')], 'fail', 'model/accuracy-below-limit')
    expect(withFindings(failed, [finding('warn', 'policy/loosened')]).result).toMatchObject({
      verdict: 'fail',
      reason: 'model/accuracy-below-limit',
    })
  })

  test('stand first in the report', () => {
    const more = finding('warn', 'policy/loosened')
    expect(withFindings(passed, [more]).report.blocks[0]).toEqual({kind: 'findings', findings: [more]})
  })
})
