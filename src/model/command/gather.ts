import type {CommandGate} from '../../config/model-gate-schema.ts'
import {visibleEnv} from '../../core/visible-env.ts'
import type {Exec, ExecResult} from '../../runtime/exec.ts'

/** What is told to the program of a gate, so that one script serves every release. */
export interface CommandContext {
  readonly candidate: string | null
  readonly baseline: string | null
  readonly model: string
}

/** How the program of a gate ended, or why it was not started. */
export type CommandFact =
  | {readonly kind: 'ended'; readonly result: ExecResult}
  /** Environment variables that the gate names and that are not set. */
  | {readonly kind: 'not-started'; readonly missing: readonly string[]}

/**
 * Runs the program of a business rule. It sees PATH, HOME, the variables that the gate names, and
 * `SLIPWAY_MODEL`, `SLIPWAY_CANDIDATE`, `SLIPWAY_BASELINE` (paths as the config has them; empty where there is none).
 * No shell, unless the gate asks for one.
 */
export async function gatherCommand(
  exec: Exec,
  gate: CommandGate,
  env: Readonly<Record<string, string | undefined>>,
  context: CommandContext,
): Promise<CommandFact> {
  const {env: visible, missing} = visibleEnv(gate.env, env)
  if (missing.length > 0) return {kind: 'not-started', missing}
  const {command} = gate
  const argv = typeof command === 'string' ? ['sh', '-c', command] : command
  const [program = '', ...args] = argv
  const result = await exec.run([program, ...args], {
    env: {
      ...visible,
      SLIPWAY_MODEL: context.model,
      SLIPWAY_CANDIDATE: context.candidate ?? '',
      SLIPWAY_BASELINE: context.baseline ?? '',
    },
    timeoutMs: gate.timeout,
    maxOutputBytes: gate['max-output'],
  })
  return {kind: 'ended', result}
}
