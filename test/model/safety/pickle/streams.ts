import {type Artifact, bytesOf} from '../../../../src/model/safety/artifact.ts'
import type {Reading, Scan} from '../../../../src/model/safety/format.ts'
import {readPickles} from '../../../../src/model/safety/formats/pickle.ts'
import {Work} from '../../../../src/model/safety/limits.ts'
import type {Observation} from '../../../../src/model/safety/observation.ts'
import {type PickleOptions, type PickleRun, runPickle} from '../../../../src/model/safety/pickle/run.ts'

/** One character, one byte. None of these streams is ever loaded; where one would run something, it is `true`. */
export function stream(...parts: readonly (string | number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(part => (typeof part === 'string' ? [...part].map(sign => sign.charCodeAt(0)) : part)),
  )
}

/** A little-endian number of so many bytes. */
export function little(value: number, width: number): number[] {
  return Array.from({length: width}, (_, index) => Math.floor(value / 256 ** index) % 256)
}

/** SHORT_BINUNICODE. */
export function text(value: string): string {
  return `\x8c${String.fromCharCode(value.length)}${value}`
}

/** FRAME with its length, and its content. */
export function frame(content: string, length = content.length): string {
  return `\x95${String.fromCharCode(...little(length, 8))}${content}`
}

export function run(content: Uint8Array, options: Partial<PickleOptions> = {}): Promise<PickleRun> {
  return runPickle(bytesOf(content), 0, {path: ['model.pkl'], loader: 'any', work: new Work(), ...options})
}

/** Every import with what is done with it: `os.system: call("true")`. */
export function importsOf(observations: readonly Observation[]): readonly string[] {
  return observations.flatMap(({imported}) => {
    if (imported === undefined) return []
    const uses = imported.uses.map(({how, shown, count}) => {
      const times = count === 1 ? '' : ` ×${count}`
      return how === 'call' ? `call(${shown})${times}` : `${how}${times}`
    })
    return [`${imported.module}.${imported.name}: ${uses.join(', ')}`]
  })
}

/** The rules that were broken, beside imports. */
export function rulesOf(observations: readonly Observation[]): readonly string[] {
  return observations.flatMap(({rule, imported}) => (imported === undefined ? [rule.id] : []))
}

/** A file as the scan gives it to the reader of pickles, and what is seen in it. */
export async function read(
  content: Uint8Array,
  loader: Artifact['loader'] = 'any',
): Promise<{reading: Reading | null; seen: readonly Observation[]}> {
  const seen: Observation[] = []
  const unexpected = () => Promise.reject(new Error('A pickle holds no members.'))
  const scan: Scan = {
    work: new Work(),
    see: observation => seen.push(observation),
    inside: unexpected,
    unpack: unexpected,
    tensors: unexpected,
  }
  const reading = await readPickles({path: ['model.pkl'], bytes: bytesOf(content), loader, siblings: null}, scan)
  return {reading, seen}
}
