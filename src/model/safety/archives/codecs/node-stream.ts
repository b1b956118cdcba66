import {Readable, type Transform} from 'node:stream'

/** What comes out of a stream of Node when the chunks go in. */
export async function* through(chunks: AsyncIterable<Uint8Array>, stream: Transform): AsyncGenerator<Uint8Array, void> {
  const input = Readable.from(chunks, {objectMode: false, highWaterMark: 1})
  // pipe does not hand on what goes wrong while the chunks are read.
  input.on('error', error => stream.destroy(error))
  try {
    yield* input.pipe(stream)
  } finally {
    input.destroy()
    stream.destroy()
  }
}
