import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compareContracts} from '../../../src/model/contract/compare/compare.ts'
import {compileSchema} from '../../../src/model/contract/compile.ts'
import type {Schema} from '../../../src/model/contract/schema.ts'
import {anySchema, anyValue, changedSchema, valuesLike} from './random-schema.ts'

/** Values of which many are allowed by one of the two contracts, some by neither. */
function withValues([deployed, candidate]: readonly [Schema, Schema]) {
  const like = fc.oneof(
    {arbitrary: valuesLike(deployed), weight: 3},
    {arbitrary: valuesLike(candidate), weight: 3},
    {arbitrary: anyValue, weight: 1},
  )
  return fc.tuple(fc.constant([deployed, candidate] as const), fc.array(like, {minLength: 40, maxLength: 80}))
}

describe('what is said of two contracts holds of every value', () => {
  const holds = (pair: fc.Arbitrary<readonly [Schema, Schema]>, runs: number) => {
    const seen = new Map<string, number>()
    let [allowed, refused] = [0, 0]
    fc.assert(
      fc.property(pair.chain(withValues), ([[deployed, candidate], instances]) => {
        const [before, after] = [compileSchema(deployed), compileSchema(candidate)]
        const compared = [
          {schema: deployed, compiled: before},
          {schema: candidate, compiled: after},
        ] as const
        const {kind, lost, gained} = compareContracts(...compared, 'request')
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
        for (const value of instances) {
          const [was, is] = [before.errors(value).length === 0, after.errors(value).length === 0]
          if (was) allowed++
          if (was && !is) refused++
          if (lost.length === 0 && was) expect(is).toBe(true)
          if (gained.length === 0 && is) expect(was).toBe(true)
        }
      }),
      {numRuns: runs},
    )
    return {seen, allowed, refused}
  }

  test('for contracts that came of one another by a few changes', () => {
    const {seen, allowed, refused} = holds(changedSchema, 300)
    // Each answer must have been given, or nothing was tested.
    for (const kind of ['same', 'widening', 'breaking', 'cannot-tell']) expect(seen.get(kind) ?? 0).toBeGreaterThan(10)
    expect(allowed).toBeGreaterThan(3000)
    expect(refused).toBeGreaterThan(500)
  })

  test('for any two contracts', () => {
    expect(holds(fc.tuple(anySchema, anySchema), 100).seen.get('breaking')).toBeGreaterThan(20)
  })

  test('a contract is the same as itself', () => {
    fc.assert(
      fc.property(anySchema, schema => {
        const compiled = compileSchema(schema)
        const copy = {schema: structuredClone(schema), compiled}
        expect(compareContracts({schema, compiled}, copy, 'request').kind).toBe('same')
      }),
      {numRuns: 100},
    )
  })
})
