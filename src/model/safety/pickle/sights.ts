import {formatCount} from '../../../core/quantity.ts'
import type {ArtifactPath} from '../artifact.ts'
import type {Observation, Rule} from '../observation.ts'

/** Of one rule: enough for a person. The rest is counted. */
const kept = 10

/** What is seen in one pickle beside its imports. */
export class Sights {
  readonly #path: ArtifactPath
  readonly #origin: (offset: number) => number
  readonly #observations: Observation[] = []
  readonly #counts = new Map<Rule, number>()

  /** @param origin offset in the file of an offset in the stream */
  constructor(path: ArtifactPath, origin: (offset: number) => number) {
    this.#path = path
    this.#origin = origin
  }

  see(
    rule: Rule,
    byte: number,
    opcode: number | undefined,
    what: () => string,
    sure: Observation['sure'] = 'certain',
  ): void {
    const count = (this.#counts.get(rule) ?? 0) + 1
    this.#counts.set(rule, count)
    if (count > kept) return
    const at = {path: this.#path, byte: this.#origin(byte)}
    const place = opcode === undefined ? at : {...at, opcode}
    this.#observations.push({rule, what: what(), place, sure})
  }

  has(rule: Rule): boolean {
    return this.#counts.has(rule)
  }

  /** The first of each rule; the last one of many says how many more there are. */
  observations(): readonly Observation[] {
    const seen = new Map<Rule, number>()
    return this.#observations.map(observation => {
      const {rule, what} = observation
      const index = (seen.get(rule) ?? 0) + 1
      seen.set(rule, index)
      const more = (this.#counts.get(rule) ?? 0) - kept
      return index === kept && more > 0 ? {...observation, what: `${what} And ${formatCount(more)} more.`} : observation
    })
  }
}
