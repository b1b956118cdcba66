import {runBacktest} from '../backtest/backtest.ts'
import {type BacktestReport, reportBacktest} from '../backtest/backtest-report.ts'
import {readTrace} from '../backtest/read-trace.ts'
import type {ReplayMode} from '../backtest/replay.ts'
import {loadConfig} from '../config/load.ts'
import {planGuards} from '../rollout/guards.ts'
import {environmentOf} from './environment.ts'
import type {Session} from './session.ts'

export interface BacktestRequest {
  /** Path of the config. */
  readonly config: string
  readonly environment: string
  /** Path of the trace. */
  readonly trace: string
  readonly mode: ReplayMode
}

/** What would this policy have decided? Reads two files and touches nothing. */
export async function backtestGate(
  {runtime}: Pick<Session, 'runtime'>,
  request: BacktestRequest,
): Promise<BacktestReport> {
  const config = await loadConfig(runtime.files, request.config)
  const environment = environmentOf(config, request.environment)
  const text = await runtime.files.readText(request.trace)
  const trace = readTrace(text, request.trace, planGuards(environment.rollout))
  const {mode, environment: environmentName} = request
  return reportBacktest(config.service, runBacktest({trace, environmentName, environment, mode}))
}
