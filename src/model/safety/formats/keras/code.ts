import {quote} from '../../observation.ts'

const maxNames = 8
/** Of code that is looked at for names: they stand near its beginning. */
const maxBytes = 64 * 1024

/**
 * Names in marshalled Python code, for a sentence: `, 431 bytes, with the names "os", "system"`. Only texts that look
 * like identifiers are picked; the code is neither executed nor disassembled.
 * @param base64 as `func_dump` writes it
 */
export function describeCode(base64: string): string {
  if (base64 === '') return ''
  const bytes = Buffer.from(base64.slice(0, maxBytes), 'base64')
  const size = Math.floor((base64.replace(/\s/g, '').length * 3) / 4)
  const names = namesIn(bytes)
  const shown = names.slice(0, maxNames).map(name => quote(name, 40))
  return `, ${size} bytes${shown.length > 0 ? `, with the names ${shown.join(', ')}` : ''}`
}

/** Short ASCII texts of marshal (types `z` and `Z`, with or without the reference flag): a length byte, then the text. */
function namesIn(bytes: Uint8Array): readonly string[] {
  const names = new Set<string>()
  for (let at = 0; at + 2 < bytes.length; at++) {
    const type = (bytes[at] ?? 0) & 0x7f
    if (type !== 0x7a && type !== 0x5a) continue
    const length = bytes[at + 1] ?? 0
    const text = String.fromCharCode(...bytes.subarray(at + 2, at + 2 + length))
    if (length > 1 && text.length === length && /^[A-Za-z_]\w*$/.test(text)) names.add(text)
  }
  return [...names]
}
