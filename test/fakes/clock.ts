import type {Clock} from '../../src/runtime/clock.ts'

/** A clock that only moves when somebody sleeps or when the test says so. */
export interface FakeClock extends Clock {
  advance(durationMs: number): void
}

export function fakeClock(
  start = '2026-01-01T00:00:00.000Z',
  onAdvance: (durationMs: number) => void = () => {},
): FakeClock {
  let now = Date.parse(start)
  function advance(durationMs: number): void {
    now += durationMs
    onAdvance(durationMs)
  }
  return {
    now: () => new Date(now),
    sleep: async durationMs => advance(durationMs),
    advance,
  }
}
