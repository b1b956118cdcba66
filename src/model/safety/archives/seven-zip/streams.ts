import {Malformed} from '../../malformed.ts'
import type {Fields} from './fields.ts'

/** Streams of an archive that are packed together: what 7z calls a folder. */
export interface Folder {
  readonly coders: readonly Coder[]
  /** Which output of a coder goes into which input. */
  readonly bonds: readonly {readonly input: number; readonly output: number}[]
  /** Inputs that come from the archive. */
  readonly packedInputs: readonly number[]
  /** Bytes out of each coder. */
  readonly sizes: readonly number[]
  readonly crc: number | null
}

export interface Coder {
  /** In hexadecimal: `030101`. */
  readonly method: string
  readonly inputs: number
  readonly outputs: number
  readonly properties: Uint8Array
}

export interface SubStream {
  readonly size: number
  readonly crc: number | null
}

export interface StreamsInfo {
  readonly folders: readonly Folder[]
  /** Where the packed bytes of each folder stand in the archive; null where there are none for it. */
  readonly packed: readonly (PackedSpan | null)[]
  /** The files in each folder, one after the other. */
  readonly subStreams: readonly (readonly SubStream[])[]
}

export interface PackedSpan {
  readonly start: number
  readonly end: number
}

/** Offsets in an archive count from here. */
export const signatureBytes = 32

const id = {
  end: 0,
  packInfo: 6,
  unpackInfo: 7,
  subStreams: 8,
  sizes: 9,
  crc: 10,
  folder: 11,
  unpackSizes: 12,
  counts: 13,
}
/** As many as 7-Zip takes (k_Scan_NumCoders_MAX). */
const maxCoders = 64

/** Packed streams, how to unpack them, and where the files are in what comes out. */
export function readStreams(fields: Fields): StreamsInfo {
  let packStart = 0
  let packSizes: readonly number[] = []
  let folders: readonly Folder[] = []
  let subStreams: readonly (readonly SubStream[])[] | null = null
  for (let type = fields.byte(); type !== id.end; type = fields.byte()) {
    if (type === id.packInfo) {
      packStart = fields.number()
      packSizes = readPackSizes(fields)
    } else if (type === id.unpackInfo) folders = readFolders(fields)
    else if (type === id.subStreams) subStreams = readSubStreams(fields, folders)
    else throw new Malformed(`The header has the unknown part ${type}.`)
  }
  return {
    folders,
    packed: placed(packStart, packSizes, folders),
    subStreams: subStreams ?? folders.map(folder => [wholeOf(folder)]),
  }
}

/** Packed streams stand one behind the other; of a folder with several, the first is where reading begins. */
function placed(
  packStart: number,
  sizes: readonly number[],
  folders: readonly Folder[],
): readonly (PackedSpan | null)[] {
  let at = signatureBytes + packStart
  let next = 0
  return folders.map(({packedInputs}) => {
    const size = sizes[next]
    const span = size === undefined ? null : {start: at, end: at + size}
    for (let left = packedInputs.length; left > 0; left--) at += sizes[next++] ?? 0
    return span
  })
}

function wholeOf(folder: Folder): SubStream {
  return {size: outputOf(folder), crc: folder.crc}
}

/** Bytes that come out of a folder: of the output that goes into no other coder. */
function outputOf({sizes, bonds}: Folder): number {
  return sizes.find((_, output) => !bonds.some(bond => bond.output === output)) ?? 0
}

function readPackSizes(fields: Fields): readonly number[] {
  const count = fields.count()
  let sizes: readonly number[] = []
  for (let type = fields.byte(); type !== id.end; type = fields.byte()) {
    if (type === id.sizes) sizes = numbers(fields, count)
    else if (type === id.crc) readCrcs(fields, count)
    else throw new Malformed(`The packed streams have the unknown part ${type}.`)
  }
  return sizes
}

function readFolders(fields: Fields): readonly Folder[] {
  fields.expect(id.folder, 'a folder')
  const count = fields.count()
  if (fields.byte() !== 0) throw new Malformed('The folders stand somewhere else.')
  const bare = Array.from({length: count}, () => readFolder(fields))
  fields.expect(id.unpackSizes, 'the sizes of folders')
  const sizes = bare.map(({coders}) => numbers(fields, total(coders, 'outputs')))
  let crcs: readonly (number | null)[] = []
  for (let type = fields.byte(); type !== id.end; type = fields.byte()) {
    if (type !== id.crc) throw new Malformed(`The folders have the unknown part ${type}.`)
    crcs = readCrcs(fields, count)
  }
  return bare.map((folder, index) => ({...folder, sizes: sizes[index] ?? [], crc: crcs[index] ?? null}))
}

