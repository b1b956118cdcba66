import type {TensorShape} from '../../../core/tensor-shape.ts'
import type {Gathered} from '../../gather-fact.ts'
import type {WeighedTensor} from './judge.ts'

/** What was read for the checks of weights. */
export interface WeightFacts {
  readonly tensors: readonly WeighedTensor[]
  /** Tensors of the release before; null where the config names none. */
  readonly previous: Gathered<readonly TensorShape[]> | null
}
