/** A quiet rollout, told again and again: each time one step of it suffers, in one way. */
import type {FaultKind} from './faults.ts'
import {plans} from './plans.ts'
import {type Simulated, simulate} from './simulation.ts'
import {quietStory, type Story} from './story.ts'

export interface Scenario {
  readonly name: string
  readonly story: Story
  readonly end: 'promoted' | 'aborted'
  /** Whether a fault may cost so much time that the plan's own limits of time end it. */
  readonly mayBeLate?: boolean
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
  mayBeLate: 'deadline' in rollout || 'dead-after' in rollout,
}))

export interface Failure {
  readonly what: string
  readonly run: Simulated
}

/** Tells `scenario` with a fault of `kind` at each of its steps in turn. @returns the first that ends otherwise */
export async function tryEveryStep(
  scenario: Scenario,
  kind: FaultKind,
  onRun: (run: Simulated) => void = () => {},
): Promise<{runs: number; failure: Failure | null}> {
  const {story} = scenario
  const untouched = await simulate(story)
  if (problemOf(untouched, scenario) !== null) return {runs: 1, failure: {what: 'without a fault', run: untouched}}
  for (let step = 1; step <= untouched.steps; step++) {
    const run = await simulate(story, {faults: at => (at === step ? kind : undefined)})
    onRun(run)
    const problem = problemOf(run, scenario)
    if (problem !== null) return {runs: step + 1, failure: {what: `${kind} at step ${step}: ${problem}`, run}}
  }
  return {runs: untouched.steps + 1, failure: null}
}

function problemOf({breaches, outcome}: Simulated, {end, mayBeLate = false}: Scenario): string | null {
  const [breach] = breaches
  if (breach !== undefined) return breach
  if (outcome.startsWith(end) || (mayBeLate && lateEnds.has(outcome))) return null
  return `ended ${outcome}, expected ${end}`
}

const lateEnds: ReadonlySet<string> = new Set(['aborted (rollout/late)', 'aborted (rollout/unwatched)'])
