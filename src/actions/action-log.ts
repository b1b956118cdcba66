import * as core from '@actions/core'
import {escapeTerminal, withoutWorkflowCommands} from '../report/escape.ts'
import type {Log} from '../runtime/log.ts'

/**
 * The runner's log. What is written there may come from outside, so no line of it can become a workflow command
 * (`core.warning` and `core.debug` escape, and plain lines are escaped here), and nothing in it steers a terminal.
 */
export const actionLog: Log = {
  info: message => core.info(withoutWorkflowCommands(escapeTerminal(message))),
  warning: message => core.warning(escapeTerminal(message)),
  debug: message => core.debug(escapeTerminal(message)),
}
