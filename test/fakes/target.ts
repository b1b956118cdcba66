import {SystemError, UserError} from '../../src/core/failure.ts'
import type {Release} from '../../src/core/release.ts'
import type {Target, TargetState} from '../../src/traffic/target.ts'

/** A router in memory. Tests may move it behind the ledger's back. */
export interface FakeTarget extends Target {
  readonly state: {-readonly [K in keyof TargetState]: TargetState[K]}
}

export function fakeTarget(stable: string | null): FakeTarget {
  const state: FakeTarget['state'] = {
    stable,
    candidate: null,
    desiredWeightPercent: 0,
    observedWeightPercent: 0,
    mirrorPercent: 0,
    candidateReady: null,
  }
  function toRest(version: string): void {
    Object.assign(state, {stable: version, candidate: null, candidateReady: null})
    setWeight(0)
    state.mirrorPercent = 0
  }
  function setWeight(weightPercent: number): void {
    Object.assign(state, {desiredWeightPercent: weightPercent, observedWeightPercent: weightPercent})
  }
  return {
    kind: 'fake',
    capabilities: {granularityPercent: 1, observesWeight: true, observesReadiness: true, mirrors: true},
    state,
    async read() {
      return {...state}
    },
    async deploy({version}: Release) {
      if (state.stable === null) return toRest(version)
      if (state.stable === version || state.candidate === version) return
      Object.assign(state, {candidate: version, candidateReady: true, mirrorPercent: 0})
      setWeight(0)
    },
    async setWeight(weightPercent) {
      check(weightPercent)
      if (state.candidate === null) throw refused('there is no candidate to send traffic to')
      setWeight(weightPercent)
    },
    async mirror(percent) {
      check(percent)
      if (state.candidate === null && percent > 0) throw refused('there is no candidate to mirror to')
      state.mirrorPercent = percent
    },
    async promote({version}) {
      if (state.stable !== version && state.candidate !== version) throw refused(`${version} is not deployed`)
      toRest(version)
    },
    async restore({version}) {
      toRest(version)
    },
  }
}

function check(percent: number): void {
  if (Number.isInteger(percent) && percent >= 0 && percent <= 100) return
  throw new UserError('fake-target/weight', `${percent} is no weight that this target can set.`)
}

function refused(message: string): SystemError {
  return new SystemError('fake-target/refused', message, {system: 'fake-target', retryable: false})
}
