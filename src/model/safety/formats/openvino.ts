import {formatCount} from '../../../core/quantity.ts'
import type {Artifact, Sibling} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import {quote, type Rule} from '../observation.ts'
import {rules} from './openvino/rules.ts'
import {opensWith, signsOf} from './signs.ts'
import {type XmlMark, xmlMarks} from './xml-tags.ts'

/**
 * OpenVINO IR: layers in XML (versions 10 and 11), their constants in a .bin file of the same name. It brings no code;
 * it can name layers of a library, and it is XML.
 */
export const openvino: Format = {
  name: 'OpenVINO',
  recognise: ({head}) => {
    if (!opensWith('<', head)) return false
    const text = signsOf(head)
    return /^(?:\xef\xbb\xbf)?\s*</.test(text) && /<net[\s>]/.test(text) && /<layers?[\s>]/.test(text)
  },
  read: readOpenvino,
}

/** A constant, and where in the .bin file it lies. */
interface Constant {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[] | null
  readonly offset: number
  readonly size: number
  readonly at: number
}

const mostConstants = 250_000

type See = (rule: Rule, what: string, at?: number) => void

async function readOpenvino(artifact: Artifact, scan: Scan): Promise<Reading> {
  const {path} = artifact
  const see: See = (rule, what, byte) =>
    scan.see({rule, what, place: byte === undefined ? {path} : {path, byte}, sure: 'certain'})
  const layers = new Layers(see)
  let ended: Malformed | OverLimit | null = null
  try {
    for await (const mark of xmlMarks(artifact.bytes, scan.work)) layers.take(mark)
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof OverLimit)) throw error
    // What was met before counts: the weights are looked for all the same.
    ended = error
  }
  const dataFiles = layers.constants.length === 0 ? [] : await checkWeights(layers.constants, artifact, {scan, see})
  if (ended !== null) throw ended
  const is = `OpenVINO model, ${formatCount(layers.count)} layer${layers.count === 1 ? '' : 's'}`
  return {is, holds: 'weights', ...(dataFiles.length === 0 ? {} : {dataFiles})}
}

/** Layers of the model and of the bodies inside it. */
class Layers {
  readonly constants: Constant[] = []
  count = 0
  readonly #see: See
  readonly #extensions = new Set<string>()
  #layer = {name: '', type: ''}

  constructor(see: See) {
    this.#see = see
  }

  take(mark: XmlMark): void {
    if (mark.kind === 'declaration') {
      this.#see(rules.declaration, `It declares ${quote(mark.text)}.`, mark.at)
      return
    }
    if (mark.kind === 'end') return
    const {name, attributes, at} = mark
    if (name === 'layer') this.#take(attributes, at)
    else if (name === 'data' && this.#layer.type === 'Const') this.#constant(attributes, at)
    // Version 7 and before: each layer with its blobs.
    else if (name === 'weights' || name === 'biases' || name === 'custom') this.#constant(attributes, at)
  }

  #take(attributes: ReadonlyMap<string, string>, at: number): void {
    this.count++
    const type = attributes.get('type') ?? ''
    this.#layer = {name: attributes.get('name') ?? '', type}
    const version = attributes.get('version') ?? 'opset1'
    if (/^opset\d{1,3}$/.test(version) || shippedSets.has(version)) return
    const key = `${version} ${type}`
    if (this.#extensions.has(key) || this.#extensions.size > 1000) return
    this.#extensions.add(key)
    this.#see(rules.extension, `Its layer ${quote(this.#layer.name)} is a ${quote(type)} of ${quote(version)}.`, at)
  }

  #constant(attributes: ReadonlyMap<string, string>, at: number): void {
    const {name} = this.#layer
    const [offset, size] = [countOf(attributes.get('offset')), countOf(attributes.get('size'))]
    if (offset === null || size === null) {
      this.#see(rules.bounds, `The constant ${quote(name)} has no offset and size that are counts of bytes.`, at)
      return
    }
    if (this.constants.length === mostConstants) {
      throw new OverLimit('work', `It has more than ${formatCount(mostConstants)} constants.`)
    }
    const type = attributes.get('element_type') ?? ''
    this.constants.push({name, type, shape: shapeOf(attributes.get('shape')), offset, size, at})
  }
}

