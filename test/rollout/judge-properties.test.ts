import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {PlannedGuard} from '../../src/rollout/guards.ts'
import {noTallies} from '../../src/rollout/judge/accumulate.ts'
import {explainProgress, explainSafety, explainShort} from '../../src/rollout/report/explain.ts'
import type {ArmTallies, Tally} from '../../src/rollout/tally.ts'
import {guardOf, judgeAfter, type Look, safety} from './world-of-guards.ts'

const alpha = 0.01
const bounds = {low: 0, high: 1}

const guards: readonly PlannedGuard[] = [
  guardOf(
    'requests',
    {kind: 'share-at-most', limit: 0.01, alpha},
    {kind: 'share-at-most-times-stable', times: 1.5, alpha},
  ),
  guardOf('requests', {kind: 'share-at-most', limit: 0.01, alpha: 0, method: 'threshold'}),
  guardOf(
    'quantile',
    {kind: 'quantile-at-most', quantile: 0.95, limitSeconds: 0.1, alpha},
    {kind: 'slow-at-most-times-stable', times: 2, limitSeconds: 0.1, alpha},
  ),
  guardOf(
    'mean',
    {kind: 'mean-at-least', limit: 0.8, ...bounds, alpha},
    {kind: 'mean-may-lose', fraction: 0.05, ...bounds, alpha},
  ),
  guardOf(
    'mean',
    {kind: 'mean-at-most', limit: 0.2, ...bounds, alpha},
    {kind: 'mean-may-grow', fraction: 0.1, ...bounds, alpha},
  ),
  guardOf('events', {kind: 'events-at-most', limit: 3}, {kind: 'events-at-most-times-stable', times: 2, alpha}),
  guardOf('distribution', {kind: 'distribution-may-shift', distance: 0.1, alpha}),
]

const n = fc.nat({max: 500})
const part = fc.double({min: 0, max: 1, noNaN: true})

/** What one side may count in one look, for a guard of this kind. */
function tallyFor(kind: PlannedGuard['query']['kind']): fc.Arbitrary<Tally> {
  if (kind === 'mean') {
    return fc.tuple(n, part, part).map(([count, at, spread]) => {
      const sum = count * at
      const least = count === 0 ? 0 : sum ** 2 / count
      return {n: count, sum, sumOfSquares: least + spread * (sum - least)}
    })
  }
  if (kind === 'distribution') {
    return fc.tuple(n, n).map(([low, high]) => ({n: low + high, bounds: [0.5], buckets: [low, high]}))
  }
  return fc.tuple(n, part, part).map(([count, bad, suspect]) => {
    const surely = Math.floor(count * bad)
    return {n: count, bad: surely, suspect: surely + Math.floor((count - surely) * suspect)}
  })
}

function looksFor({query}: PlannedGuard, candidate?: Tally): fc.Arbitrary<Look[]> {
  const arms = fc.record({
    candidate: candidate === undefined ? tallyFor(query.kind) : fc.constant(candidate),
    stable: tallyFor(query.kind),
    weightPercent: fc.constantFrom(10),
    isPartial: fc.boolean(),
  })
  return fc.array(arms, {maxLength: 12})
}

const each = guards.map(guard => [`${guard.name}: ${guard.tests.map(({kind}) => kind).join(', ')}`, guard] as const)

describe.each(each)('%s', (_, guard) => {
  test('no candidate request is neither harm nor safety, whatever the stable release does', () => {
    const none: ArmTallies = noTallies(guard.query)
    fc.assert(
      fc.property(looksFor(guard, none.candidate), looks => {
        expect(judgeAfter(guard, looks)).toMatchObject({harmful: null, safe: false})
      }),
      {numRuns: 40},
    )
  })

  test('nothing is both harmful and safe, evidence is a number, and every sentence can be said', () => {
    fc.assert(
      fc.property(looksFor(guard), looks => {
        const judged = judgeAfter(guard, looks)
        expect(judged.harmful !== null && judged.safe).toBe(false)
        for (const {harm, safety: safe} of judged.tests) {
          for (const evidence of [harm, safe]) {
            if (evidence.kind === 'e-value') expect(Number.isFinite(evidence.logE)).toBe(true)
          }
        }
        const said = [explainProgress(judged, safety), explainSafety(judged), explainShort(judged, safety)].join(' ')
        expect(said).not.toMatch(/NaN|undefined|Infinity/)
      }),
      {numRuns: 60},
    )
  })

  test('only partial looks never show safety', () => {
    fc.assert(
      fc.property(looksFor(guard), looks => {
        expect(
          judgeAfter(
            guard,
            looks.map(look => ({...look, isPartial: true})),
          ).safe,
        ).toBe(false)
      }),
      {numRuns: 30},
    )
  })
})
