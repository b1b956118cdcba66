import {formatCount} from '../../../core/quantity.ts'
import type {Loader} from '../artifact.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import type {Imports} from './imports.ts'
import {callsUnnamed, expansion, hashBomb, persistentId} from './rules.ts'
import {show, showArguments} from './show.ts'
import type {Sights} from './sights.ts'
import {Container, type ContainerKind, Imported, keptItems, Made, Octets, Outside, type Value} from './value.ts'

/** Who wants to hear of what is made, as it is made: containers keep few of their items. */
export interface Listener {
  /** Of every object that a call or a class gives. */
  readonly afterCall?: ((object: Value) => void) | undefined
  /** Of every key and value that SETITEM and SETITEMS put anywhere. */
  readonly afterItem?: ((key: Value, value: Value) => void) | undefined
}

/** Where the machine stands. */
export interface Now {
  /** Offset of the opcode. */
  readonly byte: number
  readonly opcode: number
}

/** Hashing that many values takes a second or more. */
const heavyKey = 1e8
/** A graph that unfolds to so many values, and to so many for each opcode. Honest sharing stays far below. */
const heavyGraph = 1e12
const heavyShare = 1e6
const keptStates = 8
/** Shared by all containers that hold nothing, or have let it go. */
const nothing: Value[] = []
Object.freeze(nothing)
const maxPersistentIds = 2 ** 21

/**
 * What the opcodes do to objects. Nothing is called: who would be called, with what, is noted, and the call is taken to
 * succeed. Only what CPython certainly refuses is refused.
 */
export class Objects {
  readonly persistentIds: Value[] = []
  /** Values that were touched beyond one for each opcode: work that the run has to answer for. */
  touched = 0
  /** The container that unfolds into most values, where that is beyond all measure. */
  heaviest: {readonly weight: number} & Now = {weight: 0, byte: 0, opcode: 0}
  listener: Listener = {}
  readonly #imports: Imports
  readonly #sights: Sights
  readonly #loader: Loader
  readonly #now: Now

  constructor(imports: Imports, sights: Sights, loader: Loader, now: Now) {
    this.#imports = imports
    this.#sights = sights
    this.#loader = loader
    this.#now = now
  }

  /** REDUCE, OBJ, INST. */
  call(callable: Value, args: Value): Value {
    if (callable instanceof Imported) {
      const special = this.#reconstruct(callable, args)
      if (special !== null) return special
      this.#use(callable, 'call', () => showArguments(args))
      this.consume(args)
      this.#demandTuple(args, 'calls')
      return this.#tell(new Made(callable, 'call', args, callable.name))
    }
    this.consume(args)
    const unnamed = this.#unnamed(callable, 'calls', () => ` with (${showArguments(args)})`)
    this.#demandTuple(args, 'calls')
    return this.#tell(new Made(unnamed, 'call', args, unnamed instanceof Made ? unnamed.root : null))
  }

  /** NEWOBJ, NEWOBJ_EX: `cls.__new__(cls, *args, **keywords)`. */
  make(cls: Value, args: Value, keywords: Value): Value {
    this.consume(args)
    this.consume(keywords)
    if (cls instanceof Imported) this.#use(cls, 'new')
    const by = cls instanceof Imported ? cls : this.#unnamed(cls, 'makes an object of', () => '')
    this.#demandTuple(args, 'makes an object')
    if (!(keywords === null || isUnknown(keywords) || (keywords instanceof Container && keywords.kind === 'dict'))) {
      throw new Malformed(`It makes an object with the keywords ${show(keywords)}, which are no dict.`, this.#now.byte)
    }
    return this.#tell(new Made(by, 'new', args, by instanceof Imported ? by.name : by instanceof Made ? by.root : null))
  }

  #tell(made: Made): Made {
    this.listener.afterCall?.(made)
    return made
  }

