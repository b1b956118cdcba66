import {describe, expect, test} from 'vitest'
import {mutants} from './mutations.ts'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'

/** Within so many stories every broken engine is to be found. */
const seedsAllowed = 300

describe('an engine that is broken on purpose is found', () => {
  test.each(mutants)('$name', async ({mutate, foundAs}) => {
    const found = await firstBreach(mutate, foundAs)
    expect(found, `no breach of ${foundAs || 'any invariant'} in ${seedsAllowed} stories`).toBeDefined()
  })
})

async function firstBreach(
  mutate: (typeof mutants)[number]['mutate'],
  foundAs: string,
): Promise<{seed: number; breach: string} | undefined> {
  for (let seed = 1; seed <= seedsAllowed; seed++) {
    const {breaches} = await simulate(storyOf(seed), {mutate})
    const breach = breaches.find(each => each.includes(`  ${foundAs}`))
    if (breach !== undefined) return {seed, breach}
  }
  return undefined
}
