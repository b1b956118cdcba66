/**
 * Cuts a stream of zstd data into its frames (RFC 8878, section 3.1). A file may be many: parallel and seekable writers
 * make one per part. Node's decompressor ends with the first and drops the rest without a word.
 */
export interface ZstdFrames {
  /** Whether another frame follows; skippable frames are passed over. */
  more(): Promise<boolean>
  /** The bytes of that frame, to be taken to the end before the next is asked for. */
  frame(): AsyncGenerator<Uint8Array>
}

const magic = 0xfd2fb528
const skippable = 0x184d2a50

/** @throws Error where the data ends inside of a frame, or something else follows a frame */
export function zstdFrames(chunks: AsyncIterable<Uint8Array>): ZstdFrames {
  const source = chunks[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)

  /** Makes at least `count` bytes of `rest` available; false at the end of the data. */
  const fill = async (count: number): Promise<boolean> => {
    while (rest.length < count) {
      const {done, value} = await source.next()
      if (done) return false
      const joined = new Uint8Array(rest.length + value.length)
      joined.set(rest)
      joined.set(value, rest.length)
      rest = joined
    }
    return true
  }
  const need = async (count: number) => {
    if (!(await fill(count))) throw new Error('the data ends inside of a frame')
  }
  const take = (count: number): Uint8Array => {
    const taken = rest.subarray(0, count)
    rest = rest.subarray(count)
    return taken
  }
  async function* pass(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      await need(1)
      const part = take(Math.min(left, rest.length))
      left -= part.length
      yield part
    }
  }

  const more = async (): Promise<boolean> => {
    while (await fill(1)) {
      await need(4)
      const number = littleEndian(rest, 0)
      if (number === magic) return true
      if ((number & 0xfffffff0) >>> 0 !== skippable) throw new Error('something else follows the compressed data')
      await need(8)
      const size = littleEndian(rest, 4)
      take(8)
      for await (const _ of pass(size));
    }
    return false
  }

  async function* frame(): AsyncGenerator<Uint8Array> {
    await need(5)
    const descriptor = rest[4] ?? 0
    yield* pass(headerLength(descriptor))
    for (let last = false; !last; ) {
      await need(3)
      const header = (rest[0] ?? 0) | ((rest[1] ?? 0) << 8) | ((rest[2] ?? 0) << 16)
      last = (header & 1) === 1
      // A block of type 1 is one byte that is repeated.
      yield* pass(3 + (((header >> 1) & 3) === 1 ? 1 : header >> 3))
    }
    // The checksum.
    if ((descriptor & 4) !== 0) yield* pass(4)
  }
  return {more, frame}
}

/** Magic number, descriptor, window, dictionary, size of the content: the descriptor tells which of them are there. */
export function headerLength(descriptor: number): number {
  const singleSegment = (descriptor & 32) !== 0
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const content = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0
  return 5 + (singleSegment ? 0 : 1) + dictionary + content
}

function littleEndian(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true)
}
