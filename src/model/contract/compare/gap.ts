import type {Located} from './located.ts'

/** Values that one contract allows and the other does not. */
export interface Gap {
  /** JSON path of the value: `$.customer.age`, `$.items[*]`. */
  readonly path: string
  /** The keyword that refuses. */
  readonly keyword: string
  /** Which values: `numbers below 0`. */
  readonly values: string
  /** False where it could not be shown that such a value exists, nor that none does. */
  readonly certain: boolean
}

/** Looks at one step deeper: every value that all of `inner` allow must be allowed by `outer`. */
export type Descend = (inner: readonly Located[], outer: Located, path: string) => readonly Gap[]

export interface Context {
  readonly path: string
  readonly descend: Descend
  readonly depth: number
  /** False where so many steps were taken that nothing more is looked at: choices within choices multiply. */
  readonly takeStep: () => boolean
}

export function gap(path: string, keyword: string, values: string): Gap {
  return {path, keyword, values, certain: true}
}

export function unclear(path: string, keyword: string, values: string): Gap {
  return {path, keyword, values, certain: false}
}
