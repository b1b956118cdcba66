/**
 * Who serves what, as data. Pure: every act is a function from one state to the next, or a refusal.
 * All acts may be repeated.
 */

/** How a release is reached: it runs already, or the router starts it. */
export type ReleaseSpec =
  | {readonly kind: 'url'; readonly url: string}
  | {readonly kind: 'start'; readonly argv: readonly [string, ...string[]]}

export interface Routing {
  readonly releases: Readonly<Record<string, ReleaseSpec>>
  readonly stable: string | null
  readonly candidate: string | null
  /** Share of requests for the candidate, in percent. 0 without a candidate. */
  readonly weightPercent: number
  /** Share of the stable release's requests that the candidate gets a copy of, in percent. 0 without a candidate. */
  readonly mirrorPercent: number
  /** The stable release before the last promotion, where it is kept running for a while so that going back takes no start. */
  readonly standby: string | null
  /** When it is stopped, in milliseconds since 1970; null without one. */
  readonly standbyUntil: number | null
  /** A release that gets all traffic as soon as it is ready; until then the old stable one serves. */
  readonly restoring: string | null
}

export const emptyRouting: Routing = {
  releases: {},
  stable: null,
  candidate: null,
  weightPercent: 0,
  mirrorPercent: 0,
  standby: null,
  standbyUntil: null,
  restoring: null,
}

export type Change =
  | {readonly kind: 'changed'; readonly routing: Routing}
  | {
      readonly kind: 'refused'
      readonly reason: 'release-unknown' | 'no-candidate' | 'other-candidate'
      readonly detail: string
    }

/** Makes a release known. A running one keeps running; what is said now holds from its next start. */
export function register(routing: Routing, version: string, spec: ReleaseSpec): Change {
  return changed({...routing, releases: {...routing.releases, [version]: spec}})
}

/** Puts a release beside the stable one without traffic; the first release ever becomes the stable one. */
export function deploy(routing: Routing, version: string): Change {
  if (!isKnown(routing, version)) return unknown(version)
  if (routing.stable === null) return changed({...routing, stable: version, restoring: null})
  if (routing.stable === version) return changed(routing)
  // The release before the stable one makes room: three services at once are more than a machine is sized for.
  return changed({...routing, ...unused, ...noStandby, candidate: version, restoring: null})
}

/** A candidate that is new or gone has neither requests nor copies of them. */
const unused = {weightPercent: 0, mirrorPercent: 0} as const

const noStandby = {standby: null, standbyUntil: null} as const

export function setWeight(routing: Routing, weightPercent: number): Change {
  if (routing.candidate === null && weightPercent > 0) return nobody(`send ${weightPercent} % of requests to`)
  return changed({...routing, weightPercent})
}

export function mirror(routing: Routing, mirrorPercent: number): Change {
  if (routing.candidate === null && mirrorPercent > 0) return nobody(`mirror ${mirrorPercent} % of requests to`)
  return changed({...routing, mirrorPercent})
}

/**
 * The candidate becomes the stable release. The old one is not needed any more, unless it is kept on standby until
 * `standbyUntil`, in milliseconds since 1970.
 */
export function promote(routing: Routing, version: string, standbyUntil: number | null): Change {
  if (routing.stable === version && routing.candidate === null) return changed(routing)
  if (routing.candidate !== version) {
    const seen = routing.candidate === null ? 'there is no candidate' : `the candidate is ${routing.candidate}`
    return {kind: 'refused', reason: 'other-candidate', detail: `${version} cannot be promoted: ${seen}`}
  }
  const kept = standbyUntil === null ? noStandby : {standby: routing.stable, standbyUntil}
  return changed({...routing, ...kept, stable: version, candidate: null, ...unused, restoring: null})
}

/** The release on standby is not needed any more once its time is over. */
export function endStandby(routing: Routing, nowMs: number): Routing {
  return routing.standbyUntil !== null && routing.standbyUntil <= nowMs ? {...routing, ...noStandby} : routing
}

/**
 * All traffic to `version`, the candidate gone. `up` names the releases that can serve now. Whoever answers users makes
 * room for somebody who does, never for nobody:
 * - `version` is up: it serves everything at once.
 * - It is not, and the stable release is another one: the candidate goes at once, and the stable release serves until
 *   `version` is up.
 * - Neither is up, and the candidate serves everything: it goes on until `version` is up.
 * - `version` is the stable release and down, and the candidate has a part of the traffic or is down as well: the
 *   candidate goes at once, as most users have no answer already.
 */
export function restore(routing: Routing, version: string, up: ReadonlySet<string>): Change {
  if (!isKnown(routing, version)) return unknown(version)
  const alone = {...routing, candidate: null, ...unused}
  if (routing.stable === null || up.has(version)) {
    return changed({...alone, ...(routing.stable === version ? {} : noStandby), stable: version, restoring: null})
  }
  if (isLastUp(routing, up)) return changed({...routing, ...noStandby, mirrorPercent: 0, restoring: version})
  if (routing.stable === version) return changed({...alone, restoring: null})
  return changed({...alone, ...noStandby, restoring: version})
}

/** Whether taking the candidate's traffic would leave everybody without an answer. */
function isLastUp({stable, candidate, weightPercent}: Routing, up: ReadonlySet<string>): boolean {
  return candidate !== null && weightPercent === 100 && up.has(candidate) && (stable === null || !up.has(stable))
}

/** A release that was waited for is ready: it serves everything, and a candidate that went on for so long goes. */
export function arrive(routing: Routing, version: string): Routing {
  if (routing.restoring !== version) return routing
  return {...routing, stable: version, candidate: null, ...unused, restoring: null}
}

/** Releases that must run now. */
export function wanted({stable, candidate, standby, restoring}: Routing): ReadonlySet<string> {
  return new Set([stable, candidate, standby, restoring].filter(version => version !== null))
}

/** Who serves a request. `draw` is uniform in [0, 100): one per request, or one per session. */
export function chooseRelease({stable, candidate, weightPercent}: Routing, draw: number): string | null {
  return candidate !== null && draw < weightPercent ? candidate : stable
}

/** Who gets a copy of a request that `servedBy` serves. `draw` is another one than that of `chooseRelease`. */
export function chooseMirror(
  {stable, candidate, mirrorPercent}: Routing,
  servedBy: string,
  draw: number,
): string | null {
  return servedBy === stable && draw < mirrorPercent ? candidate : null
}

function isKnown(routing: Routing, version: string): boolean {
  return Object.hasOwn(routing.releases, version)
}

function changed(routing: Routing): Change {
  return {kind: 'changed', routing}
}

function nobody(to: string): Change {
  return {kind: 'refused', reason: 'no-candidate', detail: `there is no candidate to ${to}`}
}

function unknown(version: string): Change {
  return {kind: 'refused', reason: 'release-unknown', detail: `no release ${version} is known here`}
}
