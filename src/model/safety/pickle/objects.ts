import {formatCount} from '../../../core/quantity.ts'
import type {Loader} from '../artifact.ts'
import {Malformed, OverLimit} from '../malformed.ts'
import type {Containers} from './containers.ts'
import {ElementTypes} from './element-types.ts'
import {handedOver} from './handed-over.ts'
import type {Now, References} from './references.ts'
import {callsUnnamed, persistentId} from './rules.ts'
import {show, showArguments} from './show.ts'
import type {Sights} from './sights.ts'
import {Container, Imported, Made, Octets, Outside, type Value} from './value.ts'

/** Who wants to hear of what is made, as it is made: containers keep few of their items. */
export interface Listener {
  /** Of every object that a call or a class gives. */
  readonly afterCall?: ((object: Value) => void) | undefined
  /** Of every key and value that SETITEM and SETITEMS put anywhere. */
  readonly afterItem?: ((key: Value, value: Value) => void) | undefined
}

/** States of one object that are kept; of more, none is known. */
const keptStates = 8
/** A dict that keeps nothing of what it holds. */
const unknownState = new Container('dict', [], 1, 1)
const maxPersistentIds = 2 ** 21

/**
 * What the opcodes do to objects. Nothing is called: who would be called, with what, is noted, and the call is taken to
 * succeed. Only what CPython certainly refuses is refused.
 */
export class Objects {
  readonly persistentIds: Value[] = []
  readonly #elementTypes: ElementTypes
  readonly #listener: Listener
  readonly #references: References
  readonly #containers: Containers
  readonly #sights: Sights
  readonly #loader: Loader
  readonly #now: Now

  constructor(
    references: References,
    containers: Containers,
    sights: Sights,
    {loader, now, listener}: {loader: Loader; now: Now; listener: Listener},
  ) {
    this.#references = references
    this.#containers = containers
    this.#sights = sights
    this.#loader = loader
    this.#now = now
    this.#listener = listener
    this.#elementTypes = new ElementTypes(sights)
  }

  /** At the end: dicts may change as long as the stream goes on. */
  finish(): void {
    this.#elementTypes.finish()
  }

  /** REDUCE, OBJ, INST. */
  call(callable: Value, args: Value): Value {
    if (callable instanceof Imported) {
      if (isConstructor(callable)) return this.#tell(this.#construct(callable, args))
      this.#references.use(callable, 'call', () => showArguments(args))
      this.#handOver(callable, args)
      this.#references.consume(args)
      this.#demandTuple(args, 'calls')
      const made = new Made(callable, 'call', args, callable.name)
      this.#elementTypes.made(made)
      return this.#tell(made)
    }
    this.#references.consume(args)
    const unnamed = this.#unnamed(callable, 'calls', () => ` with (${showArguments(args)})`)
    this.#demandTuple(args, 'calls')
    return this.#tell(new Made(unnamed, 'call', args, unnamed instanceof Made ? unnamed.root : null))
  }

  /** NEWOBJ, NEWOBJ_EX: `cls.__new__(cls, *args, **keywords)`. */
  make(cls: Value, args: Value, keywords: Value): Value {
    this.#references.consume(args)
    this.#references.consume(keywords)
    if (cls instanceof Imported) {
      this.#references.use(cls, 'new')
      if (hasKeywords(keywords)) this.#references.use(cls, 'keywords', () => show(keywords))
    }
    const by = cls instanceof Imported ? cls : this.#unnamed(cls, 'makes an object of', () => '')
    this.#demandTuple(args, 'makes an object')
    if (!(keywords === null || isUnknown(keywords) || (keywords instanceof Container && keywords.kind === 'dict'))) {
      throw new Malformed(`It makes an object with the keywords ${show(keywords)}, which are no dict.`, this.#now.byte)
    }
    return this.#tell(new Made(by, 'new', args, by instanceof Imported ? by.name : by instanceof Made ? by.root : null))
  }

  #tell(made: Made): Made {
    this.#listener.afterCall?.(made)
    return made
  }

