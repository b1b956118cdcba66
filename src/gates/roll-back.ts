import {loadConfig} from '../config/load.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import {rollBack} from '../rollout/run/roll-back.ts'
import {openEnvironment} from './environment.ts'
import {namedRelease} from './release.ts'
import type {Session} from './session.ts'

export interface RollBackRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
  /** Version to go back to; default: the last good one. */
  readonly to?: string | undefined
  /** Digests of that release, for when the ledger cannot be read. */
  readonly modelDigest?: string | undefined
  readonly imageDigest?: string | undefined
  readonly why?: string | undefined
  /** Id of the rollout that it is meant for. */
  readonly expect?: string | undefined
}

/** Puts the last good release back, now. */
export async function rollBackGate(session: Session, request: RollBackRequest): Promise<RolloutOutcomeReport> {
  const config = await loadConfig(session.runtime.files, request.config)
  const {ports, scope} = openEnvironment(session, config, request.environment)
  const to = namedRelease(request.to, request.modelDigest, request.imageDigest) ?? request.to
  const {why = 'no reason given', expect} = request
  return rollBack(ports, scope, {why, expect, ...(to === undefined ? {} : {to})})
}
