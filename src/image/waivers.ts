/** What a waiver does to a vulnerability today. The file format is `config/waivers.ts`. */
import type {Waiver} from '../config/waivers.ts'
import type {Day} from '../core/day.ts'
import type {Vulnerability} from './scanner.ts'

/** A waiver that holds is announced this many days before its last one. */
export const warningDays = 14

export type WaiverState =
  | {readonly kind: 'none'}
  /** Holds today; `expiresSoon` within the last {@link warningDays} days. */
  | {readonly kind: 'holds'; readonly waiver: Waiver; readonly daysLeft: number; readonly expiresSoon: boolean}
  /** Its last day is over, so the vulnerability counts again. */
  | {readonly kind: 'expired'; readonly waiver: Waiver}

/**
 * The waiver of one vulnerability. It holds to the end of its last day in UTC. Among several the one for exactly this
 * package counts, unless only the one for every package still holds.
 */
export function waiverOf(
  vulnerability: Pick<Vulnerability, 'id' | 'package'>,
  waivers: readonly Waiver[],
  today: Day,
): WaiverState {
  const matching = waivers.filter(waiver => covers(waiver, vulnerability))
  const [best] = matching.toSorted(
    (a, b) =>
      Number(b.expires >= today) - Number(a.expires >= today) ||
      Number(b.package !== undefined) - Number(a.package !== undefined),
  )
  if (!best) return {kind: 'none'}
  const daysLeft = best.expires - today
  if (daysLeft < 0) return {kind: 'expired', waiver: best}
  return {kind: 'holds', waiver: best, daysLeft, expiresSoon: daysLeft <= warningDays}
}

/** Waivers that cover nothing in this image: the vulnerability is gone, or the name is mistyped. */
export function unusedWaivers(
  waivers: readonly Waiver[],
  vulnerabilities: readonly Pick<Vulnerability, 'id' | 'package'>[],
): readonly Waiver[] {
  return waivers.filter(waiver => !vulnerabilities.some(vulnerability => covers(waiver, vulnerability)))
}

function covers(waiver: Waiver, vulnerability: Pick<Vulnerability, 'id' | 'package'>): boolean {
  return (
    waiver.vulnerability === vulnerability.id &&
    (waiver.package === undefined || waiver.package === vulnerability.package)
  )
}
