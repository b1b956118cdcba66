/**
 * Traffic moved by the user's own scripts: one program per act, by argument list and never through a shell. The exit code
 * decides; only `read` prints something that counts.
 */
import * as z from 'zod'
import type {TargetConfig} from '../config/schema.ts'
import {SystemError, UserError} from '../core/failure.ts'
import {formatDuration} from '../core/quantity.ts'
import type {Release} from '../core/release.ts'
import type {ExecResult} from '../runtime/exec.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {checkVersion, checkWeight, refuseMirroring} from './limits.ts'
import {printable} from './printable.ts'
import type {Target, TargetState} from './target.ts'

type CommandConfig = Extract<TargetConfig, {kind: 'command'}>
type Act = (typeof acts)[number]
type Argv = readonly string[]

/** @throws UserError `traffic/unknown-placeholder`, `traffic/env-missing` */
export function openCommand(config: CommandConfig, {exec, env}: Pick<Runtime, 'exec' | 'env'>): Target {
  for (const act of acts) checkPlaceholders(act, config[act] ?? [])
  const visible = pickEnv(config.env, env)

  async function run(act: Act, argv: Argv, values: Readonly<Record<string, string>>): Promise<string> {
    const [program, ...args] = argv.map(argument => fill(argument, act, values))
    if (program === undefined) throw new UserError('traffic/command-empty', `target.${act} names no program.`)
    const result = await exec.run([program, ...args], {
      env: visible,
      timeoutMs: config.timeout,
      maxOutputBytes: 1024 * 1024,
    })
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

const acts = ['read', 'deploy', 'set-weight', 'mirror', 'promote', 'restore'] as const
const release = ['version', 'model', 'image']
/** What each script may be told. */
const placeholders = {
  read: [],
  deploy: release,
  'set-weight': ['weight'],
  mirror: ['percent'],
  promote: release,
  restore: release,
} as const satisfies Record<Act, readonly string[]>

const placeholder = /\{([a-z-]+)\}/g

function checkPlaceholders(act: Act, argv: readonly string[]): void {
  const known: readonly string[] = placeholders[act]
  for (const argument of argv) {
    for (const [text, name = ''] of argument.matchAll(placeholder)) {
      if (known.includes(name)) continue
      const offered = known.length === 0 ? 'none' : known.map(each => `{${each}}`).join(', ')
      throw new UserError('traffic/unknown-placeholder', `target.${act} contains ${text}, which has no value there.`, {
        hint: `Placeholders of ${act}: ${offered}. What needs other braces belongs into a script file.`,
      })
    }
  }
}

function fill(argument: string, act: Act, values: Readonly<Record<string, string>>): string {
  return argument.replaceAll(placeholder, (text, name: string) => {
    const value = values[name]
    if (value !== undefined) return value
    throw new UserError('traffic/no-image', `target.${act} asks for ${text}, and the release has no image.`, {
      hint: 'Promote with an image digest, or remove the placeholder.',
    })
  })
}

function pickEnv(names: readonly string[], env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const visible: Record<string, string> = {PATH: env.PATH ?? ''}
  if (env.HOME !== undefined) visible.HOME = env.HOME
  for (const name of names) {
    const value = env[name]
    if (value === undefined) {
      throw new UserError('traffic/env-missing', `The environment variable ${name} is not set.`, {
        hint: 'target.env names it: give it to the step, or remove it there.',
      })
    }
    visible[name] = value
  }
  return visible
}

/** The output of a program that ended well. */
function accept(act: Act, program: string, timeoutMs: number, result: ExecResult): string {
  const which = `target.${act} (${program})`
  if (result.notFound) {
    throw new UserError('traffic/command-not-found', `${which} cannot be run: ${printable(result.stderr, maxWords)}`, {
      hint: 'Check the path, which starts at the working directory, and that the file is executable.',
    })
  }
  const failed = (code: 'timed-out' | 'output-too-large' | 'failed', problem: string, hint?: string) =>
    new SystemError(`command/${code}`, `${which} ${problem}${said(result.stderr)}`, {
      system: 'command',
      retryable: code !== 'output-too-large',
      ...(hint === undefined ? {} : {hint}),
    })
  if (result.timedOut) {
    throw failed(
      'timed-out',
      `did not end within ${formatDuration(timeoutMs)} and was ended.`,
      'Raise target.timeout, or find out what it waits for.',
    )
  }
  if (result.outputTooLarge) throw failed('output-too-large', 'printed more than 1 MiB.')
  if (result.exitCode === 0) return result.stdout
  throw failed('failed', result.exitCode === null ? 'was ended by a signal.' : `exited with code ${result.exitCode}.`)
}

/** Longest text of a program that is passed on: it stands in ledgers and reports. */
const maxWords = 500

const version = z.string().min(1).max(128).nullable()
const stateAnswer = z
  .strictObject({
    stable: version,
    candidate: version,
    weight: z.number().min(0).max(100),
    mirror: z.number().min(0).max(100).optional(),
    ready: z.boolean().nullable(),
    detail: z
      .string()
      .transform(text => printable(text, maxWords))
      .optional(),
  })
  .refine(state => state.candidate !== null || state.weight === 0, 'weight: expected 0 without a candidate')
  .refine(state => state.candidate !== null || !state.mirror, 'mirror: expected 0 without a candidate')
  .refine(state => state.candidate === null || state.candidate !== state.stable, 'candidate: the same as stable')

/** @param mirrors whether the config names a script that mirrors: then what it did must be seen */
function parseState(output: string, mirrors: boolean): z.output<typeof stateAnswer> {
  const refuse = (problem: string): never => {
    const begin = output.trim().slice(0, 200)
    const printed = begin === '' ? 'nothing' : `"${printable(begin, 200)}"`
    throw new SystemError('command/answer-malformed', `target.read printed ${printed}: ${problem}`, {
      system: 'command',
      retryable: false,
      hint: `Expected one JSON object and nothing else: {"stable": "v1", "candidate": "v2" or null, "weight": 25, ${mirrors ? '"mirror": 0, ' : ''}"ready": true, false or null}.`,
    })
  }
  let json: unknown
  try {
    // Some shells begin what they print with a byte order mark.
    json = JSON.parse(output.replace(/^\uFEFF/, ''))
  } catch {
    return refuse('that is not JSON.')
  }
  const state = stateAnswer.safeParse(json)
  if (!state.success) return refuse(z.prettifyError(state.error))
  if (mirrors && state.data.mirror === undefined) {
    return refuse(
      '"mirror" is missing, and target.mirror is configured: nobody could see whether requests are mirrored.',
    )
  }
  return state.data
}

function said(stderr: string): string {
  const text = printable(stderr, maxWords)
  return text === '' ? '' : ` It said: ${text}`
}
