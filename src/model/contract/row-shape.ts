import type {ColumnsConfig} from '../../config/validation-schema.ts'
import type {JsonRecord} from '../readers/records.ts'
import {propertyIn} from './compare/children.ts'
import {allows, type Located, listBelow, resolve} from './compare/located.ts'
import type {Contract} from './contract.ts'
import {isSchemaObject} from './schema.ts'

export interface RowSource {
  /** `request`: rows of an evaluation set, in which roles stand beside what was asked. `response`: beside what was answered. `itself`: rows that are nothing else. */
  readonly of: 'request' | 'response' | 'itself'
  /** Roles that an evaluation adds to a request or response. */
  readonly roles: ReadonlySet<string>
  /** Formats with columns have no way to leave a value out: null stands for both. */
  readonly tabular: boolean
  /** The column of a contract that speaks of one value without a name; null where nobody names it. */
  readonly valueColumn: string | null
}

export interface RowShape {
  /** What of a record is held against the contract. */
  valueOf(record: JsonRecord): unknown
  /** Whether a record has anything that the contract names. */
  speaksOf(record: JsonRecord): boolean
}

export function rowShape(contract: Contract, root: Located, source: RowSource): RowShape {
  const {valueColumn} = source
  if (contract.rows === 'value') {
    return {
      valueOf: record => (valueColumn === null ? undefined : record[valueColumn]),
      speaksOf: record => valueColumn !== null && valueColumn in record,
    }
  }
  const properties = namedProperties(root, 0)
  const dropNull = new Set(
    [...properties]
      .filter(([, places]) => source.tabular && !places.some(at => allows(at, null)))
      .map(([name]) => name),
  )
  const onlyNamed = contract.rows === 'named' || source.of === 'response'
  const keep = (name: string) => properties.has(name) || !(onlyNamed || source.roles.has(name))
  return {
    valueOf: record =>
      Object.fromEntries(
        Object.entries(record).filter(([name, value]) => keep(name) && !(value === null && dropNull.has(name))),
      ),
    speaksOf: record => properties.size === 0 || Object.keys(record).some(name => properties.has(name)),
  }
}

/** Properties that a contract names at its top, behind references and in choices too. */
function namedProperties(at: Located, depth: number): ReadonlyMap<string, readonly Located[]> {
  const found = new Map<string, readonly Located[]>()
  const {schema} = at
  if (!isSchemaObject(schema) || depth > 20) return found
  const add = (name: string, places: readonly Located[]) => found.set(name, [...(found.get(name) ?? []), ...places])
  for (const name of Object.keys(isSchemaObject(schema.properties) ? schema.properties : {})) {
    add(name, propertyIn(at, name))
  }
  const target = typeof schema.$ref === 'string' ? resolve(at, schema.$ref) : null
  const others = ['allOf', 'anyOf', 'oneOf'].flatMap(keyword => listBelow(at, keyword))
  for (const other of target ? [target, ...others] : others) {
    for (const [name, places] of namedProperties(other, depth + 1)) add(name, places)
  }
  return found
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