  /** BUILD: `__setstate__`, or attributes. */
  build(instance: Value, state: Value): void {
    this.#references.consume(state)
    if (instance instanceof Made) {
      if (instance.root === null) this.#unnamed(instance, 'gives a state to', () => '')
      else this.#references.use({name: instance.root}, 'state')
      instance.states ??= []
      instance.states.push(instance.states.length < keptStates ? state : unknownState)
      if (instance.states.length > keptStates + 1) instance.states.pop()
      if (instance.by instanceof Imported) {
        const {byte, opcode} = this.#now
        this.#elementTypes.built(instance, byte, opcode)
        if (instance.how === 'call' && isPartial(instance.by)) this.#bind(instance.by, state)
      }
      return
    }
    if (instance instanceof Imported) {
      this.#references.use(instance, 'rewrite', () => show(state))
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
    if (list instanceof Container && list.kind === 'list') {
      this.#containers.add(list, stack, from)
      return
    }
    this.#references.consumeFrom(stack, from)
    if (!(list instanceof Octets && list.kind === 'bytearray')) this.#addTo(list, 'append')
  }

  /** SETITEM, SETITEMS: `__setitem__`. Keys and values in turn. */
  setItems(dict: Value, stack: readonly Value[], from: number): void {
    const {afterItem} = this.#listener
    if (afterItem) {
      for (let index = from; index < stack.length; index += 2) afterItem(stack[index] ?? null, stack[index + 1] ?? null)
    }
    if (dict instanceof Container && dict.kind === 'dict') {
      for (let index = from + 1; index < stack.length; index += 2) {
        const item = stack[index]
        if (item instanceof Container && item.kind === 'tuple' && item.items[0] instanceof Made) {
          this.#elementTypes.field(dict, item)
        }
      }
      this.#containers.add(dict, stack, from)
      return
    }
    this.#references.consumeFrom(stack, from)
    const isSequence =
      dict instanceof Container ? dict.kind === 'list' : dict instanceof Octets && dict.kind === 'bytearray'
    if (!isSequence) this.#addTo(dict, '__setitem__')
  }

  /** ADDITEMS: `add`. */
  addItems(set: Value, stack: readonly Value[], from: number): void {
    if (set instanceof Container && set.kind === 'set') {
      this.#containers.add(set, stack, from)
      return
    }
    this.#references.consumeFrom(stack, from)
    this.#addTo(set, 'add')
  }

  /** PERSID, BINPERSID. */
  persistent(id: Value): Value {
    this.#references.consume(id)
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

  /**
   * `copyreg._reconstructor(cls, base, state)`, `__newobj__(cls, ...)`, `__newobj_ex__(cls, args, keywords)`: what runs is
   * `__new__` of their first argument, so that it is a use of that.
   */
  #construct(callable: Imported, args: Value): Made {
    this.#references.use(callable, 'call', () => showArguments(args))
    const [cls, base, state] = args instanceof Container ? args.items : [args]
    if (!(cls instanceof Imported)) {
      this.#references.consume(args)
      this.#unnamed(cls ?? null, 'makes an object of', () => '')
      return new Made(callable, 'call', args, null)
    }
    this.#references.use(cls, 'new')
    if (callable.name.name === '__newobj_ex__' && hasKeywords(state ?? null)) {
      this.#references.use(cls, 'keywords', () => show(state ?? null))
    }
    if (args instanceof Container) args.open = false
    const runsBase = callable.name.name === '_reconstructor' && !isObject(base)
    for (const [index, item] of args instanceof Container ? args.items.entries() : []) {
      if (index > 1 || (index === 1 && !runsBase)) this.#references.consume(item)
    }
    if (runsBase) {
      // `base.__init__(object, state)` runs where the base has one of its own.
      if (base instanceof Imported) this.#references.use(base, 'call', () => show(state ?? null))
      else if (base instanceof Made || base instanceof Outside)
        this.#unnamed(base, 'calls the constructor of', () => '')
    }
    return new Made(cls, 'new', args, cls.name)
  }

  /** A few functions call what they are given: that is a use of it like any other call. */
  #handOver(callable: Imported, args: Value): void {
    const places = handedOver(callable.name)
    if (places === null) return
    if (!(args instanceof Container)) {
      this.#unnamed(args, `calls ${printable(callable.name)} with`, () => ', and that calls what it is given')
      return
    }
    for (const {index, how} of places) {
      const handed = args.items[index]
      if (handed instanceof Imported) this.#references.use(handed, how)
    }
  }

  /** `partial.__setstate__((function, arguments, keywords, attributes))` */
  #bind(partial: Imported, state: Value): void {
    this.#handOver(partial, state)
    const [bound, , keywords = null] = state instanceof Container ? state.items : []
    if (bound instanceof Imported && hasKeywords(keywords)) {
      this.#references.use(bound, 'keywords', () => show(keywords))
    }
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
      this.#references.use(target, 'rewrite', () => `by ${method}`)
      return
    }
    if (target instanceof Made && target.root !== null) {
      this.#references.use({name: target.root}, 'items')
      return
    }
    this.#unnamed(target, `calls ${method} of`, () => '')
  }

  #demandTuple(args: Value, does: string): void {
    if (isUnknown(args) || (args instanceof Container && args.kind === 'tuple')) return
    throw new Malformed(`It ${does} with ${show(args)} for arguments, which are no tuple.`, this.#now.byte)
  }
}

function isConstructor({name: {module, name}}: Imported): boolean {
  return module === 'copyreg' && (name === '_reconstructor' || name === '__newobj__' || name === '__newobj_ex__')
}

/** A dict with something in it, or what may be one. */
function hasKeywords(keywords: Value): boolean {
  return keywords !== null && !(keywords instanceof Container && keywords.count === 0)
}

function isPartial({name: {module, name}}: Imported): boolean {
  return module === 'functools' && name === 'partial'
}

function printable({module, name}: Imported['name']): string {
  return `${module}.${name}`
}

function isObject(value: Value | undefined): boolean {
  return value instanceof Imported && value.name.module === 'builtins' && value.name.name === 'object'
}

/** What may turn out to be anything: the loader or a call supplies it. */
function isUnknown(value: Value): boolean {
  return value instanceof Made || value instanceof Outside || value instanceof Imported
}

function describe({from, id}: Outside): string {
  return from === 'buffer' ? 'an out-of-band buffer' : `the ${from} ${show(id)}`
}
