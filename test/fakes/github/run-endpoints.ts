/** Reviews of a run, and workflows that are dispatched. https://docs.github.com/rest/actions */
import * as z from 'zod'
import {type Answer, type Call, type Endpoint, Refused, userOf} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const runEndpoints: readonly Endpoint[] = [
  {method: 'GET', path: `${repo}/actions/runs/{run}/approvals`, permission: 'actions: read', handle: listApprovals},
  {
    method: 'POST',
    path: `${repo}/actions/workflows/{workflow}/dispatches`,
    permission: 'actions: write',
    handle: dispatchWorkflow,
  },
]

function listApprovals({world, path}: Call): Answer {
  const reviews = world.state.approvals.filter(review => review.runId === Number(path.run))
  const body = reviews.map(({state, comment, login, environments}) => ({
    state,
    comment,
    user: userOf(world, login),
    environments: environments.map((name, index) => ({id: index + 1, node_id: `EN_${index + 1}`, name})),
  }))
  return {status: 200, body}
}

/** The workflow file must be at the ref and listen to `workflow_dispatch`, as on GitHub. */
async function dispatchWorkflow({world, token, path, body}: Call): Promise<Answer> {
  const wanted = z
    .object({
      ref: z.string(),
      inputs: z.record(z.string(), z.unknown()).default({}),
      return_run_details: z.boolean().default(false),
    })
    .parse(body)
  const workflow = path.workflow ?? ''
  const commit = await world.repository.resolve(wanted.ref)
  if (commit === null) throw new Refused(422, `No ref found for: ${wanted.ref}`)
  const lines = await world.repository.listTree(commit, true)
  const file = lines.find(line => line.path === `.github/workflows/${workflow}`)
  if (!file) throw new Refused(404, 'Not Found')
  const text = (await world.repository.read(file.sha))?.content.toString('utf8') ?? ''
  if (!text.includes('workflow_dispatch')) throw new Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
  const dispatch = {workflow, ref: wanted.ref, inputs: wanted.inputs, runId: world.nextId(), by: token.login}
  world.state.dispatches.push(dispatch)
  await world.onDispatch(dispatch)
  if (!wanted.return_run_details) return {status: 204}
  const url = `${world.url}/repos/${world.fullName}/actions/runs/${dispatch.runId}`
  return {status: 200, body: {workflow_run_id: dispatch.runId, run_url: url, html_url: url}}
}
