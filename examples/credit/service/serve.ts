/**
 * The inference service of one release. Needs Node 24 and nothing else:
 *
 *     node service/serve.ts --model releases/v2/model --version v2 --port 8080
 *
 * POST /v2/models/credit/infer, GET /v2/health/live, /v2/health/ready, /v2, /v2/models/credit, /metrics.
 */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {performance} from 'node:perf_hooks'
import {parseArgs} from 'node:util'
import {createMetrics} from './metrics.ts'
import {loadModel} from './model.ts'
import {BadRequest, inferResponse, inputs, outputs, parseInferRequest} from './protocol.ts'

const {values: options} = parseArgs({
  options: {
    model: {type: 'string'},
    version: {type: 'string'},
    port: {type: 'string', default: '8080'},
    host: {type: 'string', default: '127.0.0.1'},
  },
})
const {model: folder, version, port, host} = options
if (!folder || !version) {
  console.error('usage: serve.ts --model <folder> --version <version> [--port 8080] [--host 127.0.0.1]')
  process.exit(2)
}

const model = loadModel(folder)
const metrics = createMetrics(version, performance.timeOrigin / 1000)
const largestBody = 1024 * 1024
let stopping = false

const server = createServer((request, response) => {
  const route = `${request.method} ${request.url?.split('?')[0]}`
  switch (route) {
    case 'POST /v2/models/credit/infer':
    case `POST /v2/models/credit/versions/${version}/infer`:
      return void infer(request, response)
    case 'GET /v2/health/live':
      return send(response, 200, {live: true})
    case 'GET /v2/health/ready':
    case 'GET /v2/models/credit/ready':
      return send(response, stopping ? 503 : 200, {ready: !stopping})
    case 'GET /v2':
      return send(response, 200, {name: 'credit-service', version, extensions: []})
    case 'GET /v2/models/credit':
      return send(response, 200, {name: 'credit', versions: [version], platform: 'credit_logistic', inputs, outputs})
    case 'GET /metrics':
      response.writeHead(200, {'content-type': 'text/plain; version=0.0.4; charset=utf-8'})
      return void response.end(metrics.render())
    default:
      return send(response, 404, {error: `there is no ${route}`})
  }
})

async function infer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = performance.now()
  const [status, body] = await answer(request)
  metrics.observe(status, (performance.now() - began) / 1000)
  send(response, status, body)
}

async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
  try {
    const parsed = parseInferRequest(await readBody(request))
    const predictions = parsed.rows.map(row => model.predict(row))
    for (const {label} of predictions) metrics.predicted(label)
    return [200, inferResponse(version ?? '', parsed, predictions)]
  } catch (error) {
    if (error instanceof BadRequest) return [400, {error: error.message}]
    console.error(`${version}: ${error instanceof Error ? error.message : error}`)
    return [500, {error: 'the model could not answer'}]
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) throw new BadRequest(`the body is larger than ${largestBody} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {'content-type': 'application/json'})
  response.end(JSON.stringify(body))
}

// Requests that have begun are answered; the process ends with the last of them, or after five seconds.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    stopping = true
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    setTimeout(() => process.exit(1), 5000).unref()
  })
}

server.listen(Number(port), host, () => {
  const address = server.address()
  console.log(`credit ${version} on http://${host}:${typeof address === 'object' ? address?.port : address}`)
})
