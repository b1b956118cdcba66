import {formatCount} from '../../../../core/quantity.ts'
import type {Bytes} from '../../../../runtime/files.ts'
import type {Work} from '../../limits.ts'
import {OverLimit} from '../../malformed.ts'
import {quote} from '../../observation.ts'
import {bitsOf} from './dtypes.ts'
import {readEntry, type Tensor} from './entries.ts'
import {BadHeader, JsonBytes, MoreNeeded} from './json-bytes.ts'
import type {HeaderFault} from './rules.ts'

export type SafetensorsAnswer =
  | {
      readonly kind: 'valid'
      /** In the order of their bytes. */
      readonly tensors: readonly Tensor[]
      /** Metadata of at most 4 KiB each; longer ones are checked and not kept. */
      readonly metadata: ReadonlyMap<string, string>
      /** Offset of the first byte behind the header. */
      readonly dataStart: number
    }
  | {readonly kind: 'malformed'; readonly fault: HeaderFault; readonly what: string}

/** The reference implementation refuses longer headers. */
const maxHeaderBytes = 100_000_000
/** More than any file has (some thousands are usual): what is kept of a hostile header stays below 100 MB. */
const mostTensors = 250_000
const mostNameBytes = 32 * 2 ** 20
/** Parts in which a header is read; longer where one entry is longer. */
const partBytes = 256 * 1024

/**
 * Checks a safetensors file from its header, as strictly as the Rust reference (and its format description): 8 bytes
 * length, a JSON object without duplicate keys, `__metadata__` of texts, known types, offsets that cover the buffer
 * from 0 without hole or overlap, sizes that agree with shapes, and no byte after the last tensor. The weights
 * themselves are not read, and the header in parts.
 * @throws OverLimit where it names more than is kept
 */
export async function readSafetensors(bytes: Bytes, work: Work): Promise<SafetensorsAnswer> {
  try {
    return await readHeader(bytes, work)
  } catch (error) {
    if (error instanceof BadHeader) return {kind: 'malformed', fault: error.fault, what: error.message}
    throw error
  }
}

type Valid = Extract<SafetensorsAnswer, {kind: 'valid'}>

async function readHeader(bytes: Bytes, work: Work): Promise<Valid> {
  if (bytes.size < 8) throw new BadHeader('truncated', `The file has ${bytes.size} bytes; a header length needs 8.`)
  const head = await bytes.slice(0, 9)
  const length = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true)
  if (length > maxHeaderBytes) throw new BadHeader('header-too-large', `The header claims ${length} bytes.`)
  if (length < 2) throw new BadHeader('header-too-small', `The header claims ${length} bytes.`)
  const dataStart = 8 + Number(length)
  if (dataStart > bytes.size) {
    throw new BadHeader('truncated', `The header claims ${length} bytes; the file has ${bytes.size - 8} after it.`)
  }
  if (head[8] !== 0x7b) throw new BadHeader('header-not-an-object', 'The header does not start with "{".')
  const entries = new HeaderEntries(work)
  let at = 8
  let size = partBytes
  while (!entries.areComplete) {
    const end = Math.min(at + size, dataStart)
    const taken = entries.take(new JsonBytes(await bytes.slice(at, end), at, end === dataStart))
    // An entry that does not fit is read again from its beginning, in a part twice as long.
    size = taken === 0 ? size * 2 : partBytes
    at += taken
  }
  return {
    kind: 'valid',
    tensors: checkLayout(entries.tensors, bytes.size - dataStart),
    metadata: entries.metadata,
    dataStart,
  }
}

/** What a header has named so far. */
class HeaderEntries {
  readonly tensors: Tensor[] = []
  metadata: ReadonlyMap<string, string> = new Map()
  areComplete = false
  readonly #work: Work
  readonly #names = new Set<string>()
  #nameBytes = 0
  #isFirst = true

  constructor(work: Work) {
    this.#work = work
  }

  /** Takes the entries that end in a part of the header. @returns bytes of it that are done with */
  take(json: JsonBytes): number {
    let done = 0
    try {
      while (!this.areComplete) {
        const entry = readEntry(json, this.#isFirst)
        if (entry.kind === 'end') {
          if (json.peek() !== -1) {
            throw new BadHeader('header-malformed', 'Something stands behind the object of the header.')
          }
          this.areComplete = true
        } else if (entry.kind === 'metadata') {
          this.#name('__metadata__')
          this.metadata = entry.metadata
        } else {
          this.#name(entry.tensor.name)
          this.tensors.push(entry.tensor)
        }
        this.#isFirst = false
        done = json.at
      }
      return done
    } catch (error) {
      if (error instanceof MoreNeeded) return done
      throw error
    }
  }

  #name(name: string): void {
    this.#work.step()
    if (this.#names.has(name)) throw new BadHeader('duplicate-key', `The header names ${quote(name)} twice.`)
    this.#names.add(name)
    this.#nameBytes += name.length
    if (this.#names.size > mostTensors || this.#nameBytes > mostNameBytes) {
      const what = `Its header names more than ${formatCount(mostTensors)} tensors, or longer ones than are read.`
      throw new OverLimit('work', what)
    }
  }
}

function checkLayout(tensors: Tensor[], bufferBytes: number): readonly Tensor[] {
  const ordered = tensors.sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const tensor of ordered) {
    const {name, begin, end} = tensor
    if (begin > covered) {
      throw new BadHeader('hole', `Bytes ${covered} to ${begin}, before ${quote(name)}, belong to no tensor.`)
    }
    if (begin < covered) {
      throw new BadHeader('overlap', `${quote(name)} starts at ${begin}, inside the tensor before it.`)
    }
    if (end < begin) {
      throw new BadHeader('tensor-malformed', `${quote(name)} ends at ${end}, before it starts at ${begin}.`)
    }
    const size = sizeOf(tensor)
    if (size === null) throw new BadHeader('size-overflow', `${quote(name)} has more elements than can be counted.`)
    if (size !== end - begin) {
      const what = `${quote(name)} needs ${size} bytes by its shape; its offsets span ${end - begin}.`
      throw new BadHeader('size-mismatch', what)
    }
    covered = end
  }
  if (covered > bufferBytes) {
    const what = `The tensors need ${covered} bytes; the file holds ${bufferBytes} after the header.`
    throw new BadHeader('truncated', what)
  }
  if (covered < bufferBytes) {
    throw new BadHeader('trailing-bytes', `${bufferBytes - covered} bytes after the last tensor belong to nothing.`)
  }
  return ordered
}

/** Bytes of a tensor by shape and type; null when they overflow or are not whole. */
function sizeOf({shape, dtype}: Tensor): number | null {
  let bits = BigInt(bitsOf[dtype])
  for (const size of shape) {
    bits *= BigInt(size)
    if (bits > 2n ** 67n) return null
  }
  if (bits % 8n !== 0n) return null
  const bytes = bits / 8n
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : null
}
