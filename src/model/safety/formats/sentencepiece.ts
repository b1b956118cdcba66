import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Sample, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {Cursor} from './cursor.ts'
import {type Field, Message} from './protobuf.ts'

/**
 * A tokenizer of SentencePiece (`tokenizer.model`, `spiece.model`): a list of pieces with their scores, and how the
 * text is normalised. Data only. Source: `sentencepiece_model.proto`, message ModelProto.
 */
export const sentencePiece: Format = {name: 'SentencePiece', recognise, read}

/** The fields of ModelProto: pieces, trainer_spec, normalizer_spec, self_test_data, denormalizer_spec. */
const pieces = 1
const messages: ReadonlySet<number> = new Set([pieces, 2, 3, 4, 5])

/** Protobuf has no mark: the first two pieces must look like pieces, a text and its score. */
function recognise({head, size}: Sample): boolean {
  const second = endOfPiece(head, 0)
  return second !== null && size > second && endOfPiece(head, second) !== null
}

/** `0a <length> 0a <length> <text> 15 <four bytes> …`: the offset behind it; null where it is no piece. */
function endOfPiece(head: Uint8Array, at: number): number | null {
  const [tag, length = 0, textTag, textLength = 0] = head.subarray(at, at + 4)
  if (tag !== 0x0a || textTag !== 0x0a || length >= 0x80 || textLength + 7 > length) return null
  const end = at + 2 + length
  return head[at + 4 + textLength] === 0x15 && end <= head.length ? end : null
}

async function read({bytes}: Artifact, scan: Scan): Promise<Reading> {
  const model = new Message(new Cursor(bytes), scan.work)
  let count = 0
  for (let field = await model.next(); field; field = await model.next()) {
    if (!isKnown(field)) throw new Malformed(`Field ${field.number} belongs to no SentencePiece model.`, field.at)
    if (field.number === pieces) count++
  }
  return {is: `SentencePiece tokenizer, ${formatCount(count)} pieces`, holds: 'text'}
}

/** Extensions of the format begin at 200. */
function isKnown({number, type}: Field): boolean {
  return number >= 200 || (type === 'bytes' && messages.has(number))
}
