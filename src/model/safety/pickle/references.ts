import type {ImportUse} from '../observation.ts'
import type {Imports} from './imports.ts'
import {Container, Imported, type Value} from './value.ts'

/** Where the machine stands. */
export interface Now {
  /** Offset of the opcode. */
  readonly byte: number
  readonly opcode: number
}

/** What becomes of the things that a pickle imports. */
export class References {
  /** Values that were touched beyond one for each opcode: work that the run has to answer for. */
  touched = 0
  readonly #imports: Imports
  readonly #now: Now

  constructor(imports: Imports, now: Now) {
    this.#imports = imports
    this.#now = now
  }

  /** @param shown asked at the first place only */
  use({name}: Pick<Imported, 'name'>, how: ImportUse['how'], shown?: () => string): void {
    this.#imports.use(name, how, this.#now.byte, this.#now.opcode, shown)
  }

  /** A value goes somewhere: what it imports is referred to from there. A tuple is looked through once. */
  consume(value: Value): void {
    if (typeof value !== 'object' || value === null) return
    if (value instanceof Imported) {
      this.use(value, 'reference')
      return
    }
    if (!(value instanceof Container) || !value.open) return
    const open = [value]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!next.open) continue
      next.open = false
      this.touched += next.items.length
      for (const item of next.items) {
        if (item instanceof Imported) this.use(item, 'reference')
        else if (item instanceof Container) open.push(item)
      }
    }
  }

  /** All values of the stack from an index on. */
  consumeFrom(stack: readonly Value[], from: number): void {
    this.touched += stack.length - from
    for (let index = from; index < stack.length; index++) {
      const value = stack[index]
      if (typeof value === 'object' && value !== null) this.consume(value)
    }
  }
}
