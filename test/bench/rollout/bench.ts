/**
 * `npm run bench:rollout`: how often a healthy release is aborted, and how soon a sick one, by us and by the rules of other
 * tools, from one seeded run. `--runs 200` makes it short, `--seed 2` other. Exit code 1 where healthy
 * releases are aborted more often than promised; how soon a sick one is found is told, and decides nothing.
 */
import {parseArgs} from 'node:util'
import {wilsonBounds} from '../../../src/core/wilson.ts'
import type {Bound} from './bound.ts'
import {tools} from './contenders.ts'
import {measureDecide} from './decide-time.ts'
import type {Detection} from './detection.ts'
import type {FalseAborts} from './false-aborts.ts'
import type {Job, JobResult} from './jobs.ts'
import {us, usBySession, usFirst} from './judges.ts'
import type {LateChange} from './late-change.ts'
import {runAll} from './pool.ts'
import {alpha, healthy, limit, noises, sizes} from './worlds.ts'

const detectRatios = [1.5, 2, 4, 10]
const boundRatios = [2, 4, 10]
const boundGoal = 1.4
const decideGoalMs = 5
const tuningWords = {usual: '', here: ', tuned here', everywhere: ', tuned everywhere'}

await main()

async function main(): Promise<void> {
  const {values} = parseArgs({options: {runs: {type: 'string', default: '1000'}, seed: {type: 'string', default: '1'}}})
  const runs = wholeNumber('--runs', values.runs)
  const seed = wholeNumber('--seed', values.seed)
  const begun = performance.now()
  const results = await runAll(jobsFor(runs), seed)
  const decideTime = measureDecide()
  const isQuiet = printFalseAborts(results.filter(isKind('false-aborts')), runs)
  printDetection(results.filter(isKind('detection')))
  printBound(results.filter(isKind('bound')))
  const isQuietAtLimit = printLateChange(results.filter(isKind('late-change')))
  const {guards, events, medianMs, worstMs, replayMs} = decideTime
  print('\n(e) One decision late in a long rollout\n')
  print(
    `  ${guards} guards, ${events} events: median ${medianMs.toFixed(2)} ms, worst of 200 ${worstMs.toFixed(2)} ms; reading the ledger into a state once: ${replayMs.toFixed(0)} ms`,
  )
  tellGoal(`a tick decides in < ${decideGoalMs} ms`, medianMs < decideGoalMs)
  print(`\n${((performance.now() - begun) / 1000).toFixed(0)} s, ${runs} runs, seed ${seed}`)
  process.exitCode = isQuiet && isQuietAtLimit ? 0 : 1
}

function jobsFor(runs: number): Job[] {
  const few = Math.max(50, Math.round(runs / 4))
  return [
    ...sizes.map(size => ({kind: 'detection' as const, size, ratios: detectRatios, runs: few})),
    ...sizes.flatMap(size => noises.map(noise => ({kind: 'false-aborts' as const, size, noise, runs}))),
    ...sizes.map(size => ({kind: 'bound' as const, size, ratios: boundRatios, runs: few})),
    ...[2, 4].map(ratio => ({kind: 'late-change' as const, size: 300, ratio, runs: few})),
  ]
}

// ---- (a) ----

function printFalseAborts(results: readonly FalseAborts[], runs: number): boolean {
  print(
    `(a) False aborts of a healthy release over 20 h: ${percent(healthy)} errors in both, at most ${percent(limit)} allowed, ${runs} runs a row\n`,
  )
  const names = [us, usFirst, ...tools.map(({name}) => name)]
  print(`  ${'requests a tick'.padStart(15)}  ${'world'.padEnd(15)}${names.map(name => name.padStart(20)).join('')}`)
  for (const {size, noise, aborts} of results) {
    const cells = names.map(name => rate(aborts[name]).padStart(20))
    print(`  ${String(size).padStart(15)}  ${noise.padEnd(15)}${cells.join('')}`)
  }
  const tellWorst = (name: string) => {
    const worst = worstOf(results, ({aborts}) => share(aborts[name]))
    print(`\n  ${name}, worst cell: ${worst.size} a tick, ${worst.noise}.`)
    return tellRate(`false aborts <= ${alpha} in every row`, share(worst.aborts[name]), runs)
  }
  return [us, usFirst].map(tellWorst).every(Boolean)
}

function share(count: {readonly aborts: number; readonly runs: number} | undefined): number {
  return count ? count.aborts / count.runs : Number.NaN
}

function rate(count: {readonly aborts: number; readonly runs: number} | undefined): string {
  return share(count).toFixed(4)
}

// ---- (b) ----

function printDetection(results: readonly Detection[]): void {
  print('\n(b) Detection within 20 h: probability, and median candidate requests until the abort')
  print('    as it is used: settings of the examples in the documentation.')
  print(
    '    tuned here: the most eager setting with no more false aborts than ours in this world, which it then knows.',
  )
  print('    tuned everywhere: the same in all five worlds of (a), of which nobody knows which one theirs is.')
  for (const {size, rows, falseAborts, runs} of results) {
    const own = noises.map((noise, index) => `${noise} ${falseAborts[index]}`)
    print(`\n  ${size} candidate requests a tick; our false aborts of ${runs}: ${own.join(', ')}`)
    print(
      `  ${''.padEnd(36)}${detectRatios.map(ratio => `${ratio}x (${percent(ratio * healthy)})`.padStart(18)).join('')}`,
    )
    for (const tuning of ['usual', 'here', 'everywhere'] as const) {
      const told = rows.filter(row => row.tuning === tuning)
      for (const contender of new Set(told.map(row => row.contender))) printContender(contender, tuning, told)
    }
  }
  for (const tuning of ['here', 'everywhere'] as const) {
    const compared = results.flatMap(({size, rows}) =>
      rows.filter(row => row.tuning === tuning).map(row => ({size, row, isAhead: isAhead(row, rows)})),
    )
    const ahead = compared.filter(({isAhead}) => isAhead)
    const places = ahead.map(({size, row}) => `${row.contender} at ${size} and ${row.ratio}x`)
    print(
      `\n  Tuned ${tuning}, fewer requests than we need in ${ahead.length} of ${compared.length} cells: ${places.join('; ') || 'none'}.`,
    )
    tellGoal(`every competitor tuned ${tuning} needs at least our requests`, ahead.length === 0)
  }
}

