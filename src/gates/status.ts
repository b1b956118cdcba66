import {loadConfig} from '../config/load.ts'
import type {RolloutOutcomeReport} from '../rollout/report/rollout-report.ts'
import {readStatus} from '../rollout/run/status.ts'
import {openEnvironment} from './environment.ts'
import type {Session} from './session.ts'

/** Where an environment stands. */
export async function statusGate(
  session: Session,
  request: {readonly config: string; readonly environment: string},
): Promise<RolloutOutcomeReport> {
  const config = await loadConfig(session.runtime.files, request.config)
  const {ports, scope} = openEnvironment(session, config, request.environment)
  return readStatus(ports, scope)
}
