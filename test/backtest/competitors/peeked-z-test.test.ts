import {describe, expect, test} from 'vitest'
import {peekedZTest, zOf} from '../../../src/backtest/competitors/peeked-z-test.ts'
import {recordingOf} from '../../../src/backtest/competitors/recording.ts'
import type {PlannedGuard} from '../../../src/rollout/guards.ts'
import {errorsGuard, start, traceOf} from '../lines.ts'

const share = (n: number, sum: number) => ({n, sum, squares: 0, isShare: true})

describe('the z-test', () => {
  test.each([
    // By hand: p = 30/300 = 0.1, variance 0.09 (1/100 + 1/200) = 0.00135, difference 0.15 - 0.075.
    ['15 of 100 against 15 of 200', share(100, 15), share(200, 15), 0.075 / Math.sqrt(0.00135)],
    ['equal shares', share(50, 5), share(500, 50), 0],
    ['no error anywhere', share(50, 0), share(50, 0), 0],
    ['no candidate request', share(0, 0), share(50, 5), 0],
  ])('%s', (_, candidate, stable, z) => expect(zOf(candidate, stable)).toBeCloseTo(z, 12))

  test('two means by their sample variances', () => {
    // By hand: 1, 2, 3 (mean 2, variance 1) and 2, 4, 6, 8 (mean 5, variance 20/3): (2 - 5)/sqrt(1/3 + 5/3).
    const z = zOf({n: 3, sum: 6, squares: 14, isShare: false}, {n: 4, sum: 20, squares: 120, isShare: false})
    expect(z).toBeCloseTo(-3 / Math.sqrt(2), 12)
  })
})

describe('the peeked z-test', () => {
  const guards = [errorsGuard({limit: 0.01})]

  test('aborts at the first look at which all counts so far are significant', () => {
    const pairs = [
      [
        [100, 5],
        [100, 5],
      ],
      [
        [100, 10],
        [100, 3],
      ],
      [
        [100, 15],
        [100, 3],
      ],
    ] as const
    // After two looks 15 of 200 against 8 of 200, z = 1.51; after three 30 of 300 against 11 of 300, z = 3.07.
    const answer = peekedZTest().judge(recordingOf(traceOf(pairs), guards))
    expect(answer).toMatchObject({outcome: 'aborted', line: 2, why: 'errors: z = 3.07 after 300 candidate requests.'})
  })

  test('never aborts a candidate that is better', () => {
    const pairs = [
      [
        [1000, 0],
        [1000, 100],
      ],
    ] as const
    expect(peekedZTest().judge(recordingOf(traceOf(pairs), guards))).toMatchObject({outcome: 'promoted'})
  })

  test('a mean that may not fall aborts where it is lower, and one without squares says nothing', () => {
    const guard: PlannedGuard = {
      name: 'value',
      query: {kind: 'mean', name: 'value', of: 'value', low: 0, high: 10},
      tests: [{kind: 'mean-may-lose', fraction: 0.05, low: 0, high: 10, alpha: 0.01}],
    }
    const line = (squares: boolean) => ({
      lines: [
        {
          at: start,
          weightPercent: 10,
          absent: {},
          alerts: {},
          guards: {
            value: {
              candidate: {n: 100, sum: 300, sumOfSquares: squares ? 1300 : null},
              stable: {n: 100, sum: 500, sumOfSquares: squares ? 2900 : null},
            },
          },
        },
      ],
      intervalMs: 1000,
    })
    expect(peekedZTest().judge(recordingOf(line(true), [guard]))).toMatchObject({outcome: 'aborted'})
    expect(peekedZTest().judge(recordingOf(line(false), [guard]))).toMatchObject({outcome: 'promoted'})
  })
})
