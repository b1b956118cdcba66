/**
 * LZ4 blocks (lz4_Block_format.md of the LZ4 project): sequences of literals and matches.
 * @param length of the output, which Parquet's page header tells
 */
export function decompressLz4Block(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length)
  if (writeLz4Block(input, {start: 0, end: input.length}, output, 0) !== length)
    throw new Error('an LZ4 block is shorter than its page')
  return output
}

/**
 * Parquet's deprecated codec LZ4: blocks with Hadoop's frame, which is the lengths of output and input before each as
 * big-endian 32-bit numbers. Some writers left the frame out.
 */
export function decompressHadoopLz4(input: Uint8Array, length: number): Uint8Array {
  const blocks = hadoopBlocks(input, length)
  if (blocks === null) return decompressLz4Block(input, length)
  const output = new Uint8Array(length)
  let to = 0
  for (const {start, end} of blocks) to = writeLz4Block(input, {start, end}, output, to)
  if (to !== length) throw new Error('an LZ4 block is shorter than its page')
  return output
}

/** Null where the lengths do not add up: then there is no frame. */
function hadoopBlocks(input: Uint8Array, length: number): {start: number; end: number}[] | null {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  const blocks = []
  let at = 0
  let total = 0
  while (at < input.length) {
    if (at + 8 > input.length) return null
    total += view.getUint32(at)
    const start = at + 8
    at = start + view.getUint32(at + 4)
    if (at > input.length || total > length) return null
    blocks.push({start, end: at})
  }
  return total === length ? blocks : null
}

/**
 * Writes the content of one block, and answers where it ends in the output.
 * @param earliest where matches may begin: the blocks of a frame may refer to those before them
 * @throws Error where it is damaged or longer than the output
 */
export function writeLz4Block(
  input: Uint8Array,
  {start, end}: {readonly start: number; readonly end: number},
  output: Uint8Array,
  from: number,
  earliest: number = from,
): number {
  let at = start
  let to = from
  while (at < end) {
    const token = input[at++] ?? 0
    let literals = token >> 4
    if (literals === 15) {
      let more = 255
      while (more === 255 && at < end) {
        more = input[at++] ?? 0
        literals += more
      }
    }
    if (at + literals > end || to + literals > output.length) throw new Error('an LZ4 block is damaged')
    output.set(input.subarray(at, at + literals), to)
    at += literals
    to += literals
    // The last sequence has no match.
    if (at >= end) break
    const distance = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8)
    at += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255 && at < end) {
        more = input[at++] ?? 0
        length += more
      }
    }
    if (distance === 0 || distance > to - earliest || to + length > output.length)
      throw new Error('an LZ4 block is damaged')
    // Byte by byte: a match may overlap what it writes.
    for (const stop = to + length; to < stop; to++) output[to] = output[to - distance] ?? 0
  }
  return to
}
