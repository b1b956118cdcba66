import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compareContracts} from '../../../src/model/contract/compare/compare.ts'
import {compileSchema} from '../../../src/model/contract/compile.ts'
import type {Schema} from '../../../src/model/contract/schema.ts'
import {anySchema, anyValue, changedSchema} from './random-schema.ts'

const values = fc.array(anyValue, {minLength: 30, maxLength: 60})

describe('what is said of two contracts holds of every value', () => {
  const holds = (pair: fc.Arbitrary<readonly [Schema, Schema]>, runs: number) => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(pair, values, ([deployed, candidate], instances) => {
        const [before, after] = [compileSchema(deployed), compileSchema(candidate)]
        const compared = [
          {schema: deployed, compiled: before},
          {schema: candidate, compiled: after},
        ] as const
        const {kind, lost, gained} = compareContracts(...compared, 'request')
        seen.set(kind, (seen.get(kind) ?? 0) + 1)
        for (const value of instances) {
          const [was, is] = [before.errors(value).length === 0, after.errors(value).length === 0]
          if (lost.length === 0 && was) expect(is).toBe(true)
          if (gained.length === 0 && is) expect(was).toBe(true)
        }
      }),
      {numRuns: runs},
    )
    return seen
  }

  test('for contracts that came of one another by a few changes', () => {
    const seen = holds(changedSchema, 300)
    // Each answer must have been given, or nothing was tested.
    for (const kind of ['same', 'widening', 'breaking', 'cannot-tell']) expect(seen.get(kind) ?? 0).toBeGreaterThan(20)
  })

  test('for any two contracts', () => {
    expect(holds(fc.tuple(anySchema, anySchema), 100).get('breaking')).toBeGreaterThan(20)
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
