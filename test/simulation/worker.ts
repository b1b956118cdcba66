/** One of the workers of `simulate.ts`: tells the stories of its seeds and answers with what they came to. */
import {parentPort, workerData} from 'node:worker_threads'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {addRun, newTally} from './tally.ts'

/** Every `step`-th seed from `first` to `last`. */
export interface Share {
  readonly first: number
  readonly last: number
  readonly step: number
}

const {first, last, step}: Share = workerData
const tally = newTally()
for (let seed = first; seed <= last; seed += step) addRun(tally, await simulate(storyOf(seed)))
parentPort?.postMessage(tally)
