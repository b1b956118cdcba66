import type {Random} from '../../../src/core/random.ts'

/** Opcodes that move control: where a mutation writes one of these, something happens. */
const telling = [...'()0129.NPQRSTUVXabcdefghijlopqrstu]}'].map(sign => sign.charCodeAt(0))
const telling2 = Array.from({length: 25}, (_, at) => 0x80 + at)
const opcodes = [...telling, ...telling2]

/** One to four changes to a real stream: bits, bytes, opcodes, cuts, copies, and the middle of another one. */
export function mutated(stream: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let bytes = [...stream.subarray(0, 4096)]
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes--) {
    const at = random.below(bytes.length)
    const until = Math.min(bytes.length, at + 1 + random.below(12))
    switch (random.below(8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
        break
      case 1:
        bytes[at] = random.below(256)
        break
      case 2:
        bytes[at] = opcodes[random.below(opcodes.length)] ?? 0
        break
      case 3:
        bytes.splice(at, 0, opcodes[random.below(opcodes.length)] ?? 0)
        break
      case 4:
        bytes.splice(at, until - at)
        break
      case 5:
        bytes.splice(random.below(bytes.length), 0, ...bytes.slice(at, until))
        break
      case 6: {
        const from = random.below(Math.max(1, other.length))
        bytes.splice(at, random.below(12), ...other.subarray(from, from + 1 + random.below(60)))
        break
      }
      default:
        if (random.below(4) === 0) bytes = bytes.slice(0, at)
    }
  }
  return Uint8Array.from(bytes)
}
