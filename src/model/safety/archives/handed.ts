import type {Rule} from '../observation.ts'

export const sharedTooOften: Rule = {
  id: 'archive-shared-bytes',
  title: 'Members that share their bytes over and over',
  means: 'bomb',
  why: 'Each member is as large as the archive: whoever reads all of them reads it thousands of times.',
  remedy: 'Write the archive again with an ordinary writer.',
}

const freeBytes = 64 * 1024 * 1024

/** How much of an archive was handed on, member by member. Where members overlap that has no end by itself. */
export class Handed {
  readonly #limit: number
  #bytes = 0

  /** @param size of the archive */
  constructor(size: number) {
    this.#limit = 4 * size + freeBytes
  }

  /** Whether `count` more bytes may be handed on. Once they may not, nothing that has bytes may. */
  allows(count: number): boolean {
    this.#bytes += count
    return this.#bytes <= this.#limit
  }
}
