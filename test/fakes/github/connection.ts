/** A real client against the fake, with a clock that does not make a test wait. */
import {type GitHub, openGitHub} from '../../../src/github/client.ts'
import type {Clock} from '../../../src/runtime/clock.ts'
import {createHttp} from '../../../src/runtime/http.ts'
import {type Log, silentLog} from '../../../src/runtime/log.ts'
import type {FakeGitHub} from './server.ts'

/** A clock that notes how long it was asked to wait, waits not at all, and moves on by that time. */
export interface PatientClock extends Clock {
  readonly waits: number[]
}

export function patientClock(startMs = Date.parse('2026-11-21T10:00:00Z')): PatientClock {
  const waits: number[] = []
  let nowMs = startMs
  return {
    waits,
    now: () => new Date(nowMs),
    sleep: async durationMs => {
      waits.push(durationMs)
      nowMs += durationMs
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

export function connect(
  fake: FakeGitHub,
  {token = fake.token, clock = patientClock(), log = silentLog}: {token?: string; clock?: Clock; log?: Log} = {},
): GitHub {
  const repository = {owner: fake.owner, name: fake.name}
  return openGitHub({apiUrl: fake.url, token, repository}, {http: createHttp(clock), clock, log})
}
