import type {TensorShape} from '../../../core/tensor-shape.ts'

/** What differs between the tensors of two releases. */
export interface TensorChanges {
  readonly added: readonly TensorShape[]
  readonly removed: readonly TensorShape[]
  /** Of another type now, another shape, or both. */
  readonly changed: readonly {readonly previous: TensorShape; readonly current: TensorShape}[]
  /** Tensors with the same name, type and shape. */
  readonly same: number
}

/**
 * Compares two releases by name. Where a name stands several times (several files of one model), it is the same while
 * one of them is the same.
 */
export function compareTensors(previous: readonly TensorShape[], current: readonly TensorShape[]): TensorChanges {
  const before = Map.groupBy(previous, ({name}) => name)
  const now = Map.groupBy(current, ({name}) => name)
  const added: TensorShape[] = []
  const changed: {previous: TensorShape; current: TensorShape}[] = []
  let same = 0
  for (const [name, group] of now) {
    const earlier = before.get(name)
    const [first] = group
    if (!first) continue
    const [old] = earlier ?? []
    if (!earlier || !old) added.push(first)
    else if (group.every(tensor => earlier.some(other => isSame(tensor, other)))) same++
    else
      changed.push({
        previous: old,
        current: group.find(tensor => !earlier.some(other => isSame(tensor, other))) ?? first,
      })
  }
  const removed = [...before].flatMap(([name, [first]]) => (first && !now.has(name) ? [first] : []))
  return {added, removed, changed, same}
}

function isSame(a: TensorShape, b: TensorShape): boolean {
  return a.dtype === b.dtype && a.shape.length === b.shape.length && a.shape.every((size, at) => size === b.shape[at])
}
