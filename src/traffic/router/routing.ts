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
  /** The stable release before the last promotion, kept running so that going back takes no start. */
  readonly standby: string | null
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
  return changed({...routing, ...unused, candidate: version, standby: null, restoring: null})
}

/** A candidate that is new or gone has neither requests nor copies of them. */
const unused = {weightPercent: 0, mirrorPercent: 0} as const

export function setWeight(routing: Routing, weightPercent: number): Change {
  if (routing.candidate === null && weightPercent > 0) return nobody(`send ${weightPercent} % of requests to`)
  return changed({...routing, weightPercent})
}

export function mirror(routing: Routing, mirrorPercent: number): Change {
  if (routing.candidate === null && mirrorPercent > 0) return nobody(`mirror ${mirrorPercent} % of requests to`)
  return changed({...routing, mirrorPercent})
}

/** The candidate becomes the stable release. */
export function promote(routing: Routing, version: string): Change {
  if (routing.stable === version && routing.candidate === null) return changed(routing)
  if (routing.candidate !== version) {
    const seen = routing.candidate === null ? 'there is no candidate' : `the candidate is ${routing.candidate}`
    return {kind: 'refused', reason: 'other-candidate', detail: `${version} cannot be promoted: ${seen}`}
  }
  return changed({...routing, stable: version, candidate: null, ...unused, standby: routing.stable})
}

/**
 * All traffic to `version`, the candidate gone. `isUp` says whether `version` can serve at once: if not, the old stable
 * release goes on until it can.
 */
export function restore(routing: Routing, version: string, isUp: boolean): Change {
  if (!isKnown(routing, version)) return unknown(version)
  const back = {...routing, candidate: null, ...unused}
  if (routing.stable === version) return changed({...back, restoring: null})
  if (routing.stable === null || isUp) return changed({...back, stable: version, standby: null, restoring: null})
  return changed({...back, standby: null, restoring: version})
}

/** A release that was waited for is ready. */
export function arrive(routing: Routing, version: string): Routing {
  return routing.restoring === version ? {...routing, stable: version, restoring: null} : routing
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
