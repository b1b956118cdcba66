import {formatCount} from '../../../core/quantity.ts'
import {typeOfText} from '../formats/numpy/dtype.ts'
import {OverLimit} from '../malformed.ts'
import {numpyType} from './rules.ts'
import type {Sights} from './sights.ts'
import {
  argumentsOf,
  asInteger,
  asText,
  asTuple,
  Container,
  Imported,
  importOf,
  Made,
  statesOf,
  type Value,
} from './value.ts'

/** ITEM_REFCOUNT and LIST_PICKLE (`numpy/ndarraytypes.h`): elements hold references. NumPy sets both of them or none. */
const referenceFlags = 0x03
/** NumPy trusts the flags of a state from this version on; of an earlier one it looks at the fields itself. */
const trustedFrom = 3
/** Records in records; NumPy takes more, and nobody writes them. */
const maxDepth = 32
/** Types with parts, and fields of them, in one pickle. */
const maxTypes = 200_000

/**
 * Types of NumPy that a pickle gives a state (`numpy/_core/src/multiarray/descriptor.c`, `arraydescr_setstate`). NumPy
 * believes the flags, sizes and offsets in it, so that a type which contradicts itself makes it take bytes of the file for
 * addresses of objects, or reach beyond an array.
 */
export class ElementTypes {
  readonly #sights: Sights
  /** Types with parts, whose dicts may still change. */
  readonly #waiting: {readonly type: Made; readonly byte: number; readonly opcode: number}[] = []
  readonly #fields = new Map<Container, Container[]>()
  #kept = 0
  readonly #known = new Map<Made, Type>()
  /** Whether a type was made that may hold objects. */
  #makesObjects = false

  constructor(sights: Sights) {
    this.#sights = sights
  }

  /** Of every call. */
  made(object: Made): void {
    if (!isType(object)) return
    if (typeOfCode(argumentsOf(object)?.[0])?.objects !== false) this.#makesObjects = true
  }

  /** Of every item of a dict that may be a field: a dict keeps few of its items. */
  field(dict: Container, item: Container): void {
    const [type] = item.items
    if (!(type instanceof Made && isType(type))) return
    const known = this.#fields.get(dict)
    if (known) known.push(item)
    else this.#fields.set(dict, [item])
    this.#count()
  }

  /** Of every BUILD. */
  built(type: Made, byte: number, opcode: number): void {
    if (!isType(type)) return
    if (!statesOf(type).some(hasParts)) {
      this.#judge(this.#read(type, 0), byte, opcode)
      return
    }
    this.#waiting.push({type, byte, opcode})
    this.#count()
  }

  #count(): void {
    this.#kept++
    if (this.#kept <= maxTypes) return
    throw new OverLimit('work', `It describes more than ${formatCount(maxTypes)} types of records.`)
  }

  finish(): void {
    for (const {type, byte, opcode} of this.#waiting) this.#judge(this.#typeOf(type, 0), byte, opcode)
  }

  #judge({odd}: Type, byte: number, opcode: number): void {
    if (odd !== null) this.#sights.see(numpyType, byte, opcode, () => `It describes an element type ${odd}.`)
  }

