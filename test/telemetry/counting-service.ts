/** A real HTTP server with a real /metrics page, which counts what it is told it served. For tests of sources. */
import {createServer, type Server} from 'node:http'
import type {CountingService, ServedRequests} from '../contracts/source.ts'

const durationBounds = [0.01, 0.05, 0.1, 0.12, 0.25, 1, 10]
const scoreBounds = [0.25, 0.5, 0.75]

export interface ServedMetrics extends CountingService {
  readonly port: number
  /** Answers again after a stop: the same process, with all that it counted. */
  resume(): Promise<void>
}

/**
 * `version` is a label of the request series, as in services that know their own version.
 * @param beganAt when the process says that it began, in seconds since 1970; asked at the start and at each restart
 */
export async function startCountingService(
  version: string,
  beganAt = (restarts: number) => 1_700_000_000 + 60 * restarts,
): Promise<ServedMetrics> {
  let server: Server | null = null
  let restarts = 0
  let started = beganAt(restarts)
  const served: ServedRequests[] = []
  const complained: string[] = []

  const counter = (name: string, counts: ReadonlyMap<string, number>) => [
    `# TYPE ${name} counter`,
    ...[...counts].map(([labels, count]) => `${name}{${labels},version="${version}"} ${count}`),
  ]
  const histogram = (name: string, bounds: readonly number[], amountOf: (requests: ServedRequests) => number) => {
    const [count, sum] = [sumOf(served, each => each.count), sumOf(served, each => each.count * amountOf(each))]
    const upTo = (bound: number) =>
      sumOf(
        served.filter(each => amountOf(each) <= bound),
        each => each.count,
      )
    return [
      `# TYPE ${name} histogram`,
      ...bounds.map(bound => `${name}_bucket{version="${version}",le="${bound}"} ${upTo(bound)}`),
      `${name}_bucket{version="${version}",le="+Inf"} ${count}`,
      `${name}_sum{version="${version}"} ${sum}`,
      `${name}_count{version="${version}"} ${count}`,
    ]
  }
  const page = () => {
    const squares = sumOf(served, ({count, value = 0}) => count * value ** 2)
    const lines = [
      ...counter(
        'http_requests_total',
        tally(served, ({code}) => `code="${code}"`),
      ),
      ...counter(
        'http_requests_by_session_total',
        tally(
          served.filter(({session}) => session !== undefined),
          ({code, session}) => `code="${code}",session="${session}"`,
        ),
      ),
      ...counter(
        'complaints_total',
        tally(
          complained.map(kind => ({kind, count: 1})),
          ({kind}) => `kind="${kind}"`,
        ),
      ),
      ...histogram('http_request_duration_seconds', durationBounds, ({seconds}) => seconds),
      ...histogram('decision_value', [0, 1], ({value = 0}) => value),
      ...histogram('score', scoreBounds, ({score = 0}) => score),
      '# TYPE decision_value_squares_total counter',
      `decision_value_squares_total{version="${version}"} ${squares}`,
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${started}`,
    ]
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
    serve(requests) {
      served.push(requests)
    },
    complain(kind) {
      complained.push(kind)
    },
    async restart() {
      await stop()
      served.length = 0
      complained.length = 0
      started = beganAt(++restarts)
      await listen(port)
    },
    stop,
    async resume() {
      await listen(port)
    },
  }
}

function sumOf(served: readonly ServedRequests[], amountOf: (requests: ServedRequests) => number): number {
  return served.reduce((sum, requests) => sum + amountOf(requests), 0)
}

function tally<T extends {readonly count: number}>(all: readonly T[], labelsOf: (each: T) => string) {
  const counts = new Map<string, number>()
  for (const each of all) counts.set(labelsOf(each), (counts.get(labelsOf(each)) ?? 0) + each.count)
  return counts
}
