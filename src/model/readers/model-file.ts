import type {Bytes} from '../../runtime/files.ts'
import {endsAsZip, recogniseFormat} from '../safety/formats.ts'
import {walkPickle} from '../safety/pickle-stream.ts'
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
  /** Valid as one thing, and an archive to whoever reads it from its end. */
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
  const claimsSafetensors = path.toLowerCase().endsWith('.safetensors')
  if (bytes.size === 0 && !claimsSafetensors) return {kind: 'empty'}

  const format = recogniseFormat(head)
  if (format?.name === 'ZIP' && (await holdsPickleMember(bytes, head))) {
    return {kind: 'pickle', how: 'a ZIP archive with a pickle inside, as torch.save writes it'}
  }
  if (format) return {kind: format.kind, format: format.name}

  const [first = 0, protocol = 0] = head
  if (first === 0x80 && protocol <= 5 && !(looksLikeSafetensors(head) && walkPickle(head) === 'stops')) {
    return {kind: 'pickle', how: `a pickle header of protocol ${protocol}`}
  }
  if (claimsSafetensors || looksLikeSafetensors(head)) {
    return {kind: 'safetensors', answer: await readSafetensors(bytes)}
  }

  const walk = walkPickle(head)
  if (walk === 'acts') return {kind: 'pickle', how: 'a pickle stream without a header'}
  if (await isText(bytes)) {
    // A megabyte of valid opcodes is no prose.
    if (walk === 'undecided' && bytes.size > headBytes) return {kind: 'pickle', how: 'a long pickle stream'}
    const how = describeSourceCode(path, new TextDecoder().decode(head.subarray(0, 65_536)))
    return how === null ? {kind: 'text'} : {kind: 'source code', how}
  }
  const how = describeSourceCode(path, '')
  if (how !== null) return {kind: 'source code', how}
  if (first === 0x4d && protocol === 0x5a) return {kind: 'native code', format: 'Windows executable'}
  return {kind: 'unknown', firstBytes: hex(head.subarray(0, 8))}
}

/**
 * A length that a header can have, then the "{" of the header. A header of 128 bytes begins like a pickle (80 00): then
 * it counts only where Python would refuse the stream.
 */
function looksLikeSafetensors(head: Uint8Array): boolean {
  return head[8] === 0x7b && head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0
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
