import type {Loader} from '../artifact.ts'
import type {PickleImport, Rule} from '../observation.ts'
import {callsUnnamed, extension, frameTrick, importsUnnamed} from './rules.ts'
import type {PickleRun} from './run.ts'

export interface Circumstances {
  /** Whether it starts with PROTO 0 to 5. */
  readonly hasHeader: boolean
  /** Whether the last pickle ends with the file. */
  readonly fillsFile: boolean
  /** Whether nothing but blanks and line ends stands behind it. */
  readonly onlyBlanksFollow: boolean
  /** Whether the file reads as plain text; a pickle of protocol 0 does, and so does a list of words. */
  readonly isText: boolean
  readonly loader: Loader
}

/**
 * Whether a stream that was interpreted is a pickle, or bytes that happen to begin like one. Any opcode is also a letter:
 * "Git v2.31." is the pickle of a number, and "cache\ncoverage\n.env" imports `ache.coverage`. What acts on a plausible
 * name counts, whatever follows; what does nothing counts only where the whole file fits.
 */
export function isPickle(
  run: PickleRun,
  {hasHeader, fillsFile, onlyBlanksFollow, isText, loader}: Circumstances,
): boolean {
  const imports = run.observations.flatMap(({imported}) => imported ?? [])
  const names = imports.filter(imported => (!isText && loader !== 'raw tensor') || isPlausible(imported))
  const saw = (...rules: readonly Rule[]) => run.observations.some(({rule}) => rules.includes(rule))
  if (names.some(({uses}) => uses.some(({how}) => how !== 'reference'))) return true
  const isOdd = saw(importsUnnamed, callsUnnamed, extension, frameTrick)
  if (isOdd && !isText && run.opcodes >= leastOfOdd) return true
  // A module runs before anybody looks for a name in it.
  if (imports.some(({module}) => dotted.test(module) && isActing(module))) return true
  if (loader === 'raw tensor') return hasHeader && run.end.kind === 'stop' && (fillsFile || names.length > 0)

  if (hasHeader) {
    const least = {stop: 2, truncated: 2, refused: 4}[run.end.kind]
    return isOdd || names.length > 0 || run.opcodes >= least
  }
  if (run.end.kind === 'stop' && fillsFile) return true
  if (!isText) return names.length > 0
  // Whatever the names: a text that imports and ends exactly as a pickle does is hardly prose.
  return imports.length > 0 && run.end.kind === 'stop' && onlyBlanksFollow
}

/** One of 85 random files begins with an extension's opcode, and one of 20,000 calls it; hardly one goes on for so long. */
const leastOfOdd = 8

/** Modules of Python itself that do something when they are imported, and no more is needed; as every `__main__` does. */
const actsWhenImported: ReadonlySet<string> = new Set([
  'antigravity',
  'this',
  'idlelib',
  'turtledemo',
  'test',
  '__hello__',
  '__phello__',
])

function isActing(module: string): boolean {
  return actsWhenImported.has(module.split('.')[0] ?? '') || module.endsWith('.__main__')
}

/** A module that Python could find, and a name that can stand in it. */
function isPlausible({module, name}: PickleImport): boolean {
  return dotted.test(module) && dotted.test(name)
}

const dotted = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_<][\p{L}\p{N}_>]*)*$/u
