import type {Work} from '../../limits.ts'
import {Malformed} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import {arrayBytes} from '../numpy/dtype.ts'

/** Tensors that lie one behind the other in some files, read as one. */
export interface Group {
  readonly paths: readonly string[]
  readonly weights: readonly Weight[]
  /** All of them together; null where one has no fixed size. */
  readonly bytes: number | null
}

export interface Weight {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly size: number | null
}

/** As the tensors are stored: name of safetensors, and bytes. `string` has no fixed size. */
const types: ReadonlyMap<string, readonly [dtype: string, bytes: number]> = new Map([
  ['float32', ['F32', 4]],
  ['int32', ['I32', 4]],
  ['bool', ['BOOL', 1]],
  ['complex64', ['C64', 8]],
  ['float16', ['F16', 2]],
  ['uint8', ['U8', 1]],
  ['uint16', ['U16', 2]],
])

/**
 * The manifest of a parsed `model.json`; null where it has none.
 * @throws Malformed where TensorFlow.js would not find its way
 */
export function groupsOf(model: unknown, work: Work): readonly Group[] | null {
  const manifest = model instanceof Map ? model.get('weightsManifest') : undefined
  if (!Array.isArray(manifest)) return null
  return manifest.map((group: unknown) => {
    const paths: unknown = group instanceof Map ? group.get('paths') : undefined
    const weights: unknown = group instanceof Map ? group.get('weights') : undefined
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw new Malformed('A group of weights has no paths or no weights.')
    work.step(paths.length + weights.length)
    const texts = paths.filter(path => typeof path === 'string')
    if (texts.length < paths.length) throw new Malformed('A path of its weights is no text.')
    const read = weights.map(weightOf)
    const bytes = read.reduce<number | null>((sum, {size}) => (sum === null || size === null ? null : sum + size), 0)
    return {paths: texts, weights: read, bytes}
  })
}

function weightOf(weight: unknown): Weight {
  const field = (key: string): unknown => (weight instanceof Map ? weight.get(key) : undefined)
  const [name, written, shape] = [field('name'), field('dtype'), sizesOf(field('shape'))]
  if (typeof name !== 'string' || typeof written !== 'string' || shape === null) {
    throw new Malformed('One of its weights has no name, no type or no shape.')
  }
  const quantization = field('quantization')
  const stored: unknown = quantization instanceof Map ? quantization.get('dtype') : written
  if (written === 'string') return {name, dtype: 'STRING', shape, size: null}
  const known = typeof stored === 'string' ? types.get(stored) : undefined
  if (known === undefined) throw new Malformed(`The weight ${quote(name)} has the type ${quote(String(stored))}.`)
  const [dtype, itemBytes] = known
  const size = arrayBytes(shape, itemBytes)
  if (size === null) throw new Malformed(`The weight ${quote(name)} has more elements than can be counted.`)
  return {name, dtype, shape, size}
}

function sizesOf(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null
  const sizes: number[] = []
  for (const size of value) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return null
    sizes.push(size)
  }
  return sizes
}
