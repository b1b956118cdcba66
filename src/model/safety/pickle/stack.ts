import {Malformed, OverLimit} from '../malformed.ts'
import type {Now} from './references.ts'
import type {Value} from './value.ts'

/** More values at once than any pickler leaves there: it hands them over in batches of a thousand. */
const maxValues = 2 ** 22

/** The stack of values and the stack of marks beside it, as `Pdata` in `Modules/_pickle.c`. */
export class Stack {
  readonly values: Value[] = []
  /** Where the topmost mark stands: nothing below can be taken. */
  fence = 0
  readonly #marks: number[] = []
  readonly #now: Now

  constructor(now: Now) {
    this.#now = now
  }

  pop(): Value {
    if (this.values.length <= this.fence) this.underflow()
    return this.values.pop() ?? null
  }

  top(): Value {
    const {values} = this
    if (values.length <= this.fence) this.underflow()
    return values[values.length - 1] ?? null
  }

  /** MARK. */
  mark(): void {
    this.fence = this.values.length
    this.#marks.push(this.fence)
    if (this.#marks.length > maxValues) throw new OverLimit('work', 'It holds more than 4 million marks at once.')
  }

  /** Takes the topmost mark. @returns the index of the first value that stands on it */
  unmark(): number {
    const marks = this.#marks
    const mark = marks.pop()
    if (mark === undefined) throw new Malformed('It closes a mark that nothing opened.', this.#now.byte)
    this.fence = marks[marks.length - 1] ?? 0
    return mark
  }

  /** POP takes the topmost mark where nothing stands on it. */
  popOrUnmark(): void {
    const {length} = this.values
    if (this.#marks.length > 0 && this.#marks[this.#marks.length - 1] === length) this.unmark()
    else this.pop()
  }

  /** The object that APPENDS and its kin add to, which stands before `from`; undefined where there is nothing to add. */
  target(from: number): Value | undefined {
    const {values} = this
    if (from > values.length || from <= this.fence) this.underflow()
    return values.length === from ? undefined : (values[from - 1] ?? null)
  }

  underflow(): never {
    const what = this.#marks.length > 0 ? 'a value from below a mark' : 'a value from an empty stack'
    throw new Malformed(`It takes ${what}.`, this.#now.byte)
  }

  /** @throws OverLimit */
  bound(): void {
    if (this.values.length > maxValues) throw new OverLimit('work', 'It holds more than 4 million values at once.')
  }
}