function readFolder(fields: Fields): Pick<Folder, 'coders' | 'bonds' | 'packedInputs'> {
  const count = fields.count()
  if (count === 0 || count > maxCoders) throw new Malformed(`A folder has ${count} coders.`)
  const coders = Array.from({length: count}, () => readCoder(fields))
  const inputs = total(coders, 'inputs')
  const outputs = total(coders, 'outputs')
  const bonds = Array.from({length: outputs - 1}, () => ({input: fields.number(), output: fields.number()}))
  const packed = inputs - bonds.length
  if (packed < 1) throw new Malformed('A folder has no packed stream.')
  const free = Array.from({length: inputs}, (_, input) => input).filter(
    input => !bonds.some(bond => bond.input === input),
  )
  return {coders, bonds, packedInputs: packed === 1 ? free.slice(0, 1) : numbers(fields, packed)}
}

function readCoder(fields: Fields): Coder {
  const flags = fields.byte()
  const method = [...fields.take(flags & 15)].map(byte => byte.toString(16).padStart(2, '0')).join('')
  const isComplex = (flags & 0x10) !== 0
  const inputs = isComplex ? fields.number() : 1
  const outputs = isComplex ? fields.number() : 1
  if (inputs < 1 || inputs > maxCoders || outputs < 1 || outputs > maxCoders) {
    throw new Malformed(`A coder has ${inputs} inputs and ${outputs} outputs.`)
  }
  const properties = (flags & 0x20) === 0 ? new Uint8Array(0) : fields.take(fields.number()).slice()
  return {method, inputs, outputs, properties}
}

function readSubStreams(fields: Fields, folders: readonly Folder[]): readonly (readonly SubStream[])[] {
  let counts: readonly number[] = folders.map(() => 1)
  let type = fields.byte()
  if (type === id.counts) {
    counts = folders.map(() => fields.number())
    type = fields.byte()
  }
  // Each file but the last of a folder has its size here.
  const all = counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0)
  if (all > fields.left) throw new Malformed(`The header counts ${all} files in ${fields.left} bytes.`)
  const sizes = folders.map((folder, index) => sizesIn(type === id.sizes ? fields : null, folder, counts[index] ?? 0))
  if (type === id.sizes) type = fields.byte()
  let crcs: readonly (number | null)[] = []
  const isKnown = folders.map((folder, index) => counts[index] === 1 && folder.crc !== null)
  const open = counts.reduce((sum, count, index) => sum + (isKnown[index] === true ? 0 : count), 0)
  for (; type !== id.end; type = fields.byte()) {
    if (type !== id.crc) throw new Malformed(`The files in folders have the unknown part ${type}.`)
    crcs = readCrcs(fields, open)
  }
  let next = 0
  return folders.map((folder, index) =>
    (sizes[index] ?? []).map(size => ({
      size,
      crc: isKnown[index] === true ? folder.crc : (crcs[next++] ?? null),
    })),
  )
}

/** The last size is what is left of the folder. */
function sizesIn(fields: Fields | null, folder: Folder, count: number): readonly number[] {
  if (count === 0) return []
  const sizes = count > 1 && fields ? numbers(fields, count - 1) : []
  const left = outputOf(folder) - sizes.reduce((sum, size) => sum + size, 0)
  if (left < 0 || sizes.length < count - 1) throw new Malformed('The files of a folder are larger than the folder.')
  return [...sizes, left]
}

function readCrcs(fields: Fields, count: number): readonly (number | null)[] {
  if (count > 8 * fields.left) throw new Malformed(`The header counts ${count} checksums in ${fields.left} bytes.`)
  return fields.bitsOrAll(count).map(isThere => (isThere ? fields.u32() : null))
}

function numbers(fields: Fields, count: number): readonly number[] {
  if (count > fields.left) throw new Malformed(`The header counts ${count} numbers in ${fields.left} bytes.`)
  return Array.from({length: count}, () => fields.number())
}

function total(coders: readonly Coder[], side: 'inputs' | 'outputs'): number {
  return coders.reduce((sum, coder) => sum + coder[side], 0)
}
