import {UserError} from '../core/failure.ts'
import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import type {GateOutcome} from '../gates/session.ts'
import {withoutWorkflowCommands} from '../report/escape.ts'
import {renderHtml} from '../report/html.ts'
import {renderJson, resultDocument} from '../report/json.ts'
import {renderMarkdown} from '../report/markdown.ts'
import type {Report} from '../report/report.ts'
import {renderTerminal} from '../report/terminal.ts'
import type {Runtime} from '../runtime/runtime.ts'
import type {Given, Terminal} from './command.ts'

/** Keeps the report where asked to, prints a gate's outcome, as text for a person or as JSON, and answers the exit code. */
export async function say(outcome: GateOutcome, given: Given, terminal: Terminal, runtime: Runtime): Promise<number> {
  // First of all: where the file cannot be written, the one answer is that error.
  const file = given.text('save-report')
  if (file !== undefined) await runtime.files.writeText(file, rendererOf(file)(outcome.report))
  const {color, width} = terminal
  const details = given.flag('details')
  if (given.flag('json')) sayJson(outcome, terminal, runtime)
  else terminal.out(withoutWorkflowCommands(renderTerminal(outcome.report, {color, width, details})))
  return exitCodeOf(outcome.result.verdict)
}

/**
 * Refuses a name of no known kind before anything is judged, which may take long.
 * @throws UserError `cli/report-format`
 */
export function checkReportFile(given: Given): void {
  const file = given.text('save-report')
  if (file !== undefined) rendererOf(file)
}

function rendererOf(file: string): (report: Report) => string {
  if (/\.html?$/i.test(file)) return renderHtml
  if (/\.md$/i.test(file)) return renderMarkdown
  throw new UserError('cli/report-format', `"${file}" is of no kind that a report is written in.`, {
    hint: 'Give a name that ends with .html or .md.',
  })
}

/** Prints a result by `schema/result.schema.json`. */
export function sayJson({result}: GateOutcome, terminal: Terminal, {clock}: Pick<Runtime, 'clock'>): void {
  terminal.out(renderJson(resultDocument(result, {version, at: clock.now().toISOString()})))
}
