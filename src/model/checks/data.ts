import type {DataGate} from '../../config/model-gate-schema.ts'
import type {UserError} from '../../core/failure.ts'
import type {Finding, ReasonCode} from '../../core/finding.ts'
import type {DataFacts} from '../data/data-facts.ts'
import type {Gathered} from '../gather-fact.ts'
import {judgeColumns} from './data-columns.ts'
import {judgeReference, judgeUnique} from './data-keys.ts'
import {judgeMissing} from './data-missing.ts'
import {judgeRows} from './data-rows.ts'
import {judgeValues} from './data-values.ts'

const why = 'What a migration loses or changes unseen is found in production.'

/** One finding for each question of the gate. Nothing of it passes where a data set is absent or has no rows. */
export function judgeData(gate: DataGate, facts: DataFacts): Finding[] {
  const {fresh, old} = facts
  const unread = [
    ...(fresh.kind === 'missing' ? [unreadableData(gate, gate.data, fresh.failure)] : []),
    ...(old.kind === 'missing' ? [unreadableData(gate, gate.against, old.failure)] : []),
    ...unreadKeys(gate, facts),
  ]
  if (fresh.kind === 'missing' || old.kind === 'missing') return unread
  // Two copies may be equal byte for byte, and then nothing was lost; one path is one data set.
  if (gate.data === gate.against) return [...unread, sameData(gate)]
  const empty = [
    ...(fresh.value.table.rows === 0 ? [emptyData(gate, gate.data)] : []),
    ...(old.value.table.rows === 0 ? [emptyData(gate, gate.against)] : []),
  ]
  if (empty.length > 0) return [...unread, ...empty]

  const [now, before] = [fresh.value.table, old.value.table]
  const {keys, others} = facts
  const keyTable = keys?.kind === 'gathered' ? keys.value : null
  const missingMayGrow = gate['missing-may-grow']
  const within = gate['rows-within']
  const findings = [
    ...unread,
    ...(within === undefined ? [] : [judgeRows(now, before, within)]),
    ...(gate['same-columns'] ? [judgeColumns(now, before)] : []),
    ...(missingMayGrow === undefined ? [] : [judgeMissing(now, before, missingMayGrow)]),
    ...(keyTable === null ? [] : gate.unique.map(key => judgeUnique(keyTable, [key].flat()))),
    ...(keyTable === null
      ? []
      : gate.references.flatMap(reference => {
          const parent = others.get(reference.in)
          return parent?.kind === 'gathered' ? [judgeReference(keyTable, parent.value, reference)] : []
        })),
    ...gate['same-values'].map(column => judgeValues(now, before, column)),
  ]
  if (findings.length === 0) return [nothingAsked(gate)]
  return gate.name === undefined
    ? findings
    : findings.map(finding => ({...finding, subject: `${gate.name}: ${finding.subject}`}))
}

function unreadKeys(gate: DataGate, {fresh, keys, others}: DataFacts): Finding[] {
  const unread = (path: string, file: Gathered<unknown> | null) =>
    file?.kind === 'missing' ? [unreadableData(gate, path, file.failure)] : []
  return [
    // Where the data set itself could not be read, that is said already.
    ...(fresh.kind === 'missing' ? [] : unread(gate.data, keys)),
    ...[...others].flatMap(([path, file]) => unread(path, file)),
  ]
}

function unreadableData(gate: DataGate, path: string, failure: UserError): Finding {
  return {
    ...about(gate, 'model/data-readable', path),
    verdict: 'error',
    reason: failure.code === 'file/not-found' ? 'model/data-missing' : failure.code,
    what: failure.message.includes(path) ? failure.message : `${path}: ${failure.message}`,
    why,
    ...(failure.hint === undefined ? {} : {remedy: failure.hint}),
  }
}

function emptyData(gate: DataGate, path: string): Finding {
  return {
    ...about(gate, 'model/data-readable', path),
    verdict: 'error',
    reason: 'model/data-empty',
    what: `"${path}" has no row.`,
    why: 'Of no rows everything holds: unique keys, equal sums, no missing value.',
    remedy: 'Check the job that writes it.',
  }
}

function sameData(gate: DataGate): Finding {
  return {
    ...about(gate, 'model/data-readable', gate.data),
    verdict: 'error',
    reason: 'model/data-same',
    what: `The gate compares "${gate.data}" with itself.`,
    why: 'A data set that is compared with itself has lost nothing.',
    remedy: 'Name the data set that it was made from under against.',
  }
}

function nothingAsked(gate: DataGate): Finding {
  return {
    ...about(gate, 'model/data-readable', gate.data),
    verdict: 'error',
    reason: 'model/data-nothing-asked',
    what: 'The gate compares two data sets and asks nothing about them.',
    why: 'What nobody asks, nobody has shown.',
    remedy: 'Leave same-columns on, or ask for rows-within, missing-may-grow, unique, references or same-values.',
  }
}

function about(gate: DataGate, id: ReasonCode, path: string): Pick<Finding, 'id' | 'subject'> {
  return {id, subject: gate.name === undefined ? path : `${gate.name}: ${path}`}
}
