/** One of the workers of `simulate.ts`: tells the stories of its share and answers with what they came to. */
import {parentPort, workerData} from 'node:worker_threads'
import {everyPlan, scenarios, tryEveryStep} from './every-step.ts'
import {faultKinds} from './faults.ts'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {addRun, newTally, type Tally} from './tally.ts'

export type Share =
  /** Every `step`-th seed from `first` to `last`. */
  | {readonly kind: 'seeds'; readonly first: number; readonly last: number; readonly step: number}
  /** Every `step`-th pair of a scenario and a kind of fault, at each step of the scenario. */
  | {readonly kind: 'every-step'; readonly first: number; readonly step: number}

const share: Share = workerData
parentPort?.postMessage(share.kind === 'seeds' ? await tellSeeds(share) : await tellEveryStep(share))

async function tellSeeds({first, last, step}: Share & {kind: 'seeds'}): Promise<Tally> {
  const tally = newTally()
  for (let seed = first; seed <= last; seed += step) addRun(tally, await simulate(storyOf(seed)))
  return tally
}

async function tellEveryStep({first, step}: Share & {kind: 'every-step'}): Promise<Tally> {
  const tally = newTally()
  const pairs = [...scenarios, ...everyPlan].flatMap(scenario => faultKinds.map(kind => ({scenario, kind})))
  for (const [index, {scenario, kind}] of pairs.entries()) {
    if (index % step !== first) continue
    const {failure} = await tryEveryStep(scenario, kind, run => addRun(tally, run))
    if (failure) tally.problems.push(`${scenario.name}: ${failure.what}\n${failure.run.transcript()}`)
  }
  return tally
}
