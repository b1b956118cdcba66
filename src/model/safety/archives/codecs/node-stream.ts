import type {Transform} from 'node:stream'

/**
 * What comes out of a stream of Node for pieces that are decoded one by one: each is decoded, and what comes out of it is taken, before the next
 * goes in. So everything that comes before damage is given, which a pipe throws away.
 */
export async function* pumped(pieces: AsyncIterable<Uint8Array>, stream: Transform): AsyncGenerator<Uint8Array, void> {
  const state: {failure: Error | null; taken: boolean; wake: () => void} = {failure: null, taken: true, wake: () => {}}
  stream.on('readable', () => state.wake())
  stream.on('error', error => {
    state.failure = error
    state.wake()
  })
  try {
    for await (const piece of pieces) {
      state.taken = false
      stream.write(piece, () => {
        state.taken = true
        state.wake()
      })
      yield* drained(stream, state)
    }
  } finally {
    stream.destroy()
  }
}

async function* drained(
  stream: Transform,
  state: {readonly failure: Error | null; readonly taken: boolean; wake: () => void},
): AsyncGenerator<Uint8Array, void> {
  while (true) {
    const changed = new Promise<void>(resolve => {
      state.wake = resolve
    })
    const chunk: unknown = stream.read()
    if (chunk instanceof Uint8Array) {
      yield chunk
      continue
    }
    if (state.failure) throw state.failure
    if (state.taken) return
    await changed
  }
}
