import type {Readable} from 'node:stream'

/** Bytes that passed by on their way to somebody else, as far as they were kept. */
export type KeptBody =
  | {readonly kind: 'whole'; readonly bytes: Buffer}
  | {readonly kind: 'too-large'}
  /** It ended before its end: the sender or the receiver gave up. */
  | {readonly kind: 'broken-off'}

/**
 * Listens to `stream` beside whoever reads it, and never slows that reader down: nothing is paused and nothing is
 * consumed. At most `maxBytes` are held; what is larger is let go at once. Never rejects.
 */
export function keepBody(stream: Readable, maxBytes: number): Promise<KeptBody> {
  return new Promise(resolve => {
    let chunks: Buffer[] = []
    let size = 0
    const settle = (kept: KeptBody) => {
      stream.off('data', take)
      chunks = []
      resolve(kept)
    }
    const take = (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) settle({kind: 'too-large'})
      else chunks.push(chunk)
    }
    stream.on('data', take)
    stream.once('end', () => settle({kind: 'whole', bytes: Buffer.concat(chunks)}))
    stream.once('close', () => settle({kind: 'broken-off'}))
  })
}
