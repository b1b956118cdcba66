import type {TensorEntry} from '../format.ts'

/** How values of a type are told apart by their bits. */
export type NumberType =
  /** IEEE 754 and its like: an exponent of ones is infinite, or NaN with a fraction. */
  | {readonly kind: 'words'; readonly bytes: 2 | 4 | 8; readonly exponent: number; readonly sign: number}
  /** One byte per value, each of the 256 with its meaning. */
  | {readonly kind: 'bytes'; readonly meaning: Uint8Array}
  /** Blocks of a quantised type: half-precision scales at fixed offsets. */
  | {readonly kind: 'blocks'; readonly bytes: number; readonly scales: readonly number[]}
  /** The same with scales of one byte. */
  | {
      readonly kind: 'byte blocks'
      readonly bytes: number
      readonly scales: readonly number[]
      readonly meaning: Uint8Array
    }
  /** Nothing can be NaN; only zeros are looked for. */
  | {readonly kind: 'plain'}

/** Whether values of a type can be NaN or infinite at all. A type that is not understood can. */
export function canBeNan(dtype: TensorEntry['dtype']): boolean {
  return numberTypes.get(dtype)?.kind !== 'plain' && !valueless.has(dtype)
}

/** Types that hold texts or handles. */
const valueless = new Set(['STRING', 'RESOURCE', 'VARIANT'])

const zero = 1
const finite = 0
const infinite = 2
const nan = 3

/** Meaning of each byte of an 8-bit type. */
function byteMeanings(meaningOf: (byte: number) => number): Uint8Array {
  return Uint8Array.from({length: 256}, (_, byte) => meaningOf(byte))
}

/** FP8 as in arXiv:2209.05433 (E4M3, E5M2), the FNUZ kinds of arXiv:2206.02915, and E8M0 of the OCP MX specification. */
export const numberTypes: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ['F16', {kind: 'words', bytes: 2, exponent: 0x7c00, sign: 0x8000}],
  ['BF16', {kind: 'words', bytes: 2, exponent: 0x7f80, sign: 0x8000}],
  ['F32', {kind: 'words', bytes: 4, exponent: 0x7f80_0000, sign: 0x8000_0000}],
  ['C64', {kind: 'words', bytes: 4, exponent: 0x7f80_0000, sign: 0x8000_0000}],
  ['F64', {kind: 'words', bytes: 8, exponent: 0x7ff0_0000, sign: 0x8000_0000}],
  ['C128', {kind: 'words', bytes: 8, exponent: 0x7ff0_0000, sign: 0x8000_0000}],
  [
    'F8_E4M3',
    {
      kind: 'bytes',
      meaning: byteMeanings(byte => ((byte & 0x7f) === 0x7f ? nan : (byte & 0x7f) === 0 ? zero : finite)),
    },
  ],
  [
    'F8_E5M2',
    {
      kind: 'bytes',
      meaning: byteMeanings(byte => {
        const magnitude = byte & 0x7f
        if (magnitude === 0) return zero
        return magnitude > 0x7c ? nan : magnitude === 0x7c ? infinite : finite
      }),
    },
  ],
  ['F8_E4M3FNUZ', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0x80 ? nan : byte === 0 ? zero : finite))}],
  ['F8_E5M2FNUZ', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0x80 ? nan : byte === 0 ? zero : finite))}],
  ['F8_E8M0', {kind: 'bytes', meaning: byteMeanings(byte => (byte === 0xff ? nan : finite))}],
  ...['I8', 'U8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'BOOL', 'I4', 'U4', 'I2', 'U2'].map(
    (name): [string, NumberType] => [name, {kind: 'plain'}],
  ),
  // Two or more values in a byte, each with a sign of its own: a byte of negative zeros counts as a value.
  ...['F4', 'F6_E2M3', 'F6_E3M2'].map((name): [string, NumberType] => [name, {kind: 'plain'}]),
  // ggml-common.h: where the half-precision scales and minima stand in a block.
  ['Q4_0', {kind: 'blocks', bytes: 18, scales: [0]}],
  ['Q4_1', {kind: 'blocks', bytes: 20, scales: [0, 2]}],
  ['Q5_0', {kind: 'blocks', bytes: 22, scales: [0]}],
  ['Q5_1', {kind: 'blocks', bytes: 24, scales: [0, 2]}],
  ['Q8_0', {kind: 'blocks', bytes: 34, scales: [0]}],
  ['Q2_K', {kind: 'blocks', bytes: 84, scales: [80, 82]}],
  ['Q3_K', {kind: 'blocks', bytes: 110, scales: [108]}],
  ['Q4_K', {kind: 'blocks', bytes: 144, scales: [0, 2]}],
  ['Q5_K', {kind: 'blocks', bytes: 176, scales: [0, 2]}],
  ['Q6_K', {kind: 'blocks', bytes: 210, scales: [208]}],
  ['IQ2_XXS', {kind: 'blocks', bytes: 66, scales: [0]}],
  ['IQ2_XS', {kind: 'blocks', bytes: 74, scales: [0]}],
  ['IQ2_S', {kind: 'blocks', bytes: 82, scales: [0]}],
  ['IQ3_XXS', {kind: 'blocks', bytes: 98, scales: [0]}],
  ['IQ3_S', {kind: 'blocks', bytes: 110, scales: [0]}],
  ['IQ1_S', {kind: 'blocks', bytes: 50, scales: [0]}],
  ['IQ4_NL', {kind: 'blocks', bytes: 18, scales: [0]}],
  ['IQ4_XS', {kind: 'blocks', bytes: 136, scales: [0]}],
  ['TQ1_0', {kind: 'blocks', bytes: 54, scales: [52]}],
  ['TQ2_0', {kind: 'blocks', bytes: 66, scales: [64]}],
  ['Q1_0', {kind: 'blocks', bytes: 18, scales: [0]}],
  // OCP MX 1.0: one E8M0 scale for 32 values; NVFP4: four unsigned E4M3 scales for 64.
  [
    'MXFP4',
    {kind: 'byte blocks', bytes: 17, scales: [0], meaning: byteMeanings(byte => (byte === 0xff ? nan : finite))},
  ],
  [
    'NVFP4',
    {
      kind: 'byte blocks',
      bytes: 36,
      scales: [0, 1, 2, 3],
      meaning: byteMeanings(byte => ((byte & 0x7f) === 0x7f ? nan : byte === 0 ? zero : finite)),
    },
  ],
])
