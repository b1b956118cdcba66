import * as path from 'node:path'
import * as core from '@actions/core'
import {exitCodeOf} from '../core/verdict.ts'
import {version} from '../core/version.ts'
import type {GateOutcome} from '../gates/session.ts'
import {escapeTerminal, withoutWorkflowCommands} from '../report/escape.ts'
import {summaryLimit} from '../report/fit.ts'
import {renderHtml} from '../report/html.ts'
import {renderJson, resultDocument} from '../report/json.ts'
import {renderMarkdown} from '../report/markdown.ts'
import {renderTerminal} from '../report/terminal.ts'
import type {Runtime} from '../runtime/runtime.ts'

/** What goes to the runner: outputs, the files of result and report, the job summary, the log. Needs nothing but the machine. */
export async function publishToRunner(outcome: GateOutcome, runtime: Runtime, goesOn: boolean): Promise<void> {
  const {result, report} = outcome
  const document = resultDocument(result, {version, at: runtime.clock.now().toISOString()})
  const file = path.join(runtime.env.RUNNER_TEMP ?? '.slipway', 'slipway', `${result.gate}-result.json`)
  const page = path.join(path.dirname(file), `${result.gate}-report.html`)
  const {files} = runtime
  // Each write waits for the disk: together they wait once.
  await Promise.all([files.writeText(file, renderJson(document)), files.writeText(page, renderHtml(report))])
  core.setOutput('verdict', result.verdict)
  core.setOutput('reason', result.reason)
  core.setOutput('result', file)
  core.setOutput('report', page)
  core.info(withoutWorkflowCommands(renderTerminal(report, {color: false, width: 120})))
  if (runtime.env.GITHUB_STEP_SUMMARY) {
    await core.summary.addRaw(renderMarkdown(report, {limit: summaryLimit}), true).write()
  }
  // A summary may name a package, and whoever published it chose that name.
  const line = `${escapeTerminal(result.summary)} (${result.reason})`
  const blocks = result.verdict === 'fail' || result.verdict === 'error' || !goesOn
  if (exitCodeOf(result.verdict) !== 0 && blocks) core.setFailed(`${result.verdict}: ${line}`)
  else if (result.verdict === 'warn') core.warning(line, {title: `Slipway: ${result.gate}`})
}