function printContender(contender: string, tuning: keyof typeof tuningWords, rows: Detection['rows']): void {
  const own = rows.filter(row => row.contender === contender)
  const cells = own.map(row => `${row.detected.toFixed(2)} ${requests(row.medianRequests)}`.padStart(18))
  print(`  ${`${contender}${tuningWords[tuning]}`.padEnd(36)}${cells.join('')}   ${own[0]?.setting ?? ''}`)
}

function isAhead(row: Detection['rows'][number], rows: Detection['rows']): boolean {
  const ours = rows.find(({contender, ratio}) => contender === us && ratio === row.ratio)
  return row.medianRequests !== null && row.medianRequests < (ours?.medianRequests ?? Number.POSITIVE_INFINITY)
}

function requests(median: number | null): string {
  return median === null ? 'never' : Math.round(median).toLocaleString('en-US')
}

// ---- (c) ----

function printBound(results: readonly Bound[]): void {
  print(
    `\n(c) Our requests to detect, less one tick's worth, over ln(1/alpha)/KL (only "at most ${percent(limit)}" asked, alpha ${alpha})\n`,
  )
  print(
    `  ${''.padEnd(22)}${'requests a tick'.padStart(15)}${'times limit'.padStart(13)}${'bound'.padStart(9)}${'median'.padStart(9)}${'ratio'.padStart(8)}`,
  )
  const cells = results.flatMap(({size, rows}) => rows.map(row => ({size, ...row, over: over(row, size)})))
  for (const {contender, size, ratio, medianRequests, bound, over} of cells) {
    print(
      `  ${contender.padEnd(22)}${String(size).padStart(15)}${`${ratio}x`.padStart(13)}${bound.toFixed(0).padStart(9)}${requests(medianRequests).padStart(9)}${over.toFixed(2).padStart(8)}`,
    )
  }
  for (const name of [us, usFirst, usBySession]) {
    const worst = worstOf(
      cells.filter(({contender}) => contender === name),
      ({over}) => over,
    )
    print(`\n  ${name}, worst cell: ${worst.ratio}x at ${worst.size} a tick: ${worst.over.toFixed(2)}.`)
    tellGoal(`<= ${boundGoal} of the bound at 2x, 4x and 10x`, worst.over <= boundGoal)
  }
}

function over({medianRequests, bound}: Bound['rows'][number], size: number): number {
  return medianRequests === null ? Number.POSITIVE_INFINITY : Math.max(0, medianRequests - size) / bound
}

// ---- (d) ----

function printLateChange(results: readonly LateChange[]): boolean {
  print(
    `\n(d) A release that turns bad after 10 healthy hours, 300 candidate requests a tick (only "at most ${percent(limit)}" asked)\n`,
  )
  const columns = ['detected', 'median delay', 'false aborts', 'at the limit']
  print(`  ${''.padEnd(34)}${columns.map(name => name.padStart(15)).join('')}`)
  for (const {ratio, rows} of results) {
    print(`  to ${ratio}x the limit`)
    for (const {method, detected, medianDelayMinutes, falseAborts, falseAbortsAtLimit} of rows) {
      const delay = medianDelayMinutes === null ? 'never' : `${medianDelayMinutes} min`
      const cells = [detected.toFixed(2), delay, falseAborts.toFixed(4), falseAbortsAtLimit.toFixed(4)]
      print(`    ${method.padEnd(32)}${cells.map(cell => cell.padStart(15)).join('')}`)
    }
  }
  const ours = results.flatMap(({rows}) => rows.filter(({method}) => [us, usFirst, usBySession].includes(method)))
  const worst = Math.max(...ours.map(row => row.falseAbortsAtLimit))
  return tellRate(
    `false aborts <= ${alpha} also for a release that sits exactly at its limit`,
    worst,
    results[0]?.runsAtLimit ?? 0,
  )
}

// ---- words ----

function isKind<K extends JobResult['kind']>(kind: K) {
  return (result: JobResult): result is Extract<JobResult, {kind: K}> => result.kind === kind
}

function worstOf<T>(rows: readonly T[], badness: (row: T) => number): T {
  const [worst] = rows.toSorted((a, b) => badness(b) - badness(a))
  if (worst === undefined) throw new Error('a table without rows')
  return worst
}

function tellGoal(goal: string, holds: boolean): void {
  print(`  GOAL ${goal}: ${holds ? 'holds' : 'DOES NOT HOLD'}`)
}

/** A rate from so many runs is above alpha for sure only where its 95 % interval is. Answers whether it is not. */
function tellRate(goal: string, measured: number, runs: number): boolean {
  const {low, high} = wilsonBounds(Math.round(measured * runs), runs, 1.96)
  const isAbove = low > alpha
  const word = measured <= alpha ? 'holds' : isAbove ? 'DOES NOT HOLD' : 'not to be told apart'
  print(`  GOAL ${goal}: ${word} (${measured.toFixed(4)}, 95 % interval ${low.toFixed(4)} to ${high.toFixed(4)})`)
  return !isAbove
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))} %`
}

function print(line: string): void {
  console.log(line)
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is "${text}": expected a whole number from 1 on`)
  return value
}
