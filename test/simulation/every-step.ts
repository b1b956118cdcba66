/** A quiet rollout, told again and again: each time one step of it suffers, in one way. */
import type {FaultKind} from './faults.ts'
import {plans} from './plans.ts'
import {type Simulated, simulate} from './simulation.ts'
import {quietStory, type Story} from './story.ts'

export interface Scenario {
  readonly name: string
  readonly story: Story
  readonly end: 'promoted' | 'aborted'
}

const harmful = {readyAfterMs: 0, badShare: 0.2}

export const scenarios: readonly Scenario[] = [
  {name: 'a good release', story: quietStory, end: 'promoted'},
  {name: 'a harmful release', story: {...quietStory, candidate: harmful}, end: 'aborted'},
  {name: 'the first release', story: {...quietStory, hadRelease: false}, end: 'promoted'},
]

/** Every plan with a good release, for those who have minutes. */
export const everyPlan: readonly Scenario[] = plans.map(({name, rollout, environment = {}, perSecond = 40}) => ({
  name,
  story: {...quietStory, plan: name, rollout, environment, perSecond},
  end: 'promoted',
}))

export interface Failure {
  readonly what: string
  readonly run: Simulated
}

/** Tells `scenario` with a fault of `kind` at each of its steps in turn. @returns the first that ends otherwise */
export async function tryEveryStep(
  {story, end}: Scenario,
  kind: FaultKind,
): Promise<{runs: number; failure: Failure | null}> {
  const untouched = await simulate(story)
  if (problemOf(untouched, end) !== null) return {runs: 1, failure: {what: 'without a fault', run: untouched}}
  for (let step = 1; step <= untouched.steps; step++) {
    const run = await simulate(story, {faults: at => (at === step ? kind : undefined)})
    const problem = problemOf(run, end)
    if (problem !== null) return {runs: step + 1, failure: {what: `${kind} at step ${step}: ${problem}`, run}}
  }
  return {runs: untouched.steps + 1, failure: null}
}

function problemOf({breaches, outcome}: Simulated, end: Scenario['end']): string | null {
  const [breach] = breaches
  if (breach !== undefined) return breach
  return outcome.startsWith(end) ? null : `ended ${outcome}, expected ${end}`
}
