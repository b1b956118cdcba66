import {formatCount, formatSize} from '../../core/quantity.ts'
import {OverLimit} from './malformed.ts'

/** How much a scan does at most. On work, never on the size of a file that is merely large. */
export interface Limits {
  /** Containers inside containers. */
  readonly depth: number
  /** Members of all containers together. */
  readonly members: number
  /** Bytes that come out of decompression, all together. */
  readonly unpackedBytes: number
  /** Unpacked to packed bytes of one member, where it unpacks to more than `ratioFrom` bytes. */
  readonly ratio: number
  readonly ratioFrom: number
  /** Steps of pickles and of parsers, all together: an opcode is one, each value that it touches one more. */
  readonly steps: number
}

export const usualLimits: Limits = {
  depth: 8,
  members: 200_000,
  unpackedBytes: 64 * 2 ** 30,
  ratio: 1100,
  ratioFrom: 16 * 2 ** 20,
  steps: 400_000_000,
}

/** What a scan has done so far. Each spends before it works, and the scan ends where a limit is passed. */
export class Work {
  readonly limits: Limits
  #admitted = 0
  #members = 0
  #unpacked = 0
  #steps = 0

  constructor(limits: Limits = usualLimits) {
    this.limits = limits
  }

  /** A file whose content is unpacked from here on, of `size` bytes. */
  admit(size: number): void {
    this.#admitted += size
  }

  /** @throws OverLimit `depth` */
  enter(depth: number): void {
    if (depth <= this.limits.depth) return
    throw new OverLimit('depth', `Containers are nested deeper than ${this.limits.depth}.`)
  }

  /** @throws OverLimit `members` */
  member(count = 1): void {
    this.#members += count
    if (this.#members <= this.limits.members) return
    throw new OverLimit('members', `There are more than ${formatCount(this.limits.members)} members.`)
  }

  /**
   * @param unpacked bytes more that have come out
   * @param total of this member so far, unpacked and packed
   * @throws OverLimit `unpacked`, `ratio`
   */
  unpack(unpacked: number, total: {readonly unpacked: number; readonly packed: number}): void {
    this.#unpacked += unpacked
    const {unpackedBytes, ratio, ratioFrom} = this.limits
    if (this.#unpacked > unpackedBytes) {
      throw new OverLimit('unpacked', `It unpacks to more than ${formatSize(unpackedBytes)}.`)
    }
    // Archives in archives multiply, and members may share their bytes: what counts in the end is what the files have.
    const allowed = Math.max(4 * ratioFrom, 4 * ratio * this.#admitted)
    if (this.#admitted > 0 && this.#unpacked > allowed) {
      throw new OverLimit(
        'ratio',
        `All of it unpacks to more than ${formatCount(4 * ratio)} times the size of its files.`,
      )
    }
    if (total.unpacked > ratioFrom && total.unpacked > ratio * Math.max(1, total.packed)) {
      throw new OverLimit('ratio', `It unpacks to more than ${formatCount(ratio)} times its size.`)
    }
  }

  /** @throws OverLimit `work` */
  step(count = 1): void {
    this.#steps += count
    if (this.#steps <= this.limits.steps) return
    throw new OverLimit('work', `It takes more than ${formatCount(this.limits.steps)} steps to read.`)
  }
}
