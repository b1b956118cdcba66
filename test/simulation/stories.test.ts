import {describe, expect, test} from 'vitest'
import {faultKinds} from './faults.ts'
import {mutants} from './mutations.ts'
import {type Simulated, simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {quietStory, type Story} from './story.ts'
import {addRun, newTally} from './tally.ts'

describe('rollouts with faults, people and troubles of every kind keep every invariant', () => {
  const tally = newTally()

  test.each([1, 101, 201])('one hundred from seed %i on', async first => {
    for (let seed = first; seed < first + 100; seed++) {
      const run = await simulate(storyOf(seed))
      expectAllHeld(run, `npm run simulate -- --only ${seed}`)
      addRun(tally, run)
    }
  })

  test('and they were not spared: every kind of fault was there, and every kind of end', () => {
    const kinds = Object.keys(tally.troubles)
    expect(kinds).toEqual(expect.arrayContaining([...faultKinds, 'telemetry', 'dispatch', 'other hands']))
    const ends = Object.keys(tally.outcomes)
    const expected = [
      'promoted (rollout/promoted)',
      'aborted (rollout/share-above-limit)',
      'rolled-back (rollout/rolled-back)',
    ]
    expect(ends).toEqual(expect.arrayContaining(expected))
  })
})

test('the same seed tells the same story, to the last call', async () => {
  const [once, again] = [await simulate(storyOf(7)), await simulate(storyOf(7))]
  expect(again.transcript()).toBe(once.transcript())
})

test('a rollout that breaks an invariant can be read: the world, the calls, the faults, the ledger and the breach', async () => {
  const {mutate} = mutants.find(({foundAs}) => foundAs === 'counted-once') ?? {}
  if (!mutate) throw new Error('There is no mutant that counts twice.')
  const transcript = (await simulate(storyOf(1), {mutate})).transcript()
  for (const line of [
    '"seed": 1',
    'ledger.read (step 1)',
    '= ledger 1, ',
    'LEDGER\n2026-',
    'BREACHES\n00:',
    'counted-once: ',
  ]) {
    expect(transcript).toContain(line)
  }
})

test('an abort wins whenever it is asked for, whatever fails meanwhile', async () => {
  const ends = new Set<string>()
  for (let second = 1; second < 30 * 60; second += 20) {
    const story: Story = {
      ...quietStory,
      seed: second,
      words: [{at: second * 1000, say: 'abort'}],
      faults: {rate: 0.05, kinds: faultKinds},
    }
    const run = await simulate(story)
    expectAllHeld(run, `an abort after ${second} seconds`)
    ends.add(run.outcome)
  }
  expect(ends).toContain('aborted (rollout/abort-requested)')
})

function expectAllHeld(run: Simulated, what: string): void {
  if (run.breaches.length > 0) expect.fail(`${what}\n${run.transcript()}`)
}
