import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {Cursor} from './cursor.ts'
import {signsOf} from './signs.ts'

/** Longer than any word or phrase: the C tool itself ends at 50 bytes (`max_w`). */
const maxWordBytes = 4096
const newline = 0x0a
const blank = 0x20

/**
 * Vectors in the binary form of word2vec: a line with two counts, then for each word its text, a blank and its numbers.
 * The C tool ends each with a newline, gensim does not. Data only. Source: word2vec.c, `TrainModel`; gensim 4.4,
 * `KeyedVectors.save_word2vec_format(binary=True)`.
 */
export const word2vec: Format = {name: 'word2vec', recognise, read}

interface Counts {
  readonly words: number
  readonly dimensions: number
  /** Offset behind the line. */
  readonly at: number
}

/** There is no mark: a line of two counts, a first word, and numbers that are no text, in a file as long as they need. */
function recognise({head, size}: Sample): boolean {
  const counts = countsOf(head)
  if (counts === null || size < counts.at + counts.words * (2 + 4 * counts.dimensions)) return false
  const end = head.indexOf(blank, counts.at)
  if (end <= counts.at || end - counts.at > maxWordBytes) return false
  // The same as text goes on with digits.
  const [line = ''] = signsOf(head.subarray(end + 1, end + 1 + 4 * counts.dimensions)).split('\n')
  return !/^[-+.\deE ]+\r?$/.test(line)
}

function countsOf(head: Uint8Array): Counts | null {
  const line = signsOf(head.subarray(0, 32))
  const [whole, words, dimensions] = /^([1-9]\d{0,9}) ([1-9]\d{0,5})\n/.exec(line) ?? []
  return whole === undefined ? null : {words: Number(words), dimensions: Number(dimensions), at: whole.length}
}

async function read(artifact: Artifact, scan: Scan): Promise<Reading> {
  const counts = countsOf(await artifact.bytes.slice(0, 32))
  if (counts === null) throw new Malformed('It does not begin with two counts.', 0)
  const {words, dimensions, at} = counts
  const cursor = new Cursor(artifact.bytes, at)
  for (let word = 0; word < words; word++) {
    scan.work.step()
    await skipWord(cursor)
    cursor.skip(4 * dimensions)
  }
  if (cursor.left === 1) await skipNewline(cursor)
  if (cursor.left > 0) throw new Malformed(`${formatCount(cursor.left)} bytes stand behind its last word.`, cursor.at)
  // Words stand between its rows.
  const vectors = {name: 'vectors', dtype: 'F32', shape: [words, dimensions], data: null}
  await scan.tensors(artifact, [vectors])
  return {is: `word2vec, ${formatCount(words)} words`, holds: 'weights'}
}

async function skipWord(cursor: Cursor): Promise<void> {
  const begin = cursor.at
  for (;;) {
    if (!cursor.has(1)) await cursor.need(1)
    if (cursor.u8() === blank) return
    if (cursor.at - begin > maxWordBytes) throw new Malformed(`A word is longer than ${maxWordBytes} bytes.`, begin)
  }
}

async function skipNewline(cursor: Cursor): Promise<void> {
  await cursor.need(1)
  if (cursor.u8() !== newline) throw new Malformed('A byte stands behind its last word.', cursor.at - 1)
}
