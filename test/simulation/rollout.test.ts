import {describe, expect, test} from 'vitest'
import {type FaultKind, faultKinds} from './faults.ts'
import {seededRandom} from './random.ts'
import {type Scenario, simulate} from './rollout-simulation.ts'

const scenarios: readonly Scenario[] = [
  {name: 'a good release', stable: 'v1', bad: 0.001, end: 'promoted'},
  {name: 'a harmful release', stable: 'v1', bad: 0.1, end: 'aborted'},
  {name: 'the first release', stable: null, bad: 0.001, end: 'promoted'},
]

describe.each(scenarios)('$name', scenario => {
  test.each(faultKinds)('ends the same when any one step suffers: %s', async kind => {
    const untouched = await simulate(scenario, () => undefined)
    expect(untouched.breaches, untouched.transcript).toEqual([])
    for (let step = 1; step <= untouched.steps; step++) {
      const run = await simulate(scenario, at => (at === step ? kind : undefined))
      expect(run.breaches, `${kind} at step ${step}\n${run.transcript}`).toEqual([])
    }
  })
})

test('an abort always wins, wherever it is asked for and whatever fails meanwhile', async () => {
  const untouched = await simulate({name: 'untouched', stable: 'v1', bad: 0.001, end: 'promoted'}, () => undefined)
  const outcomes = new Set<string>()
  for (let abortAt = 1; abortAt < untouched.steps; abortAt += 2) {
    const random = seededRandom(abortAt)
    const scenario: Scenario = {
      name: `abort asked for at step ${abortAt}`,
      stable: 'v1',
      bad: 0.001,
      abortAt,
      end: 'either',
    }
    const run = await simulate(scenario, () => randomFault(random, 0.05))
    expect(run.breaches, run.transcript).toEqual([])
    outcomes.add(run.outcome)
  }
  expect(outcomes).toContain('aborted')
})

test('many faults at random still end the same', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seededRandom(seed)
    for (const scenario of scenarios) {
      const run = await simulate(scenario, () => randomFault(random, 0.08))
      expect(run.breaches, `seed ${seed}\n${run.transcript}`).toEqual([])
    }
  }
})

function randomFault(random: () => number, rate: number): FaultKind | undefined {
  if (random() >= rate) return undefined
  return faultKinds[Math.floor(random() * faultKinds.length)]
}
