import {Malformed} from '../../malformed.ts'
import {Fields} from './fields.ts'

/** A name in an archive, as the header lists it. */
export interface FileEntry {
  readonly name: string
  /** Whether it has a stream of its own; a folder or an empty file has none. */
  readonly hasStream: boolean
  /** Of Windows, with the mode of Unix in the upper half where a writer on Unix put it there. */
  readonly attributes: number | null
}

const id = {end: 0, emptyStream: 14, names: 17, attributes: 21}

export function readFiles(fields: Fields): readonly FileEntry[] {
  const count = fields.number()
  // A name takes two bytes at least.
  if (count * 2 > fields.left) throw new Malformed(`The header counts ${count} files in ${fields.left} bytes.`)
  let names: readonly string[] = []
  let empty: readonly boolean[] = []
  let attributes: readonly (number | null)[] = []
  for (let type = fields.number(); type !== id.end; type = fields.number()) {
    const part = new Fields(fields.take(fields.number()))
    if (type === id.emptyStream) empty = part.bits(count)
    else if (type === id.names) names = readNames(part, count)
    else if (type === id.attributes) attributes = readAttributes(part, count)
  }
  return Array.from({length: count}, (_, index) => ({
    name: names[index] ?? '',
    hasStream: empty[index] !== true,
    attributes: attributes[index] ?? null,
  }))
}

/** UTF-16, each up to a NUL. */
function readNames(fields: Fields, count: number): readonly string[] {
  inPlace(fields)
  const names = new TextDecoder('utf-16le').decode(fields.take(fields.left)).split('\0')
  if (names.length !== count + 1) throw new Malformed(`The header has ${names.length - 1} names for ${count} files.`)
  return names
}

function readAttributes(fields: Fields, count: number): readonly (number | null)[] {
  const there = fields.bitsOrAll(count)
  inPlace(fields)
  return there.map(isThere => (isThere ? fields.u32() : null))
}

function inPlace(fields: Fields): void {
  if (fields.byte() !== 0) throw new Malformed('A part of the header stands somewhere else.')
}
