/** A real HTTP server with a real /metrics page, which counts what it is told it served. For tests of sources. */
import {createServer, type Server} from 'node:http'
import type {CountingService} from '../contracts/source.ts'

const bounds = [0.01, 0.05, 0.1, 0.12, 0.25, 1, 10]

export interface ServedMetrics extends CountingService {
  readonly port: number
}

/** `version` is a label of the request series, as in services that know their own version. */
export async function startCountingService(version: string): Promise<ServedMetrics> {
  let server: Server | null = null
  let started = 1_700_000_000
  const codes = new Map<string, number>()
  const durations: number[] = []

  const page = () => {
    const lines = ['# TYPE http_requests_total counter']
    for (const [code, count] of codes) lines.push(`http_requests_total{code="${code}",version="${version}"} ${count}`)
    lines.push('# TYPE http_request_duration_seconds histogram')
    for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
      const le = Number.isFinite(bound) ? String(bound) : '+Inf'
      const count = durations.filter(seconds => seconds <= bound).length
      lines.push(`http_request_duration_seconds_bucket{version="${version}",le="${le}"} ${count}`)
    }
    const sum = durations.reduce((all, seconds) => all + seconds, 0)
    lines.push(`http_request_duration_seconds_sum{version="${version}"} ${sum}`)
    lines.push(`http_request_duration_seconds_count{version="${version}"} ${durations.length}`)
    lines.push('# TYPE process_start_time_seconds gauge', `process_start_time_seconds ${started}`)
    return `${lines.join('\n')}\n`
  }

  const listen = (port: number) =>
    new Promise<number>((resolve, reject) => {
      const next = createServer((_, response) => {
        response.writeHead(200, {'content-type': 'text/plain; version=0.0.4; charset=utf-8'})
        response.end(page())
      })
      next.on('error', reject)
      next.listen(port, '127.0.0.1', () => {
        const address = next.address()
        server = next
        resolve(address !== null && typeof address === 'object' ? address.port : port)
      })
    })
  const stop = () =>
    new Promise<void>(resolve => {
      if (server === null) return resolve()
      server.close(() => resolve())
      server.closeAllConnections()
      server = null
    })

  const port = await listen(0)
  return {
    port,
    serve({count, code, seconds}) {
      codes.set(code, (codes.get(code) ?? 0) + count)
      for (let index = 0; index < count; index++) durations.push(seconds)
    },
    async restart() {
      await stop()
      codes.clear()
      durations.length = 0
      started += 60
      await listen(port)
    },
    stop,
  }
}
