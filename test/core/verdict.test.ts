import {describe, expect, test} from 'vitest'
import {conclude, type Finding} from '../../src/core/finding.ts'
import {exitCodeOf, mayProceed, type Verdict, worstOf} from '../../src/core/verdict.ts'

const finding = (verdict: Verdict): Finding => ({
  id: 'a/question',
  verdict,
  reason: `a/${verdict}`,
  subject: 's',
  what: 'w',
})

describe('many verdicts', () => {
  test.each<[string, readonly Verdict[], Verdict]>([
    ['nothing judged is an error', [], 'error'],
    ['what does not apply is not judged', ['not-applicable', 'not-applicable'], 'error'],
    ['what does not apply takes nothing from a pass', ['not-applicable', 'pass'], 'pass'],
    ['a warning outlives passes', ['pass', 'warn', 'pass'], 'warn'],
    ['inconclusive is worse than a warning', ['warn', 'inconclusive'], 'inconclusive'],
    ['a failure is worse than inconclusive', ['fail', 'inconclusive'], 'fail'],
    ['an error is worst of all', ['fail', 'error', 'pass'], 'error'],
  ])('%s', (_, verdicts, worst) => expect(worstOf(verdicts)).toBe(worst))

  test('only pass and warn may proceed, and only they end with 0', () => {
    const all = ['pass', 'warn', 'fail', 'inconclusive', 'error', 'not-applicable'] as const
    expect(all.map(exitCodeOf)).toEqual([0, 0, 1, 2, 3, 3])
    expect(all.filter(mayProceed)).toEqual(['pass', 'warn'])
  })
})

describe('the conclusion of findings', () => {
  test('no findings are an error with a reason', () =>
    expect(conclude([], 'model')).toEqual({verdict: 'error', reason: 'model/nothing-judged'}))

  test('takes its reason from the first of the worst', () =>
    expect(conclude([finding('pass'), finding('fail'), finding('warn')], 'model')).toEqual({
      verdict: 'fail',
      reason: 'a/fail',
    }))

  test('is passed where all pass', () =>
    expect(conclude([finding('pass')], 'model')).toEqual({verdict: 'pass', reason: 'model/passed'}))
})
