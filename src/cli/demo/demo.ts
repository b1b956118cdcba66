/**
 * The demo: real releases of a real model travel from pull request to production on this machine, judged and moved by
 * the same commands that a workflow runs. It only gives the commands, sends the users, and tells what came of it.
 */
import * as path from 'node:path'
import {renderMarkdown} from '../../report/markdown.ts'
import {renderTerminal} from '../../report/terminal.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type JourneyOptions, travel} from './journey.ts'
import {demoReport, fullReport, type Outcome} from './outcome.ts'
import {firstRelease, type Scenario, scenarios} from './scenarios.ts'
import {createWorld, type World} from './world.ts'

export interface DemoOptions {
  readonly runtime: Runtime
  readonly out: (text: string) => void
  /** How this Slipway is called: `['node', '.../dist/cli.js']`. */
  readonly cli: readonly [string, ...string[]]
  /** Folder of the example repository. Default: `examples/credit` of the repository that `cli` belongs to. */
  readonly example?: string
  /** What comes after the first release. Default: the whole story. */
  readonly story?: readonly Scenario[]
  readonly color?: boolean
  readonly width?: number
}

/** Exit code 0 when every release ended as its story says, else 1. Leaves nothing running, and the work folder behind. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const {runtime, out, cli, example, story = scenarios, color = false, width = 100} = options
  const beganAt = runtime.clock.now().getTime()
  const world = await createWorld({runtime, cli, example: example ?? exampleBeside(cli)})
  const signals = onSignals(world, out)
  try {
    out(`Work folder: ${world.folder}\n`)
    const outcomes = await tellStory(story, {
      world,
      runtime,
      width,
      say: line => {
        if (!signals.received()) out(`${line}\n`)
      },
    })
    const durationMs = runtime.clock.now().getTime() - beganAt
    const file = path.join(world.folder, 'report.md')
    await runtime.files.writeText(file, renderMarkdown(fullReport(outcomes, durationMs)))
    const report = demoReport(outcomes, durationMs)
    out(`\n${renderTerminal(report, {color, width})}\nFull report: ${file}\n`)
    return report.verdict === 'pass' ? 0 : 1
  } finally {
    await world.close()
    signals.ignore()
  }
}

async function tellStory(
  story: readonly Scenario[],
  common: Omit<JourneyOptions, 'production' | 'load'>,
): Promise<readonly Outcome[]> {
  const {world, say} = common
  const first = await travel(firstRelease, {...common, production: null})
  const outcomes = [first]
  // Users come once there is somebody to answer them.
  const load = world.open()
  say(`\nUsers arrive: ${world.requestsPerSecond} requests a second, rows that no release was trained on.`)
  let production = firstRelease.version
  for (const scenario of story) {
    const options: JourneyOptions = {...common, load, production}
    const outcome = await travel(scenario, options)
    outcomes.push(outcome)
    const last = outcome.gates.at(-1)
    if (last?.gate === 'rollout' && last.result.exitCode === 0) production = scenario.version
  }
  const {sent, unanswered, skipped} = await load.stop()
  say(`\nUsers leave: ${sent} requests, ${unanswered} without an answer, ${skipped} not sent.`)
  return outcomes
}

function exampleBeside(cli: readonly string[]): string {
  return path.resolve(path.dirname(cli.at(-1) ?? '.'), '../examples/credit')
}

/** On Ctrl-C everything that was started is ended before this process is. */
function onSignals(world: World, out: (text: string) => void) {
  let received = false
  const end = (signal: NodeJS.Signals) => {
    received = true
    out('\nInterrupted: what was started is being ended.\n')
    void world.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return {
    received: () => received,
    ignore: () => {
      process.off('SIGINT', end)
      process.off('SIGTERM', end)
    },
  }
}
