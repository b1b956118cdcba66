import {formatCount, formatSize} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Reading, Scan} from '../format.ts'
import {usualLimits, Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import type {Observation} from '../observation.ts'
import {entropyOf} from '../pickle/entropy.ts'
import {mergeImports} from '../pickle/merge.ts'
import {isPickle} from '../pickle/recognise.ts'
import {trailingBytes} from '../pickle/rules.ts'
import {type PickleRun, runShared} from '../pickle/run.ts'
import {asBigInteger} from '../pickle/value.ts'
import {Window} from '../pickle/window.ts'
import {hasArrays, runWithArrays} from './joblib/run.ts'

/** `torch.serialization.MAGIC_NUMBER`: five pickles and the bytes of the storages, which the reader of torch files measures. */
const torchMagic = 0x1950a86a20f9469cfc6cn
/** More pickles in one file than this are no file that somebody wrote. */
const maxStreams = 100_000
/** A storage may be full of bytes that are opcodes: so many of them are run before it counts as numbers. */
const storageSteps = 1_000_000

interface Stream {
  readonly start: number
  readonly hasHeader: boolean
  readonly run: PickleRun
  /** Arrays that joblib keeps between its opcodes. */
  readonly arrays: number
}

/**
 * Reads a file as pickles, one behind the other. Any bytes may be one, so they are interpreted first and judged then.
 * @returns null where the content is no pickle; what it would import is then nobody's concern
 */
export async function readPickles(artifact: Artifact, scan: Scan): Promise<Reading | null> {
  const {bytes, loader} = artifact
  if (bytes.size === 0) return null
  const head = await bytes.slice(0, 4096)
  const startsAsPickle = head[0] === 0x80 && (head[1] ?? 9) <= 5
  const isStorage = loader === 'raw tensor' && !startsAsPickle
  const work = isStorage ? new Work({...usualLimits, steps: storageSteps}) : scan.work
  const streams = await runAll(artifact, scan, work)

  const end = endOf(streams)
  const circumstances = {fillsFile: end === bytes.size, isText: isText(head), loader}
  const last = streams.findLastIndex(({run, hasHeader}) => isPickle(run, {...circumstances, hasHeader}))
  const pickles = streams.slice(0, last + 1)
  const [first] = pickles
  if (first === undefined) return null

  const observations = mergeImports(pickles.flatMap(({run}) => run.observations))
  for (const observation of observations) scan.see(observation)
  const value = first.run.end.kind === 'stop' ? first.run.end.value : null
  const trailing = asBigInteger(value) === torchMagic ? null : await trailingOf(artifact, endOf(pickles))
  if (trailing !== null) scan.see(trailing)
  return {is: describe(pickles, observations), holds: 'weights'}
}

/** Runs what stands at the beginning, and what stands behind each STOP. */
async function runAll(artifact: Artifact, scan: Scan, work: Work): Promise<readonly Stream[]> {
  const {bytes, path, loader} = artifact
  const window = new Window(bytes, work)
  const streams: Stream[] = []
  for (let start = 0; start < bytes.size; ) {
    const [first = 0, second = 9] = await bytes.slice(start, start + 2)
    work.step()
    const plain = await runShared(window, bytes, start, {path, loader, work})
    const {run, arrays} = hasArrays(plain)
      ? await runWithArrays(plain, {start, artifact, scan})
      : {run: plain, arrays: 0}
    streams.push({start, hasHeader: first === 0x80 && second <= 5, run, arrays})
    if (run.end.kind !== 'stop') break
    if (streams.length > maxStreams)
      throw new Malformed(`More than ${formatCount(maxStreams)} pickles follow each other.`)
    start = run.end.at
  }
  return streams
}

/** Behind the last STOP; the file's end where the last pickle never stops. */
function endOf(streams: readonly Stream[]): number {
  const last = streams.at(-1)
  if (last === undefined) return 0
  return last.run.end.kind === 'stop' ? last.run.end.at : Number.POSITIVE_INFINITY
}

async function trailingOf({bytes, path}: Artifact, end: number): Promise<Observation | null> {
  if (end >= bytes.size) return null
  const sample = await bytes.slice(end, end + 64 * 1024)
  const first = [...sample.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  const bits = entropyOf(sample).toFixed(1)
  return {
    rule: trailingBytes,
    what: `${formatSize(bytes.size - end)} stand behind its end at byte ${end}: ${first} …, ${bits} bits of entropy a byte.`,
    place: {path, byte: end},
    sure: 'certain',
  }
}

function describe(pickles: readonly Stream[], observations: readonly Observation[]): string {
  const arrays = pickles.reduce((sum, stream) => sum + stream.arrays, 0)
  const joblib = `joblib, ${formatCount(arrays)} ${arrays === 1 ? 'array' : 'arrays'}`
  const many = pickles.length === 1 ? 'pickle' : `${formatCount(pickles.length)} pickles`
  const what = arrays === 0 ? many : joblib
  const imports = observations.filter(({imported}) => imported !== undefined).length
  if (imports === 0) return `${what} of plain data`
  return `${what}, ${formatCount(imports)} ${imports === 1 ? 'import' : 'imports'}`
}

/** UTF-8 without control signs but white space. */
function isText(head: Uint8Array): boolean {
  if (head.some(byte => byte < 0x09 || (byte > 0x0d && byte < 0x20))) return false
  try {
    new TextDecoder('utf-8', {fatal: true}).decode(head, {stream: true})
    return true
  } catch {
    return false
  }
}
