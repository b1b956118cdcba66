import * as core from '@actions/core'
import type {Session} from '../gates/session.ts'
import {openGitHub} from '../github/client.ts'
import {parseContext} from '../github/context.ts'
import type {Runtime} from '../runtime/runtime.ts'

/** The session of a step: the repository, the run, and the token that it was given. The token is masked before anything is logged. */
export async function openWorkflowSession(runtime: Runtime, token: string | undefined): Promise<Session> {
  const {env} = runtime
  if (token) core.setSecret(token)
  const eventText = env.GITHUB_EVENT_PATH ? await runtime.files.readText(env.GITHUB_EVENT_PATH) : '{}'
  const context = parseContext(env, eventText)
  const client = openGitHub({apiUrl: context.apiUrl, token: token ?? '', repository: context.repository}, runtime)
  return {runtime, github: {client, context}, by: `${context.actor}, ${context.runUrl}`}
}
