/** Code scanning: uploads, their processing, and the alerts that come of them. https://docs.github.com/rest/code-scanning */
import {gunzipSync} from 'node:zlib'
import * as z from 'zod'
import {type ReadAnalysis, readSarif} from './sarif-rules.ts'
import {type Answer, type Call, type Endpoint, type FakeAlert, pageOf, Refused, type World} from './world.ts'

const repo = '/repos/{owner}/{repo}'

export const codeScanningEndpoints: readonly Endpoint[] = [
  {method: 'POST', path: `${repo}/code-scanning/sarifs`, permission: 'security-events: write', handle: upload},
  {method: 'GET', path: `${repo}/code-scanning/sarifs/{id}`, permission: 'security-events: read', handle: getStatus},
  {method: 'GET', path: `${repo}/code-scanning/alerts`, permission: 'security-events: read', handle: listAlerts},
]

const uploaded = z.object({commit_sha: z.string(), ref: z.string(), sarif: z.string()})
const mostBytes = 10 * 1000 * 1000

async function upload({world, body}: Call): Promise<Answer> {
  const {codeScanning} = world.state
  if (codeScanning.setting === 'disabled') {
    throw new Refused(403, 'Code Security must be enabled for this repository to use code scanning.')
  }
  if (codeScanning.setting === 'archived') throw new Refused(403, 'Repository was archived so is read-only.')
  const {commit_sha: commit, ref, sarif} = uploaded.parse(body)
  if (!/^refs\/(heads|pull|tags)\/.*$/.test(ref)) {
    throw new Refused(422, `Invalid request.\n\n${ref} does not match /^refs\\/(heads|pull|tags)\\/.*$/.`)
  }
  if ((await world.repository.read(commit))?.type !== 'commit') throw new Refused(404, 'commit not found')
  const isBranch = ref.startsWith('refs/heads/')
  if (isBranch && (await world.repository.read(ref)) === null) {
    throw new Refused(404, `ref '${ref}' not found in this repository`)
  }
  const text = unpacked(sarif)
  const id = `00000000-0000-4000-8000-${String(world.nextId()).padStart(12, '0')}`
  codeScanning.uploads.push({id, commit, ref, sarif: text, polls: 0, status: 'pending', errors: []})
  return {status: 202, body: {id, url: `${world.url}/repos/${world.fullName}/code-scanning/sarifs/${id}`}}
}

function unpacked(sarif: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(sarif) || sarif.length % 4 !== 0) {
    throw new Refused(400, 'Invalid SARIF. The SARIF file is not base64.')
  }
  const bytes = Buffer.from(sarif, 'base64')
  if (bytes.length > mostBytes) throw new Refused(413, 'Payload Too Large')
  try {
    return gunzipSync(bytes).toString('utf8')
  } catch {
    throw new Refused(400, 'Invalid SARIF. The SARIF file is not gzip.')
  }
}

function getStatus({world, path}: Call): Answer {
  const {codeScanning} = world.state
  const found = codeScanning.uploads.find(({id}) => id === path.id)
  if (!found) throw new Refused(404, 'Not Found')
  if (found.status === 'pending' && found.polls++ >= codeScanning.slowness) {
    const reading = readSarif(found.sarif)
    found.status = reading.kind === 'read' ? 'complete' : 'failed'
    if (reading.kind === 'read') for (const each of reading.analyses) take(world, each, found.ref)
    else found.errors.push(...reading.errors)
  }
  const {status, id, errors} = found
  return {
    status: 200,
    body: {
      processing_status: status,
      analyses_url: `${world.url}/repos/${world.fullName}/code-scanning/analyses?sarif_id=${id}`,
      ...(status === 'failed' ? {errors} : {}),
    },
  }
}

/** An analysis replaces what its tool and category said of the ref before: what it no longer has is fixed. */
function take(world: World, {tool, category, results}: ReadAnalysis, ref: string): void {
  const {alerts} = world.state.codeScanning
  const seen = new Set<FakeAlert>()
  for (const {ruleId: rule, path, hash, ...rest} of results) {
    const isSame = (each: FakeAlert) =>
      each.tool === tool && each.category === category && each.rule === rule && each.path === path && each.hash === hash
    const known = alerts.find(each => isSame(each) && each.ref === ref)
    const alert = known ?? {number: alerts.length + 1, tool, category, rule, path, hash, ref, state: 'open', ...rest}
    Object.assign(alert, rest)
    alert.state = 'open'
    if (!known) alerts.push(alert)
    seen.add(alert)
  }
  for (const alert of alerts) {
    const isOurs = alert.tool === tool && alert.category === category && alert.ref === ref
    if (isOurs && !seen.has(alert)) alert.state = 'fixed'
  }
}

function listAlerts({world, query}: Call): Answer {
  const state = query.get('state')
  const ref = query.get('ref')
  const alerts = world.state.codeScanning.alerts.filter(
    alert => (state === null || alert.state === state) && (ref === null || alert.ref === ref),
  )
  return {status: 200, body: pageOf(alerts, query).map(alert => alertBody(world, alert))}
}

function alertBody(world: World, alert: FakeAlert): object {
  const {number, state, rule, title, tool, category, path, line, ref, message} = alert
  const url = `${world.url}/repos/${world.fullName}/code-scanning/alerts/${number}`
  const time = world.now().toISOString()
  return {
    number,
    created_at: time,
    url,
    html_url: url,
    instances_url: `${url}/instances`,
    state,
    dismissed_by: null,
    dismissed_at: null,
    dismissed_reason: null,
    rule: {id: rule, description: title},
    tool: {name: tool},
    most_recent_instance: {ref, state, category, message: {text: message}, location: {path, start_line: line}},
  }
}
