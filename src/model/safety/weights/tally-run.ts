/** What the values of one tensor come to. Complex numbers count as two values. */
export interface WeightTally {
  /** Values that were looked at: scales alone, where a quantised type has nothing else that can be NaN. */
  readonly values: number
  readonly nan: number
  readonly infinite: number
  /** Every value is 0 or -0. Never said of a tensor without values, or of one whose type has no zero. */
  readonly isZero: boolean
}

/** Counts values chunk by chunk, cut anywhere. */
export interface TallyRun {
  add(chunk: Uint8Array): void
  readonly tally: WeightTally
}

/** Counts whole values (or blocks of them), and keeps what is left of one at the end of a chunk. */
export abstract class WholeUnits implements TallyRun {
  readonly #unit: number
  readonly #rest: Uint8Array
  #held = 0

  constructor(unit: number) {
    this.#unit = unit
    this.#rest = new Uint8Array(unit)
  }

  abstract get tally(): WeightTally
  /** @param chunk whole units */
  protected abstract count(chunk: Uint8Array): void

  add(chunk: Uint8Array): void {
    let start = 0
    if (this.#held > 0) {
      start = Math.min(this.#unit - this.#held, chunk.length)
      this.#rest.set(chunk.subarray(0, start), this.#held)
      this.#held += start
      if (this.#held < this.#unit) return
      this.count(this.#rest)
    }
    const end = chunk.length - ((chunk.length - start) % this.#unit)
    if (end > start) this.count(chunk.subarray(start, end))
    this.#rest.set(chunk.subarray(end))
    this.#held = chunk.length - end
  }
}