  /** Types with parts are remembered: they may stand in each other again and again. */
  #typeOf(value: Value | undefined, depth: number): Type {
    if (!(value instanceof Made && isType(value)) || depth > maxDepth) return unknown
    const known = this.#known.get(value)
    if (known) return known
    const type = this.#read(value, depth)
    if (statesOf(value).some(hasParts)) this.#known.set(value, type)
    return type
  }

  #read(made: Made, depth: number): Type {
    const base = typeOfCode(argumentsOf(made)?.[0])
    const states = statesOf(made)
    if (states.length === 0) return base ?? unknown
    if (base === null) return unknown
    let type = base
    for (const state of states) {
      type = this.#withState(base, state, depth)
      if (type.odd !== null) break
    }
    return type
  }

  #withState(base: Type, state: Value, depth: number): Type {
    const parts = asTuple(state)
    const version = asInteger(parts?.[0])
    if (parts === null || version === null) return unknown
    const [, , subArray, , fields, written, , flagBits = 0] = parts
    const size = base.isSized ? asInteger(written) : base.size
    if (size === null) return unknown
    const all = [base, ...this.#fieldsOf(fields, size, depth), ...this.#subArrayOf(subArray, size, depth)]
    const odd = all.find(part => part.odd !== null)?.odd ?? null
    if (odd !== null) return {...base, odd}
    const objects = all.some(part => part.objects)
    const type = {...base, size, objects}
    if (version < trustedFrom) return type
    const flags = asInteger(flagBits)
    if (flags === null) return unknown
    const needed = objects ? referenceFlags : 0
    if ((flags & referenceFlags) === needed) return type
    const what = objects ? 'of objects, and its flags say of none' : 'of no objects, and its flags say of some'
    return {...type, odd: what}
  }

  /** `{name: (type, offset[, title])}` */
  #fieldsOf(fields: Value | undefined, size: number, depth: number): readonly Type[] {
    if (fields === null || fields === undefined) return []
    if (!(fields instanceof Container) || fields.kind !== 'dict') return [unknown]
    const kept = fields.items.filter((_, index) => index % 2 === 1)
    const added = this.#fields.get(fields) ?? []
    const items = 2 * added.length === fields.count ? added : kept
    const found = items.map(item => {
      const [part, offset] = asTuple(item) ?? []
      return within(this.#typeOf(part, depth + 1), asInteger(offset), size)
    })
    if (2 * items.length !== fields.count && this.#makesObjects) found.push(unknown)
    return found
  }

  /** `(type, shape)` */
  #subArrayOf(subArray: Value | undefined, size: number, depth: number): readonly Type[] {
    if (subArray === null || subArray === undefined) return []
    const [part, shape] = asTuple(subArray) ?? []
    const type = this.#typeOf(part, depth + 1)
    const sizes = asTuple(shape)?.map(asInteger) ?? [asInteger(shape)]
    const count = sizes.reduce((product, each) => (product === null || each === null ? null : product * each), 1)
    if (count === null) return [unknown]
    return [within({...type, size: type.size * count}, 0, size)]
  }
}

interface Type {
  readonly objects: boolean
  readonly size: number
  /** Texts, bytes and records take their size from the state. */
  readonly isSized: boolean
  /** How it contradicts itself, or NumPy. */
  readonly odd: string | null
}

const unknown: Type = {objects: false, size: 0, isSized: false, odd: 'in a way that NumPy never does'}

function within(type: Type, offset: number | null, size: number): Type {
  if (type.odd !== null) return type
  if (offset === null || !(type.size >= 0)) return unknown
  if (offset >= 0 && offset + type.size <= size) return type
  return {...type, odd: `of ${formatCount(size)} bytes, with a part that lies outside of them`}
}

/** `'f4'`, or the scalar class of a record. */
function typeOfCode(code: Value | undefined): Type | null {
  const text = asText(code)
  const named = importOf(code)
  const isRecord = named?.module === 'numpy' && (named.name === 'record' || named.name === 'void')
  const type = typeOfText(isRecord ? 'V' : (text ?? ''))
  if (type === null) return null
  return {objects: type.objects, size: type.itemBytes, isSized: /^[<>|=]?[SaUV]/.test(text ?? 'V'), odd: null}
}

/** Fields, a sub-array, or a state that cannot be seen whole. */
function hasParts(state: Value): boolean {
  const parts = asTuple(state)
  return parts === null || parts[2] !== null || parts[4] !== null
}

function isType({by, how}: Made): boolean {
  return how === 'call' && by instanceof Imported && by.name.name === 'dtype' && modules.has(by.name.module)
}

const modules: ReadonlySet<string> = new Set(['numpy', 'numpy._core.multiarray', 'numpy.core.multiarray'])
