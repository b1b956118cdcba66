import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {planReport} from '../../src/rollout/plan.ts'
import type {Tally} from '../../src/rollout/tally.ts'
import {environment, v1, v2} from './world.ts'

const kinds = [
  {name: 'errors', share: {of: 'r', bad: 'x="1"'}, 'at-most': '0.1%', 'at-most-times-stable': 1.5},
  {name: 'sessions', share: {of: 'r', bad: 'x="1"', session: 's'}, 'at-most': '90%'},
  {name: 'latency', histogram: 'h', p50: '120ms', 'at-most-times-stable': 2},
  {name: 'score', mean: {of: 'score', squares: 'q', between: [-1, 1]}, 'at-least': 0.9, 'at-most': 0.95},
  {name: 'revenue', mean: {of: 'value', between: [0, 1000]}, 'may-lose': '60%', 'may-grow': '100%'},
  {name: 'complaints', count: {of: 'complaints_total'}, 'at-most': 0, 'at-most-times-stable': 10},
  {name: 'security', alert: 'severity="critical"'},
  {name: 'scores', distribution: 'score', 'may-shift': '70%'},
  {name: 'plain', share: {of: 'r', bad: 'x="1"'}, 'at-most-times-stable': 1, statistics: 'none'},
  {name: 'floor', mean: {of: 'score', between: [0, 1]}, 'at-least': 0.5, statistics: 'none'},
]

const share = fc.double({min: 0, max: 1, noNaN: true})
const known = fc
  .record({
    n: fc.nat({max: 1_000_000}),
    bad: share,
    at: share,
  })
  .map(({n, bad, at}): Record<string, Tally> => {
    const surely = Math.floor(n * bad)
    const counts = {n, bad: surely, suspect: surely}
    return {
      errors: counts,
      sessions: counts,
      latency: {...counts, suspect: n},
      complaints: {n, bad: surely * 2, suspect: surely * 2},
      score: {n, sum: n * (2 * at - 1), sumOfSquares: n},
      revenue: {n, sum: n * at * 1000, sumOfSquares: null},
      floor: {n, sum: n * at, sumOfSquares: null},
    }
  })

const plans = fc.record({
  guards: fc.subarray(kinds, {minLength: 1}),
  mirror: fc.boolean(),
  weights: fc.uniqueArray(fc.integer({min: 1, max: 100}), {maxLength: 4}),
  minutes: fc.integer({min: 5, max: 3000}),
  bake: fc.boolean(),
  decades: fc.double({min: -6, max: 6, noNaN: true}),
  mirrors: fc.boolean(),
  known: fc.option(known, {nil: undefined}),
})

describe('any plan', () => {
  test('is said in numbers that a person can read, whatever the guards, the stages and the traffic', () => {
    fc.assert(
      fc.property(plans, ({guards, mirror, weights, minutes, bake, decades, mirrors, known: counted}) => {
        const dwell = {for: `${minutes}m`}
        const stages = [
          ...(mirror ? [{mirror: '50%', ...dwell}] : []),
          ...weights.toSorted((a, b) => a - b).map(weight => ({weight: `${weight}%`, ...dwell})),
        ]
        const {result, report} = planReport({
          service: 'credit',
          environmentName: 'production',
          environment: environment({
            stages: stages.length > 0 ? stages : undefined,
            guards,
            ...(bake ? {bake: '1h'} : {}),
          }),
          candidate: v2,
          stable: v1,
          capabilities: {
            granularityPercent: 1,
            observesWeight: true,
            observesReadiness: true,
            mirrors: mirrors || mirror,
          },
          policyLoosened: false,
          traffic: {perSecond: 10 ** decades, origin: 'stated'},
          missingEvidence: null,
          now: 0,
          ...(counted === undefined ? {} : {known: counted}),
        })
        expect(JSON.stringify([result, report])).not.toMatch(
          /NaN|Infinity|undefined|\bnull\b|-\d+ (requests|bad answers)/,
        )
      }),
      {numRuns: 150},
    )
  })
})
