import type {Bytes} from '../../runtime/files.ts'
import {endsAsZip, recogniseFormat} from '../safety/magic.ts'
import {type PickleWalk, walkPickle} from '../safety/pickle-stream.ts'
import {describeSourceCode} from '../safety/source-code.ts'
import {readSafetensors, type SafetensorsAnswer} from './safetensors.ts'

/** What a model file is, by its content. */
export type FileContent =
  | {readonly kind: 'safetensors'; readonly answer: SafetensorsAnswer}
  /** `how`: what gave it away. */
  | {readonly kind: 'pickle'; readonly how: string}
  | {readonly kind: 'archive'; readonly format: string}
  | {readonly kind: 'compressed'; readonly format: string}
  | {readonly kind: 'native code'; readonly format: string}
  | {readonly kind: 'source code'; readonly how: string}
  | {readonly kind: 'other model format'; readonly format: string}
  | {readonly kind: 'text'}
  | {readonly kind: 'empty'}
  /** `firstBytes` in hexadecimal. */
  | {readonly kind: 'unknown'; readonly firstBytes: string}
  /** Valid as one thing, and as another to a reader that looks elsewhere. */
  | {readonly kind: 'polyglot'; readonly first: string; readonly second: string}

const headBytes = 1024 * 1024
/** A ZIP's end record and its longest comment. */
const tailBytes = 22 + 65_535

/**
 * Looks into a file without ever loading it. The name decides nothing in a file's favour: it can only add suspicion
 * (a `.safetensors` that is none, a `.py` that looks harmless). Where several readings are possible the worst counts.
 */
export async function readModelFile(path: string, bytes: Bytes): Promise<FileContent> {
  const head = await bytes.slice(0, headBytes)
  const content = await recognise(path, bytes, head)
  if (content.kind === 'archive' || content.kind === 'pickle') return content
  const tail = await bytes.slice(Math.max(0, bytes.size - tailBytes), bytes.size)
  return endsAsZip(tail) ? {kind: 'polyglot', first: content.kind, second: 'ZIP archive'} : content
}

async function recognise(path: string, bytes: Bytes, head: Uint8Array): Promise<FileContent> {
  if (bytes.size === 0 && !path.toLowerCase().endsWith('.safetensors')) return {kind: 'empty'}

  const format = recogniseFormat(head)
  if (format?.name === 'ZIP' && (await holdsPickleMember(bytes, head))) {
    return {kind: 'pickle', how: 'a ZIP archive with a pickle inside, as torch.save writes it'}
  }
  if (format) return {kind: format.kind, format: format.name}

  const [first = 0, second = 0] = head
  const hasPickleHeader = first === 0x80 && second <= 5
  const how = hasPickleHeader ? `a pickle header of protocol ${second}` : 'a pickle stream without a header'
  const walk = walkPickle(head, bytes.size)
  if (walk === 'acts' || walk === 'data') return {kind: 'pickle', how}
  if (path.toLowerCase().endsWith('.safetensors') || looksLikeSafetensors(head)) {
    const answer = await readSafetensors(bytes)
    if (answer.kind === 'valid') {
      const hidden = walk === 'undecided' && (await runsAsPickle(bytes, answer.dataStart))
      return hidden ? {kind: 'polyglot', first: 'safetensors', second: 'pickle'} : {kind: 'safetensors', answer}
    }
    // A header of 128 bytes begins like a pickle, 80 00; Python would refuse to go on.
    return hasPickleHeader && walk !== 'stops' ? {kind: 'pickle', how} : {kind: 'safetensors', answer}
  }
  if (hasPickleHeader) return {kind: 'pickle', how}
  if (await isText(bytes)) return recogniseText(path, bytes, head, walk)
  const code = describeSourceCode(path, '')
  if (code !== null) return {kind: 'source code', how: code}
  if (first === 0x4d && second === 0x5a) return {kind: 'native code', format: 'Windows executable'}
  return {kind: 'unknown', firstBytes: hex(head.subarray(0, 8))}
}

function recogniseText(path: string, bytes: Bytes, head: Uint8Array, walk: PickleWalk): FileContent {
  // A megabyte of valid opcodes is no prose.
  if (walk === 'undecided' && bytes.size > headBytes) return {kind: 'pickle', how: 'a long pickle stream'}
  const how = describeSourceCode(path, new TextDecoder().decode(head.subarray(0, 65_536)))
  return how === null ? {kind: 'text'} : {kind: 'source code', how}
}

/** A length that a header can have, then the "{" of the header. */
function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0
}

/**
 * Whether a safetensors file is also a pickle. Its length field can be an opcode that swallows the header as a line of
 * text; what then follows is a weight, which may be anything. Walks through the header and a megabyte beyond.
 */
async function runsAsPickle(bytes: Bytes, dataStart: number): Promise<boolean> {
  const end = Math.min(bytes.size, dataStart + headBytes)
  const walk = walkPickle(await bytes.slice(0, end), bytes.size)
  return walk === 'acts' || (walk === 'undecided' && end < bytes.size)
}

/** Member names stand in plain text at the start (first local header) and at the end (central directory). */
async function holdsPickleMember(bytes: Bytes, head: Uint8Array): Promise<boolean> {
  const tail = await bytes.slice(Math.max(0, bytes.size - headBytes), bytes.size)
  const latin1 = new TextDecoder('latin1')
  return [head, tail].some(part => /\.(pkl|pickle)/i.test(latin1.decode(part)))
}

/** Valid UTF-8 without NUL, from beginning to end. */
async function isText(bytes: Bytes): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', {fatal: true})
  for (let start = 0; start < bytes.size; start += headBytes) {
    const chunk = await bytes.slice(start, start + headBytes)
    if (chunk.includes(0)) return false
    try {
      decoder.decode(chunk, {stream: start + headBytes < bytes.size})
    } catch {
      return false
    }
  }
  return true
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
}
