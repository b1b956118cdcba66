import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import type {GateOutcome} from '../gates/session.ts'
import {withoutWorkflowCommands} from '../report/escape.ts'
import {renderJson, resultDocument} from '../report/json.ts'
import {renderTerminal} from '../report/terminal.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {Given, Terminal} from './command.ts'

/** Prints a gate's outcome, as text for a person or as JSON, and answers its exit code. */
export function say(outcome: GateOutcome, given: Given, terminal: Terminal, runtime: Runtime): number {
  if (given.flag('json')) sayJson(outcome, terminal, runtime)
  else
    terminal.out(
      withoutWorkflowCommands(renderTerminal(outcome.report, {color: terminal.color, width: terminal.width})),
    )
  return exitCodeOf(outcome.result.verdict)
}

/** Prints a result by `schema/result.schema.json`. */
export function sayJson({result}: GateOutcome, terminal: Terminal, {clock}: Pick<Runtime, 'clock'>): void {
  terminal.out(renderJson(resultDocument(result, {version, at: clock.now().toISOString()})))
}
