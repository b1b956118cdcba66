import {expect, test} from 'vitest'
import {faultKinds} from './faults.ts'
import {type Simulated, simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {quietStory, type Story} from './story.ts'
import {addRun, newTally} from './tally.ts'

test('three hundred rollouts with faults, people and troubles of every kind keep every invariant', async () => {
  const tally = newTally()
  for (let seed = 1; seed <= 300; seed++) {
    const run = await simulate(storyOf(seed))
    expectAllHeld(run)
    addRun(tally, run)
  }
  // A world in which nothing happens would keep them as well.
  const kinds = Object.keys(tally.troubles)
  expect(kinds).toEqual(expect.arrayContaining([...faultKinds, 'telemetry', 'dispatch', 'other hands']))
  const ends = Object.keys(tally.outcomes)
  for (const end of [
    'promoted (rollout/promoted)',
    'aborted (rollout/share-above-limit)',
    'rolled-back (rollout/rolled-back)',
  ]) {
    expect(ends).toContain(end)
  }
})

test('the same seed tells the same story, to the last call', async () => {
  const [once, again] = [await simulate(storyOf(7)), await simulate(storyOf(7))]
  expect(again.transcript()).toBe(once.transcript())
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
    expectAllHeld(run)
    ends.add(run.outcome)
  }
  expect(ends).toContain('aborted (rollout/abort-requested)')
})

function expectAllHeld(run: Simulated): void {
  if (run.breaches.length === 0) return
  expect.fail(`seed ${run.story.seed}: npm run simulate -- --only ${run.story.seed}\n${run.transcript()}`)
}
