/**
 * A small inference service for tests of the router: `node service.ts <version> <port> [behaviour]`.
 * `crash` ends before it listens, `slow` takes 400 ms to get ready, `unready` never does, `broken` answers 500.
 * `/die` ends it, `/break` breaks its answer off, `/think?ms=500` takes its time in the middle of the answer.
 */
import {createServer} from 'node:http'

const [version = 'v?', port = '0', behaviour = 'healthy'] = process.argv.slice(2)
if (behaviour === 'crash') {
  process.stderr.write('the weights are missing\n')
  process.exit(1)
}
const readyAt = performance.now() + (behaviour === 'slow' ? 400 : 0)
let served = 0
createServer((request, response) => {
  if (request.url === '/v2/health/ready') {
    response.writeHead(behaviour === 'unready' || performance.now() < readyAt ? 503 : 200).end()
    return
  }
  if (request.url === '/metrics') {
    response.writeHead(200, {'content-type': 'text/plain; version=0.0.4'})
    response.end(`# TYPE http_requests_total counter\nhttp_requests_total{code="200",version="${version}"} ${served}\n`)
    return
  }
  if (request.url === '/die') process.exit(7)
  const [, thinkMs] = /^\/think\?ms=(\d+)$/.exec(request.url ?? '') ?? []
  if (thinkMs !== undefined) {
    response.writeHead(200)
    response.write(`${version} `)
    setTimeout(() => response.end('has thought'), Number(thinkMs))
    return
  }
  if (request.url === '/break') {
    response.writeHead(200, {'content-length': '100'})
    response.write('half')
    setTimeout(() => response.destroy(), 20)
    return
  }
  served++
  process.stdout.write(`${version} serves ${request.url}\n`)
  response.writeHead(behaviour === 'broken' ? 500 : 200, {
    'content-type': 'text/plain',
    'x-method': request.method ?? '',
  })
  response.write(`${version} `)
  request.pipe(response)
}).listen(Number(port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
