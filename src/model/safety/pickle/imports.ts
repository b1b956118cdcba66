import {formatCount} from '../../../core/quantity.ts'
import type {ArtifactPath, Loader, Place} from '../artifact.ts'
import {OverLimit} from '../malformed.ts'
import {type ImportUse, type Observation, pickleImport, quote} from '../observation.ts'
import {pythonThreeName} from './compat-names.ts'

/** A program imports hundreds. */
const maxNames = 100_000

type How = ImportUse['how']

interface Use {
  readonly place: Place
  readonly shown: string | undefined
  count: number
}

/** One (module, name), with everything that is done with it. */
export class ImportedName {
  readonly module: string
  readonly name: string
  /** As the stream writes it, where Python maps it to another name. */
  readonly written: string | undefined
  readonly place: Place
  readonly uses = new Map<How, Use>()

  constructor(module: string, name: string, written: string | undefined, place: Place) {
    this.module = module
    this.name = name
    this.written = written
    this.place = place
  }
}

/** The names that a pickle imports, in the order of their first places. */
export class Imports {
  readonly #byModule = new Map<string, Map<string, ImportedName>>()
  readonly #path: ArtifactPath
  readonly #loader: Loader
  readonly #origin: (offset: number) => number
  /** Distinct names. */
  count = 0

  /** @param origin offset in the file of an offset in the stream */
  constructor(path: ArtifactPath, loader: Loader, origin: (offset: number) => number) {
    this.#path = path
    this.#loader = loader
    this.#origin = origin
  }

  /**
   * What `find_class` would look for (CPython `Modules/_pickle.c`, `_pickle_Unpickler_find_class_impl`): before protocol 3
   * the names of Python 2 are mapped to those of Python 3.
   */
  resolve(module: string, name: string, protocol: number, byte: number, opcode: number): ImportedName {
    const mapped = protocol < 3 ? pythonThreeName(module, name) : null
    const found = mapped ?? {module, name}
    const names = this.#byModule.get(found.module) ?? new Map<string, ImportedName>()
    if (names.size === 0) this.#byModule.set(found.module, names)
    const known = names.get(found.name)
    if (known) return known
    this.count++
    if (this.count > maxNames) throw new OverLimit('work', `It imports more than ${formatCount(maxNames)} names.`)
    const written = mapped === null ? undefined : `${module} ${name}`
    const imported = new ImportedName(found.module, found.name, written, this.#place(byte, opcode))
    names.set(found.name, imported)
    return imported
  }

  /** @param shown asked at the first place only */
  use(imported: ImportedName, how: How, byte: number, opcode: number, shown?: () => string): void {
    const known = imported.uses.get(how)
    if (known) known.count++
    else imported.uses.set(how, {place: this.#place(byte, opcode), count: 1, shown: shown?.()})
  }

  #place(byte: number, opcode: number): Place {
    return {path: this.#path, byte: this.#origin(byte), opcode}
  }

  observations(): readonly Observation[] {
    return [...this.#byModule.values()].flatMap(names =>
      [...names.values()].map(imported => observe(imported, this.#loader)),
    )
  }
}

function observe(imported: ImportedName, loader: Loader): Observation {
  const {module, name, written, place} = imported
  const uses = [...imported.uses].map(([how, {place, count, shown}]) =>
    shown === undefined ? {how, place, count} : {how, place, count, shown},
  )
  return {
    rule: pickleImport,
    what: describe(imported),
    place,
    sure: 'certain',
    imported: written === undefined ? {module, name, loader, uses} : {module, name, written, loader, uses},
  }
}

function describe({module, name, written, uses}: ImportedName): string {
  const thing = `${printable(module)}.${printable(name)}`
  const from = written === undefined ? '' : `, written ${quote(written)}`
  const call = uses.get('call')
  if (call) {
    const times = call.count === 1 ? '' : `, ${call.count} times`
    return `It calls ${thing}${from}${call.shown === undefined ? '' : ` with (${call.shown})`}${times}.`
  }
  if (uses.has('rewrite')) return `It imports ${thing}${from} and changes it.`
  if (uses.has('new')) return `It makes objects of ${thing}${from}.`
  return `It imports ${thing}${from}.`
}

/** A name as it stands, where it is one; quoted otherwise. */
export function printable(name: string): string {
  return name.length <= 120 && /^[A-Za-z_][\w.]*$/.test(name) ? name : quote(name)
}
