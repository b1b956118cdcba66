/** What a ledger keeps of the series from one look to the next, also of those that a look did not see. Pure. */
import type {Counter, Series} from '../../telemetry/source.ts'

/** A counter as the ledger keeps it from one look to the next. */
export type KeptCounter = Counter & {
  /** Counted looks in a row that lacked the series; absent while it is there, {@link looksUntilGone} at most. */
  readonly missed?: number
}
export type KeptSeries = Readonly<Record<string, KeptCounter>>

/** After so many looks without it, a series is taken as gone: its process has ended. */
export const looksUntilGone = 3

interface Missed {
  readonly kept: KeptSeries
  readonly missing: readonly string[]
  /** Taken as gone at this very look. */
  readonly gone: readonly string[]
}

/**
 * A series is gone at once where a process that was never seen before stands at its address: that was a restart. Where two
 * known ones take turns at one address, both live behind it, and each look misses one of them.
 */
export function withoutReading(known: KeptSeries, reading: Series, since: number | null): Missed {
  const names = Object.keys(reading).filter(name => !(name in known))
  const takenOver = new Set(names.map(addressOf))
  const kept: Record<string, KeptCounter> = {}
  const [missing, gone]: [string[], string[]] = [[], []]
  for (const [name, counter] of Object.entries(known)) {
    if (name in reading) continue
    const {missed = 0} = counter
    const isGone = missed >= looksUntilGone || since === null || takenOver.has(addressOf(name))
    kept[name] = {...counter, missed: isGone ? looksUntilGone : missed + 1}
    if (isGone) continue
    if (missed + 1 < looksUntilGone) missing.push(name)
    else gone.push(name)
  }
  return {kept, missing, gone}
}

/** Sources name a process by its address and its start. */
function addressOf(name: string): string {
  return name.replace(/ started \S+$/, '')
}
