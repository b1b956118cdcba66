/**
 * Fills `output` from Parquet's hybrid of run lengths and packed bits (Encodings.md, "RLE"): levels, dictionary indexes,
 * booleans. Its work is bounded by the output, whatever a run claims.
 * @param width bits of a value, 1 to 32
 * @throws Error where bytes[start] up to bytes[end] hold fewer values
 */
export function readRunLengths(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: number,
  output: Int32Array | Uint8Array,
): void {
  const mask = width === 32 ? -1 : (1 << width) - 1
  let at = start
  let filled = 0
  while (filled < output.length) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      if (!(at < end) || shift > 28) throw new Error('the runs of a page end too soon')
      const byte = bytes[at++] ?? 0
      header |= (byte & 127) << shift
      if (byte < 128) break
    }
    const count = header >>> 1
    if ((header & 1) === 0) {
      const size = (width + 7) >> 3
      if (at + size > end) throw new Error('the runs of a page end too soon')
      let value = 0
      for (let index = 0; index < size; index++) value |= (bytes[at++] ?? 0) << (index * 8)
      const stop = Math.min(output.length, filled + count)
      output.fill(value, filled, stop)
      filled = stop
      continue
    }
    // Groups of eight values; the last group may be filled up, and some writers cut its end off.
    const stop = Math.min(output.length, filled + count * 8)
    if (at + Math.ceil(((stop - filled) * width) / 8) > end) throw new Error('the runs of a page end too soon')
    for (let bit = 0; filled < stop; filled++, bit += width) {
      const from = at + (bit >>> 3)
      const shift = bit & 7
      let value =
        ((bytes[from] ?? 0) |
          ((bytes[from + 1] ?? 0) << 8) |
          ((bytes[from + 2] ?? 0) << 16) |
          ((bytes[from + 3] ?? 0) << 24)) >>>
        shift
      if (shift + width > 32) value |= (bytes[from + 4] ?? 0) << (32 - shift)
      output[filled] = value & mask
    }
    at += count * width
  }
}
