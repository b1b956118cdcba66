import * as core from '@actions/core'
import type {Log} from '../runtime/log.ts'

/** The runner's log. What is written there may come from outside, so no line of it can become a workflow command. */
export const actionLog: Log = {
  info: message => core.info(harmless(message)),
  warning: message => core.warning(message),
  debug: message => core.debug(message),
}

/**
 * The runner reads commands from any line that begins with `::` or holds `##[` (actions/runner, ActionCommand.cs).
 * `core.warning` and `core.debug` escape; plain lines do not.
 */
export function harmless(message: string): string {
  return message
    .split(/\r\n|\r|\n/)
    .map(line => line.replace(/^(\s*)::/, '$1: :').replaceAll('##[', '# #['))
    .join('\n')
}
