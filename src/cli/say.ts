import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import type {GateOutcome} from '../gates/session.ts'
import {renderJson, resultDocument} from '../report/json.ts'
import {renderTerminal} from '../report/terminal.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {Given, Terminal} from './command.ts'

/** Prints a gate's outcome, as text for a person or as JSON, and answers its exit code. */
export function say({result, report}: GateOutcome, given: Given, terminal: Terminal, {clock}: Runtime): number {
  const text = given.flag('json')
    ? renderJson(resultDocument(result, {version, at: clock.now().toISOString()}))
    : renderTerminal(report, {color: terminal.color, width: terminal.width})
  terminal.out(text)
  return exitCodeOf(result.verdict)
}
