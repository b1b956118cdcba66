/**
 * How often a candidate is let through that truly loses exactly the margin: at most 5 %, for each method of comparison. And
 * how often a bound of one model's own interval misses the truth: at most 5 % too.
 *
 *     node test/simulation/model/simulate.ts [--runs 4000] [--rows 200,1000,5000] [--only roc-auc] [--seed 1]
 *     node test/simulation/model/simulate.ts --intervals …
 *
 * Resampling is 1,000 resamples, as by default. Exit code 1 where a share lies above 5 % by more than chance explains.
 */
import {parseArgs} from 'node:util'
import {wilsonBounds} from '../../../src/core/wilson.ts'
import {type Case, cases, isLetThrough, missOf} from './cases.ts'

const {values} = parseArgs({
  options: {
    runs: {type: 'string', default: '4000'},
    rows: {type: 'string', default: '200,1000,5000'},
    only: {type: 'string', default: ''},
    seed: {type: 'string', default: '1'},
    replicates: {type: 'string', default: '1000'},
    intervals: {type: 'boolean', default: false},
  },
})

const runs = Number(values.runs)
const sizes = values.rows.split(',').map(Number)
const chosen = cases.filter(({name}) => name.includes(values.only))
const replicates = Number(values.replicates)
let isHeld = true

if (values.intervals) {
  print(`Intervals that lie above the truth / below it, in ${runs} runs; nominal 5 % each.\n`)
  tellRows((each, rows) => {
    const misses = seeds().map(seed => missOf(each, rows, seed, replicates))
    return (['too-high', 'too-low'] as const)
      .map(side => told(misses.filter(miss => miss === side).length, percent))
      .join(' / ')
  })
} else {
  print(`False passes at the margin in ${runs} runs; nominal 5 %. In brackets what ${runs} runs leave open (99 %).\n`)
  tellRows((each, rows) => {
    const passed = seeds().filter(seed => isLetThrough(each, rows, seed, replicates)).length
    return told(passed, (share, low, high) => `${percent(share)} (${percent(low)}-${percent(high)})`)
  })
}
process.exitCode = isHeld ? 0 : 1

function tellRows(cell: (each: Case, rows: number) => string): void {
  print(`${''.padEnd(48)}${sizes.map(rows => `n = ${rows}`.padStart(22)).join('')}`)
  for (const each of chosen) {
    print(`${each.name.padEnd(48)}${sizes.map(rows => cell(each, rows).padStart(22)).join('')}`)
  }
}

function seeds(): number[] {
  return Array.from({length: runs}, (_, run) => Number(values.seed) * 1_000_003 + run)
}

/** A share of the runs, with a mark where it lies above 5 % by more than chance explains. */
function told(hits: number, text: (share: number, low: number, high: number) => string): string {
  const {low, high} = wilsonBounds(hits, runs, 2.576)
  if (low > 0.05) isHeld = false
  return `${text(hits / runs, low, high)}${low > 0.05 ? '!' : ' '}`
}

function percent(share: number): string {
  return (100 * share).toFixed(1)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
