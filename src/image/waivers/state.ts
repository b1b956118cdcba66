/** What waivers do to a flaw today. The file format is `config/waivers.ts`. */
import type {Waiver} from '../../config/waivers.ts'
import type {Day} from '../../core/day.ts'
import type {WaiverState} from '../judgement.ts'
import type {Flaw} from '../scan.ts'
import {coveringWaivers, type WaiverIndex} from './covering.ts'

export {indexWaivers, type WaiverIndex} from './covering.ts'

/** A waiver that holds is announced this many days before its last one. */
export const warningDays = 14

/**
 * The waiver of one flaw. It holds to the end of its last day in UTC. Among several the most exact one counts, unless
 * only a wider one still holds. A flaw in several places is waived when each of them is; then the waiver that ends
 * first is the flaw's.
 * @param image as the caller names it, for waivers of some images
 */
export function waiverOf(flaw: Flaw, image: string, index: WaiverIndex, today: Day): WaiverState {
  const places = coveringWaivers(flaw, image, index)
  let first: Waiver | undefined
  for (const waivers of places) {
    const best = bestOf(waivers, today)
    if (!best) return {kind: 'none'}
    if (!first || best.expires < first.expires) first = best
  }
  if (!first) return {kind: 'none'}
  const daysLeft = first.expires - today
  if (daysLeft < 0) return {kind: 'expired', waiver: first}
  return {kind: 'holds', waiver: first, daysLeft, expiresSoon: daysLeft <= warningDays}
}

/** `CVE-2022-48174 in busybox`, `secret aws-access-key-id at app/.env`: what a waiver is of, for messages. */
export function describeWaiver({kind, id, package: name, path, image}: Waiver): string {
  const what = kind === 'vulnerability' ? id : `${kind} ${id}`
  const where = [
    name === undefined ? '' : ` in ${name}`,
    path === undefined ? '' : ` at ${path}`,
    image === undefined ? '' : ` of ${image}`,
  ]
  return `${what}${where.join('')}`
}

function bestOf(waivers: readonly Waiver[], today: Day): Waiver | undefined {
  let best: Waiver | undefined
  for (const each of waivers) if (!best || comesBefore(each, best, today)) best = each
  return best
}

function comesBefore(one: Waiver, other: Waiver, today: Day): boolean {
  const holds = Number(one.expires >= today) - Number(other.expires >= today)
  return (holds || exactness(one) - exactness(other)) > 0
}

/** A package says more than a path, a path more than an image; a name without stars more than one with. */
function exactness({package: name, path, image}: Waiver): number {
  const inPackage = name === undefined ? 0 : 16
  const atPath = path === undefined ? 0 : path.includes('*') ? 4 : 8
  const ofImage = image === undefined ? 0 : image.includes('*') ? 1 : 2
  return inPackage + atPath + ofImage
}
