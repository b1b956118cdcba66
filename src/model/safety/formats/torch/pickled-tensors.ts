import {formatCount} from '../../../../core/quantity.ts'
import type {Place} from '../../artifact.ts'
import type {Scan, TensorEntry} from '../../format.ts'
import {quote} from '../../observation.ts'
import {argumentsOf, asText, importOf, Made, type Value} from '../../pickle/value.ts'
import {tensorOutside} from './rules.ts'
import {isDense, reachOf, type TensorView, tensorOf} from './tensor.ts'

/** `1 tensor`, `3,000 tensors`. */
export function tensorCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'tensor' : 'tensors'}`
}

/** Where the elements of a storage stand, little-endian, in a file; null where they do not. */
export type PlaceStorage = (view: TensorView) => TensorEntry['data']

/** Collects the tensors that a pickle of torch makes, with the names under which a state dict keeps them. */
export class PickledTensors {
  readonly #names = new Map<TensorView, string | null>()
  /** Tensors, and the parameters around them. */
  readonly #views = new Map<Value, TensorView>()
  readonly #taken = new Map<string, number>()
  readonly #scan: Scan
  readonly #place: Place

  constructor(scan: Scan, place: Place) {
    this.#scan = scan
    this.#place = place
  }

  get count(): number {
    return this.#names.size
  }

  /** For `PickleOptions.afterCall`. */
  made(object: Value): void {
    if (!(object instanceof Made)) return
    const view = tensorOf(object)
    if (view) {
      this.#views.set(object, view)
      this.#names.set(view, null)
      this.#check(view)
      return
    }
    const wrapped = isParameter(object) ? this.#views.get(argumentsOf(object)?.[0] ?? null) : undefined
    if (wrapped) this.#views.set(object, wrapped)
  }

  /** For `PickleOptions.afterItem`: the first name that a tensor gets is its own. */
  named(key: Value, value: Value): void {
    const view = value instanceof Made ? this.#views.get(value) : undefined
    const name = asText(key)
    if (!view || name === null || this.#names.get(view) !== null) return
    const count = (this.#taken.get(name) ?? 0) + 1
    this.#taken.set(name, count)
    this.#names.set(view, count === 1 ? name : `${name} (${count})`)
  }

  entries(place: PlaceStorage): readonly TensorEntry[] {
    let unnamed = 0
    return [...this.#names].map(([view, name]) => ({
      name: name ?? `tensor ${unnamed++}`,
      dtype: view.type.name,
      shape: view.shape,
      data: isDense(view) ? place(view) : null,
    }))
  }

  #check(view: TensorView): void {
    const {storage, type} = view
    const held = Math.floor((storage.elements * storage.type.bytes) / type.bytes)
    const reached = reachOf(view)
    if (reached <= held) return
    const [last, size] = [formatCount(reached), formatCount(held)]
    const what = `A tensor of shape (${view.shape.join(', ')}) reaches element ${last} of the storage ${quote(storage.key)}, which has ${size}.`
    this.#scan.see({rule: tensorOutside, what, place: this.#place, sure: 'certain'})
  }
}

function isParameter(object: Made): boolean {
  const named = importOf(object.by)
  return named?.module === 'torch._utils' && parameters.has(named.name)
}

const parameters: ReadonlySet<string> = new Set(['_rebuild_parameter', '_rebuild_parameter_with_state'])
