/** One release's way through the gates, by the commands that a person or a workflow would give. */
import * as path from 'node:path'
import {indent, wrap} from '../../report/text-layout.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {type CommandResult, commandResult} from './command-result.ts'
import {type Load, type LoadCounts, type Served, servedBetween, shareBetween} from './load.ts'
import type {GateName, GateRun, Outcome} from './outcome.ts'
import type {Program} from './process.ts'
import type {Scenario} from './scenarios.ts'
import {configFile, type World} from './world.ts'

export interface JourneyOptions {
  readonly world: World
  readonly runtime: Runtime
  /** Absent while nothing is in production yet: then there is nobody to serve. */
  readonly load?: Load
  /** Version in production, or null for the first release ever. */
  readonly production: string | null
  /** Lines for the person who watches. */
  readonly say: (line: string) => void
  /** Columns that these lines may take. */
  readonly width: number
}

/** What v4's payload would leave behind; see `examples/credit/train.py`. */
const payload = 'PAYLOAD-WAS-EXECUTED'
const lookMs = 100

export async function travel(scenario: Scenario, options: JourneyOptions): Promise<Outcome> {
  const {world, runtime, say} = options
  const {version} = scenario
  const beganAt = runtime.clock.now().getTime()
  const before = options.load?.counts()
  say(`\n${version}: ${scenario.story}`)
  const gates: GateRun[] = []
  let promotedAnyway: CommandResult | null = null
  let rollout: WatchedRollout | null = null

  for (const [gate, args] of await offlineGates(scenario, options)) {
    const run = await judge(gate, args, options)
    gates.push(run)
    if (run.result.exitCode !== 0) break
  }
  const blocked = gates.some(({result}) => result.exitCode !== 0)
  const promote = await promoteArguments(scenario, options)
  if (blocked) {
    promotedAnyway = commandResult(await world.slipway(promote).ended)
    say(
      `  asked to promote it anyway: ${promotedAnyway.exitCode === 0 ? 'done' : `refused (${promotedAnyway.reason})`}`,
    )
  } else {
    rollout = await watchRollout(scenario, promote, options)
    gates.push(rollout.run)
  }
  const after = options.load?.counts()
  const durationMs = runtime.clock.now().getTime() - beganAt
  return {
    scenario,
    gates,
    promotedAnyway,
    payloadExecuted: await runtime.files.exists(path.join(world.folder, payload)),
    driverLost: rollout?.driverLost ?? false,
    served: before && after ? servedBetween(before, after, version) : nobody,
    answersMeanwhile: rollout?.answersMeanwhile ?? 0,
    durationMs,
    production: options.production,
    answeringAfterwards: rollout ? await answeringNow(options) : [],
  }
}

const nobody: Served = {requests: 0, failed: 0, refused: 0}

/** Which releases answer users, once the requests that were under way are through. */
async function answeringNow({runtime, load}: JourneyOptions): Promise<readonly string[]> {
  if (!load) return []
  await runtime.clock.sleep(5 * lookMs)
  const before = load.counts()
  await runtime.clock.sleep(3 * lookMs)
  const after = load.counts()
  return Object.keys(after.releases).filter(version => servedBetween(before, after, version).requests > 0)
}

async function offlineGates(
  {version}: Scenario,
  options: JourneyOptions,
): Promise<readonly (readonly [GateName, readonly string[]])[]> {
  const {production} = options
  const baseline = production === null ? 'none' : `releases/${production}/eval.csv`
  const predictions = ['--candidate', `releases/${version}/eval.csv`, '--baseline', baseline]
  const digest = await imageDigest(version, options)
  return [
    ['model', ['validate', ...predictions, '--model', `releases/${version}/model`, '--record']],
    ['image', ['scan', '--report', `releases/${version}/image.json`, '--digest', digest, '--record']],
  ]
}

async function promoteArguments({version}: Scenario, options: JourneyOptions) {
  const release = ['--version', version, '--model', `releases/${version}/model`]
  const image = ['--image-digest', await imageDigest(version, options)]
  return withConfig(['promote', '--environment', 'production', ...release, ...image])
}

