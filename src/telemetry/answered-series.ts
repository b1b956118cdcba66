/** The series of one answer of Prometheus: which process each belongs to, and whether anything stands there twice. Pure. */
import {describeSeries} from './exposition.ts'
import {partLabel} from './promql.ts'

export interface AnsweredSeries {
  readonly labels: ReadonlyMap<string, string>
  /** When the query was evaluated, in seconds since 1970. */
  readonly at: number
  /** NaN for a native histogram, which has no single value. */
  readonly value: number
}

/** Labels that Prometheus puts on everything it scrapes from one process, as far as they are there. */
const targetLabels = ['cluster', 'namespace', 'pod', 'container', 'job', 'instance']

export function processOf(labels: ReadonlyMap<string, string>): string {
  const known = targetLabels.filter(label => labels.has(label))
  if (known.includes('instance') || known.includes('pod'))
    return known.map(label => `${label}=${labels.get(label)}`).join(' ')
  // Nothing names a process (a recording rule, a gateway): then each series stands for itself, so that no restart of one
  // part can hide in a sum.
  const own = [...labels].filter(([label]) => !['__name__', 'le', partLabel].includes(label)).sort()
  return own.map(([label, value]) => `${label}=${value}`).join(' ')
}

/** Labels by which two servers that scrape the same processes tell themselves apart. */
const replicaLabels = ['prometheus_replica', '__replica__', 'thanos_replica', 'receive_replica', 'rule_replica']

/** What is counted twice, in words; undefined where nothing is. Twice the requests would be twice the evidence. */
export function doubledSeries(series: readonly AnsweredSeries[]): string | undefined {
  return sameSeriesTwice(series) ?? sameProcessByTwoServers(series) ?? sameProcessByTwoJobs(series)
}

function sameSeriesTwice(series: readonly AnsweredSeries[]): string | undefined {
  const seen = new Set<string>()
  for (const {labels} of series) {
    const key = JSON.stringify([...labels].sort())
    if (seen.has(key)) {
      return `the series ${describeSeries({name: labels.get('__name__') ?? '', labels: without(labels, ['__name__'])})} stands in the answer twice`
    }
    seen.add(key)
  }
  return undefined
}

function sameProcessByTwoServers(series: readonly AnsweredSeries[]): string | undefined {
  const servers = new Map<string, string>()
  for (const {labels} of series) {
    for (const label of replicaLabels) {
      const server = labels.get(label)
      if (server === undefined) continue
      const key = `${label} ${processOf(without(labels, [label]))}`
      const other = servers.get(key)
      if (other !== undefined && other !== server) {
        return `the process ${processOf(labels)} stands in the answer twice, with ${label}=${JSON.stringify(other)} and ${JSON.stringify(server)}: its requests would count twice. Let the server remove the doubles (Thanos: --query.replica-label=${label})`
      }
      servers.set(key, server)
    }
  }
  return undefined
}

/** The same address with the same start, down to the millisecond, is the same process. */
function sameProcessByTwoJobs(series: readonly AnsweredSeries[]): string | undefined {
  const jobs = new Map<string, string>()
  for (const {labels, value} of series) {
    const [job, instance] = [labels.get('job'), labels.get('instance')]
    if (labels.get(partLabel) !== 'started' || job === undefined || instance === undefined) continue
    const key = `${processOf(without(labels, ['job']))} started ${value}`
    const other = jobs.get(key)
    if (other !== undefined && other !== job) {
      return `the process at ${instance} is scraped by two jobs, ${other} and ${job}: its requests would count twice. Scrape it once`
    }
    jobs.set(key, job)
  }
  return undefined
}

function without(labels: ReadonlyMap<string, string>, names: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...labels].filter(([label]) => !names.includes(label)))
}
