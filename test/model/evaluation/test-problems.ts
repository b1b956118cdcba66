import {expect, test} from 'vitest'
import type {Task} from '../../../src/core/metric-catalog.ts'
import type {ProblemCase} from './problem-case.ts'
import {evaluate, said} from './worlds.ts'

/** Each case as a test: exactly these problems, in sentences, and nothing of the data's ids in them. */
export function testProblems(task: Task, cases: readonly ProblemCase[]): void {
  test.each(cases)('$title', ({change, says, judged, words}) => {
    const {evaluation, problems} = evaluate(task, change)
    expect(said(problems)).toEqual(says)
    expect({candidate: evaluation !== null, baseline: (evaluation?.baseline ?? null) !== null}).toEqual({
      candidate: judged !== 'none',
      baseline: judged === 'both',
    })
    for (const {what, remedy, severity} of problems) {
      expect(what).toMatch(/^\S.*\.$/s)
      expect(remedy).toMatch(/^\S.*[.?]$/s)
      expect(['error', 'inconclusive', 'warn']).toContain(severity)
      // Ids of the worlds are r0, d0, s0 and customers c0.
      expect(`${what} ${remedy}`).not.toMatch(/\b[rdsc]\d{1,2}\b/)
    }
    if (words) expect(problems.map(({what, remedy}) => `${what} ${remedy}`).join('\n')).toMatch(words)
  })
}
