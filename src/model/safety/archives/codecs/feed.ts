import type {Bytes} from '../../../../runtime/files.ts'
import {bytesOf} from '../../artifact.ts'
import {Malformed} from '../../malformed.ts'

const windowBytes = 256 * 1024

/**
 * Bytes on their way into a decoder: `fill` fetches, and what follows is synchronous and works on `window` and `at`.
 * A decoder makes sure that a step of it needs no more than what it asked for, or that the window is the last.
 */
export class Feed {
  /** What has been fetched; the next byte is `window[at]`. */
  window: Uint8Array = new Uint8Array(0)
  at = 0
  readonly #bytes: Bytes
  readonly #end: number
  /** Offset of the window's first byte in the file. */
  #start: number

  /** @param end offset behind the last byte that belongs to the data */
  constructor(bytes: Bytes, start: number, end: number = bytes.size) {
    this.#bytes = bytes
    this.#start = start
    this.#end = Math.max(start, Math.min(end, bytes.size))
  }

  /** Over bytes in memory: nothing needs to be filled. */
  static over(content: Uint8Array): Feed {
    const feed = new Feed(bytesOf(content), 0)
    feed.window = content
    return feed
  }

  /** Offset of the next byte in the file. */
  get position(): number {
    return this.#start + this.at
  }

  /** Bytes in the window that are still to be read. */
  get ready(): number {
    return this.window.length - this.at
  }

  /** Whether nothing comes after the window. */
  get isLast(): boolean {
    return this.#start + this.window.length >= this.#end
  }

  /** Makes `count` bytes ready, or all that are left. */
  async fill(count: number): Promise<void> {
    if (this.ready >= count || this.isLast) return
    const from = this.position
    this.window = await this.#bytes.slice(from, Math.min(this.#end, from + Math.max(2 * count, windowBytes)))
    this.#start = from
    this.at = 0
  }

  /** @throws Malformed where fewer are left */
  async need(count: number): Promise<void> {
    await this.fill(count)
    if (this.ready >= count) return
    throw new Malformed(`The compressed data ends after ${this.ready} bytes where ${count} are needed.`, this.position)
  }

  /** The next bytes, which `need` has made ready; valid until the next `fill`. */
  take(count: number): Uint8Array {
    this.at += count
    return this.window.subarray(this.at - count, this.at)
  }
}
