import type {Bytes} from '../../../runtime/files.ts'

const windowBytes = 64 * 1024

/**
 * The same bytes, fetched in larger pieces: an archive of thousands of small members is read in thousands of small
 * steps, each of which would be a call of the system. One piece is kept.
 */
export function windowed(bytes: Bytes): Bytes {
  let start = 0
  let window: Uint8Array = new Uint8Array(0)
  return {
    size: bytes.size,
    slice: async (from, to) => {
      const end = Math.min(to, bytes.size)
      if (from >= start && end <= start + window.length)
        return window.subarray(from - start, Math.max(from, end) - start)
      if (end - from >= windowBytes / 2) return bytes.slice(from, end)
      window = await bytes.slice(from, from + windowBytes)
      start = from
      return window.subarray(0, Math.max(0, end - from))
    },
  }
}
