import {formatCount} from '../../../core/quantity.ts'
import {Malformed} from '../malformed.ts'
import type {Memo} from './memo.ts'
import type {Now, References} from './references.ts'
import {expansion, hashBomb} from './rules.ts'
import {show} from './show.ts'
import type {Sights} from './sights.ts'
import {Container, type ContainerKind, Imported, keptItems, Made, Outside, type Value} from './value.ts'

/** Hashing that many values takes a second or more. */
const heavyKey = 1e8
/** A graph that unfolds to so many values, and to so many for each opcode. Honest sharing stays far below. */
const heavyGraph = 1e12
const heavyShare = 1e6
/** Containers whose values are kept where nobody but a person wants to see them. */
const detailed = 2 ** 15

/** Shared by all containers that hold nothing, or have let it go. */
const nothing: Value[] = []
Object.freeze(nothing)

/** Tuples, lists, dicts and sets. Each keeps its first values; beyond many of them only what an import depends on. */
export class Containers {
  readonly #references: References
  readonly #memo: Memo
  readonly #sights: Sights
  readonly #now: Now
  /** Lists, dicts and sets of which only the kind is known: nothing that they hold can come back from them. */
  readonly #brief: Readonly<Record<ContainerKind, Container>>
  /** Tuples of so many values that are no containers, and of which nobody asks more. */
  readonly #briefTuples = new Map<number, Container>()
  #left: number
  /** The one that unfolds into most values, where that is beyond all measure. */
  #heaviest: {readonly weight: number} & Now = {weight: 0, byte: 0, opcode: 0}

  constructor(
    references: References,
    sights: Sights,
    {now, memo, detail}: {now: Now; memo: Memo; detail: 'all' | 'of the first'},
  ) {
    this.#references = references
    this.#memo = memo
    this.#sights = sights
    this.#now = now
    this.#left = detail === 'all' ? Number.POSITIVE_INFINITY : detailed
    const brief = (kind: ContainerKind) => new Container(kind, nothing, 1, 1)
    this.#brief = {
      tuple: brief('tuple'),
      list: brief('list'),
      dict: brief('dict'),
      set: brief('set'),
      frozenset: brief('frozenset'),
    }
  }

  /** Of everything on the stack from `from` on; the stack stays as it is. */
  make(kind: ContainerKind, stack: readonly Value[], from: number): Container {
    if (kind !== 'tuple') {
      if (from < stack.length) this.#take(kind, stack, from)
      if (this.#left <= 0 && kind !== 'frozenset') return this.#forgetAll(this.#brief[kind], stack, from)
      this.#left--
    }
    const container = new Container(kind, nothing, 0, 1)
    if (from === stack.length) return container
    this.#fill(container, stack, from)
    if (kind === 'tuple') container.open = this.#holdsOpen(container, stack, from)
    return container
  }

  /** Adds everything on the stack from `from` on. */
  add(container: Container, stack: readonly Value[], from: number): void {
    this.#take(container.kind, stack, from)
    if (container === this.#brief[container.kind]) this.#forgetAll(container, stack, from)
    else this.#fill(container, stack, from)
  }

  /** At the end: what the whole of it unfolds into. */
  seeHeaviest(): void {
    const {weight, byte, opcode} = this.#heaviest
    if (weight === 0) return
    const what = `Its first ${formatCount(opcode + 1)} opcodes make containers that unfold into ${countOf(weight)} values.`
    this.#sights.see(expansion, byte, opcode, () => what)
  }

  #take(kind: ContainerKind, stack: readonly Value[], from: number): void {
    this.#references.consumeFrom(stack, from)
    if (kind === 'list' || kind === 'tuple') return
    const step = kind === 'dict' ? 2 : 1
    for (let index = from; index < stack.length; index += step) {
      const key = stack[index]
      if (key instanceof Container) this.#hash(key)
    }
  }

  /** What stands in a container that keeps nothing: nobody sees it any more but by its number. */
  #forgetAll(container: Container, stack: readonly Value[], from: number): Container {
    for (let index = from; index < stack.length; index++) {
      const value = stack[index]
      if (value instanceof Container) this.#forget(value)
    }
    return container
  }

  /** Lets its values go. A tuple may still be the arguments of a call: only plain data is let go, and late. */
  #forget(container: Container): void {
    if (container.kind !== 'tuple') {
      container.items = nothing
      return
    }
    if (this.#left > 0 || !container.items.every(isPlain)) return
    container.items = nothing
    if (container.weight === 1 + container.count) this.#memo.exchange(container, this.#briefTuple(container.count))
  }

  #briefTuple(count: number): Container {
    const known = this.#briefTuples.get(count)
    if (known) return known
    const brief = new Container('tuple', nothing, count, 1 + count)
    this.#briefTuples.set(count, brief)
    return brief
  }

  #fill(container: Container, stack: readonly Value[], from: number): void {
    const {kind, count} = container
    const limit = keptItems[kind]
    let {weight} = container
    for (let index = from; index < stack.length; index++) {
      const value = stack[index]
      if (!(value instanceof Container)) {
        weight++
        continue
      }
      weight += value.weight
      if (count + index - from >= limit) this.#forget(value)
    }
    if (count === 0) {
      container.items = stack.slice(from, from + limit)
    } else if (container.items !== nothing) {
      for (let index = from; index < stack.length && container.items.length < limit; index++) {
        container.items.push(stack[index] ?? null)
      }
    }
    container.count += stack.length - from
    container.weight = weight
    if (weight > heavyGraph && weight > this.#heaviest.weight && weight > heavyShare * this.#now.opcode) {
      this.#heaviest = {weight, byte: this.#now.byte, opcode: this.#now.opcode}
    }
  }

  /** Whether a tuple holds imports that are not counted yet; those that it does not keep are counted at once. */
  #holdsOpen({items}: Container, stack: readonly Value[], from: number): boolean {
    for (let index = from + items.length; index < stack.length; index++) this.#references.consume(stack[index] ?? null)
    for (const item of items) {
      if (item instanceof Imported || (item instanceof Container && item.open)) return true
    }
    return false
  }

  /** Python hashes a tuple by hashing what is in it, and follows every reference again each time. */
  #hash(key: Container): void {
    if (key.kind !== 'tuple' && key.kind !== 'frozenset') {
      throw new Malformed(`It takes ${show(key)} for a key, which Python cannot hash.`, this.#now.byte)
    }
    if (key.weight < heavyKey || this.#sights.has(hashBomb)) return
    const {byte, opcode} = this.#now
    const what = `It hashes a ${key.kind} of nested tuples: ${countOf(key.weight)} steps.`
    this.#sights.see(hashBomb, byte, opcode, () => what)
  }
}

/** Neither imported nor made nor from outside, nor a tuple of such: it makes no difference to any call but in words. */
function isPlain(value: Value): boolean {
  if (value instanceof Container) return value.kind !== 'tuple' || value.items === nothing
  return !(value instanceof Imported || value instanceof Made || value instanceof Outside)
}

function countOf(weight: number): string {
  return weight < 2 ** 53 ? formatCount(weight) : '2^53 or more'
}
