/** The trace of a rollout that a ledger remembers. Pure. */
import {UserError} from '../core/failure.ts'
import {formatInstant, parseInstant} from '../core/instant.ts'
import type {EventOf, LedgerEvent} from '../rollout/events.ts'
import type {PlannedGuard} from '../rollout/guards.ts'
import {addArms, noTallies} from '../rollout/judge/accumulate.ts'
import type {ArmTallies} from '../rollout/tally.ts'
import {intervalOf, type TraceLine} from './trace.ts'

/** After more than this many usual steps, somebody did not look. */
const silentSteps = 3

/**
 * One line for each look that the ledger holds, and one without counts for each look that nobody took.
 * @param rollout its id; null for the newest one
 * @throws UserError `export-trace/nothing-measured`, `export-trace/rollout-unknown`
 */
export function traceOfLedger(events: readonly LedgerEvent[], rollout: string | null): readonly TraceLine[] {
  const starts = events.filter(event => event.type === 'rollout-started')
  const start = rollout === null ? starts.at(-1) : starts.find(event => event.rollout === rollout)
  if (!start) throw unknownRollout(rollout, starts)
  const looks = events.filter(event => event.type === 'measured').filter(event => event.rollout === start.rollout)
  if (looks.length === 0) throw nothingMeasured(start)
  return withSilence(oneATime(looks.map(look => lineOf(look, start.plan.guards))))
}

/** A guard that the look neither counted nor missed had nothing new: no request. */
function lineOf(
  {at, weightPercent, guards, alerts = {}, absent, partial}: EventOf<'measured'>,
  planned: readonly PlannedGuard[],
): TraceLine {
  const counted: Record<string, ArmTallies> = {...guards}
  for (const {name, query} of planned) {
    const isSilent = !(Object.hasOwn(counted, name) || Object.hasOwn(absent, name) || Object.hasOwn(alerts, name))
    if (isSilent && query.kind !== 'alert') counted[name] = noTallies(query)
  }
  const line = {at: parseInstant(at), weightPercent, guards: counted, absent, alerts}
  return partial === undefined ? line : {...line, partial}
}

/** Two looks in the same millisecond are one look. */
function oneATime(lines: readonly TraceLine[]): TraceLine[] {
  const kept: TraceLine[] = []
  for (const line of lines) {
    const before = kept.at(-1)
    if (before?.at === line.at) kept[kept.length - 1] = joined(before, line)
    else kept.push(line)
  }
  return kept
}

function joined(a: TraceLine, b: TraceLine): TraceLine {
  const guards: Record<string, ArmTallies> = {...a.guards}
  for (const [name, arms] of Object.entries(b.guards)) {
    const known = guards[name]
    guards[name] = known ? addArms(known, arms) : arms
  }
  return {...b, guards}
}

/** While a run was dead nobody looked; what was counted then stands on the first line after it. */
function withSilence(lines: readonly TraceLine[]): TraceLine[] {
  const usual = intervalOf(lines.map(({at}) => at))
  return lines.flatMap((line, index) => {
    const before = lines[index - 1]
    if (!before || line.at - before.at <= silentSteps * usual) return [line]
    const missed: TraceLine[] = []
    for (let at = before.at + usual; at < line.at; at += usual) missed.push(unwatched(line, at))
    return [...missed, line]
  })
}

function unwatched({weightPercent, guards, alerts}: TraceLine, at: number): TraceLine {
  const absence = {kind: 'no-data', detail: 'nobody looked'} as const
  const names = [...Object.keys(guards), ...Object.keys(alerts)]
  return {at, weightPercent, guards: {}, alerts: {}, absent: Object.fromEntries(names.map(name => [name, absence]))}
}

function unknownRollout(rollout: string | null, starts: readonly EventOf<'rollout-started'>[]): UserError {
  const known = starts.slice(-3).map(({rollout: id, candidate, at}) => `${id} (${candidate.version}, ${at})`)
  return new UserError(
    'export-trace/rollout-unknown',
    rollout === null ? 'The ledger holds no rollout.' : `The ledger holds no rollout ${rollout}.`,
    {hint: known.length === 0 ? 'Nothing was ever rolled out here.' : `Its newest: ${known.join(', ')}.`},
  )
}

function nothingMeasured({rollout, candidate, at}: EventOf<'rollout-started'>): UserError {
  const what = `The rollout of ${candidate.version} from ${formatInstant(parseInstant(at))} (${rollout}) was never measured.`
  return new UserError('export-trace/nothing-measured', what, {
    hint: 'Name another one with --rollout, or read its time from Prometheus.',
  })
}
