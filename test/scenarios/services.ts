/** The releases as their metrics show them: a page each, on which every look finds more requests than the last one. */
import {createServer} from 'node:http'

export interface Services {
  /** Pages are at `<url>/<version>/metrics`. */
  readonly url: string
  /** From now on, between two looks the release answers so many requests, `failed` of them with 500. */
  serve(version: string, perLook: {readonly requests: number; readonly failed: number}): void
  stop(): Promise<void>
}

export async function startServices(): Promise<Services> {
  const releases = new Map<string, {requests: number; failed: number; answered: number; broken: number}>()
  const server = createServer((request, response) => {
    const version = request.url?.split('/')[1] ?? ''
    const release = releases.get(version)
    if (!release) return void response.writeHead(404).end()
    release.answered += release.requests - release.failed
    release.broken += release.failed
    response.writeHead(200, {'content-type': 'text/plain; version=0.0.4'})
    response.end(page(version, release.answered, release.broken))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The metrics pages have no port.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    serve(version, {requests, failed}) {
      const {answered, broken} = releases.get(version) ?? {answered: 0, broken: 0}
      releases.set(version, {requests, failed, answered, broken})
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function page(version: string, answered: number, broken: number): string {
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{version="${version}",code="200"} ${answered}`,
    `http_requests_total{version="${version}",code="500"} ${broken}`,
    '# TYPE process_start_time_seconds gauge',
    'process_start_time_seconds 1700000000',
    '',
  ].join('\n')
}
