/** The facts are those of analysis/analysis.go of Argo Rollouts 1.9. */
import {describe, expect, test} from 'vitest'
import {argoRollouts} from '../../../src/backtest/competitors/argo-rollouts.ts'
import {recordingOf} from '../../../src/backtest/competitors/recording.ts'
import type {Trace} from '../../../src/backtest/trace.ts'
import {errorsGuard, minute, type Pair, recordingOfErrors, start, traceOf} from '../lines.ts'

const good = [100, 1] as const
const bad = [100, 2] as const
const silent = [0, 0] as const

describe('Argo Rollouts', () => {
  test('with failureLimit 3 it aborts at the FOURTH failure, wherever in the run the failures are', () => {
    const answer = argoRollouts().judge(recordingOfErrors([bad, good, bad, good, bad, good, bad, good]))
    expect(answer).toEqual({
      outcome: 'aborted',
      at: start + 35 * minute,
      line: 6,
      why: 'errors: 4 measurements did not have errors <= 0.01 (now 0.02), 3 allowed.',
    })
  })

  test.each([
    ['three failures pass under failureLimit 3', 3, [bad, bad, bad, good], 'promoted', 3],
    [
      'the first failure aborts under failureLimit 0, which is what it has without settings',
      0,
      [good, bad, good],
      'aborted',
      1,
    ],
    ['a value at the limit keeps it', 0, [good, good], 'promoted', 1],
    ['a tick without a request is 0/0, NaN, and a failure', 3, [silent, silent, silent, silent, good], 'aborted', 3],
  ] as const)('%s', (_, failureLimit, lines, outcome, line) => {
    const answer = argoRollouts({failureLimit, consecutiveErrorLimit: 4}).judge(recordingOfErrors(lines))
    expect(answer).toMatchObject({outcome, line})
  })

  test('five minutes without an answer abort: an error is retried each ten seconds, and the fifth in a row is one too many', () => {
    const answer = argoRollouts().judge(recordingOfErrors([good, null, good]))
    expect(answer).toMatchObject({outcome: 'aborted', line: 1})
    expect(answer.why).toContain('more than 4 measurements in a row without a value')
  })

  test('forty seconds without an answer are four errors, which it bears, and the next answer forgives them', () => {
    const outage = [good, null, good, null, good]
    expect(argoRollouts().judge(recordingOfErrors(outage, {every: 40_000}))).toMatchObject({outcome: 'promoted'})
    const twice = [good, null, null, good]
    expect(argoRollouts().judge(recordingOfErrors(twice, {every: 40_000}))).toMatchObject({outcome: 'aborted', line: 2})
  })

  test('each limit has counters of its own', () => {
    const both: Pair = [
      [100, 2],
      [100, 2],
    ]
    const neither: Pair = [
      [100, 1],
      [100, 1],
    ]
    const onlyRatio: Pair = [
      [100, 1],
      [100, 0],
    ]
    const trace = withSecond(traceOf([both, onlyRatio, both, neither]))
    const recording = recordingOf(trace, [errorsGuard({limit: 0.01}), errorsGuard({times: 2}, 'compared')])
    // The limit fails twice (2 % twice), the comparison once (1/0): three in all, and two at most.
    const judge = (failureLimit: number) => argoRollouts({failureLimit, consecutiveErrorLimit: 4}).judge(recording)
    expect(judge(2)).toMatchObject({outcome: 'promoted'})
    expect(judge(1)).toMatchObject({outcome: 'aborted', line: 2})
  })
})

/** The same counts under a second guard. */
function withSecond(trace: Trace): Trace {
  const lines = trace.lines.map(line => {
    const {errors} = line.guards
    if (!errors) throw new Error('the line has no errors')
    return {...line, guards: {errors, compared: errors}}
  })
  return {...trace, lines}
}
