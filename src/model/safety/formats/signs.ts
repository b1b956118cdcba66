import {Buffer} from 'node:buffer'

/** One sign for each byte (Latin-1): for the marks and keys of formats, which are ASCII. */
export function signsOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** Whether this is the first sign behind a byte order mark and blanks. Asked of every file, before its text is made. */
export function opensWith(sign: '{' | '<', head: Uint8Array): boolean {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
  while (isBlank(head[at])) at++
  return head[at] === sign.charCodeAt(0)
}

/** What `\s` takes, of Latin-1. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0xa0 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
}
