/**
 * JSON as Python's `json.loads` decodes bytes: UTF-8, UTF-16 or UTF-32, told by a byte order mark or by where zeros stand
 * among the first four bytes (json.detect_encoding). A reader of UTF-8 alone would see noise where Keras sees a model.
 */
export function decodeJson(bytes: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  if (bytes.length >= 4) {
    if (a === 0 && b === 0 && ((c === 0xfe && d === 0xff) || c === 0)) return decodeUtf32(bytes, false)
    if (b === 0 && c === 0 && d === 0) return decodeUtf32(bytes, true)
    if (a === 0xff && b === 0xfe && c === 0 && d === 0) return decodeUtf32(bytes, true)
  }
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return new TextDecoder('utf-16be').decode(bytes)
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && bytes.length > 1)) {
    return new TextDecoder('utf-16le').decode(bytes)
  }
  return new TextDecoder('utf-8').decode(bytes)
}

function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const parts: string[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const sign = view.getUint32(at, littleEndian)
    if (at === 0 && sign === 0xfeff) continue
    parts.push(sign > 0x10ffff ? '\ufffd' : String.fromCodePoint(sign))
  }
  return parts.join('')
}
