import type {DriftGate} from '../../config/model-gate-schema.ts'
import type {ColumnsConfig} from '../../config/validation-schema.ts'
import type {ReasonCode} from '../../core/finding.ts'
import type {Table} from '../readers/columns.ts'
import {usedByChance} from './chance.ts'
import {type ColumnDrift, driftOfColumn, type NoDrift} from './column-drift.ts'
import {valuesOf} from './values.ts'

export interface DriftOptions {
  /** Of the simulated bounds of wasserstein and total-variation. */
  readonly seed: number
  /** Rows with a value that each side must have. */
  readonly minRows: number
  /** Roles of the predictions file; null where the config names no predictions. */
  readonly columns: ColumnsConfig | null
}

export interface DriftTable {
  /** Measured columns, the worst first: beyond the limit, then those that cannot be told, each by falling effect. */
  readonly columns: readonly DriftRow[]
  readonly problems: readonly DriftProblem[]
  /** Columns that were not compared because nobody asks for it: roles, and kinds that the measure does not ask about. */
  readonly leftOut: readonly string[]
}

export interface DriftRow extends Omit<ColumnDrift, 'kind'> {
  readonly column: string
  readonly outcome: DriftOutcome
  /** About how many rows on each side the limit needs; null where the sample supports it, or no number of rows would. */
  readonly rowsNeeded: number | null
}

/**
 * `beyond`: above the limit, and above what chance shows. `within`: at most the limit, but more than chance shows.
 * `like-chance`: at most the limit, and no more than two samples of one distribution differ. `too-small`: the sample
 * cannot tell.
 */
export type DriftOutcome = 'beyond' | 'within' | 'like-chance' | 'too-small'

export interface DriftProblem {
  readonly reason: ReasonCode
  /** Empty where it is about a whole data set. */
  readonly columns: readonly string[]
  /** Ends the sentence "The column ..."; of a whole data set: names it. */
  readonly what: string
}

/** Chance alone may use up this part of a limit; beyond it a passing sample would show nothing. */
export const chanceMayUse = 1 / 3

/** Compares every column that the gate asks about. */
export function driftTable(gate: DriftGate, judged: Table, reference: Table, options: DriftOptions): DriftTable {
  const noRows = withoutRows(judged, reference)
  if (noRows) return {columns: [], problems: [noRows], leftOut: []}
  const {compared, leftOut, problems} = chooseColumns(gate, judged, reference, options.columns)
  const rows: DriftRow[] = []
  const found: DriftProblem[] = [...problems]
  const unfit: string[] = []
  for (const column of compared) {
    const here = judged.columns.get(column)
    const there = reference.columns.get(column)
    if (!here || !there) {
      found.push({
        reason: 'model/drift-column-nested',
        columns: [column],
        what: 'holds objects, which have no distribution',
      })
      continue
    }
    const drift = driftOfColumn(gate, valuesOf(here), valuesOf(there), options.seed)
    if (drift.kind === 'measured') rows.push(rowOf(column, drift, gate, options.minRows))
    // A column that was named is asked about; one that just stands there is not.
    else if (drift.because === 'unfit' && gate.among === undefined) unfit.push(column)
    else found.push(problemOf(column, drift))
  }
  rows.sort((a, b) => rank[a.outcome] - rank[b.outcome] || b.effect - a.effect)
  return {columns: rows, problems: joinProblems(found), leftOut: [...leftOut, ...unfit]}
}

/** What is worst comes first; two outcomes that pass are ordered by their effect alone. */
const rank: Readonly<Record<DriftOutcome, number>> = {beyond: 0, 'too-small': 1, within: 2, 'like-chance': 2}

function withoutRows(judged: Table, reference: Table): DriftProblem | null {
  const sides = [...(judged.rows === 0 ? ['judged data'] : []), ...(reference.rows === 0 ? ['reference'] : [])]
  return sides.length === 0 ? null : {reason: 'model/drift-no-rows', columns: [], what: sides.join(' and ')}
}

