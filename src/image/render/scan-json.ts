/**
 * The scan with its judgement as data: `schema/scan.schema.json` describes it, `reports/slipway-scan.ts` reads it back.
 * One line for each flaw and each package, so that two scans can be compared by line.
 */
import {formatDay} from '../../core/day.ts'
import {idsOf, packageKey, packageOf, placeKey} from '../identity.ts'
import type {Baseline, ImageJudgement, Judged, PlatformJudgement, WaiverState} from '../judgement.ts'
import type {Flaw, Suppression, Vulnerability} from '../scan.ts'

export interface ScanJsonOptions {
  /** Left out they cost a baseline its packages and their licences, and save most of the bytes. Default: kept. */
  readonly packages?: 'kept' | 'left-out'
}

/** Read back by `parseScans` and `parseReport`: what is read is what was written. */
export function renderScan(judgement: ImageJudgement, options: ScanJsonOptions = {}): string {
  return [...scanChunks(judgement, options)].join('')
}

/** As `renderScan`, in pieces: a scan may have more flaws than should stand in memory twice. */
export function* scanChunks(judgement: ImageJudgement, options: ScanJsonOptions = {}): Generator<string> {
  const {service, label, digest, baseline, platforms, repository} = judgement
  yield `{\n"slipwayScan": 1,\n"service": ${json(service)},\n"label": ${json(label)},\n"digest": ${json(digest)},\n`
  yield `"baseline": ${json(toBaseline(baseline))},\n"platforms": [`
  yield* listed(platforms, each => partChunks(each, options))
  yield '],\n"repository": '
  if (repository === null) yield 'null'
  else yield* partChunks(repository, options)
  yield '\n}\n'
}

function* partChunks({platform, digest, scan, judged}: PlatformJudgement, options: ScanJsonOptions): Generator<string> {
  const {flaws, packages, ...facts} = scan
  const head = json(facts)
  yield `{\n"platform": ${json(platform)},\n"digest": ${json(digest)},\n"scan": ${head.slice(0, -1)},\n"flaws": [`
  yield* listed(flawLines(flaws, judged), line => [line])
  yield ']'
  if (options.packages !== 'left-out') {
    yield ',\n"packages": '
    if (packages === null) yield 'null'
    else {
      yield '['
      yield* listed(packages, each => [json(each)])
      yield ']'
    }
  }
  yield '}\n}'
}

function* listed<T>(items: Iterable<T>, chunks: (item: T) => Iterable<string>): Generator<string> {
  let first = true
  for (const item of items) {
    yield first ? '\n' : ',\n'
    yield* chunks(item)
    first = false
  }
  if (!first) yield '\n'
}

/** What was judged in its order, then what was not. What only the gate knows of, because a rule asks for it, is marked. */
function* flawLines(flaws: readonly Flaw[], judged: readonly Judged[]): Generator<string> {
  const seen = new Set<Flaw>(flaws)
  const asked = new Set<Flaw>(judged.map(({flaw}) => flaw))
  // The gate may have merged flaws that are one: then they are known by a name that both have.
  const made = judged.filter(({flaw}) => !seen.has(flaw))
  const namesSeen = new Set(made.length === 0 ? [] : flaws.flatMap(namesOf))
  const namesMade = new Set(made.flatMap(({flaw}) => namesOf(flaw)))
  const isDerived = (flaw: Flaw) => !seen.has(flaw) && !namesOf(flaw).some(name => namesSeen.has(name))
  for (const {flaw, isNew, outcome, waiver} of judged) {
    const derived = isDerived(flaw) ? '"derived":true,' : ''
    const judgement = json({new: isNew, outcome, waiver: toWaiver(waiver)})
    yield `${json(toFlaw(flaw)).slice(0, -1)},${derived}"judgement":${judgement}}`
  }
  for (const flaw of flaws) {
    if (!asked.has(flaw) && !namesOf(flaw).some(name => namesMade.has(name))) yield json(toFlaw(flaw))
  }
}

function namesOf(flaw: Flaw): readonly string[] {
  const within = packageOf(flaw)
  const where = within === null ? flaw.places.map(placeKey) : [packageKey(within.name, within.purl), within.version]
  return idsOf(flaw).map(id => JSON.stringify([flaw.kind, id, ...where]))
}

/** With days as people write them, where there are any. */
function toFlaw(flaw: Flaw): object {
  const suppressed = flaw.suppressed === undefined ? undefined : toSuppression(flaw.suppressed)
  if (flaw.kind !== 'vulnerability') return suppressed === undefined ? flaw : {...flaw, suppressed}
  const {fix, knownExploited} = flaw
  if (suppressed === undefined && fix.date === null && knownExploited === null) return flaw
  return {...flaw, suppressed, fix: {...fix, date: dayOrNull(fix.date)}, knownExploited: toKnown(knownExploited)}
}

function toKnown(known: Vulnerability['knownExploited']): object | null {
  return known === null ? null : {...known, added: dayOrNull(known.added), due: dayOrNull(known.due)}
}

function toSuppression({by, reason, until}: Suppression): object {
  return {by, reason, ...(until === undefined ? {} : {until: formatDay(until)})}
}

function dayOrNull(day: number | null): string | null {
  return day === null ? null : formatDay(day)
}

function toWaiver(state: WaiverState): object {
  if (state.kind === 'none') return {kind: 'none'}
  const {owner, reason, expires} = state.waiver
  const common = {kind: state.kind, owner, reason, expires: formatDay(expires)}
  return state.kind === 'holds' ? {...common, daysLeft: state.daysLeft} : common
}

/** Its flaws stand in the document that it came from. */
function toBaseline(baseline: Baseline): object {
  return baseline.kind === 'known' ? {kind: 'known', label: baseline.label} : baseline
}

function json(value: unknown): string {
  return JSON.stringify(value)
}
