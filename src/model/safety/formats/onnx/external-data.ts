import {formatCount} from '../../../../core/quantity.ts'
import type {Artifact, Sibling} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {type Observation, quote, type Rule} from '../../observation.ts'
import {whyLeadsOut} from '../pointed-path.ts'
import {rules} from './rules.ts'
import {elementsOf, elementTypeOf, type OnnxTensor} from './tensor.ts'

/** A tensor that lies in a file beside the model, as the model has it. */
export interface ExternalTensor {
  readonly name: string
  readonly at: number
  readonly location: string
  /** In bytes; a `length` that is not said goes to the end of the file. */
  readonly offset: number
  readonly length: number | null
  /** By type and shape; null where that is not known. */
  readonly needed: number | null
  readonly dtype: string
  readonly shape: readonly number[]
}

/** Keys that onnx and ONNX Runtime know: onnx/docs/ExternalData.md, `external_data_helper.py`; `prepacked…` of the runtime. */
const knownKeys = new Set(['location', 'offset', 'length', 'checksum', 'basepath'])
// ONNX Runtime marks tensors in its own memory so (tensorprotoutils.h): */_ORT_MEM_ADDR_/* and its like.
const memoryMark = /^\*\/_ORT_/

const nameTheFolder =
  'Where the file stands beside the model, name their folder as the model, so that both are validated; else write the model again with its data in one file beside it.'

type See = (rule: Rule, what: string, at: number, sure?: Observation['sure']) => void

/** What a tensor says of its external data, from its text alone. Null where there is nothing to look for. */
export function parseExternal(tensor: OnnxTensor, see: See): ExternalTensor | null {
  const {name, at, external} = tensor
  const values = new Map<string, string>()
  for (const [key, value] of external) {
    const before = values.get(key)
    if (before !== undefined && before !== value) {
      see(rules.twice, `The tensor ${quote(name)} says ${key} ${quote(before)} and ${quote(value)}.`, at)
    }
    if (!knownKeys.has(key) && !key.startsWith('prepacked')) {
      see(rules.attributes, `The tensor ${quote(name)} has external data with the key ${quote(key)}.`, at, 'likely')
    }
    values.set(key, value)
    if (key === 'location') judgeLocation(tensor, value, see)
  }
  const basepath = values.get('basepath') ?? ''
  if (basepath !== '') {
    see(rules.outside, `The tensor ${quote(name)} chooses its own folder, ${quote(basepath)}.`, at, 'likely')
  }
  const location = values.get('location')
  if (location === undefined) {
    see(rules.absent, `The data of the tensor ${quote(name)} are external, and no location says where.`, at)
    return null
  }
  if (whyLeadsOut(location) !== null || memoryMark.test(location)) return null
  const offset = parseCount(values.get('offset') ?? '0')
  const length = values.has('length') ? parseCount(values.get('length') ?? '') : undefined
  if (offset === null || length === null) {
    see(rules.bounds, `The tensor ${quote(name)} has an offset or a length that is no count of bytes.`, at)
    return null
  }
  const elements = elementsOf(tensor.dims)
  const type = elementTypeOf(tensor.type)
  if (elements === null) {
    see(rules.size, `The tensor ${quote(name)} has a shape that cannot be: ${tensor.dims.join(' x ')}.`, at)
  }
  if (type === null) see(rules.unknownType, `The tensor ${quote(name)} has the type ${tensor.type}.`, at)
  else if (type.bits === 0) see(rules.size, `The tensor ${quote(name)} holds texts, which cannot be external.`, at)
  const needed = elements === null || type === null || type.bits === 0 ? null : Math.ceil((elements * type.bits) / 8)
  const shape = tensor.dims.map(Number)
  return {name, at, location, offset, length: length ?? null, needed, dtype: type?.dtype ?? 'unknown', shape}
}

function judgeLocation({name, at}: OnnxTensor, location: string, see: See): void {
  if (memoryMark.test(location)) {
    see(
      rules.memory,
      `The tensor ${quote(name)} is loaded from an address in the memory of ONNX Runtime.`,
      at,
      'likely',
    )
    return
  }
  const why = whyLeadsOut(location)
  if (why !== null) see(rules.outside, `The tensor ${quote(name)} is loaded from ${quote(location)}: ${why}.`, at)
}

