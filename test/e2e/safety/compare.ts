import type {Artifact} from '../../../src/model/safety/artifact.ts'
import {bytesOf} from '../../../src/model/safety/artifact.ts'
import {Work} from '../../../src/model/safety/limits.ts'
import {Malformed, OverLimit} from '../../../src/model/safety/malformed.ts'
import type {Means, Observation} from '../../../src/model/safety/observation.ts'
import {runPickle} from '../../../src/model/safety/pickle/run.ts'
import {scanArtifact} from '../../../src/model/safety/scan.ts'
import {between, type Truth} from './recorder.ts'

/** What we say of one stream. */
export interface Answer {
  readonly imports: ReadonlySet<string>
  /** Why it would not pass, whatever it imports: rule ids, and the end of the stream. Empty where all is well. */
  readonly refusals: readonly string[]
  /** Whether the file is seen to be a pickle at all. */
  readonly recognised: boolean
}

/** One stream on which the two differ. */
export interface Difference {
  readonly stream: Uint8Array
  readonly truth: Truth
  readonly answer: Answer
}

export interface Comparison {
  tried: number
  importing: number
  /** CPython imports what we neither name nor refuse. */
  readonly misses: Difference[]
  /**
   * CPython imports from it and runs it to its end, or calls what it imports, and we do not take it for a pickle. (Any text
   * that begins with a `c` and has two lines is an import to CPython, before it refuses the rest.)
   */
  readonly unrecognised: Difference[]
  /** CPython runs it to its end in every way of reading, and we refuse it. By the reason. */
  readonly refusedThoughRun: Map<string, Difference[]>
  /** We name an import that CPython never asks for, in a stream that it runs to its end. */
  readonly more: Difference[]
  /** CPython hung or crashed. */
  lost: number
}

/** Never passes, whatever policy and allow-list say. */
const refusing: ReadonlySet<Means> = new Set(['runs', 'code', 'deceives', 'damaged', 'bomb', 'unread', 'unsure'])

export async function compare(streams: readonly Uint8Array[], truths: readonly Truth[]): Promise<Comparison> {
  const found: Comparison = {
    tried: streams.length,
    importing: truths.filter(({imports}) => imports.size > 0).length,
    misses: [],
    unrecognised: [],
    refusedThoughRun: new Map(),
    more: [],
    lost: truths.filter(({end}) => end === 'lost').length,
  }
  for (const [at, stream] of streams.entries()) {
    const truth = truths[at]
    if (truth === undefined) throw new Error(`There is no answer to stream ${at}.`)
    const answer = await answerTo(stream)
    const difference = {stream, truth, answer}
    const missed = [...truth.imports].filter(name => !answer.imports.has(name))
    if (missed.length > 0 && answer.refusals.length === 0) found.misses.push(difference)
    if (truth.imports.size > 0 && (truth.end === 'ok' || truth.called) && !answer.recognised)
      found.unrecognised.push(difference)
    if (truth.end !== 'ok') continue
    if (answer.refusals.length > 0) append(found.refusedThoughRun, answer.refusals[0] ?? '', difference)
    else if ([...answer.imports].some(name => !truth.imports.has(name))) found.more.push(difference)
  }
  return found
}

export async function answerTo(stream: Uint8Array): Promise<Answer> {
  const artifact: Artifact = {path: ['stream'], bytes: bytesOf(stream), loader: 'any', siblings: null}
  const observations: Observation[] = []
  const refusals: string[] = []
  try {
    const run = await runPickle(artifact.bytes, 0, {path: artifact.path, loader: 'any', work: new Work()})
    observations.push(...run.observations)
    if (run.end.kind !== 'stop') refusals.push(`end: ${run.end.kind}`)
  } catch (error) {
    refusals.push(endedBy(error))
  }
  const imports = new Set<string>()
  for (const {rule, imported} of observations) {
    if (imported) imports.add(`${imported.module}${between}${imported.name}`)
    if (refusing.has(rule.means)) refusals.unshift(rule.id)
  }
  return {imports, refusals, recognised: await isRecognised(artifact)}
}

/**
 * Whether the scan of a file takes it for a pickle, or refuses it for another reason. What it takes for a harmless text is
 * neither.
 */
async function isRecognised(artifact: Artifact): Promise<boolean> {
  const scratch = async () => {
    throw new Error('A pickle unpacks nothing.')
  }
  const {readings, observations} = await scanArtifact(artifact, {work: new Work(), scratch})
  return readings.some(({is}) => is.includes('pickle')) || observations.some(({rule}) => refusing.has(rule.means))
}

/** An error of ours ends the comparison: no stream may cause one. */
function endedBy(error: unknown): string {
  if (error instanceof Malformed) return `malformed: ${error.message}`
  if (error instanceof OverLimit) return `limit: ${error.limit}`
  throw error
}

/** Adds one batch to what was found so far. */
export function add(total: Comparison, batch: Comparison): void {
  total.tried += batch.tried
  total.importing += batch.importing
  total.lost += batch.lost
  total.misses.push(...batch.misses)
  total.unrecognised.push(...batch.unrecognised)
  total.more.push(...batch.more)
  for (const [reason, differences] of batch.refusedThoughRun) {
    for (const difference of differences) append(total.refusedThoughRun, reason, difference)
  }
}

function append<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key)
  if (group) group.push(value)
  else groups.set(key, [value])
}

/** For a person: the stream in hexadecimal, and both answers. */
export function describeDifference({stream, truth, answer}: Difference): string {
  const shown = (names: ReadonlySet<string>) =>
    [...names].map(name => name.replace(between, ' ')).join(', ') || 'nothing'
  return [
    Buffer.from(stream).toString('hex'),
    `  CPython (${truth.end}, by ${truth.by.join(' ') || 'none'}): ${shown(truth.imports)}`,
    `  we: ${shown(answer.imports)}${answer.refusals.length > 0 ? `; refused: ${answer.refusals.join(', ')}` : ''}`,
  ].join('\n')
}
