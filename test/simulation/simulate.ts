/**
 * Many rollouts with faults. A seed that breaks an invariant is told again, with its transcript and the command for it.
 *
 *     npm run simulate -- [--runs 10000] [--seed 1] [--workers 2]   rollouts from seeds
 *     npm run simulate -- --only <seed>                             one of them, with its transcript
 *     npm run simulate -- --every-step                              each plan, each step of it, each kind of fault
 *     npm run simulate -- --mutants                                 engines that are broken on purpose
 */
import {parseArgs} from 'node:util'
import {Worker} from 'node:worker_threads'
import {findMutant, mutants} from './mutations.ts'
import {simulate} from './simulation.ts'
import {storyOf} from './stories.ts'
import {addTally, describeTally, newTally, type Tally} from './tally.ts'
import type {Share} from './worker.ts'

const {values} = parseArgs({
  options: {
    runs: {type: 'string', default: '10000'},
    seed: {type: 'string', default: '1'},
    workers: {type: 'string', default: '2'},
    only: {type: 'string'},
    'every-step': {type: 'boolean', default: false},
    mutants: {type: 'boolean', default: false},
  },
})

process.exitCode = (await answer()) ? 0 : 1

/** @returns whether everything held */
function answer(): Promise<boolean> {
  if (values.only !== undefined) return tellOne(whole('only', values.only))
  if (values.mutants) return tellMutants()
  return values['every-step'] ? tellEveryStep() : tellSeeds()
}

async function tellSeeds(): Promise<boolean> {
  const first = whole('seed', values.seed)
  const runs = whole('runs', values.runs)
  const last = first + runs - 1
  const tally = await share(runs, (index, step) => ({kind: 'seeds', first: first + index, last, step}))
  const failures = tally.failures.toSorted((a, b) => a.seed - b.seed)
  for (const {seed, breach} of failures.slice(0, 20)) print(`seed ${seed}: ${breach}`)
  const [worst] = failures
  return worst === undefined || tellOne(worst.seed)
}

async function tellEveryStep(): Promise<boolean> {
  const {problems} = await share(Number.POSITIVE_INFINITY, (first, step) => ({kind: 'every-step', first, step}))
  for (const problem of problems) print(problem)
  return problems.length === 0
}

async function tellOne(seed: number): Promise<boolean> {
  const run = await simulate(storyOf(seed))
  const held = run.breaches.length === 0
  print(run.transcript())
  print(`Seed ${seed}: ${run.outcome}, ${held ? 'every invariant held' : 'an invariant was broken'}.`)
  print(`Again: npm run simulate -- --only ${seed}`)
  return held
}

async function tellMutants(): Promise<boolean> {
  let all = true
  for (const mutant of mutants) {
    const found = await findMutant(mutant)
    all &&= found !== null
    print(`${mutant.name}: ${found ? `seed ${found.seed}, ${found.breach}` : 'NOT FOUND'}`)
  }
  return all
}

/** Shares the work between workers, and says what it came to. */
async function share(most: number, shareOf: (index: number, of: number) => Share): Promise<Tally> {
  const workers = Math.max(1, Math.min(whole('workers', values.workers), most))
  const began = performance.now()
  const parts = await Promise.all(Array.from({length: workers}, (_, index) => runShare(shareOf(index, workers))))
  const tally = newTally()
  for (const part of parts) addTally(tally, part)
  print(describeTally(tally, (performance.now() - began) / 1000))
  return tally
}

function runShare(workerData: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {workerData})
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
