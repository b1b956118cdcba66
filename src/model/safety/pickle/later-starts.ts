/** Candidates that are tried. An honest file has none. */
const maxStarts = 64

/**
 * Offsets in the bytes behind a pickle where another may begin that no unpickler reaches by itself, but a program that
 * seeks: behind padding, and at each PROTO 2 to 5 with an opcode that may follow it.
 */
export function laterStarts(trailing: Uint8Array): readonly number[] {
  const starts: number[] = []
  const unpadded = trailing.findIndex(byte => byte !== 0 && byte !== 0x0a && byte !== 0x20)
  if (unpadded > 0) starts.push(unpadded)
  for (let at = 0; at + 2 < trailing.length && starts.length < maxStarts; at++) {
    if (trailing[at] !== 0x80) continue
    const protocol = trailing[at + 1] ?? 0
    if (protocol >= 2 && protocol <= 5 && followsProto(trailing[at + 2] ?? 0) && at !== unpadded) starts.push(at)
  }
  return starts.sort((a, b) => a - b)
}

/** Whether a pickler writes this opcode behind PROTO. */
export function followsProto(code: number): boolean {
  return followers.has(code)
}

const followers: ReadonlySet<number> = new Set(
  [...'\x95]}()cKMJXNGUCBT\x8a\x8c\x88\x89\x8f'].map(sign => sign.charCodeAt(0)),
)
