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

/** Waivers by the vulnerability that they name, so that thousands of both are matched in linear time. */
export type WaiverIndex = ReadonlyMap<string, readonly Waiver[]>

export function indexWaivers(waivers: readonly Waiver[]): WaiverIndex {
  return Map.groupBy(waivers, waiver => waiver.vulnerability)
}

/**
 * The waiver of one vulnerability. It holds to the end of its last day in UTC. Among several the one for exactly this
 * package counts, unless only the one for every package still holds.
 */
export function waiverOf(
  vulnerability: Pick<Vulnerability, 'id' | 'package'>,
  waivers: WaiverIndex,
  today: Day,
): WaiverState {
  const matching = (waivers.get(vulnerability.id) ?? []).filter(waiver => coversPackage(waiver, vulnerability.package))
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
  const found = Map.groupBy(vulnerabilities, each => each.id)
  return waivers.filter(
    waiver => !(found.get(waiver.vulnerability) ?? []).some(each => coversPackage(waiver, each.package)),
  )
}

function coversPackage(waiver: Waiver, name: string): boolean {
  return waiver.package === undefined || waiver.package === name
}
