import type {Digest} from '../../core/digest.ts'
import type {TensorShape} from '../../core/tensor-shape.ts'
import type {Reading} from './format.ts'
import type {Observation} from './observation.ts'

/** Every file of a model, as it was found. */
export interface ModelScan {
  readonly files: readonly ScannedFile[]
  /** Symbolic links in the model folder, relative to it. */
  readonly links: readonly string[]
}

export interface ScannedFile {
  /** Relative to the model folder, with forward slashes; the bare name where the model is one file. */
  readonly path: string
  readonly size: number
  readonly digest: Digest
  /** What it reads as; several for a file that several loaders would take. Empty where nothing could be told. */
  readonly readings: readonly Reading[]
  /** In the order in which they were seen; those of its members too. */
  readonly observations: readonly Observation[]
  /** Of the file and its members. */
  readonly tensors: readonly FoundTensor[]
}

/** A tensor, without its place: what stays after the file is closed. */
export interface FoundTensor extends TensorShape {
  /** The members that lead to it; empty where it stands in the file itself. */
  readonly inside: readonly string[]
}
