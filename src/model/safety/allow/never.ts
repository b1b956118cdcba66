/** What a name that is known to be dangerous does, and where that is said. The names are `never-names.ts`. */
import {type Danger, neverNames} from './never-names.ts'

interface NeverIndex {
  readonly names: ReadonlyMap<string, Danger>
  /** Whole modules, with everything below them. */
  readonly modules: ReadonlyMap<string, Danger>
}

const index = indexNever(neverNames)

export type NameOfImport = {readonly module: string; readonly name: string}

/**
 * Null where nothing is known against the name. A dotted name (`collections` + `_sys.modules`) is a walk from attribute
 * to attribute: it is as dangerous as any part of its way, and as any module that it may come by.
 */
export function dangerOf({module, name}: NameOfImport): Danger | null {
  const parts = name.split('.')
  const walk = parts.length > maxParts ? parts.slice(0, maxParts) : parts
  const direct = dangerAlong(module, walk) ?? dangerOfModule(module)
  if (direct !== null || parts.length === 1) return direct
  // `shutil` + `os.system`: most modules hold others, under their own names or with a line before them.
  for (const [at, part] of walk.entries()) {
    const met = part.replace(/^_+/, '')
    const danger = dangerAlong(met, walk.slice(at + 1)) ?? dangerOfModule(met) ?? index.names.get(`builtins:${part}`)
    if (danger) return danger
  }
  return parts.some(part => part.startsWith('_')) ? privateWalk : null
}

/** CPython itself sets no limit; a name with more parts is nobody’s class. */
const maxParts = 64
/** No known module has so long a name. */
const maxLength = 200

const privateWalk: Danger = {
  does: 'reaches into what a module keeps to itself',
  why: 'A walk over private attributes reaches every other module, and with it everything.',
}

/** The module itself or one above it; the nearest one counts. */
function dangerOfModule(module: string): Danger | null {
  let nearest: Danger | null = null
  let end = module.indexOf('.')
  for (let parts = 0; parts < maxParts; parts++) {
    nearest = index.modules.get(end < 0 ? module : module.slice(0, end)) ?? nearest
    if (end < 0) break
    end = module.indexOf('.', end + 1)
  }
  return nearest
}

/** `os` + `path.x`: `os:path`, and `os.path:x`. */
function dangerAlong(module: string, parts: readonly string[]): Danger | null {
  let reached = module
  if (module.length > maxLength) return null
  for (const part of parts) {
    const found = index.names.get(`${reached}:${part}`)
    if (found) return found
    reached = `${reached}.${part}`
    const inside = index.modules.get(reached)
    if (inside) return inside
  }
  return null
}

function indexNever(groups: typeof neverNames): NeverIndex {
  const names = new Map<string, Danger>()
  const modules = new Map<string, Danger>()
  for (const {does, why, ...group} of groups) {
    for (const [module, list] of Object.entries(group.names ?? {})) {
      for (const name of list.trim().split(/\s+/)) {
        names.set(`${module}:${name}`, {does, why})
        // Its name in Python 2, which an old pickle writes.
        if (module === 'builtins') names.set(`__builtin__:${name}`, {does, why})
      }
    }
    for (const module of (group.modules ?? '').trim().split(/\s+/)) if (module !== '') modules.set(module, {does, why})
  }
  return {names, modules}
}
