/**
 * Traffic moved by the user's own scripts: one program per act, by argument list and never through a shell. The exit code
 * decides; only `read` prints something that counts.
 */
import type {TargetConfig} from '../config/schema.ts'
import {UserError} from '../core/failure.ts'
import type {Release} from '../core/release.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {type Act, acts, checkPlaceholders, fill, pickEnv} from './command/arguments.ts'
import {accept, maxOutputBytes} from './command/outcome.ts'
import {parseState} from './command/state.ts'
import {checkVersion, checkWeight, refuseMirroring} from './limits.ts'
import type {Target, TargetState} from './target.ts'

type CommandConfig = Extract<TargetConfig, {kind: 'command'}>
type Argv = readonly string[]

/** @throws UserError `traffic/unknown-placeholder`, `traffic/env-missing` */
export function openCommand(config: CommandConfig, {exec, env}: Pick<Runtime, 'exec' | 'env'>): Target {
  for (const act of acts) checkPlaceholders(act, config[act] ?? [])
  const visible = pickEnv(config.env, env)

  async function run(act: Act, argv: Argv, values: Readonly<Record<string, string>>): Promise<string> {
    const [program, ...args] = argv.map(argument => fill(argument, act, values))
    if (program === undefined) throw new UserError('traffic/command-empty', `target.${act} names no program.`)
    const result = await exec.run([program, ...args], {env: visible, timeoutMs: config.timeout, maxOutputBytes})
    return accept(act, program, config.timeout, result)
  }

  const describe = ({version, model, image}: Release) => ({
    version: checkVersion(version),
    model,
    ...(image === undefined ? {} : {image}),
  })

  async function read(): Promise<TargetState> {
    const answer = parseState(await run('read', config.read, {}), config.mirror !== undefined)
    const {stable, candidate, weight, mirror, ready, detail} = answer
    return {
      stable,
      candidate,
      desiredWeightPercent: weight,
      observedWeightPercent: weight,
      ...(mirror === undefined || config.mirror === undefined ? {} : {mirrorPercent: mirror}),
      candidateReady: candidate === null ? null : ready,
      stableReady: candidate === null ? ready : null,
      ...(detail === undefined ? {} : {detail}),
    }
  }

  /** Without a script the release has to be there already: a variant that the flag service knows, a service that runs. */
  async function expectDeployed({version}: Release): Promise<void> {
    const {stable, candidate} = await read()
    if (checkVersion(version) === stable || version === candidate) return
    const seen = [stable, candidate].filter(each => each !== null).join(' and ')
    throw new UserError(
      'traffic/release-not-there',
      `${version} is not there: target.read shows ${seen === '' ? 'nothing' : seen}, and no target.deploy puts it there.`,
      {
        hint: 'Put the release beside the stable one first, without traffic, or name the script that does: target.deploy.',
      },
    )
  }

  return {
    kind: 'command',
    capabilities: {
      granularityPercent: config.granularity,
      observesWeight: true,
      observesReadiness: true,
      mirrors: config.mirror !== undefined,
    },
    read,
    async deploy(release) {
      if (config.deploy === undefined) return expectDeployed(release)
      await run('deploy', config.deploy, describe(release))
    },
    async setWeight(weightPercent) {
      const weight = String(checkWeight(weightPercent, config.granularity))
      await run('set-weight', config['set-weight'], {weight})
    },
    async mirror(percent) {
      if (config.mirror === undefined) return refuseMirroring('command', 'Name the script that does: target.mirror.')
      await run('mirror', config.mirror, {percent: String(checkWeight(percent, config.granularity))})
    },
    async promote(release) {
      await run('promote', config.promote, describe(release))
    },
    async restore(release) {
      await run('restore', config.restore, describe(release))
    },
  }
}
