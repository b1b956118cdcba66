/** A router with the processes behind it, as the port describes them: releases get ready late, or crash; weights follow slowly. */
import {SystemError, UserError} from '../../src/core/failure.ts'
import type {Release} from '../../src/core/release.ts'
import type {TargetState} from '../../src/traffic/target.ts'

/** How a release behaves once it is deployed. */
export interface Conduct {
  /** Milliseconds until it can serve. */
  readonly readyAfterMs: number
  /** From this age on it crashes again and again; absent: never. */
  readonly crashesAfterMs?: number
  /** Share of its requests that fail. */
  readonly badShare: number
}

export interface SimulatedRouter {
  read(): TargetState
  deploy(release: Release): void
  setWeight(percent: number): void
  mirror(percent: number): void
  promote(release: Release): void
  restore(release: Release): void
  /** Shares of users' requests that each version gets now; their sum is 1 where anything serves. */
  shares(): readonly {readonly version: string; readonly share: number; readonly mirrored: number}[]
}

export interface RouterOptions {
  readonly stable: string | null
  readonly now: () => number
  readonly conductOf: (version: string) => Conduct
  /** How long after it was asked for a weight takes effect. */
  readonly followsAfterMs: number
  /** Told before anything changes: users are served by the old weights until then. */
  readonly beforeChange: () => void
  /** Told when new processes of a version begin. */
  readonly onDeployed: (version: string) => void
}

interface Slot {
  readonly version: string
  readonly since: number
}

export function simulatedRouter({
  stable: first,
  now,
  conductOf,
  followsAfterMs,
  beforeChange,
  onDeployed,
}: RouterOptions): SimulatedRouter {
  let stable: Slot | null = first === null ? null : {version: first, since: Number.NEGATIVE_INFINITY}
  let candidate: Slot | null = null
  let desired = 0
  let before = 0
  let followsAt = Number.NEGATIVE_INFINITY
  let mirrorPercent = 0

  function observed(): number {
    return now() >= followsAt ? desired : before
  }

  function setWeight(percent: number, isAtOnce: boolean): void {
    before = isAtOnce ? percent : observed()
    desired = percent
    followsAt = isAtOnce ? now() : now() + followsAfterMs
  }

  function slotOf(version: string): Slot {
    return [stable, candidate].find(slot => slot?.version === version) ?? begin(version)
  }

  function begin(version: string): Slot {
    onDeployed(version)
    return {version, since: now()}
  }

  function toRest(version: string): void {
    stable = slotOf(version)
    candidate = null
    mirrorPercent = 0
    setWeight(0, true)
  }

  function isReady({version, since}: Slot): boolean {
    const {readyAfterMs, crashesAfterMs} = conductOf(version)
    const age = now() - since
    return age >= readyAfterMs && (crashesAfterMs === undefined || age < crashesAfterMs)
  }

  return {
    read: () => ({
      stable: stable?.version ?? null,
      candidate: candidate?.version ?? null,
      desiredWeightPercent: desired,
      observedWeightPercent: observed(),
      mirrorPercent,
      candidateReady: candidate && isReady(candidate),
      stableReady: stable && isReady(stable),
    }),
    deploy({version}) {
      beforeChange()
      if (stable === null) return toRest(version)
      if (stable.version === version || candidate?.version === version) return
      candidate = begin(version)
      mirrorPercent = 0
      setWeight(0, true)
    },
    setWeight(percent) {
      if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
        throw new UserError('simulation/weight', `${percent} is no weight that this router can set.`)
      }
      if (candidate === null) throw refused('there is no candidate to send traffic to')
      beforeChange()
      if (percent !== desired) setWeight(percent, false)
    },
    mirror(percent) {
      if (candidate === null && percent > 0) throw refused('there is no candidate to mirror to')
      beforeChange()
      mirrorPercent = percent
    },
    promote({version}) {
      if (stable?.version !== version && candidate?.version !== version) throw refused(`${version} is not deployed`)
      beforeChange()
      toRest(version)
    },
    restore({version}) {
      beforeChange()
      toRest(version)
    },
    shares() {
      const ours = candidate === null ? 0 : observed() / 100
      return [
        ...(stable ? [{version: stable.version, share: 1 - ours, mirrored: 0}] : []),
        ...(candidate ? [{version: candidate.version, share: ours, mirrored: ((1 - ours) * mirrorPercent) / 100}] : []),
      ]
    },
  }
}

function refused(message: string): SystemError {
  return new SystemError('simulation/refused', message, {system: 'simulation', retryable: false})
}
