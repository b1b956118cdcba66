import {OverLimit} from '../malformed.ts'
import {Container, type Value} from './value.ts'

/** A loader that keeps more objects than this by number is not waited for. */
const maxEntries = 2 ** 23
/** Indices further apart are kept one by one: the stream chooses them. */
const maxGap = 1024
/** Entries grow by pieces of so many, so that nothing is copied and nothing is reserved twice. */
const pieceBits = 14
const pieceEntries = 2 ** pieceBits

/** The objects that a pickle keeps by number. Its size is what was put in, not the largest number. */
export class Memo {
  readonly #dense: (Value | undefined)[][] = []
  #length = 0
  readonly #sparse = new Map<number, Value>()
  /** Entries that hold something: MEMOIZE takes this for the next index (`memo_len` in CPython). */
  used = 0

  get(index: number): Value | undefined {
    if (index >= this.#length || index < 0) return this.#sparse.get(index)
    return this.#dense[index >>> pieceBits]?.[index & (pieceEntries - 1)]
  }

  /** @param index not negative */
  put(index: number, value: Value): void {
    if (index < this.#length) {
      if (this.get(index) === undefined && !this.#sparse.delete(index)) this.used++
      this.#set(index, value)
      return
    }
    if (!this.#sparse.has(index)) this.used++
    if (this.used > maxEntries) throw new OverLimit('work', 'It keeps more than 8 million objects by number.')
    if (this.#sparse.size === 0 && index <= this.#length + maxGap) {
      while (this.#length < index) this.#set(this.#length++, undefined)
      this.#set(this.#length++, value)
    } else {
      this.#sparse.set(index, value)
    }
  }

  /** Puts another object in the place where one was put last, if it is still there. */
  exchange(container: Container, by: Container): void {
    if (container.place >= 0 && this.get(container.place) === container) this.#set(container.place, by)
  }

  #set(index: number, value: Value | undefined): void {
    const piece = this.#dense[index >>> pieceBits]
    if (piece) piece[index & (pieceEntries - 1)] = value
    else this.#dense.push([value])
    if (value instanceof Container) value.place = index
  }
}
