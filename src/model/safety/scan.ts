import type {Bytes} from '../../runtime/files.ts'
import type {Artifact, ArtifactPath, Loader} from './artifact.ts'
import type {Format, Reading, Sample, Scan, TensorEntry} from './format.ts'
import {readPickles} from './formats/pickle.ts'
import {readPlain} from './formats/plain.ts'
import {formats} from './formats.ts'
import type {Work} from './limits.ts'
import {Malformed, OverLimit} from './malformed.ts'
import type {FoundTensor, ScannedFile} from './model-scan.ts'
import type {Observation} from './observation.ts'
import {damaged, limitRules, severalFormats, tooMany} from './scan-rules.ts'

/** What one file of a model turned out to be, and everything that was seen in it and its members. */
export type FileScan = Pick<ScannedFile, 'readings' | 'observations' | 'tensors'>

export interface ScanPorts {
  /** Shared by all files of a model: its limits hold for all of them together. */
  readonly work: Work
  readonly scratch: <T>(chunks: AsyncIterable<Uint8Array>, use: (bytes: Bytes) => Promise<T>) => Promise<T>
  /** Asked of every tensor while its file is open: the checks of weights. */
  readonly onTensor?: (path: ArtifactPath, tensor: TensorEntry) => Promise<void>
}

const headBytes = 64 * 1024
/** The longest comment of a ZIP, and its end record. */
const tailBytes = 66 * 1024
/** Of one rule in one file. Enough for a person; a hostile file has no end of them. */
const maxSights = 1000

/**
 * Looks at one file by its content: every format that recognises it reads it, and every member inside it is looked at
 * in the same way. Nothing is loaded, imported or executed.
 */
export async function scanArtifact(artifact: Artifact, ports: ScanPorts): Promise<FileScan> {
  ports.work.admit(artifact.bytes.size)
  const run = new ScanRun(ports)
  const readings = await run.look(artifact, 0)
  return {readings, observations: run.observations, tensors: run.found}
}

/** One walk through a file and everything inside it. */
class ScanRun {
  readonly observations: Observation[] = []
  readonly found: FoundTensor[] = []
  readonly #ports: ScanPorts
  readonly #seen = new Map<string, number>()

  constructor(ports: ScanPorts) {
    this.#ports = ports
  }

  /** What the artifact reads as. What ends a reading is an observation, and no other artifact suffers. */
  async look(artifact: Artifact, depth: number): Promise<readonly Reading[]> {
    const readings: Reading[] = []
    const names: string[] = []
    const sample = await sampleOf(artifact)
    const recognised = formats.filter(format => format.recognise(sample))
    for (const format of recognised) {
      names.push(format.name)
      const read = await this.#guarded(artifact, format.name, () => format.read(artifact, this.#scan(depth)))
      for (const reading of read) readings.push(reading)
    }
    if (!recognised.some(format => format.pickles === true)) {
      const [pickle] = await this.#guarded(artifact, 'pickle', () => readPickles(artifact, this.#scan(depth)))
      if (pickle) {
        names.push('pickle')
        readings.push(pickle)
      }
    }
    if (names.length === 0) {
      return this.#guarded(artifact, 'plain file', () => readPlain(artifact, sample, this.#scan(depth)))
    }
    const strangers = strangersAmong(recognised, names)
    if (strangers !== null) this.#see(severalFormats(artifact, strangers))
    return readings
  }

  #see(observation: Observation): void {
    const key = observation.rule.id
    const count = (this.#seen.get(key) ?? 0) + 1
    this.#seen.set(key, count)
    if (count <= maxSights) this.observations.push(observation)
    else if (count === maxSights + 1) this.observations.push(tooMany(observation, maxSights))
  }

  #scan(depth: number): Scan {
    const {work, scratch} = this.#ports
    return {
      work,
      see: observation => this.#see(observation),
      inside: (artifact, member, bytes, loader = 'any') => this.#inside(artifact, {member, bytes, loader}, depth + 1),
      unpack: (chunks, packed, use) => scratch(counted(chunks, packed, work), use),
      tensors: (artifact, tensors) => this.#tensors(artifact, tensors),
    }
  }

  async #inside(
    parent: Artifact,
    {member, bytes, loader}: {member: string; bytes: Bytes; loader: Loader},
    depth: number,
  ): Promise<void> {
    const artifact: Artifact = {path: [...parent.path, member], bytes, loader, siblings: null}
    await this.#guarded(artifact, 'member', async () => {
      this.#ports.work.member()
      this.#ports.work.enter(depth)
      await this.look(artifact, depth)
      return null
    })
  }

  async #tensors(artifact: Artifact, tensors: readonly TensorEntry[]): Promise<void> {
    const inside = artifact.path.slice(1)
    for (const tensor of tensors) {
      this.#ports.work.step()
      const {name, dtype, shape} = tensor
      this.found.push({name, dtype, shape, inside})
      await this.#ports.onTensor?.(artifact.path, tensor)
    }
  }

  async #guarded(
    artifact: Artifact,
    format: string,
    read: () => Promise<Reading | readonly Reading[] | null>,
  ): Promise<readonly Reading[]> {
    try {
      const reading = await read()
      if (reading === null) return []
      return 'is' in reading ? [reading] : reading
    } catch (error) {
      if (error instanceof Malformed) {
        this.#see(damaged(artifact, format, error))
        return [{is: `damaged ${format}`, holds: 'container'}]
      }
      if (error instanceof OverLimit) {
        const {path} = artifact
        this.#see({rule: limitRules[error.limit], what: error.message, place: {path}, sure: 'certain'})
        return [{is: format, holds: 'container'}]
      }
      throw error
    }
  }
}

async function sampleOf({path, bytes, loader}: Artifact): Promise<Sample> {
  const {size} = bytes
  const head = await bytes.slice(0, headBytes)
  const tail = size <= headBytes ? head : await bytes.slice(Math.max(0, size - tailBytes), size)
  const name = (path.at(-1) ?? '').split('/').at(-1) ?? ''
  const marks = loader === 'raw tensor' ? [] : await marksOf(bytes)
  return {path, name: name.toLowerCase(), size, head, tail, marks, loader}
}

const markBytes = 8

async function marksOf(bytes: Bytes): Promise<readonly Uint8Array[]> {
  const marks: Uint8Array[] = []
  for (let at = headBytes; at + markBytes <= bytes.size; at *= 2) marks.push(await bytes.slice(at, at + markBytes))
  return marks
}

/** Counts what comes out of a decompressor before anybody keeps it. */
async function* counted(chunks: AsyncIterable<Uint8Array>, packed: number, work: Work): AsyncIterable<Uint8Array> {
  let unpacked = 0
  for await (const chunk of chunks) {
    unpacked += chunk.length
    work.unpack(chunk.length, {unpacked, packed})
    yield chunk
  }
}

/** The first two formats that no honest writer puts into one file; null where all of them belong together. */
function strangersAmong(recognised: readonly Format[], names: readonly string[]): readonly [string, string] | null {
  const goesWith = (a: string, b: string) =>
    recognised.some(format => format.name === a && format.with?.includes(b) === true)
  for (const [index, first] of names.entries()) {
    const second = names.slice(index + 1).find(name => !goesWith(first, name) && !goesWith(name, first))
    if (second !== undefined) return [first, second]
  }
  return null
}
