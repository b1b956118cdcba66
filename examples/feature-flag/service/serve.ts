/**
 * One service with every version of the model loaded; the flag says which one answers. Needs Node 24 and nothing else:
 *
 *     node service/serve.ts --models models --flags flags/production.flagd.json --port 8080
 *
 * POST /v2/models/offer/infer {"user", "features"}, GET /v2/models/offer/versions/<version>/ready, /metrics/<version>.
 */
import {readdirSync} from 'node:fs'
import {createServer, type IncomingMessage} from 'node:http'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {chooseByFlag} from './choose.ts'
import {createMetrics} from './metrics.ts'
import {features, loadModel} from './model.ts'

const {values: options} = parseArgs({
  options: {
    models: {type: 'string', default: 'models'},
    flags: {type: 'string', default: 'flags/production.flagd.json'},
    port: {type: 'string', default: '8080'},
  },
})

const started = performance.timeOrigin / 1000
const versions = new Map(
  readdirSync(options.models).map(version => [
    version,
    {model: loadModel(join(options.models, version, 'model.safetensors')), metrics: createMetrics(version, started)},
  ]),
)
const versionOf = chooseByFlag(options.flags, 'offer-model')

interface Answer {
  readonly status: number
  readonly body: object | string
}

const server = createServer(async (request, response) => {
  const {status, body} = await answer(request)
  const isPage = typeof body === 'string'
  response.writeHead(status, {'content-type': isPage ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json'})
  response.end(isPage ? body : JSON.stringify(body))
})

async function answer(request: IncomingMessage): Promise<Answer> {
  const route = `${request.method} ${request.url?.split('?')[0]}`
  if (route === 'POST /v2/models/offer/infer') return infer(await readBody(request))
  const [, ready] = /^GET \/v2\/models\/offer\/versions\/([^/]+)\/ready$/.exec(route) ?? []
  if (ready !== undefined) return {status: versions.has(ready) ? 200 : 404, body: {ready: versions.has(ready)}}
  const page = versions.get(/^GET \/metrics\/([^/]+)$/.exec(route)?.[1] ?? '')
  return page === undefined
    ? {status: 404, body: {error: `there is no ${route}`}}
    : {status: 200, body: page.metrics.render()}
}

/** Answers with the version that the flag names for the user, and counts it under that version. */
function infer(text: string): Answer {
  const began = performance.now()
  const asked = parseRequest(text)
  // No version is to blame for a request that none could answer.
  if (asked === null)
    return {status: 400, body: {error: `expected {"user": text, "features": ${features.length} numbers}`}}
  const version = versionOf(asked.user)
  const chosen = versions.get(version ?? '')
  if (chosen === undefined) return {status: 503, body: {error: `the flag names ${version}, which is not loaded`}}
  const score = chosen.model.predict(asked.features)
  chosen.metrics.observe(200, (performance.now() - began) / 1000)
  return {status: 200, body: {version, score}}
}

function parseRequest(text: string): {user: string; features: number[]} | null {
  try {
    const {user, features: row} = JSON.parse(text) as {user: unknown; features: unknown}
    const isRow = Array.isArray(row) && row.length === features.length && row.every(each => Number.isFinite(each))
    return typeof user === 'string' && isRow ? {user, features: row as number[]} : null
  } catch {
    return null
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= 64 * 1024) chunks.push(chunk)
  }
  return size <= 64 * 1024 ? Buffer.concat(chunks).toString('utf8') : ''
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  })
}

server.listen(Number(options.port), '127.0.0.1', () => {
  const address = server.address()
  console.log(`offer on http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`)
})
