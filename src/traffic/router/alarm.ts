/** One act at a moment in the future. */
import type {Clock} from '../../runtime/clock.ts'

export interface Alarm {
  /** Calls once at `atMs` (milliseconds since 1970) or soon after; what was set before is forgotten. Null: nothing. */
  set(atMs: number | null): void
}

/** Node's timers hold 24 days, and stand still while the machine sleeps: a longer wait asks the clock in between. */
const longestSleepMs = 60_000

export function createAlarm(clock: Clock, call: () => void): Alarm {
  let current = new AbortController()

  async function waitUntil(atMs: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const restMs = atMs - clock.now().getTime()
      if (restMs <= 0) return call()
      await clock.sleep(Math.min(restMs, longestSleepMs), signal)
    }
  }

  return {
    set(atMs) {
      current.abort()
      current = new AbortController()
      if (atMs !== null) void waitUntil(atMs, current.signal)
    },
  }
}
