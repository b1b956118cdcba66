import {describe, expect, test} from 'vitest'
import {findMutant, mutants, seedsAllowed} from './mutations.ts'

describe('an engine that is broken on purpose is found', () => {
  test.each(mutants)('$name: $foundAs', async mutant => {
    const found = await findMutant(mutant)
    expect(found, `no breach of ${mutant.foundAs} in ${seedsAllowed} stories`).not.toBeNull()
  })
})
