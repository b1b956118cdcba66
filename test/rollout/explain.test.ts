import {describe, expect, test} from 'vitest'
import {explainProgress, formatE} from '../../src/rollout/explain.ts'
import {judgeGuard} from '../../src/rollout/judge.ts'
import type {PlannedGuard} from '../../src/rollout/stages.ts'

const safety = {margin: 2, risk: 0.05}
const errors: PlannedGuard = {
  name: 'errors',
  query: {kind: 'share', name: 'errors', of: 'r', bad: 'x="1"'},
  tests: [{kind: 'share-at-most', limit: 0.01, alpha: 0.01}],
}

function at5(n: number, bad: number) {
  return [{weightPercent: 5, candidate: {n, bad, suspect: bad}, stable: {n: 19 * n, bad: 0, suspect: 0}}]
}

describe('a decision in words', () => {
  test.each([
    [Math.log(37), '37'],
    [Math.log(0.001), 'below 0.01'],
    [Math.log(44090), '44090'],
    [Math.log(5.2e9), '5.2e+9'],
    [2000, '1e+868'],
  ])('an e-value of exp(%d) reads %s', (logE, text) => expect(formatE(logE)).toBe(text))

  test('says how many more bad requests would abort, and that many do', () => {
    const judged = judgeGuard(errors, at5(300, 3), 5, safety)
    const more = Number(/(\d+) more bad requests/.exec(explainProgress(judged, safety, 5))?.[1])
    expect(judgeGuard(errors, at5(300 + more, 3 + more), 5, safety).harmful).not.toBeNull()
    expect(judgeGuard(errors, at5(299 + more, 2 + more), 5, safety).harmful).toBeNull()
  })

  test('says how many more requests would show safety, and that many do', () => {
    const judged = judgeGuard(errors, at5(60, 0), 5, safety)
    const more = Number(/about (\d+) more candidate requests/.exec(explainProgress(judged, safety, 5))?.[1])
    expect(judgeGuard(errors, at5(60 + more, 0), 5, safety).safe).toBe(true)
    expect(judgeGuard(errors, at5(59 + more, 0), 5, safety).safe).toBe(false)
  })

  test('says when safety is out of reach, instead of promising a number', () => {
    const judged = judgeGuard(errors, at5(300, 9), 5, safety)
    expect(explainProgress(judged, safety, 5)).toContain('out of reach at this rate')
  })

  test('says that nothing was seen, where nothing was', () => {
    const judged = judgeGuard(errors, [], 5, safety)
    expect(judged).toMatchObject({safe: false, harmful: null})
    expect(explainProgress(judged, safety, 5)).toContain('no candidate request at this weight yet')
  })

  test('what was shown at one weight does not make another weight safe', () => {
    expect(judgeGuard(errors, at5(5000, 0), 25, safety).safe).toBe(false)
  })
})
