/** Protobuf messages for tests: `message(field(1, 8), field(7, message(...)))`. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  return joined(fields)
}

/** A whole number becomes a varint (negative: 10 bytes), a text or bytes a length-delimited field. */
export function field(number: number, value: number | bigint | string | Uint8Array): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') return joined([varint(number * 8), varint(value)])
  const content = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return joined([varint(number * 8 + 2), varint(content.length), content])
}

/** Numbers in one length-delimited field. */
export function packed(number: number, values: readonly (number | bigint)[]): Uint8Array {
  return field(number, joined(values.map(varint)))
}

export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
