import {isUtf8} from 'node:buffer'
import {UserError} from '../../core/failure.ts'
import type {PartFacts} from './cells.ts'

/** Reads whole records out of `bytes[0]` up to `bytes[end]`; returns how many bytes it took. `last`: nothing follows. */
export type TakeRecords = (bytes: Uint8Array, end: number, last: boolean, offset: number) => number

/** Reads one file of text, window by window. */
export interface PartReader {
  readonly take: TakeRecords
  /** After the last window. @throws UserError `model/predictions-empty` */
  facts(): PartFacts
}

/** Bytes that are gathered before they are read. */
const usualWindow = 256 * 1024

/**
 * Hands a file to a reader in windows that begin with a record, wherever the chunks are cut: what is left of one window
 * begins the next. One more byte than `end`, a line feed, always stands behind a window, so that a reader's inner loops
 * need no check for the end. A UTF-8 byte order mark is skipped.
 * Stops after each window, for those who want what was read so far.
 * @param window fewer bytes are read only at the end; tests make it small
 * @throws UserError `model/predictions-not-utf8` for UTF-16 and UTF-32
 */
export async function* readWindows(
  chunks: AsyncIterable<Uint8Array>,
  take: TakeRecords,
  window = usualWindow,
): AsyncGenerator<void> {
  let buffer = new Uint8Array(window * 2 + 1)
  let used = 0
  let offset = 0
  let wanted = Math.max(4, window)

  const drain = (last: boolean) => {
    let from = 0
    if (offset === 0 && used >= 2) {
      refuseWideCharacters(buffer, used)
      if (used >= 3 && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf) from = 3
    }
    buffer[used] = 10
    const view = from === 0 ? buffer : buffer.subarray(from)
    const taken = from + take(view, used - from, last, offset + from)
    buffer.copyWithin(0, taken, used)
    used -= taken
    offset += taken
    // A record that is longer than the window is tried again when there is twice as much of it.
    wanted = Math.max(4, window, used * 2)
  }

  for await (const chunk of chunks) {
    if (used + chunk.length + 1 > buffer.length) {
      const bigger = new Uint8Array(Math.max(buffer.length * 2, used + chunk.length + 1))
      bigger.set(buffer.subarray(0, used))
      buffer = bigger
    }
    buffer.set(chunk, used)
    used += chunk.length
    if (used < wanted) continue
    drain(false)
    yield
  }
  drain(true)
  yield
}

/**
 * Refuses records that hold NUL or are not UTF-8.
 * @param place names the record that holds the byte at an index
 * @throws UserError `model/predictions-not-utf8`, `model/predictions-nul-byte`
 */
export function checkText(
  bytes: Uint8Array,
  start: number,
  end: number,
  offset: number,
  place: (at: number) => string,
): void {
  const part = bytes.subarray(start, end)
  // Buffer looks with memchr, typed arrays one by one.
  const nul = Buffer.from(part.buffer, part.byteOffset, part.length).indexOf(0)
  if (nul !== -1) {
    throw new UserError(
      'model/predictions-nul-byte',
      `${capital(place(start + nul))} holds a NUL byte, at offset ${offset + start + nul} of the text.`,
      {hint: 'Is the file damaged, binary, or UTF-16? Write it as UTF-8 text.'},
    )
  }
  if (isUtf8(part)) return
  const at = start + firstInvalid(part)
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
  throw new UserError(
    'model/predictions-not-utf8',
    `${capital(place(at))} is not UTF-8: byte 0x${byte} at offset ${offset + at} of the text.`,
    {hint: 'Write the file as UTF-8 (it may be Latin-1 or Windows-1252).'},
  )
}

/** Index of the first byte that is part of no character: the longest valid beginning, by bisection. */
function firstInvalid(bytes: Uint8Array): number {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    if (startsValid(bytes, middle)) valid = middle
    else invalid = middle
  }
  // Up to three bytes of a character that was begun stand before the byte that breaks it.
  let at = valid
  while (at > 0 && !isUtf8(bytes.subarray(0, at))) at--
  return at
}

/** Whether the first bytes are characters, the last of which may be cut. */
function startsValid(bytes: Uint8Array, length: number): boolean {
  for (let cut = 0; cut <= 3 && cut <= length; cut++) {
    if (!isUtf8(bytes.subarray(0, length - cut))) continue
    return cut === 0 || beginsCharacter(bytes, length - cut, cut)
  }
  return false
}

function beginsCharacter(bytes: Uint8Array, start: number, count: number): boolean {
  const first = bytes[start] ?? 0
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1
  return count < needed
}

function refuseWideCharacters(bytes: Uint8Array, used: number): void {
  const [first = 0, second = 0, third = 1, fourth = 1] = bytes.subarray(0, Math.min(used, 4))
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  const bare =
    used >= 4 && ((first === 0) !== (second === 0) || first + second === 0) && (third === 0) !== (fourth === 0)
  if (!marked && !bare) return
  const name = marked && first === 0xff && third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16'
  throw new UserError('model/predictions-not-utf8', `The file is ${name}, not UTF-8.`, {
    hint: 'Write the file as UTF-8. PowerShell: Out-File -Encoding utf8. Excel: "CSV UTF-8".',
  })
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
