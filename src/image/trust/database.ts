/** How old what a scanner knows is. What was published after its database was built it cannot find. */
import type {Finding} from '../../core/finding.ts'
import {formatMinute, parseInstant} from '../../core/instant.ts'
import {formatDuration} from '../../core/quantity.ts'
import type {Scan, ScannerRun} from '../scan.ts'

interface Limits {
  readonly maxDatabaseAgeMs: number
  readonly now: number
  readonly ran: readonly string[]
}

/** Clocks of two machines differ by seconds; more than that is a wrong date. */
const clockSkewMs = 10 * 60_000

const id = 'image/database-is-recent'
const why = 'A vulnerability that was published after the database was built is not found.'

/** One finding for each tool whose knowledge is too old, or of unknown age. Tools that look up nothing have none. */
export function databaseFindings({lookedFor, scanners}: Scan, limits: Limits): readonly Finding[] {
  if (!lookedFor.includes('vulnerability')) return []
  return scanners.flatMap(run => judgeRun(run, limits))
}

function judgeRun(run: ScannerRun, limits: Limits): readonly Finding[] {
  const [at, built] = [instant(run.at), instant(run.databaseBuilt)]
  const latest = limits.now + clockSkewMs
  if ((at !== null && at > latest) || (built !== null && built > latest)) return [fromTheFuture(run, limits)]
  // Nothing can know what was published after it spoke: a report is at least as old as its own date says.
  const known = built ?? at
  if (known !== null && limits.now - known > limits.maxDatabaseAgeMs)
    return [tooOld(run, known, built !== null, limits)]
  // A report that is recent itself is as good as its author's database; who runs a scanner here can know better.
  return built === null && (limits.ran.includes(run.name) || at === null) ? [ofUnknownAge(run, limits)] : []
}

function instant(text: string | null): number | null {
  const parsed = text === null ? Number.NaN : parseInstant(text)
  return Number.isNaN(parsed) ? null : parsed
}

function tooOld({name}: ScannerRun, since: number, isDatabase: boolean, {now, maxDatabaseAgeMs}: Limits): Finding {
  const what = isDatabase ? `The database of ${name} was built` : `The report of ${name} was written`
  const limit = formatDuration(maxDatabaseAgeMs)
  const age = formatDuration(Math.floor((now - since) / 3_600_000) * 3_600_000)
  return {
    id,
    verdict: 'inconclusive',
    reason: 'image/database-too-old',
    subject: name,
    what: `${what} on ${formatMinute(since)} UTC, ${age} ago; at most ${limit} are allowed.`,
    why,
    remedy: isDatabase ? 'Update the database, then scan again.' : 'Scan again.',
    value: age,
    limit: `at most ${limit}`,
    details: {since: formatMinute(since)},
  }
}

function ofUnknownAge({name}: ScannerRun, {ran, maxDatabaseAgeMs}: Limits): Finding {
  const wasRun = ran.includes(name)
  return {
    id,
    verdict: wasRun ? 'inconclusive' : 'warn',
    reason: 'image/database-age-unknown',
    subject: name,
    what: `${wasRun ? `${name} does` : `The report of ${name} does`} not say when its database of vulnerabilities was built.`,
    why,
    remedy: wasRun
      ? 'Name the database under `image.database` with its metadata beside it.'
      : 'Let Slipway run the scanner, which tells it, or write the report with a fresh database each time.',
    limit: `at most ${formatDuration(maxDatabaseAgeMs)}`,
  }
}

function fromTheFuture({name, at, databaseBuilt}: ScannerRun, {now}: Limits): Finding {
  const dates = [
    ...(at === null ? [] : [`looked at ${at}`]),
    ...(databaseBuilt === null ? [] : [`has a database of ${databaseBuilt}`]),
  ]
  return {
    id,
    verdict: 'inconclusive',
    reason: 'image/scan-from-the-future',
    subject: name,
    what: `By its report, ${name} ${dates.join(' and ')}; now it is ${formatMinute(now)} UTC.`,
    why: 'Of a date that cannot be true nobody can tell how old the scan is.',
    remedy: 'Correct the clock of the machine that scans, then scan again.',
  }
}
