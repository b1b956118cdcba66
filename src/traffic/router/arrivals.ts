/** Waiting for a release that has to start before it can get traffic. */
import {messageOf} from '../../core/failure.ts'
import type {Clock} from '../../runtime/clock.ts'
import type {Log} from '../../runtime/log.ts'

export interface Arrivals {
  /**
   * Waits until `version` is ready and lets it arrive. Resolves when that is done, when nobody waits for it any more, when
   * it has ended, or after `withinMs`; never rejects. Who asks while it is awaited gets the same promise.
   */
  wait(version: string): Promise<void>
}

export interface ArrivalPorts {
  readonly withinMs: number
  /** Whether it is still to arrive: another act may have come between. */
  readonly isAwaited: (version: string) => boolean
  readonly isRunning: (version: string) => boolean
  readonly isReady: (version: string) => Promise<boolean>
  readonly arrive: (version: string) => Promise<unknown>
  readonly clock: Clock
  readonly log: Log
}

const betweenMs = 50

export function createArrivals(ports: ArrivalPorts): Arrivals {
  const {withinMs, isAwaited, isRunning, isReady, arrive, clock, log} = ports
  const awaited = new Map<string, Promise<void>>()

  async function meet(version: string): Promise<void> {
    const until = clock.now().getTime() + withinMs
    while (isAwaited(version)) {
      if (await isReady(version)) return void (await arrive(version))
      if (!isRunning(version)) return log.warning(`release ${version} has ended before it was ready`)
      if (clock.now().getTime() >= until) {
        return log.warning(`release ${version} was not ready within ${withinMs / 1000} s: nobody waits for it any more`)
      }
      await clock.sleep(betweenMs)
    }
  }

  return {
    wait(version) {
      const known = awaited.get(version)
      if (known !== undefined) return known
      const met = meet(version)
        .catch(error => log.warning(`release ${version} is ready and cannot be restored: ${messageOf(error)}`))
        .finally(() => awaited.delete(version))
      awaited.set(version, met)
      return met
    },
  }
}
