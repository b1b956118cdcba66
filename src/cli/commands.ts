import {backtestCommand} from './backtest.ts'
import type {Command} from './command.ts'
import {demoCommand} from './demo.ts'
import {exportTraceCommand} from './export-trace.ts'
import {importWaiversCommand} from './import-waivers.ts'
import {initCommand} from './init.ts'
import {inspectCommand} from './inspect.ts'
import {planCommand} from './plan.ts'
import {promoteCommand} from './promote.ts'
import {rollBackCommand} from './roll-back.ts'
import {routerCommand} from './router.ts'
import {scanCommand} from './scan.ts'
import {statusCommand} from './status.ts'
import {validateCommand} from './validate.ts'

/** All commands, in the order in which a release meets them. */
export const commands: readonly Command[] = [
  initCommand,
  inspectCommand,
  validateCommand,
  scanCommand,
  importWaiversCommand,
  planCommand,
  backtestCommand,
  exportTraceCommand,
  promoteCommand,
  rollBackCommand,
  statusCommand,
  routerCommand,
  demoCommand,
]