/** Digits alone: Python's int() would take spaces, signs and underscores, other loaders something else. */
function parseCount(text: string): number | null {
  if (!/^\d{1,16}$/.test(text)) return null
  const count = Number(text)
  return Number.isSafeInteger(count) ? count : null
}

/**
 * Checks every file that tensors point to, and that they lie within it.
 * @returns paths of the files that hold nothing but their numbers, relative to the model folder
 */
export async function checkFiles(
  tensors: readonly ExternalTensor[],
  artifact: Artifact,
  scan: Scan,
): Promise<readonly string[]> {
  const byLocation = Map.groupBy(tensors, ({location}) => location)
  const dataFiles: string[] = []
  for (const [location, group] of byLocation) {
    const {siblings} = artifact
    const [first] = group
    if (!first) continue
    if (siblings === null) {
      const what = `${countTensors(group)} in the file ${quote(location)}, beside wherever this is unpacked.`
      scan.see({rule: rules.unchecked, what, place: {path: artifact.path, byte: first.at}, sure: 'certain'})
      continue
    }
    const sibling = await siblings.find(location)
    if (sibling.kind === 'file') dataFiles.push(sibling.path)
    const found = seeSibling(sibling, group)
    for (const {rule, what, at} of found) {
      const remedy = sibling.kind === 'outside' ? {remedy: nameTheFolder} : {}
      scan.see({rule, what, place: {path: artifact.path, byte: at}, sure: 'certain', ...remedy})
    }
    if (sibling.kind !== 'file' || found.length > 0) continue
    await siblings.open(location, bytes => scan.tensors(artifact, entriesOf(group, bytes)))
  }
  return dataFiles
}

interface Seen {
  readonly rule: Rule
  readonly what: string
  readonly at: number
}

function seeSibling(sibling: Sibling, group: readonly ExternalTensor[]): readonly Seen[] {
  const [{location, at} = {location: '', at: 0}] = group
  const who = countTensors(group)
  switch (sibling.kind) {
    case 'outside':
      return [{rule: rules.outside, what: `${who} in ${quote(location)}, outside the model folder.`, at}]
    case 'link':
      return [{rule: rules.link, what: `${who} in ${quote(location)}, which is a symbolic link.`, at}]
    case 'folder':
      return [{rule: rules.absent, what: `${who} in ${quote(location)}, which is a folder.`, at}]
    case 'absent':
      return [{rule: rules.absent, what: `${who} in ${quote(location)}, which is not there.`, at}]
    case 'file': {
      const seen: Seen[] = []
      if (sibling.hardLinks > 1) {
        const what = `${who} in ${quote(location)}, a file with ${sibling.hardLinks} names.`
        seen.push({rule: rules.hardLink, what, at})
      }
      for (const tensor of group) {
        const outOfBounds = seeBounds(tensor, sibling.size)
        if (outOfBounds) seen.push(outOfBounds)
      }
      return seen
    }
  }
}

function countTensors(group: readonly ExternalTensor[]): string {
  const [first] = group
  if (group.length === 1) return `The data of the tensor ${quote(first?.name ?? '')} are`
  return `The data of ${formatCount(group.length)} tensors, of ${quote(first?.name ?? '')} first, are`
}

function seeBounds({name, at, location, offset, length, needed}: ExternalTensor, size: number): Seen | null {
  const end = length === null ? size : offset + length
  if (offset > size || end > size) {
    const what = `The tensor ${quote(name)} takes bytes ${offset} to ${end} of ${quote(location)}, which has ${size}.`
    return {rule: rules.bounds, what, at}
  }
  if (needed === null || needed === end - offset) return null
  // Without a length, a loader takes what it needs from the offset on.
  if (length === null && needed < end - offset) return null
  const what = `The tensor ${quote(name)} needs ${needed} bytes by its shape; ${quote(location)} gives ${end - offset}.`
  return {rule: rules.size, what, at}
}

function entriesOf(group: readonly ExternalTensor[], bytes: NonNullable<TensorEntry['data']>['bytes']): TensorEntry[] {
  return group.map(({name, dtype, shape, offset, needed}) => ({
    name,
    dtype,
    shape,
    data: needed === null ? null : {begin: offset, end: offset + needed, bytes},
  }))
}
