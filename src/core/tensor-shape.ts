/** One tensor of a model, without its numbers: what evidence keeps, so that the next release can be held against it. */
export interface TensorShape {
  readonly name: string
  /** As safetensors writes it: F32, BF16, I64 …; the format's own name for what safetensors has none. */
  readonly dtype: string
  readonly shape: readonly number[]
}

/** Evidence keeps no more of them: a record stays small enough to be read on a page. */
export const mostKeptTensors = 5000
