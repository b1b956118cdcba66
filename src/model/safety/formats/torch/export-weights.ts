import {formatCount, formatSize} from '../../../../core/quantity.ts'
import {parseStrictJson} from '../../../readers/strict-json.ts'
import type {Artifact, Place} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {Malformed, OverLimit} from '../../malformed.ts'
import {quote, type Rule} from '../../observation.ts'
import type {ZipContents, ZipMember} from '../zip-layout.ts'
import {storageMissing, storageSize} from './rules.ts'

/** `torch/_export/serde/schema.py`, `ScalarType`: safetensors' names and bytes of an element. */
const scalarTypes: ReadonlyMap<unknown, readonly [name: string, bytes: number]> = new Map([
  [1, ['U8', 1]],
  [2, ['I8', 1]],
  [3, ['I16', 2]],
  [4, ['I32', 4]],
  [5, ['I64', 8]],
  [6, ['F16', 2]],
  [7, ['F32', 4]],
  [8, ['F64', 8]],
  [9, ['complex32', 4]],
  [10, ['C64', 8]],
  [11, ['complex128', 16]],
  [12, ['BOOL', 1]],
  [13, ['BF16', 2]],
  [28, ['U16', 2]],
  [29, ['F8_E4M3', 1]],
  [30, ['F8_E5M2', 1]],
  [31, ['F8_E4M3FNUZ', 1]],
  [32, ['F8_E5M2FNUZ', 1]],
  [33, ['F8_E8M0', 1]],
  [34, ['U32', 4]],
  [35, ['U64', 8]],
])

const maxConfigBytes = 64 * 2 ** 20

/** Whether a member lists weights or constants: `data/weights/model_weights_config.json`. */
export function isWeightsConfig({name}: {readonly name: string}): boolean {
  return /\/data\/(weights|constants)\/[^/]+_config\.json$/.test(name)
}

/** Holds the weights of an exported program, as its config lists them, against the members that they are in. */
export async function readWeights(
  zip: ZipContents,
  config: ZipMember,
  {artifact, scan}: {artifact: Artifact; scan: Scan},
): Promise<void> {
  const text = await zip.open(config, async bytes => {
    if (bytes.size > maxConfigBytes) {
      throw new OverLimit('work', `The list ${quote(config.name)} has more than ${formatSize(maxConfigBytes)}.`)
    }
    scan.work.step(bytes.size)
    return new TextDecoder().decode(await bytes.slice(0, bytes.size))
  })
  const parsed = parseStrictJson(text)
  const listed = parsed.kind === 'value' ? field(parsed.value, 'config') : undefined
  if (!(listed instanceof Map)) throw new Malformed(`The list of weights ${quote(config.name)} is not read as JSON.`)
  const place: Place = {path: [...artifact.path, config.name]}
  const see = (rule: Rule, what: string) => scan.see({rule, what, place, sure: 'certain'})
  const folder = config.name.slice(0, config.name.lastIndexOf('/') + 1)
  const tensors: TensorEntry[] = []
  for (const [name, payload] of listed) {
    scan.work.step()
    const member = zip.find(`${folder}${field(payload, 'path_name')}`)
    if (!member) {
      see(storageMissing, `It has no member for the weight ${quote(String(name))}.`)
      continue
    }
    // Pickled ones are looked at as the files that they are.
    if (field(payload, 'use_pickle') !== false) continue
    const tensor = tensorOf(String(name), field(payload, 'tensor_meta'), {member, artifact})
    if (typeof tensor === 'string') see(storageSize, tensor)
    else if (tensor) tensors.push(tensor)
  }
  await scan.tensors(artifact, tensors)
}

/** Null for a type that is not known; a sentence where the member is too short. */
function tensorOf(
  name: string,
  meta: unknown,
  {member, artifact}: {member: ZipMember; artifact: Artifact},
): TensorEntry | string | null {
  const type = scalarTypes.get(field(meta, 'dtype'))
  const shape = integersOf(field(meta, 'sizes'))
  if (!type || !shape) return null
  const [dtype, elementBytes] = type
  const offset = elementBytes * (integerOf(field(meta, 'storage_offset')) ?? 0)
  const needed = offset + shape.reduce((product, size) => product * size, elementBytes)
  if (needed > member.size) {
    return `The weight ${quote(name)} needs ${formatCount(needed)} bytes; its member has ${formatCount(member.size)}.`
  }
  const begin = member.dataOffset + offset
  const data = member.method === 0 ? {begin, end: member.dataOffset + needed, bytes: artifact.bytes} : null
  return {name, dtype, shape, data}
}

function field(value: unknown, key: string): unknown {
  return value instanceof Map ? value.get(key) : undefined
}

/** `{"as_int": 4}`. */
function integerOf(value: unknown): number | null {
  const integer = field(value, 'as_int')
  return typeof integer === 'number' && Number.isSafeInteger(integer) && integer >= 0 ? integer : null
}

function integersOf(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null
  const integers: number[] = []
  for (const item of value) {
    const integer = integerOf(item)
    if (integer === null) return null
    integers.push(integer)
  }
  return integers
}
