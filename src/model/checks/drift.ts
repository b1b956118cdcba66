import type {DriftGate, DriftMeasure} from '../../config/model-gate-schema.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import {conventions} from '../drift/column-drift.ts'
import type {DriftProblem, DriftRow, DriftTable} from '../drift/drift-table.ts'
import {formatValue} from './check.ts'

const why = 'On data unlike what a model was made for, what was measured about it no longer speaks of it.'

/**
 * One finding for the gate, about the column that lies furthest apart, and one for each kind of problem.
 *
 * A limit is a plain sentence: an effect of at most the limit passes, however surely it is there; many rows make the
 * smallest difference sure. An effect above the limit fails where chance alone would not show it, and nothing is said
 * where chance alone uses up more than a third of the limit.
 */
export function judgeDriftTable(gate: DriftGate, table: DriftTable): Finding[] {
  const problems = table.problems.map(problem => problemFinding(gate, problem))
  const [worst] = table.columns
  if (!worst) return problems.length > 0 ? problems : [nothingCompared(gate, table)]
  return [...problems, columnFinding(gate, worst, table)]
}

/** Data of one side that could not be read. */
export function unreadableDrift(
  gate: DriftGate,
  side: 'judged' | 'reference',
  path: string,
  failure: UserError,
): Finding {
  return {
    ...base(gate),
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? `model/drift-${side}-missing` : failure.code,
    what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
    why,
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}

/** Data compared with itself never drifts. */
export function sameDrift(gate: DriftGate): Finding {
  return {
    ...base(gate),
    verdict: 'error',
    reason: 'model/drift-same-data',
    what: 'The judged data and the reference are the same, byte for byte.',
    why: 'Data compared with itself never drifts, and rows that a model was trained on do not judge it.',
    remedy: 'Name the data that it should look like under against, and the new data under in.',
  }
}

function columnFinding(gate: DriftGate, worst: DriftRow, table: DriftTable): Finding {
  const limit = gate['at-most']
  const seen = `${gate.drift} of "${worst.column}" is ${formatEffect(worst.effect)}, on ${formatCount(worst.rows)} rows against ${formatCount(worst.referenceRows)}`
  const byChance = `chance alone stays at or below ${formatEffect(worst.chance.upper)} in 95 of 100 such samples`
  const more = othersLike(worst, table)
  const measured = {
    ...base(gate),
    value: worst.effect,
    n: worst.rows,
    details: details(gate, worst, table),
  }
  switch (worst.outcome) {
    case 'beyond':
      return {
        ...measured,
        verdict: 'fail',
        reason: 'model/drift-above-limit',
        what: `${seen}: above the limit of ${limit}; ${byChance}.${more}`,
        why,
        remedy: remedies[gate.drift],
      }
    case 'too-small':
      return {
        ...measured,
        verdict: 'inconclusive',
        reason: 'model/drift-sample-too-small',
        what: `${seen}: too few rows to hold it against the limit of ${limit}; ${byChance}.${more}`,
        why: 'Where chance alone comes near the limit, neither a value below it nor one above it shows anything.',
        remedy: moreRows(worst, gate),
      }
    case 'within':
      return {
        ...measured,
        verdict: 'pass',
        reason: 'model/drift-within-limit',
        what:
          worst.effect === 0
            ? `${seen}.${compared(table)}`
            : `${seen}: more than chance, and within the limit of ${limit}.${compared(table)}`,
      }
    case 'like-chance':
      return {
        ...measured,
        verdict: 'pass',
        reason: 'model/drift-like-chance',
        what: `${seen}: no more than chance shows (${formatEffect(worst.chance.upper)}).${compared(table)}`,
      }
  }
}

function details(gate: DriftGate, worst: DriftRow, table: DriftTable): NonNullable<Finding['details']> {
  const binned = worst.cells !== null && gate.drift !== 'new-categories'
  return {
    measure: gate.drift,
    convention: conventions[gate.drift],
    column: worst.column,
    chanceUpper: worst.chance.upper,
    referenceRows: worst.referenceRows,
    ...(binned ? {bins: gate.bins, binning: gate.binning, cells: worst.cells ?? 0} : {}),
    ...(worst.test === null ? {} : {statistic: worst.test.statistic, p: worst.test.p}),
    ...(worst.rowsNeeded === null ? {} : {rowsNeeded: worst.rowsNeeded}),
    columns: table.columns.map(
      ({column, effect, chance, outcome}) =>
        `${column}: ${formatEffect(effect)} (by chance up to ${formatEffect(chance.upper)}), ${outcome}`,
    ),
    ...(table.leftOut.length === 0 ? {} : {leftOut: table.leftOut}),
  }
}

function othersLike(worst: DriftRow, {columns}: DriftTable): string {
  const others = columns.filter(({outcome, column}) => outcome === worst.outcome && column !== worst.column)
  if (others.length === 0) return ''
  const names = others.slice(0, 5).map(({column}) => `"${column}"`)
  const rest = others.length > 5 ? ` and ${others.length - 5} more` : ''
  return ` The same holds of ${names.join(', ')}${rest}.`
}

function compared({columns}: DriftTable): string {
  return columns.length === 1 ? '' : ` It is the largest of ${columns.length} columns.`
}

function moreRows({rowsNeeded}: DriftRow, gate: DriftGate): string {
  if (gate['at-most'] === 0) return 'Give a limit above 0: no two samples are exactly alike.'
  return rowsNeeded === null
    ? 'Compare more rows, or choose a wider limit.'
    : `Compare about ${formatCount(rowsNeeded)} rows on each side, use fewer bins, or choose a wider limit.`
}

function problemFinding(gate: DriftGate, {reason, columns, what}: DriftProblem): Finding {
  const shown = columns.slice(0, 10).map(name => `"${name}"`)
  const rest = columns.length > 10 ? ` and ${columns.length - 10} more` : ''
  return {
    ...base(gate),
    verdict: 'error',
    reason,
    what:
      columns.length === 0
        ? `There is no row in the ${what}.`
        : columns.length === 1
          ? `The column ${shown.join()} ${what}.`
          : `Of each of the columns ${shown.join(', ')}${rest} holds: it ${what}.`,
    why: 'A column that is not compared may be the one that changed.',
    remedy: problemRemedies[reason] ?? 'Correct the data, or name the columns to compare under among.',
    details: {measure: gate.drift, columns},
  }
}

function nothingCompared(gate: DriftGate, {leftOut}: DriftTable): Finding {
  return {
    ...base(gate),
    verdict: 'error',
    reason: 'model/drift-nothing-compared',
    what:
      leftOut.length === 0
        ? 'The two data sets have no column in common.'
        : `No column that both have can be asked about by ${gate.drift}; left out: ${leftOut.slice(0, 10).join(', ')}.`,
    why: 'Nothing was compared, so nothing was shown.',
    remedy: 'Name the columns to compare under among, or choose another measure.',
  }
}

function base(gate: DriftGate): Pick<Finding, 'id' | 'subject' | 'limit'> {
  return {
    id: `model/drift-${gate.drift}`,
    subject: gate.name ?? `${gate.drift} against ${gate.against}`,
    limit: `at most ${gate['at-most']}`,
  }
}

/** Four digits that count: effects reach from 0.00001 to above 10. */
export function formatEffect(effect: number): string {
  return Math.abs(effect) >= 0.1 ? formatValue(effect) : String(Number(effect.toPrecision(2)))
}

const problemRemedies: Readonly<Record<string, string>> = {
  'model/drift-no-rows': 'Check the job that writes the data.',
  'model/drift-column-missing': 'Write the column on both sides, or name the columns to compare under among.',
  'model/drift-column-nested': 'Write the values inside as columns, or name the columns to compare under among.',
  'model/drift-kinds-differ': 'Write it alike on both sides: "12 kg" among numbers makes all of them words.',
  'model/drift-column-empty': 'Find out why it is empty, or name the columns to compare under among.',
  'model/drift-not-finite': 'Write what is unknown as an empty cell.',
  'model/drift-number-too-large': 'Write what is unknown as an empty cell.',
  'model/drift-too-many-categories':
    'Compare a property of the text (its length, its language), or name other columns under among.',
  'model/drift-reference-constant': 'Use psi or ks for this column, or name other columns under among.',
  'model/drift-column-unfit': 'Choose a measure for columns of this kind, or name other columns under among.',
}

const lookAtColumn =
  'Find out what changed: the population, a unit, an upstream step. Then train on newer data, or widen the limit with a reason.'
const remedies: Readonly<Record<DriftMeasure, string>> = {
  psi: lookAtColumn,
  'jensen-shannon': lookAtColumn,
  wasserstein: lookAtColumn,
  ks: lookAtColumn,
  'chi-square': lookAtColumn,
  'total-variation': lookAtColumn,
  'missing-rate': 'Find the step that loses the values, or that began to fill them in.',
  'new-categories': 'Train on data that has the new categories, or map them to known ones.',
}
