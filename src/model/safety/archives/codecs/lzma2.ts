import {Malformed} from '../../malformed.ts'
import type {Feed} from './feed.ts'
import {History} from './history.ts'
import {LzmaState, longestReach, symbolBytes} from './lzma-state.ts'

/**
 * How far back a match may go, of a dictionary of `size` bytes: what is kept is bounded, whatever the header claims.
 * Twice the dictionary of `xz -9`.
 */
export function reachOf(size: number): number {
  return Math.min(Math.max(size, 4096), longestReach)
}

/** Size of the dictionary by the one byte of properties of LZMA2 (xz-file-format 1.2.1, section 5.3.1). */
export function lzma2Dictionary(property: number, byte: number): number {
  if (property > 40) throw new Malformed(`The dictionary of LZMA2 has the code ${property}, and at most 40.`, byte)
  return reachOf(property === 40 ? 0xffffffff : (2 | (property & 1)) * 2 ** ((property >> 1) + 11))
}

/**
 * LZMA of a raw stream, from the range coder on.
 * @param size bytes that come out; null where a marker ends it
 */
export async function* lzma1(
  feed: Feed,
  {properties, dictionary, size}: {properties: number; dictionary: number; size: number | null},
): AsyncGenerator<Uint8Array, void> {
  const history = new History(dictionary)
  const state = new LzmaState(dictionary)
  state.setProperties(properties, feed.position)
  await feed.need(5)
  state.start(feed)
  let left = size ?? Number.POSITIVE_INFINITY
  try {
    while (left > 0 && !state.ended) {
      await feed.fill(symbolBytes)
      left -= state.run(feed, history, left)
      if (history.waiting > 0) yield history.give()
    }
    if (state.ended && left > 0 && size !== null) {
      throw new Malformed(`It ends ${left} bytes before the size that it says.`, feed.position)
    }
    // A marker may stand behind the last byte of a known size.
    if (!state.ended && !state.isFlushed) {
      await feed.fill(symbolBytes)
      if (state.run(feed, history, 1) > 0)
        throw new Malformed('It goes on behind the size that it says.', feed.position)
    }
  } catch (error) {
    if (history.waiting > 0) yield history.give()
    throw error
  }
}

/** Chunks of LZMA2, up to the one that ends them (xz-file-format 1.2.1, section 5.3.1, and xz's lzma2_decoder.c). */
export async function* lzma2(feed: Feed, dictionary: number): AsyncGenerator<Uint8Array, void> {
  const history = new History(dictionary)
  const state = new LzmaState(dictionary)
  let needs: 'dictionary' | 'properties' | 'state' | null = 'dictionary'
  try {
    while (true) {
      await feed.need(1)
      const [control = 0] = feed.take(1)
      if (control === 0) return
      if (control < 0x80) {
        if (control > 2) throw new Malformed('A chunk is of no known kind.', feed.position)
        if (control === 1) state.resetDictionary()
        else if (needs === 'dictionary') throw new Malformed('The first chunk starts no dictionary.', feed.position)
        if (needs === 'dictionary') needs = 'properties'
        await feed.need(2)
        const [high = 0, low = 0] = feed.take(2)
        yield* copyChunk(feed, history, state, high * 256 + low + 1)
        continue
      }
      await feed.need(5)
      const [a = 0, b = 0, , , properties = 0] = feed.window.subarray(feed.at, feed.at + 5)
      const [, , c = 0, d = 0] = feed.take(4)
      const reset = (control >> 5) & 3
      if (reset === 3) state.resetDictionary()
      else if (needs === 'dictionary') throw new Malformed('The first chunk starts no dictionary.', feed.position)
      if (reset >= 2) {
        state.setProperties(checkedProperties(properties, feed.position), feed.position)
        feed.take(1)
      } else if (needs === 'properties') throw new Malformed('A chunk lacks its properties.', feed.position)
      else if (reset === 1) state.resetState()
      needs = null
      const end = feed.position + c * 256 + d + 1
      await feed.need(5)
      state.start(feed)
      for (let left = ((control & 31) << 16) + a * 256 + b + 1; left > 0; ) {
        await feed.fill(symbolBytes)
        left -= state.run(feed, history, left)
        if (history.waiting > 0) yield history.give()
        if (state.ended) throw new Malformed('A chunk holds the marker of an end.', feed.position)
      }
      if (feed.position !== end) throw new Malformed('A chunk is longer or shorter than it says.', feed.position)
    }
  } catch (error) {
    if (history.waiting > 0) yield history.give()
    throw error
  }
}

/** LZMA2 has a smaller limit: lc + lp is at most 4. */
function checkedProperties(properties: number, byte: number): number {
  const lc = properties % 9
  if (lc + (Math.floor(properties / 9) % 5) <= 4) return properties
  throw new Malformed('The properties of a chunk are beyond what LZMA2 has.', byte)
}

async function* copyChunk(
  feed: Feed,
  history: History,
  state: LzmaState,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  for (let left = size; left > 0; ) {
    await feed.need(1)
    const part = feed.take(Math.min(left, feed.ready))
    history.write(part)
    state.skip(part.length)
    left -= part.length
    yield history.give()
  }
}
