import type {ColumnsConfig} from '../../config/validation-schema.ts'
import type {JsonRecord} from '../readers/records.ts'
import type {CompiledSchema} from './compile.ts'
import type {Contract} from './contract.ts'
import {isSchemaObject, type Schema, step} from './schema.ts'

export interface RowSource {
  /** Roles that an evaluation adds to a request or response; empty for rows that the gate itself names. */
  readonly roles: ReadonlySet<string>
  /** Formats with columns have no way to leave a value out: null stands for both. */
  readonly tabular: boolean
  /** The column of a contract that speaks of one value without a name; null where nobody names it. */
  readonly valueColumn: string | null
}

/** What of a record is held against the contract. */
export function rowShape(
  contract: Contract,
  compiled: CompiledSchema,
  source: RowSource,
): (record: JsonRecord) => unknown {
  const {valueColumn} = source
  if (contract.rows === 'value') return record => (valueColumn === null ? record : record[valueColumn])
  const named = new Set(propertyNames(contract.schema))
  const dropNull = source.tabular
    ? new Set([...named].filter(name => !compiled.allows(step('', 'properties', name), null)))
    : new Set<string>()
  const keep = (name: string) => named.has(name) || (contract.rows === 'whole' && !source.roles.has(name))
  return record =>
    Object.fromEntries(
      Object.entries(record).filter(([name, value]) => keep(name) && !(value === null && dropNull.has(name))),
    )
}

function propertyNames(schema: Schema): readonly string[] {
  return isSchemaObject(schema) && isSchemaObject(schema.properties) ? Object.keys(schema.properties) : []
}

/** All columns that play a role in the predictions. */
export function roleColumns(columns: ColumnsConfig | undefined): ReadonlySet<string> {
  if (columns === undefined) return new Set()
  const {id, label, prediction, score, weight, cluster, query, timestamp, correct, scores, quantiles, interval} =
    columns
  const single = [
    id,
    label,
    prediction,
    score,
    weight,
    cluster,
    query,
    timestamp,
    correct,
    interval?.low,
    interval?.high,
  ]
  return new Set([
    ...single.filter(name => name !== undefined),
    ...Object.values(scores ?? {}),
    ...Object.values(quantiles ?? {}),
  ])
}
