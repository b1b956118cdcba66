import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan, TensorEntry} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {Cursor} from './cursor.ts'

/** `FASTTEXT_FILEFORMAT_MAGIC_INT32`, little-endian. */
const magic = [0xba, 0x16, 0x4f, 0x2f]
/** `ProductQuantizer::ksub_`: centroids of each part. */
const centroids = 256
/** Longer than any word: fastText ends one at white space. */
const maxWordBytes = 64 * 1024

/**
 * A model of fastText, whole (`.bin`) or quantized (`.ftz`): options, words, two matrices. Numbers and words only; its
 * loader believes every count, so each is held against what is there. Source: fastText 0.9.3, `FastText::saveModel`,
 * `Dictionary::save`, `DenseMatrix::save`, `QuantMatrix::save`, `ProductQuantizer::save`.
 */
export const fastText: Format = {
  name: 'fastText',
  recognise: ({head}) => magic.every((byte, index) => head[index] === byte),
  read: readFastText,
}

async function readFastText(artifact: Artifact, scan: Scan): Promise<Reading> {
  const cursor = new Cursor(artifact.bytes, 4)
  await cursor.need(4 + 12 * 4 + 8)
  const version = cursor.i32()
  if (version !== 11 && version !== 12) throw new Malformed(`It has the version ${version}; 11 and 12 are known.`, 4)
  const dimensions = cursor.i32()
  cursor.skip(11 * 4 + 8)
  const words = await readWords(cursor, scan)
  const isQuantized = await readFlag(cursor)
  const reader = new MatrixReader(artifact, cursor)
  await reader.matrix({name: 'input', isQuantized, columns: dimensions, leastRows: words.words})
  const isOutputQuantized = await readFlag(cursor)
  await reader.matrix({
    name: 'output',
    isQuantized: isQuantized && isOutputQuantized,
    columns: dimensions,
    leastRows: 0,
  })
  if (cursor.left > 0) throw new Malformed(`${formatCount(cursor.left)} bytes stand behind its end.`, cursor.at)
  await scan.tensors(artifact, reader.tensors)
  const labels = words.labels === 0 ? '' : `, ${formatCount(words.labels)} labels`
  return {is: `fastText, ${formatCount(words.words)} words${labels}`, holds: 'weights'}
}

async function readFlag(cursor: Cursor): Promise<boolean> {
  await cursor.need(1)
  const flag = cursor.u8()
  if (flag > 1) throw new Malformed(`A flag is ${flag} where 0 or 1 must be.`, cursor.at - 1)
  return flag === 1
}

async function readWords(cursor: Cursor, {work}: Scan): Promise<{readonly words: number; readonly labels: number}> {
  const at = cursor.at
  await cursor.need(3 * 4 + 2 * 8)
  const [size, words, labels] = [cursor.i32(), cursor.i32(), cursor.i32()]
  cursor.skip(8)
  const pruned = cursor.i64()
  if (words < 0 || labels < 0 || size !== words + labels) {
    throw new Malformed(`It counts ${words} words and ${labels} labels, and ${size} of both.`, at)
  }
  for (let index = 0; index < size; index++) {
    await skipWord(cursor)
    await cursor.need(9)
    cursor.skip(8)
    const kind = cursor.u8()
    if (kind > 1) throw new Malformed(`An entry is of the kind ${kind}; 0 is a word, and 1 a label.`, cursor.at - 1)
    work.step()
  }
  // -1 where nothing was left out.
  if (pruned < -1n || pruned > BigInt(cursor.left >> 3)) {
    throw new Malformed(`It says that ${pruned} n-grams were kept; there is no place for so many.`, at)
  }
  if (pruned > 0n) cursor.skip(8 * Number(pruned))
  return {words, labels}
}

/** Passes a text up to its NUL. */
async function skipWord(cursor: Cursor): Promise<void> {
  const begin = cursor.at
  for (;;) {
    if (!cursor.has(1)) await cursor.need(1)
    if (cursor.u8() === 0) return
    if (cursor.at - begin > maxWordBytes) throw new Malformed(`A word is longer than ${maxWordBytes} bytes.`, begin)
  }
}

interface Expected {
  readonly name: string
  readonly isQuantized: boolean
  readonly columns: number
  readonly leastRows: number
}

class MatrixReader {
  readonly tensors: TensorEntry[] = []
  readonly #artifact: Artifact
  readonly #cursor: Cursor

  constructor(artifact: Artifact, cursor: Cursor) {
    this.#artifact = artifact
    this.#cursor = cursor
  }

  async matrix({name, isQuantized, columns, leastRows}: Expected): Promise<void> {
    const cursor = this.#cursor
    const hasNorms = isQuantized && (await readFlag(cursor))
    const at = cursor.at
    await cursor.need(16)
    const shape = [cursor.size(), cursor.size()] as const
    const [rows, width] = shape
    if (width !== columns || rows < leastRows) {
      throw new Malformed(`Its ${name} has ${rows} x ${width} numbers, where ${leastRows} x ${columns} are needed.`, at)
    }
    if (isQuantized) await this.#codes(name, rows, hasNorms)
    else this.#numbers(name, shape)
  }

  #numbers(name: string, shape: readonly [rows: number, width: number]): void {
    const bytes = 4 * shape[0] * shape[1]
    const begin = this.#cursor.at
    if (bytes > this.#cursor.left) {
      throw new Malformed(
        `Its ${name} needs ${formatCount(bytes)} bytes; ${formatCount(this.#cursor.left)} are left.`,
        begin,
      )
    }
    this.#cursor.skip(bytes)
    this.tensors.push({name, dtype: 'F32', shape, data: {begin, end: begin + bytes, bytes: this.#artifact.bytes}})
  }

  async #codes(name: string, rows: number, hasNorms: boolean): Promise<void> {
    const cursor = this.#cursor
    await cursor.need(4)
    const at = cursor.at
    const size = cursor.i32()
    if (size < 0 || size > cursor.left) throw new Malformed(`Its ${name} has ${size} bytes of codes.`, at)
    const begin = cursor.at
    cursor.skip(size)
    const parts = await this.#quantizer(`${name} centroids`)
    if (size !== rows * parts)
      throw new Malformed(`Its ${name} has ${size} codes for ${rows} rows of ${parts} each.`, at)
    this.tensors.push({
      name,
      dtype: 'U8',
      shape: [rows, parts],
      data: {begin, end: begin + size, bytes: this.#artifact.bytes},
    })
    if (!hasNorms) return
    cursor.skip(rows)
    await this.#quantizer(`${name} norms`)
  }

  /** @returns how many codes stand for a row */
  async #quantizer(name: string): Promise<number> {
    const cursor = this.#cursor
    const at = cursor.at
    await cursor.need(16)
    const [width, parts, each, last] = [cursor.i32(), cursor.i32(), cursor.i32(), cursor.i32()]
    const isDivided = parts > 0 && each > 0 && last > 0 && last <= each && (parts - 1) * each + last === width
    if (!isDivided)
      throw new Malformed(`It divides ${width} dimensions into ${parts} parts of ${each}, the last of ${last}.`, at)
    this.#numbers(name, [centroids, width])
    return parts
  }
}
