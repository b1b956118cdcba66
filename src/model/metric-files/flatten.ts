import {isList, isMap, type Node} from './node.ts'
import {type NumberReading, readNumber} from './number-text.ts'

export interface Leaf extends NumberReading {
  /** Keys from the root. */
  readonly path: readonly string[]
}

/** All values of nested mappings, as DVC shows them: names joined with ".", lists left out. */
export function leavesOf(node: Node, path: readonly string[] = []): readonly Leaf[] {
  if (isList(node)) return []
  if (isMap(node)) return [...node].flatMap(([key, below]) => leavesOf(below, [...path, key]))
  const reading = readNumber(node)
  return reading === null ? [] : [{path, ...reading}]
}

export function nameOf({path}: {readonly path: readonly string[]}): string {
  return path.join('.')
}
