import type {Loader} from '../artifact.ts'
import type {ImportUse} from '../observation.ts'

/** What a pickle may do with a name. `rewrite` is never reviewed: it changes the imported thing for the whole process. */
export type ReviewedUse = Exclude<ImportUse['how'], 'rewrite'>

/**
 * Names that pickles may import, all for the same reason and for the same uses. Each is one exact pair of module and
 * name: neither a module nor a class passes anything on to what is below it.
 *
 * What the review of a use asks, with arguments that an enemy has chosen:
 * - `call`: does calling it run, import, open or send anything?
 * - `new`: does `cls.__new__`?
 * - `keywords`: with arguments by name, does either? Native classes have parameters that only a name reaches:
 *   `torch.Tensor(cdata=address)`.
 * - `state`: does its `__setstate__`, or does the class read its attributes back as program text, a path or a command?
 * - `items`: does its `append`, `extend`, `add` or `__setitem__`?
 * - `reference`: somebody holds it, and may call it: the few functions of the list that call what they are given, or the
 *   service that uses the model. So everything that `call` asks, too, unless the reason says why it cannot come to that.
 *
 * Not asked: memory and time (a limit of the process), and what a model computes when it is used: that is what the
 * other gates measure.
 */
export interface AllowedNames {
  /** For a person: `scikit-learn`. */
  readonly context: string
  /** Why each of the uses is harmless. */
  readonly reason: string
  readonly uses: readonly ReviewedUse[]
  /** Where only one loader gives the name its harmless meaning. */
  readonly loader?: Loader
  /** Harmless only in a pickle that imports one of these too: `module.name`. */
  readonly beside?: readonly string[]
  /** Names by module, separated by white space. */
  readonly names: Readonly<Record<string, string>>
}

/** One pair of the list. */
export interface AllowedImport extends Omit<AllowedNames, 'names'> {
  readonly module: string
  readonly name: string
}

export function* entriesOf(groups: readonly AllowedNames[]): Iterable<AllowedImport> {
  for (const {names, ...group} of groups) {
    for (const [module, list] of Object.entries(names)) {
      for (const name of list.trim().split(/\s+/)) yield {...group, module, name}
    }
  }
}

/** An object that is made without its constructor and given attributes: what `pickle` does with most classes. */
export const object: readonly ReviewedUse[] = ['new', 'state', 'reference']
/** The same, with items of its own. */
export const container: readonly ReviewedUse[] = ['new', 'state', 'items', 'reference']
/** A function, class or constant that is handed on by name. */
export const handedOn: readonly ReviewedUse[] = ['reference']
/** A class or function that is called to make a value. */
export const maker: readonly ReviewedUse[] = ['call', 'reference']
/** A class of native code: called or made, then given its state. */
export const native: readonly ReviewedUse[] = ['call', 'new', 'state', 'reference']
