/** A YAML text as plain values that know their lines, and how rules look into it. `yaml-tree.ts` reads it. */

export type Tree = Scalar | List | Mapping

export interface Scalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** As it stands in the file. */
  readonly written: string
  readonly line: number
}

export interface List {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly line: number
}

export interface Mapping {
  readonly kind: 'mapping'
  /** A key of the file is never a key of an object: `__proto__` is a word like any other. */
  readonly entries: ReadonlyMap<string, Tree>
  /** Line of its key where it is the value of one, else of its first sign. Counted from 1, as all lines here. */
  readonly line: number
}

/** Text of a file in a message: as much of it as a line holds. */
export function cut(text: string, most = 80): string {
  const points = [...text.slice(0, most * 2)]
  return points.length > most ? `${points.slice(0, most).join('')}…` : points.join('')
}

/** What lies at `path` below `tree`; undefined where there is nothing, or `null`, which Kubernetes takes for nothing. */
export function at(tree: Tree | undefined, ...path: readonly string[]): Tree | undefined {
  let here = tree
  for (const key of path) {
    if (here?.kind !== 'mapping') return undefined
    here = here.entries.get(key)
  }
  return here?.kind === 'scalar' && here.value === null ? undefined : here
}

/** Text, also of a number or a truth value that stands where text is expected. */
export function textAt(tree: Tree | undefined, ...path: readonly string[]): string | undefined {
  const found = at(tree, ...path)
  if (found?.kind !== 'scalar') return undefined
  return typeof found.value === 'string' ? found.value : found.written
}

/** A number; text that looks like one is none, as for the Kubernetes API. */
export function numberAt(tree: Tree | undefined, ...path: readonly string[]): number | undefined {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && typeof found.value === 'number' ? found.value : undefined
}

/** True itself, and not what looks like it: `"true"` is text. */
export function isTrue(tree: Tree | undefined, ...path: readonly string[]): boolean {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && found.value === true
}

/** False itself: what is absent is not false. */
export function isFalse(tree: Tree | undefined, ...path: readonly string[]): boolean {
  const found = at(tree, ...path)
  return found?.kind === 'scalar' && found.value === false
}

/** Items of a list; none where there is no list. */
export function itemsAt(tree: Tree | undefined, ...path: readonly string[]): readonly Tree[] {
  const found = at(tree, ...path)
  return found?.kind === 'list' ? found.items : []
}

/** Items of a list that are texts. */
export function textsAt(tree: Tree | undefined, ...path: readonly string[]): readonly string[] {
  return itemsAt(tree, ...path).flatMap(item => textAt(item) ?? [])
}

/** A mapping of texts, such as labels. */
export function textMapAt(tree: Tree | undefined, ...path: readonly string[]): ReadonlyMap<string, string> {
  const found = at(tree, ...path)
  const texts = new Map<string, string>()
  if (found?.kind !== 'mapping') return texts
  for (const [key, value] of found.entries) texts.set(key, textAt(value) ?? '')
  return texts
}
