import type {ImportedName} from './imports.ts'

/**
 * What stands on the stack of a pickle. What Python would hold as data is here in brief; what it would import, call or
 * fetch from outside is only named. `null`, booleans, integers (`number`, or `bigint` beyond 2^53) and texts are
 * themselves.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Uncopied
  | Octets
  | Container
  | Imported
  | Made
  | Outside

export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/**
 * A text or an integer that is too long to be kept, or a text whose signs depend on the `encoding` that the loader
 * chooses (STRING, BINSTRING beyond ASCII). Whatever it says, it is no name that this machine knows.
 */
export class Uncopied {
  readonly what: 'text' | 'integer'
  /** Its beginning, for people. */
  readonly head: string
  /** In bytes, as the stream writes it. */
  readonly length: number

  constructor(what: 'text' | 'integer', head: string, length: number) {
    this.what = what
    this.head = head
    this.length = length
  }
}

/** Bytes: their place in the file, and the first of them. */
export class Octets {
  readonly kind: 'bytes' | 'bytearray'
  /** Offset in the artifact. */
  readonly at: number
  readonly length: number
  /** Up to 64 bytes, one sign each. */
  readonly head: string

  constructor(kind: 'bytes' | 'bytearray', at: number, length: number, head: string) {
    this.kind = kind
    this.at = at
    this.length = length
    this.head = head
  }
}

/** How many values a container keeps: nothing is ever fetched out of one, so that these are for people and loaders. */
export const keptItems: Readonly<Record<ContainerKind, number>> = {
  tuple: 64,
  dict: 128,
  list: 16,
  set: 16,
  frozenset: 16,
}

export type ContainerKind = 'tuple' | 'list' | 'dict' | 'set' | 'frozenset'

export class Container {
  readonly kind: ContainerKind
  /** The first values; keys and values in turn for a dict. Up to `keptItems`. */
  items: Value[]
  /** How many there really are; for a dict, keys and values together. */
  count: number
  /** Values that somebody meets who follows every reference, as hashing a tuple does. */
  weight: number
  /** A tuple that holds imports of which nobody knows yet what becomes of them. */
  open: boolean
  /** The number by which it is kept; -1 where it is not. */
  place = -1

  constructor(kind: ContainerKind, items: Value[], count: number, weight: number) {
    this.kind = kind
    this.items = items
    this.count = count
    this.weight = weight
    this.open = false
  }
}

/** A thing that was imported by name. */
export class Imported {
  readonly name: ImportedName

  constructor(name: ImportedName) {
    this.name = name
  }
}

/** What comes out of a call, or of a class without one. */
export class Made {
  readonly by: Imported | Made | Outside
  readonly how: 'call' | 'new'
  readonly args: Value
  /** The import that decides what it is: its class, or the function that made it. Null behind persistent ids and codes. */
  readonly root: ImportedName | null
  /** What BUILD gave it, in order; the first few. */
  states: Value[] | null = null

  constructor(by: Imported | Made | Outside, how: 'call' | 'new', args: Value, root: ImportedName | null) {
    this.by = by
    this.how = how
    this.args = args
    this.root = root
  }
}

/** What somebody else supplies: a persistent id's object, a registered extension, an out-of-band buffer. */
export class Outside {
  readonly from: 'persistent id' | 'extension code' | 'buffer' | 'computed name'
  readonly id: Value

  constructor(from: 'persistent id' | 'extension code' | 'buffer' | 'computed name', id: Value) {
    this.from = from
    this.id = id
  }
}

/** A text that is wholly known. */
export function asText(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null
}

/** An integer within ±2^53. A boolean is none, although Python would take it for one. */
export function asInteger(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null
}

export function asBigInteger(value: Value | undefined): bigint | null {
  if (typeof value === 'bigint') return value
  return typeof value === 'number' ? BigInt(value) : null
}

/** The values of a tuple; null for anything else, and where it is longer than what is kept. */
export function asTuple(value: Value | undefined): readonly Value[] | null {
  return itemsOf(value, 'tuple')
}

/** The values of a list; null for anything else, and where it is longer than what is kept. */
export function asList(value: Value | undefined): readonly Value[] | null {
  return itemsOf(value, 'list')
}

/** Keys and values of a dict, later ones over earlier ones; null for anything else, and where it is not wholly kept. */
export function asDict(value: Value | undefined): ReadonlyMap<Value, Value> | null {
  const items = itemsOf(value, 'dict')
  if (items === null) return null
  const pairs = new Map<Value, Value>()
  for (let index = 0; index + 1 < items.length; index += 2) pairs.set(items[index] ?? null, items[index + 1] ?? null)
  return pairs
}

/**
 * The name of an imported thing, or what an object was made of: its class, or the function that was called for it.
 * Null for data and for what comes from outside.
 */
export function classOf(value: Value | undefined): {readonly module: string; readonly name: string} | null {
  if (value instanceof Imported) return value.name
  return value instanceof Made ? value.root : null
}

/** The name of an imported thing itself; null for objects that were made of one. */
export function importOf(value: Value | undefined): {readonly module: string; readonly name: string} | null {
  return value instanceof Imported ? value.name : null
}

/** What a call was given: the values of its tuple; null where nothing was called, or with too much. */
export function argumentsOf(value: Value | undefined): readonly Value[] | null {
  return value instanceof Made ? asTuple(value.args) : null
}

/**
 * An attribute that BUILD has given to an object, through a state (a dict) or a slot state (the second of a tuple of
 * two). Undefined where it has none of that name, or where a state is not wholly kept.
 */
export function attributeOf(instance: Value | undefined, name: string): Value | undefined {
  if (!(instance instanceof Made)) return undefined
  let found: Value | undefined
  for (const state of instance.states ?? []) {
    const parts = asTuple(state)
    for (const part of parts?.length === 2 ? parts : [state]) {
      const dict = asDict(part)
      if (dict === null && part !== null) return undefined
      if (dict?.has(name)) found = dict.get(name)
    }
  }
  return found
}

/** The states that BUILD has given to an object, first to last. */
export function statesOf(instance: Value | undefined): readonly Value[] {
  return instance instanceof Made ? (instance.states ?? []) : []
}

function itemsOf(value: Value | undefined, kind: ContainerKind): readonly Value[] | null {
  return value instanceof Container && value.kind === kind && value.count === value.items.length ? value.items : null
}
