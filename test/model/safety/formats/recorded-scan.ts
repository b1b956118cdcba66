import type {Artifact, Sibling, Siblings} from '../../../../src/model/safety/artifact.ts'
import {bytesOf} from '../../../../src/model/safety/artifact.ts'
import type {Format, Reading, Sample, Scan, TensorEntry} from '../../../../src/model/safety/format.ts'
import {type Limits, usualLimits, Work} from '../../../../src/model/safety/limits.ts'
import {Malformed, OverLimit} from '../../../../src/model/safety/malformed.ts'
import type {Observation} from '../../../../src/model/safety/observation.ts'

export interface Recorded {
  readonly reading: Reading | null
  /** `means rule-id`, in order. */
  readonly sights: readonly string[]
  readonly observations: readonly Observation[]
  readonly tensors: readonly TensorEntry[]
  /** What ended the reading. */
  readonly ended: Malformed | OverLimit | null
  /** Bytes that were fetched of the file itself. */
  readonly fetched: number
}

export interface FileAround {
  readonly name?: string
  readonly siblings?: Siblings | null
  readonly limits?: Partial<Limits>
  /** Size of the file where it is larger than its content; the rest reads as zeros. */
  readonly size?: number
}

/** Reads one file with one format, as the scan would, and keeps everything that it says. */
export async function record(
  format: Format,
  content: Uint8Array,
  {name = 'model.bin', siblings = null, limits = {}, size = content.length}: FileAround = {},
): Promise<Recorded> {
  const observations: Observation[] = []
  const tensors: TensorEntry[] = []
  let fetched = 0
  const whole = bytesOf(content)
  const slice = async (start: number, end: number) => {
    const stop = Math.min(end, size)
    fetched += Math.max(0, stop - start)
    if (stop <= content.length) return whole.slice(start, stop)
    const padded = new Uint8Array(Math.max(0, stop - start))
    padded.set(content.subarray(start, stop))
    return padded
  }
  const artifact: Artifact = {path: [name], bytes: {size, slice}, loader: 'any', siblings}
  const scan: Scan = {
    work: new Work({...usualLimits, ...limits}),
    see: observation => void observations.push(observation),
    inside: async () => {},
    unpack: async () => {
      throw new Error('Nothing here is packed.')
    },
    tensors: async (_, found) => void tensors.push(...found),
  }
  let reading: Reading | null = null
  let ended: Malformed | OverLimit | null = null
  try {
    reading = await format.read(artifact, scan)
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof OverLimit)) throw error
    ended = error
  }
  const sights = observations.map(({rule}) => `${rule.means} ${rule.id}`)
  return {reading, sights, observations, tensors, ended, fetched}
}

/** The head and tail of a file, as the scan hands them to `recognise`. */
export function sampleOf(content: Uint8Array, name = 'model.bin', size = content.length): Sample {
  const head = content.subarray(0, 64 * 1024)
  const tail = content.subarray(Math.max(0, content.length - 66 * 1024))
  return {path: [name], name: name.toLowerCase(), size, head, tail, loader: 'any'}
}

/** Files beside a model, by path; anything else is absent. */
export function folderOf(files: Readonly<Record<string, Uint8Array | Sibling>>): Siblings {
  const found = new Map(Object.entries(files))
  return {
    find: async path => {
      const file = found.get(path)
      if (file === undefined) return {kind: 'absent'}
      return file instanceof Uint8Array ? {kind: 'file', path, size: file.length, hardLinks: 1} : file
    },
    open: async (path, use) => {
      const file = found.get(path)
      return file instanceof Uint8Array ? use(bytesOf(file)) : null
    },
  }
}
