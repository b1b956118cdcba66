import type {Bytes} from '../../../runtime/files.ts'
import type {Work} from '../limits.ts'
import {Malformed} from '../malformed.ts'
import type {Input} from '../pickle/input.ts'

const windowBytes = 256 * 1024
/** Bytes of a line feed's search that count as one step of work. */
const searchedBytes = 1024

/** The part of a file that is in memory. Several pickles in one file share it. */
export class Window {
  readonly #bytes: Bytes
  readonly #work: Work
  #start = 0
  #held: Uint8Array = new Uint8Array(0)

  constructor(bytes: Bytes, work: Work) {
    this.#bytes = bytes
    this.#work = work
  }

  /** Puts the bytes from `at` on before the input, as many as it needs. */
  async fill(input: Input, at: number): Promise<void> {
    if (input.lineFrom !== -1 && input.lineTo === -1) input.lineTo = await this.#lineFeed(input.lineFrom)
    const end = Math.min(this.#bytes.size, at + input.needed)
    if (at < this.#start || end > this.#start + this.#held.length) {
      this.#held = await this.#bytes.slice(at, at + Math.max(windowBytes, input.needed))
      this.#start = at
      if (at + this.#held.length < end) throw new Malformed('It became shorter while it was read.', at)
    }
    input.load(this.#held, this.#start, at)
  }

  /** Offset of the next line feed; the file's size where there is none. */
  async #lineFeed(from: number): Promise<number> {
    const step = 4 * windowBytes
    const chunk = new Uint8Array(Math.min(step, this.#bytes.size - from))
    for (let at = from; at < this.#bytes.size; at += step) {
      this.#work.step(step / searchedBytes)
      const found = (await this.#bytes.slice(at, at + step, chunk)).indexOf(0x0a)
      if (found !== -1) return at + found
    }
    return this.#bytes.size
  }
}