/** Sets of operators of OpenVINO's own that are not numbered: results of its transformations, and of its plugins. */
const shippedSets = new Set([
  'experimental',
  'util',
  'ie_internal_opset',
  'type_relaxed_opset',
  'gpu_opset',
  'cpu_plugin_opset',
])

function countOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null
  return Number(text)
}

/** `1, 3, 224`; the empty text is a scalar. Null where it is no list of sizes. */
function shapeOf(text: string | undefined): readonly number[] | null {
  if (text === undefined) return null
  if (text.trim() === '') return []
  const sizes = text.split(',', 65).map(each => countOf(each.trim()))
  return sizes.length <= 64 && sizes.every(size => size !== null) ? sizes : null
}

/** Element types of OpenVINO: names of safetensors, and bits. */
const types = new Map<string, readonly [dtype: string, bits: number]>([
  ['f64', ['F64', 64]],
  ['f32', ['F32', 32]],
  ['f16', ['F16', 16]],
  ['bf16', ['BF16', 16]],
  ['f8e4m3', ['F8_E4M3', 8]],
  ['f8e5m2', ['F8_E5M2', 8]],
  ['f8e8m0', ['F8_E8M0', 8]],
  ['f4e2m1', ['F4', 4]],
  ['nf4', ['NF4', 4]],
  ['i64', ['I64', 64]],
  ['u64', ['U64', 64]],
  ['i32', ['I32', 32]],
  ['u32', ['U32', 32]],
  ['i16', ['I16', 16]],
  ['u16', ['U16', 16]],
  ['i8', ['I8', 8]],
  ['u8', ['U8', 8]],
  ['i4', ['I4', 4]],
  ['u4', ['U4', 4]],
  ['u2', ['U2', 2]],
  ['u1', ['U1', 1]],
  ['boolean', ['BOOL', 8]],
])

interface Around {
  readonly scan: Scan
  readonly see: See
}

/** @returns the .bin file, relative to the model folder */
async function checkWeights(
  constants: readonly Constant[],
  artifact: Artifact,
  {scan, see}: Around,
): Promise<readonly string[]> {
  const {siblings, path} = artifact
  const name = `${(path.at(-1)?.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '')}.bin`
  const sibling: Sibling | null = siblings === null ? null : await siblings.find(name)
  switch (sibling?.kind) {
    case undefined:
    case 'outside':
      see(rules.unchecked, `Its weights are in ${quote(name)}.`)
      return []
    case 'link':
      see(rules.link, `Its weights are in ${quote(name)}, which is a symbolic link.`)
      return []
    case 'absent':
    case 'folder':
      see(rules.missing, `Its weights are in ${quote(name)}, which is not there.`)
      return []
    case 'file': {
      const sound = constants.filter(constant => !seeProblem(constant, {name, fileSize: sibling.size, see}))
      await siblings?.open(name, bytes =>
        scan.tensors(
          artifact,
          sound.map(({name: tensor, type, shape, offset, size}) => ({
            name: tensor,
            dtype: types.get(type)?.[0] ?? type,
            shape: shape ?? [size],
            data: {begin: offset, end: offset + size, bytes},
          })),
        ),
      )
      return [sibling.path]
    }
  }
}

function seeProblem(
  {name: constant, type, shape, offset, size, at}: Constant,
  {name, fileSize, see}: {name: string; fileSize: number; see: See},
): boolean {
  if (offset + size > fileSize) {
    const what = `The constant ${quote(constant)} takes bytes ${offset} to ${offset + size} of ${quote(name)}, which has ${fileSize}.`
    see(rules.bounds, what, at)
    return true
  }
  const bits = types.get(type)?.[1]
  if (bits === undefined || shape === null) return false
  const needed = Math.ceil((shape.reduce((product, each) => product * each, 1) * bits) / 8)
  if (needed === size) return false
  see(rules.size, `The constant ${quote(constant)} (${type}) needs ${needed} bytes by its shape, and has ${size}.`, at)
  return true
}
