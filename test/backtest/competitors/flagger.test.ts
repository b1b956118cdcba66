/** The facts are those of pkg/controller/scheduler.go of Flagger 1.44. */
import {describe, expect, test} from 'vitest'
import {flagger} from '../../../src/backtest/competitors/flagger.ts'
import {recordingOf} from '../../../src/backtest/competitors/recording.ts'
import {errorsGuard, recordingOfErrors, traceOf} from '../lines.ts'

const good = [100, 1] as const
const bad = [100, 2] as const

describe('Flagger', () => {
  test('aborts one tick after the last failure, because it asks before it measures', () => {
    const answer = flagger({threshold: 2}).judge(recordingOfErrors([bad, good, bad, good, good]))
    expect(answer).toMatchObject({outcome: 'aborted', line: 3})
    expect(answer.why).toBe('2 failed checks, the last one errors <= 0.01 at 0.02.')
  })

  test('failures add up: hours of passing do not take one back', () => {
    const lines = [bad, ...Array.from({length: 50}, () => good), bad, good]
    expect(flagger({threshold: 2, steps: 60}).judge(recordingOfErrors(lines))).toMatchObject({
      outcome: 'aborted',
      line: 52,
    })
  })

  test('a failure at the last tick of the trace is never acted upon', () => {
    expect(flagger({threshold: 1, steps: 3}).judge(recordingOfErrors([good, bad]))).toMatchObject({
      outcome: 'held',
      line: 1,
    })
  })

  test.each([
    ['no request', [0, 0]],
    ['no answer', null],
  ] as const)('%s is a failed check', (_, silence) => {
    const answer = flagger({threshold: 1}).judge(recordingOfErrors([silence, good]))
    expect(answer).toMatchObject({
      outcome: 'aborted',
      line: 1,
      why: '1 failed checks, the last one errors without a value.',
    })
  })

  test('the weight advances on ticks that pass only: a halt makes promotion later', () => {
    expect(flagger({threshold: 3, steps: 3}).judge(recordingOfErrors([good, good, good, good, good]))).toMatchObject({
      outcome: 'promoted',
      line: 2,
    })
    expect(flagger({threshold: 3, steps: 3}).judge(recordingOfErrors([good, bad, good, bad, good]))).toMatchObject({
      outcome: 'promoted',
      line: 4,
    })
  })

  test('one tick is one failed check, however many metrics are wrong in it', () => {
    const pairs = [
      [
        [100, 9],
        [100, 1],
      ],
      [
        [100, 0],
        [100, 0],
      ],
      [
        [100, 1],
        [100, 1],
      ],
    ] as const
    const recording = recordingOf(traceOf(pairs), [errorsGuard({limit: 0.01}), errorsGuard({limit: 0.02}, 'errors')])
    expect(flagger({threshold: 2}).judge(recording)).toMatchObject({outcome: 'promoted'})
  })
})
