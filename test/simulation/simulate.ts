/**
 * `npm run simulate -- [--runs 10000] [--seed 1] [--only <seed>] [--workers 2]`: many rollouts with faults, each from a
 * seed of its own. A seed that breaks an invariant is told again with its whole transcript, and the command for it.
 */
import {parseArgs} from 'node:util'
import {Worker} from 'node:worker_threads'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {addTally, describeTally, newTally, type Tally} from './tally.ts'
import type {Share} from './worker.ts'

const {values} = parseArgs({
  options: {
    runs: {type: 'string', default: '10000'},
    seed: {type: 'string', default: '1'},
    only: {type: 'string'},
    workers: {type: 'string', default: '2'},
  },
})

process.exitCode = values.only === undefined ? await tellMany() : await tellOne(whole('only', values.only))

/** @returns the exit code: 1 when an invariant did not hold */
async function tellMany(): Promise<number> {
  const first = whole('seed', values.seed)
  const runs = whole('runs', values.runs)
  const workers = Math.max(1, Math.min(whole('workers', values.workers), runs))
  const last = first + runs - 1
  const began = performance.now()
  const parts = await Promise.all(
    Array.from({length: workers}, (_, index) => runShare({first: first + index, last, step: workers})),
  )
  const tally = newTally()
  for (const part of parts) addTally(tally, part)
  print(describeTally(tally, (performance.now() - began) / 1000))
  const failures = tally.failures.toSorted((a, b) => a.seed - b.seed)
  for (const {seed, breach} of failures.slice(0, 20)) print(`seed ${seed}: ${breach}`)
  const [worst] = failures
  if (!worst) return 0
  print('')
  return tellOne(worst.seed)
}

async function tellOne(seed: number): Promise<number> {
  const run = await simulate(storyOf(seed))
  print(run.transcript())
  print(
    `Seed ${seed}: ${run.outcome}, ${run.breaches.length === 0 ? 'every invariant held' : 'an invariant was broken'}.`,
  )
  print(`Again: npm run simulate -- --only ${seed}`)
  return run.breaches.length === 0 ? 0 : 1
}

function runShare(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {workerData: share})
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function whole(option: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`--${option} is "${text}", expected a whole number.`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
