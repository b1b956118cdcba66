import {asInteger, asText, asTuple, Outside, type Value} from '../../pickle/value.ts'
import {type ElementType, typeOfStorage} from './types.ts'

/** What a persistent id of torch asks for: `('storage', torch.FloatStorage, '0', 'cpu', 12)`. */
export interface StorageId {
  readonly key: string
  readonly type: ElementType
  readonly elements: number
  /** Of legacy files: part of the storage under a key of its own. */
  readonly view: StorageView | null
}

export interface StorageView {
  readonly key: string
  readonly offset: number
  readonly elements: number
}

/** Reads a persistent id; a sentence where it is none that torch writes (`serialization.py`, `persistent_id`). */
export function storageOf(id: Value): StorageId | string {
  const parts = asTuple(id)
  if (!parts) return 'A persistent id is no tuple, as torch demands.'
  const [kind, type, key, location, elements, view] = parts
  if (asText(kind) !== 'storage') return 'A persistent id asks for something else than a storage.'
  if (parts.length !== 5 && parts.length !== 6) return `A persistent id has ${parts.length} parts; torch writes 5 or 6.`
  const elementType = typeOfStorage(type)
  if (!elementType) return 'A persistent id names a class that is no storage of torch.'
  const name = asText(key)
  if (name === null || asText(location) === null) return 'A persistent id has no key and place that are texts.'
  const count = asInteger(elements)
  if (count === null || count < 0) return 'A persistent id counts no elements.'
  const part = viewOf(view)
  if (part === undefined) return 'A persistent id has a view that is none.'
  return {key: name, type: elementType, elements: count, view: part}
}

/** The storage that a value of the pickle stands for. */
export function storageBehind(value: Value | undefined): StorageId | null {
  if (!(value instanceof Outside) || value.from !== 'persistent id') return null
  const found = storageOf(value.id)
  return typeof found === 'string' ? null : found
}

function viewOf(value: Value | undefined): StorageView | null | undefined {
  if (value === undefined || value === null) return null
  const [key, offset, elements, ...rest] = asTuple(value) ?? []
  const [name, from, count] = [asText(key), asInteger(offset), asInteger(elements)]
  if (name === null || from === null || count === null || rest.length > 0 || from < 0 || count < 0) return undefined
  return {key: name, offset: from, elements: count}
}