function chooseColumns(gate: DriftGate, judged: Table, reference: Table, roles: ColumnsConfig | null) {
  const here = new Set(judged.header)
  const there = new Set(reference.header)
  const {among} = gate
  if (among !== undefined) {
    const missing = among.filter(name => !here.has(name) || !there.has(name))
    return {
      compared: among.filter(name => here.has(name) && there.has(name)),
      leftOut: [],
      problems: missing.map(name => oneSided(name, here, there)),
    }
  }
  const never = neverCompared(roles)
  const mayBeAlone = answerColumns(roles)
  const all = [...new Set([...judged.header, ...reference.header])].filter(name => !isPandasIndex(name))
  const shared = all.filter(name => here.has(name) && there.has(name))
  const alone = all.filter(name => !(here.has(name) && there.has(name)) && !never.has(name))
  return {
    compared: shared.filter(name => !never.has(name)),
    leftOut: [...shared.filter(name => never.has(name)), ...alone.filter(name => mayBeAlone.has(name))],
    problems: alone.filter(name => !mayBeAlone.has(name)).map(name => oneSided(name, here, there)),
  }
}

/** How pandas keeps an index without a name in Parquet: where a row stood, and nothing about it. */
function isPandasIndex(column: string): boolean {
  return /^__index_level_\d+__$/.test(column)
}

/** Names and moments of rows: they differ between any two data sets. */
function neverCompared(roles: ColumnsConfig | null): ReadonlySet<string> {
  return new Set(roles === null ? [] : named([roles.id, roles.cluster, roles.query, roles.timestamp]))
}

/** What an evaluation adds to the data that a model is asked about. */
function answerColumns(roles: ColumnsConfig | null): ReadonlySet<string> {
  if (roles === null) return new Set()
  const {label, prediction, score, scores, quantiles, interval, weight, correct} = roles
  return new Set([
    ...named([label, prediction, score, weight, correct, interval?.low, interval?.high]),
    ...Object.values(scores ?? {}),
    ...Object.values(quantiles ?? {}),
  ])
}

function named(names: readonly (string | undefined)[]): string[] {
  return names.filter(name => name !== undefined)
}

function oneSided(column: string, here: ReadonlySet<string>, there: ReadonlySet<string>): DriftProblem {
  const absent = [...(here.has(column) ? [] : ['the judged data']), ...(there.has(column) ? [] : ['the reference'])]
  return {reason: 'model/drift-column-missing', columns: [column], what: `is not in ${absent.join(', nor in ')}`}
}

function rowOf(column: string, {kind: _, ...drift}: ColumnDrift, gate: DriftGate, minRows: number): DriftRow {
  const limit = gate['at-most']
  const used = usedByChance(drift.chance, limit)
  const fewest = Math.min(drift.rows, drift.referenceRows)
  return {
    column,
    ...drift,
    outcome: outcomeOf(gate, drift, {used, enough: fewest >= minRows}),
    rowsNeeded: rowsNeeded(drift, {used, minRows}),
  }
}

function outcomeOf(
  gate: DriftGate,
  {effect, chance}: Pick<ColumnDrift, 'effect' | 'chance'>,
  {used, enough}: {used: number; enough: boolean},
): DriftOutcome {
  const limit = gate['at-most']
  // So far beyond that chance cannot have added the rest: few rows show it as well as many.
  if (effect - chance.upper > limit) return 'beyond'
  if (!enough) return 'too-small'
  // "None at all" is a sentence about these rows, and these rows answer it.
  if (limit === 0 && effect === 0 && (gate.drift === 'missing-rate' || gate.drift === 'new-categories')) return 'within'
  if (used > chanceMayUse) return 'too-small'
  if (effect > limit) return effect > chance.upper ? 'beyond' : 'too-small'
  return effect > chance.upper ? 'within' : 'like-chance'
}

/** What chance uses up falls with 1/n + 1/m: the n = m at which it is a third. */
function rowsNeeded(
  {rows, referenceRows}: ColumnSizes,
  {used, minRows}: {used: number; minRows: number},
): number | null {
  if (used <= chanceMayUse) return Math.min(rows, referenceRows) < minRows ? minRows : null
  if (!Number.isFinite(used)) return null
  const needed = (2 * used) / chanceMayUse / (1 / rows + 1 / referenceRows)
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(needed)) - 1)
  return Math.max(minRows, Math.ceil(needed / digits) * digits)
}

type ColumnSizes = Pick<ColumnDrift, 'rows' | 'referenceRows'>

function problemOf(column: string, {reason, what}: NoDrift): DriftProblem {
  return {reason, columns: [column], what}
}

/** One problem for all columns that have it. */
function joinProblems(problems: readonly DriftProblem[]): DriftProblem[] {
  const joined = new Map<string, DriftProblem>()
  for (const problem of problems) {
    const key = `${problem.reason} ${problem.what}`
    const columns = [...(joined.get(key)?.columns ?? []), ...problem.columns]
    joined.set(key, {...problem, columns})
  }
  return [...joined.values()]
}
