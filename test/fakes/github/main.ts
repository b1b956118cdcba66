/**
 * The fake GitHub as a program, for runs that are not this process: `node test/fakes/github/main.ts --port 4000`.
 * Prints one line of JSON when it is ready: its address, a token with every permission, and the bare repository.
 *
 * GET  /_fake             what it knows: state, transcript, violations
 * POST /_fake/faults      {"method": "PATCH", "path": "/git/refs", "act": {"kind": "refuse", "status": 503}}
 * POST /_fake/tokens      {"login": "github-actions[bot]", "permissions": {"contents": "read"}} -> {"token"}
 * POST /_fake/approvals   {"runId": 42, "state": "approved", "login": "mona", "environments": ["production"], "comment": "go"}
 */
import {parseArgs} from 'node:util'
import {startFakeGitHub} from './server.ts'

const {values} = parseArgs({
  options: {
    port: {type: 'string', default: '0'},
    repository: {type: 'string', default: 'acme/credit'},
    'git-dir': {type: 'string'},
  },
})

const gitDir = values['git-dir']
const fake = await startFakeGitHub({
  port: Number(values.port),
  repository: values.repository,
  control: true,
  ...(gitDir === undefined ? {} : {gitDir}),
})
process.stdout.write(`${JSON.stringify({url: fake.url, token: fake.token, gitDir: fake.repository.dir})}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => fake.stop())
