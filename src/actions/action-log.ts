import * as core from '@actions/core'
import {withoutWorkflowCommands} from '../report/escape.ts'
import type {Log} from '../runtime/log.ts'

/**
 * The runner's log. What is written there may come from outside, so no line of it can become a workflow command:
 * `core.warning` and `core.debug` escape, and plain lines are escaped here.
 */
export const actionLog: Log = {
  info: message => core.info(withoutWorkflowCommands(message)),
  warning: message => core.warning(message),
  debug: message => core.debug(message),
}