  /** BUILD: `__setstate__`, or attributes. */
  build(instance: Value, state: Value): void {
    this.consume(state)
    if (instance instanceof Made) {
      if (instance.root === null) this.#unnamed(instance, 'gives a state to', () => '')
      else this.#imports.use(instance.root, 'state', this.#now.byte, this.#now.opcode)
      instance.states ??= []
      if (instance.states.length < keptStates) instance.states.push(state)
      else instance.states.splice(0, 1, new Container('dict', [], 1, 1))
      return
    }
    if (instance instanceof Imported) {
      this.#use(instance, 'rewrite', () => show(state))
      return
    }
    if (instance instanceof Outside) {
      this.#unnamed(instance, 'gives a state to', () => '')
      return
    }
    if (state === null || isUnknown(state) || (state instanceof Container && state.kind === 'tuple')) return
    throw new Malformed(`It gives a state to ${show(instance)}, which has no attributes.`, this.#now.byte)
  }

  /** APPEND, APPENDS: `extend`, or `append`. Items are those of the stack from `from` on; they stay there. */
  extend(list: Value, stack: readonly Value[], from: number): void {
    this.#taken(stack, from)
    if (list instanceof Container && list.kind === 'list') {
      this.#fill(list, stack, from)
      return
    }
    if (list instanceof Octets && list.kind === 'bytearray') return
    this.#addTo(list, 'append')
  }

  /** SETITEM, SETITEMS: `__setitem__`. Keys and values in turn. */
  setItems(dict: Value, stack: readonly Value[], from: number): void {
    this.#taken(stack, from)
    const {afterItem} = this.listener
    if (afterItem) {
      for (let index = from; index < stack.length; index += 2) afterItem(stack[index] ?? null, stack[index + 1] ?? null)
    }
    if (dict instanceof Container && dict.kind === 'dict') {
      for (let index = from; index < stack.length; index += 2) this.#hash(stack[index] ?? null)
      this.#fill(dict, stack, from)
      return
    }
    if (dict instanceof Container && dict.kind === 'list') return
    if (dict instanceof Octets && dict.kind === 'bytearray') return
    this.#addTo(dict, '__setitem__')
  }

  /** ADDITEMS: `add`. */
  addItems(set: Value, stack: readonly Value[], from: number): void {
    this.#taken(stack, from)
    if (set instanceof Container && set.kind === 'set') {
      for (let index = from; index < stack.length; index++) this.#hash(stack[index] ?? null)
      this.#fill(set, stack, from)
      return
    }
    this.#addTo(set, 'add')
  }

  /** LIST, DICT, FROZENSET, and TUPLE in its four forms: of everything on the stack from `from` on. */
  container(kind: ContainerKind, stack: readonly Value[], from: number): Container {
    const container = new Container(kind, nothing, 0, 1)
    if (from === stack.length) return container
    if (kind === 'tuple') this.touched += stack.length - from
    else this.#taken(stack, from)
    if (kind === 'dict' || kind === 'frozenset') {
      const step = kind === 'dict' ? 2 : 1
      for (let index = from; index < stack.length; index += step) this.#hash(stack[index] ?? null)
    }
    this.#fill(container, stack, from)
    if (kind === 'tuple') container.open = this.#holdsOpen(container, stack, from)
    return container
  }

  /** PERSID, BINPERSID. */
  persistent(id: Value): Value {
    this.consume(id)
    this.persistentIds.push(id)
    if (this.persistentIds.length > maxPersistentIds) {
      throw new OverLimit('work', `It asks for more than ${formatCount(maxPersistentIds)} objects by persistent ids.`)
    }
    if (this.#loader !== 'torch' && this.#loader !== 'torchscript') {
      const {byte, opcode} = this.#now
      this.#sights.see(persistentId, byte, opcode, () => `It asks its loader for the object ${show(id)}.`)
    }
    return this.#classBehind(id) ?? new Outside('persistent id', id)
  }

  /** `('module', class, file, source)` of torch's old format: its loader answers with the class (`_legacy_load`). */
  #classBehind(id: Value): Imported | null {
    if (this.#loader !== 'torch' || !(id instanceof Container) || id.kind !== 'tuple') return null
    const [kind, cls] = id.items
    return kind === 'module' && cls instanceof Imported ? cls : null
  }

  /** A value goes somewhere: what it imports is referred to from there. */
  consume(value: Value): void {
    if (typeof value !== 'object' || value === null) return
    if (value instanceof Imported) {
      this.#use(value, 'reference')
      return
    }
    if (!(value instanceof Container) || !value.open) return
    const open = [value]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!next.open) continue
      next.open = false
      this.touched += next.items.length
      for (const item of next.items) {
        if (item instanceof Imported) this.#use(item, 'reference')
        else if (item instanceof Container) open.push(item)
      }
    }
  }

  /** `copyreg._reconstructor(cls, base, state)`, `__newobj__(cls, ...)`, `__newobj_ex__(cls, args, keywords)`. */
  #reconstruct(callable: Imported, args: Value): Made | null {
    const {module, name} = callable.name
    const isNew = name === '__newobj__' || name === '__newobj_ex__'
    if (module !== 'copyreg' || !(isNew || name === '_reconstructor')) return null
    if (!(args instanceof Container) || args.kind !== 'tuple') return null
    const [cls, base = null, state = null] = args.items
    if (!(cls instanceof Imported)) return null
    this.#use(callable, 'call', () => showArguments(args))
    this.#use(cls, 'new')
    if (!isNew && base instanceof Imported && !(base.name.module === 'builtins' && base.name.name === 'object')) {
      // `base.__init__(obj, state)` runs where the base has one of its own.
      this.#use(base, 'call', () => show(state))
    }
    args.open = false
    for (const [index, item] of args.items.entries()) {
      if (index > 0 && !(index === 1 && base instanceof Imported && !isNew)) this.consume(item)
    }
    if (base instanceof Imported && base.name.module === 'builtins' && base.name.name === 'object') this.consume(base)
    return new Made(cls, 'new', args, cls.name)
  }

  /** Something without a name is called, made an object of or changed. @throws Malformed where it is plain data */
  #unnamed(value: Value, does: string, more: () => string): Made | Outside {
    if (!(value instanceof Made || value instanceof Outside)) {
      throw new Malformed(`It ${does} ${show(value)}, which Python refuses.`, this.#now.byte)
    }
    const {byte, opcode} = this.#now
    const thing = () => (value instanceof Made ? `the result of ${show(value)}` : `an object behind ${describe(value)}`)
    this.#sights.see(callsUnnamed, byte, opcode, () => `It ${does} ${thing()}${more()}.`)
    return value
  }

  /** A method of an object that is no plain container is called with items. */
  #addTo(target: Value, method: string): void {
    if (target instanceof Imported) {
      this.#use(target, 'rewrite', () => `by ${method}`)
      return
    }
    if (target instanceof Made && target.root !== null) {
      this.#imports.use(target.root, 'items', this.#now.byte, this.#now.opcode)
      return
    }
    this.#unnamed(target, `calls ${method} of`, () => '')
  }

  #use(imported: Imported, how: 'call' | 'new' | 'rewrite' | 'reference', shown?: () => string): void {
    this.#imports.use(imported.name, how, this.#now.byte, this.#now.opcode, shown)
  }

  #demandTuple(args: Value, does: string): void {
    if (isUnknown(args) || (args instanceof Container && args.kind === 'tuple')) return
    throw new Malformed(`It ${does} with ${show(args)} for arguments, which are no tuple.`, this.#now.byte)
  }

  #taken(stack: readonly Value[], from: number): void {
    this.touched += stack.length - from
    for (let index = from; index < stack.length; index++) {
      const value = stack[index]
      if (typeof value === 'object' && value !== null) this.consume(value)
    }
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
      // Nobody sees it any more but by its number: its own values are let go.
      if (count + index - from >= limit && value.kind !== 'tuple') value.items = nothing
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
    if (weight > this.heaviest.weight && weight > heavyGraph && weight > heavyShare * this.#now.opcode) {
      this.heaviest = {weight, byte: this.#now.byte, opcode: this.#now.opcode}
    }
  }

  /** At the end: what the whole of it unfolds into. */
  seeHeaviest(): void {
    const {weight, byte, opcode} = this.heaviest
    if (weight === 0) return
    const what = `Its first ${formatCount(opcode + 1)} opcodes make containers that unfold into ${countOf(weight)} values.`
    this.#sights.see(expansion, byte, opcode, () => what)
  }

  /** Whether a tuple holds imports that are not counted yet; those that it does not keep are counted at once. */
  #holdsOpen({items}: Container, stack: readonly Value[], from: number): boolean {
    for (let index = from + items.length; index < stack.length; index++) this.consume(stack[index] ?? null)
    for (const item of items) {
      if (item instanceof Imported || (item instanceof Container && item.open)) return true
    }
    return false
  }

  #hash(key: Value): void {
    if (!(key instanceof Container)) return
    if (key.kind !== 'tuple' && key.kind !== 'frozenset') {
      throw new Malformed(`It takes ${show(key)} for a key, which Python cannot hash.`, this.#now.byte)
    }
    if (key.weight < heavyKey || this.#sights.has(hashBomb)) return
    const {byte, opcode} = this.#now
    this.#sights.see(
      hashBomb,
      byte,
      opcode,
      () => `It hashes a ${key.kind} of nested tuples: ${countOf(key.weight)} steps.`,
    )
  }
}

function countOf(weight: number): string {
  return weight < 2 ** 53 ? formatCount(weight) : '2^53 or more'
}

/** What may turn out to be anything: the loader or a call supplies it. */
function isUnknown(value: Value): boolean {
  return value instanceof Made || value instanceof Outside || value instanceof Imported
}

function describe({from, id}: Outside): string {
  return from === 'buffer' ? 'an out-of-band buffer' : `the ${from} ${show(id)}`
}
