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
  /** Path of the trace of a rollout before it, if there is one. */
  readonly before?: string | undefined
  readonly mode: ReplayMode
}

/** What would this policy have decided? Reads two files and touches nothing. */
export async function backtestGate(
  {runtime}: Pick<Session, 'runtime'>,
  request: BacktestRequest,
): Promise<BacktestReport> {
  const config = await loadConfig(runtime.files, request.config)
  const environment = environmentOf(config, request.environment)
  const guards = planGuards(environment.rollout)
  const read = async (file: string) => readTrace(await runtime.files.readText(file), file, guards)
  const trace = await read(request.trace)
  const before = request.before === undefined ? null : await read(request.before)
  const {mode, environment: environmentName} = request
  return reportBacktest(config.service, runBacktest({trace, before, environmentName, environment, mode}))
}
