import {OverLimit} from '../malformed.ts'
import type {Value} from './value.ts'

/** A loader that keeps more objects than this by number is not waited for. */
const maxEntries = 2 ** 23
/** Indices further apart are kept one by one: the stream chooses them. */
const maxGap = 1024

/** The objects that a pickle keeps by number. Its size is what was put in, not the largest number. */
export class Memo {
  readonly #dense: (Value | undefined)[] = []
  readonly #sparse = new Map<number, Value>()
  /** Entries that hold something: MEMOIZE takes this for the next index (`memo_len` in CPython). */
  used = 0

  get(index: number): Value | undefined {
    return index < this.#dense.length ? this.#dense[index] : this.#sparse.get(index)
  }

  /** @param index not negative */
  put(index: number, value: Value): void {
    const dense = this.#dense
    if (index < dense.length) {
      if (dense[index] === undefined && !this.#sparse.delete(index)) this.used++
      dense[index] = value
      return
    }
    if (!this.#sparse.has(index)) this.used++
    if (this.used > maxEntries) throw new OverLimit('work', 'It keeps more than 8 million objects by number.')
    if (this.#sparse.size === 0 && index <= dense.length + maxGap) {
      while (dense.length < index) dense.push(undefined)
      dense.push(value)
    } else {
      this.#sparse.set(index, value)
    }
  }
}