async function imageDigest(version: string, {world, runtime}: JourneyOptions): Promise<string> {
  return (await runtime.files.readText(path.join(world.folder, `releases/${version}/image-digest.txt`))).trim()
}

function withConfig([command = '', ...args]: readonly string[]): readonly string[] {
  return [command, '--config', configFile, ...args, '--json']
}

async function judge(gate: GateName, args: readonly string[], options: JourneyOptions): Promise<GateRun> {
  const {world, say} = options
  const given = withConfig(args)
  const end = await world.slipway(given).ended
  const result = commandResult(end)
  say(verdictLine(gate, result, options.width))
  return {gate, command: `slipway ${given.join(' ')}`, result, progress: end.progress}
}

function verdictLine(gate: string, {verdict, reason, summary}: CommandResult, width: number): string {
  const rest = '                 '
  return indent(wrap(`${reason}: ${summary}`, width - rest.length), `  ${gate.padEnd(9)}${verdict.padEnd(6)}`, rest)
}

/** Progress is long where it explains itself; here it is cut, and the report has all of it. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`
}

interface WatchedRollout {
  readonly run: GateRun
  readonly driverLost: boolean
  readonly answersMeanwhile: number
}

/** Runs `promote`; where the scenario says so, kills it half-way and gives the same command again. */
async function watchRollout(
  scenario: Scenario,
  args: readonly string[],
  options: JourneyOptions,
): Promise<WatchedRollout> {
  const {world, say, load} = options
  const onProgress = (line: string) => say(cut(`    ${line}`, options.width))
  const watch = createWatch(scenario.version)
  let driverLost = false
  let driver = world.slipway(args, onProgress)
  let end = await follow(driver, options, look => {
    const share = watch(look)
    if (driverLost || scenario.lostAtShare === undefined || share < scenario.lostAtShare) return
    driverLost = true
    driver.kill()
    say(
      `  the process that drives the rollout is killed; ${Math.round(share * 100)} % of answers come from ${scenario.version}`,
    )
  })
  const progress = [...end.progress]
  if (driverLost) {
    await lookOnFor(1500, options, watch)
    say('  the router went on by itself; the same command again:')
    driver = world.slipway(args, onProgress)
    end = await follow(driver, options, watch)
    progress.push('(killed; the same command again)', ...end.progress)
  }
  const result = commandResult(end)
  if (load) watch(load.counts())
  say(verdictLine('rollout', result, options.width))
  const run: GateRun = {gate: 'rollout', command: `slipway ${args.join(' ')}`, result, progress}
  return {run, driverLost, answersMeanwhile: watch.answersMeanwhile()}
}

interface Watch {
  /** Takes a look, and answers the share of answers that came from the release during the last second. */
  (look: LoadCounts): number
  /** Answers of all releases between the first and the last one of this release. */
  answersMeanwhile(): number
}

function createWatch(version: string): Watch {
  const looks: LoadCounts[] = []
  let first: LoadCounts | null = null
  let last: LoadCounts | null = null
  const watch = (look: LoadCounts) => {
    const previous = looks.at(-1)
    looks.push(look)
    if (looks.length > 1000 / lookMs) looks.shift()
    if (previous && servedBetween(previous, look, version).requests > 0) {
      first ??= previous
      last = look
    }
    return shareBetween(looks[0] ?? look, look, version)
  }
  return Object.assign(watch, {answersMeanwhile: () => (first && last ? answers(last) - answers(first) : 0)})
}

function answers({releases}: LoadCounts): number {
  return Object.values(releases).reduce((sum, each) => sum + each.requests, 0)
}

/** Looks at the users every 100 ms until the program ends. */
async function follow(program: Program, {runtime, load}: JourneyOptions, see: (look: LoadCounts) => void) {
  let running = true
  void program.ended.then(() => {
    running = false
  })
  while (running) {
    if (load) see(load.counts())
    await Promise.race([runtime.clock.sleep(lookMs), program.ended])
  }
  return program.ended
}

async function lookOnFor(durationMs: number, {runtime, load}: JourneyOptions, see: (look: LoadCounts) => void) {
  for (let passed = 0; passed < durationMs; passed += lookMs) {
    await runtime.clock.sleep(lookMs)
    if (load) see(load.counts())
  }
}
