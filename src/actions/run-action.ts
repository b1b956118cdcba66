import * as core from '@actions/core'
import type * as z from 'zod/mini'
import {isFailure, UserError} from '../core/failure.ts'
import type {Gate} from '../core/result.ts'
import {failedOutcome, serviceIn} from '../gates/failed.ts'
import type {GateOutcome, Session} from '../gates/session.ts'
import {systemRuntime} from '../runtime/runtime.ts'
import {actionLog} from './action-log.ts'
import {type ActionDefinition, readInputs} from './definition.ts'
import {publishToRunner} from './publish-to-runner.ts'

/** A gate's outcome, and what an action answers beside the common outputs. */
export interface ActionOutcome extends GateOutcome {
  readonly outputs?: Readonly<Record<string, string>>
  /** Not over yet: the step is green, and the check waits for the end. */
  readonly goesOn?: boolean
}

/**
 * Runs one action: inputs, session, act, publish. The one place that catches: a failure becomes a result with the verdict
 * `error`, so that a caller who branches on outputs always finds them; anything else is a defect, and says so.
 */
export async function runAction<Schema extends z.ZodMiniObject>(
  definition: ActionDefinition<Schema>,
  gate: Gate,
  load: () => Promise<(inputs: z.output<Schema>, session: Session) => Promise<ActionOutcome>>,
): Promise<void> {
  const runtime = systemRuntime(actionLog)
  const given = readInputs(runtime.env, Object.keys(definition.inputs.shape))
  let session: Session | null = null
  let outcome: ActionOutcome
  try {
    const inputs = parseInputs(definition, given)
    if (!given['github-token']) throw tokenMissing
    const {openWorkflowSession} = await import('./workflow-session.ts')
    session = await openWorkflowSession(runtime, given['github-token'])
    const act = await load()
    outcome = await act(inputs, session)
  } catch (error) {
    outcome = session
      ? failedOutcome(gate, error, await serviceIn(runtime.files, given.config))
      : failedOutcome(gate, error)
    if (!isFailure(error) && error instanceof Error) core.info(error.stack ?? '')
  }
  for (const [name, value] of Object.entries(outcome.outputs ?? {})) core.setOutput(name, value)
  await publishToRunner(outcome, runtime, outcome.goesOn ?? false)
  if (session && !outcome.goesOn) {
    // A repository with several services has a config for each, and their checks must not take each other's name.
    const {publishToGitHub} = await import('./publish-to-github.ts')
    const nameService = given.config !== undefined && given.config !== 'slipway.yml'
    await publishToGitHub(outcome, session, {comment: wantsComment(definition, given), nameService})
  }
}

function parseInputs<Schema extends z.ZodMiniObject>(
  definition: ActionDefinition<Schema>,
  given: Readonly<Record<string, string>>,
): z.output<Schema> {
  const parsed = definition.inputs.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({path, message}) => {
    const name = path.join('.')
    return `${name}: ${message}, seen ${JSON.stringify(given[name] ?? '')}`
  })
  throw new UserError('action/input-invalid', `Inputs of ${definition.name}: ${problems.join('; ')}.`, {
    hint: `See the table of inputs in actions/${definition.name}/README.md.`,
  })
}

const tokenMissing = new UserError('github/token-missing', 'There is no GitHub token.', {
  hint: 'Pass github-token to the action; without it the job’s own token is used, which the runner always gives.',
})

function wantsComment(definition: ActionDefinition, given: Readonly<Record<string, string>>): boolean {
  return 'comment' in definition.inputs.shape && given.comment !== 'false'
}
