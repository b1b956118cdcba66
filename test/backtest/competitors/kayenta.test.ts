/** The facts are those of kayenta-judge, NetflixACAJudge-v1.0. */
import {describe, expect, test} from 'vitest'
import {kayenta, kayentaDefaults} from '../../../src/backtest/competitors/kayenta.ts'
import {recordingOf} from '../../../src/backtest/competitors/recording.ts'
import {errorsGuard, minute, type Pair, traceOf} from '../lines.ts'

const guards = [errorsGuard({limit: 0.01})]

/** One line a value: errors of 1000 requests. */
function recorded(canary: readonly number[], baseline: readonly number[]) {
  const pairs = canary.map(
    (bad, index): Pair => [
      [1000, bad],
      [1000, baseline[index % baseline.length] ?? 0],
    ],
  )
  return recordingOf(traceOf(pairs), guards)
}

const repeat = (values: readonly number[], times: number) => Array.from({length: times}, () => values).flat()

describe('Kayenta', () => {
  test('judges each hour on a growing window, and ends at the first score at or below marginal', () => {
    // Twelve lines an hour: four times as many errors are clear at the first judgement.
    const answer = kayenta().judge(recorded(repeat([20, 21, 22, 23], 12), repeat([5, 6, 4, 5], 12)))
    expect(answer).toMatchObject({outcome: 'aborted', line: 11, why: 'Score 0 at judgement 1: errors worse.'})
  })

  test('passes a canary like its baseline, at the last judgement', () => {
    const same = repeat([5, 6, 4, 5], 12)
    expect(kayenta().judge(recorded(same, same))).toMatchObject({
      outcome: 'promoted',
      line: 47,
      why: 'Score 100 at the last of 4 judgements.',
    })
  })

  test('is blind to ten times the errors where most intervals have none in either arm', () => {
    // One interval in twenty has errors; the canary's have ten times as many, and three times as often.
    const baseline = repeat([...repeat([0], 19), 1], 12)
    const canary = repeat([...repeat([0], 17), 10, 10, 10], 12)
    expect(kayenta().judge(recorded(canary, baseline))).toMatchObject({outcome: 'promoted'})
  })

  test('leaves a shift alone that is not clearly more than a quarter of itself away from nothing', () => {
    // Higher by 2 in the middle, with a spread of 20: the interval reaches down to nothing.
    const baseline = repeat([0, 10, 20, 30, 40], 5)
    const canary = repeat([2, 12, 22, 32, 42], 5)
    expect(kayenta().judge(recorded(canary, baseline))).toMatchObject({outcome: 'promoted'})
  })

  test('finds two constants that differ, in the bad direction only', () => {
    expect(kayenta().judge(recorded(repeat([6], 12), [5]))).toMatchObject({outcome: 'aborted'})
    expect(kayenta().judge(recorded(repeat([4], 12), [5]))).toMatchObject({outcome: 'promoted'})
  })

  test('a canary without data on all of its metrics scores 0', () => {
    const pairs = Array.from(
      {length: 12},
      (): Pair => [
        [0, 0],
        [1000, 5],
      ],
    )
    const answer = kayenta().judge(recordingOf(traceOf(pairs), guards))
    expect(answer).toMatchObject({outcome: 'aborted', why: 'Score 0 at judgement 1: no data.'})
  })

  test('one of two metrics worse is 50, which is not above marginal; one of three is 66.67, which does not pass', () => {
    const worse = traceOf(
      repeat([20, 21, 22, 23], 3).map(
        (bad): Pair => [
          [1000, bad],
          [1000, 5 + (bad % 2)],
        ],
      ),
    )
    const lines = worse.lines.map(line => {
      const {errors} = line.guards
      if (!errors) throw new Error('the line has no errors')
      const even = {candidate: errors.stable, stable: errors.stable}
      return {...line, guards: {errors, second: even, third: even}}
    })
    const trace = {...worse, lines}
    const [two, three] = [
      [...guards, errorsGuard({limit: 0.01}, 'second')],
      [...guards, errorsGuard({limit: 0.01}, 'second'), errorsGuard({limit: 0.01}, 'third')],
    ]
    expect(kayenta().judge(recordingOf(trace, two))).toMatchObject({
      outcome: 'aborted',
      why: expect.stringContaining('Score 50 '),
    })
    expect(kayenta().judge(recordingOf(trace, three))).toMatchObject({
      outcome: 'aborted',
      why: 'Score 66.67 at the last of 1 judgements.',
    })
  })

  test('a trace shorter than an interval is judged once, at its end', () => {
    const settings = {...kayentaDefaults, intervalMs: 600 * minute}
    expect(kayenta(settings).judge(recorded(repeat([20, 21, 22], 4), [5, 6]))).toMatchObject({
      outcome: 'aborted',
      line: 11,
    })
  })
})
