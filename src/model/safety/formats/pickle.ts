import {formatCount, formatSize} from '../../../core/quantity.ts'
import type {Bytes} from '../../../runtime/files.ts'
import type {Artifact} from '../artifact.ts'
import type {Reading, Scan} from '../format.ts'
import {usualLimits, Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import type {Observation} from '../observation.ts'
import {entropyOf} from '../pickle/entropy.ts'
import {laterStarts} from '../pickle/later-starts.ts'
import {mergeImports} from '../pickle/merge.ts'
import {isPickle} from '../pickle/recognise.ts'
import {trailingBytes} from '../pickle/rules.ts'
import {type PickleRun, runShared} from '../pickle/run.ts'
import {asBigInteger} from '../pickle/value.ts'
import {hasArrays, runWithArrays} from './joblib/run.ts'
import {Window} from './pickle-window.ts'

/** `torch.serialization.MAGIC_NUMBER`: five pickles and the bytes of the storages, which the reader of torch files measures. */
const torchMagic = 0x1950a86a20f9469cfc6cn
/** More pickles in one file than this are no file that somebody wrote. */
const maxStreams = 100_000
/** A storage may be full of bytes that are opcodes: so many of them are run before it counts as numbers. */
const storageSteps = 1_000_000
/** So far behind a pickle another one is looked for. */
const searchedBytes = 1024 * 1024

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
  const isStorage = loader === 'raw tensor' && !startsAsPickle(head)
  const work = isStorage ? new Work({...usualLimits, steps: storageSteps}) : scan.work
  const streams = await runAll(artifact, scan, work)

  const circumstances = {fillsFile: endOf(streams) === bytes.size, isText: isText(head), loader}
  const blanksFrom = await blanksAtEnd(bytes)
  const last = streams.findLastIndex(({run, hasHeader}) =>
    isPickle(run, {...circumstances, hasHeader, onlyBlanksFollow: run.end.at >= blanksFrom}),
  )
  const pickles = streams.slice(0, last + 1)
  const [first] = pickles
  if (first === undefined) return null

  const value = first.run.end.kind === 'stop' ? first.run.end.value : null
  const end = asBigInteger(value) === torchMagic ? bytes.size : endOf(pickles)
  const later = await runLater(artifact, end, work)
  const observations = mergeImports([...pickles, ...later].flatMap(({run}) => run.observations))
  for (const observation of observations) scan.see(observation)
  if (end < bytes.size) scan.see(await trailingOf(artifact, end, later))
  return {is: describe(pickles, observations), holds: 'weights'}
}

/** Runs what stands at the beginning, and what stands behind each STOP. */
async function runAll(artifact: Artifact, scan: Scan, work: Work): Promise<readonly Stream[]> {
  const {bytes, path, loader} = artifact
  const window = new Window(bytes, work)
  const streams: Stream[] = []
  for (let start = 0; start < bytes.size; ) {
    work.step()
    const hasHeader = startsAsPickle(await bytes.slice(start, start + 2))
    const plain = await runShared(window, bytes, start, {path, loader, work})
    const read = hasArrays(plain) ? await runWithArrays(plain, {start, artifact, scan}) : {run: plain, arrays: 0}
    const {run} = read
    streams.push({start, hasHeader, ...read})
    if (run.end.kind !== 'stop') break
    if (streams.length > maxStreams) {
      throw new Malformed(`More than ${formatCount(maxStreams)} pickles follow each other.`, start)
    }
    start = run.end.at
  }
  return streams
}

/** Pickles that import something, further behind the end than an unpickler looks. */
async function runLater({bytes, path, loader}: Artifact, end: number, work: Work): Promise<readonly Stream[]> {
  if (end >= bytes.size) return []
  const window = new Window(bytes, work)
  const later: Stream[] = []
  for (const start of laterStarts(await bytes.slice(end, end + searchedBytes))) {
    if (end + start < endOf(later) && later.length > 0) continue
    const run = await runShared(window, bytes, end + start, {path, loader, work})
    const circumstances = {hasHeader: false, fillsFile: false, onlyBlanksFollow: false, isText: true, loader}
    if (run.imports > 0 && isPickle(run, circumstances))
      later.push({start: end + start, hasHeader: true, run, arrays: 0})
  }
  return later
}

/** Behind the last STOP; the file's end where the last pickle never stops. */
function endOf(streams: readonly Stream[]): number {
  const last = streams.at(-1)
  if (last === undefined) return 0
  return last.run.end.kind === 'stop' ? last.run.end.at : Number.POSITIVE_INFINITY
}

/** Where the blanks and line ends begin with which a file ends, as far as 4 KiB before its end. */
async function blanksAtEnd(bytes: Bytes): Promise<number> {
  const tail = await bytes.slice(Math.max(0, bytes.size - 4096), bytes.size)
  return bytes.size - tail.length + tail.findLastIndex(byte => byte > 0x20) + 1
}

async function trailingOf({bytes, path}: Artifact, end: number, later: readonly Stream[]): Promise<Observation> {
  const sample = await bytes.slice(end, end + 64 * 1024)
  const first = [...sample.subarray(0, 8)].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
  const bits = entropyOf(sample).toFixed(1)
  const more = later.map(({start}) => `; another pickle at byte ${start}`).join('')
  const size = formatSize(bytes.size - end)
  return {
    rule: trailingBytes,
    what: `${size} stand behind its end at byte ${end}: ${first} …, ${bits} bits of entropy a byte${more}.`,
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

/** PROTO 0 to 5. */
function startsAsPickle([first = 0, second = 9]: Uint8Array): boolean {
  return first === 0x80 && second <= 5
}

/** UTF-8 without control signs but white space. */
function isText(head: Uint8Array): boolean {
  let isAscii = true
  for (const byte of head) {
    if (byte < 0x09 || (byte > 0x0d && byte < 0x20)) return false
    isAscii &&= byte < 0x80
  }
  if (isAscii) return true
  try {
    new TextDecoder('utf-8', {fatal: true}).decode(head, {stream: true})
    return true
  } catch {
    return false
  }
}
