import type {ErrorObject} from 'ajv/dist/2020.js'
import type {JsonRecord} from '../readers/records.ts'
import type {CompiledSchema} from './compile.ts'
import type {RowShape} from './row-shape.ts'

/** How rows break a contract: counted by place in the schema, and never with a value of a row. */
export interface Violations {
  readonly rows: number
  /** Rows that have nothing of what the contract names: of them it says nothing. */
  readonly silent: number
  /** Rows that break it anywhere. */
  readonly broken: number
  /** The kinds that most rows have, at most ten. */
  readonly kinds: readonly ViolationKind[]
  /** How many kinds there are in all. */
  readonly allKinds: number
}

export interface ViolationKind {
  /** Where the schema says so: `#/properties/age/minimum`. */
  readonly place: string
  readonly keyword: string
  readonly rows: number
}

export interface ViolationCounter {
  count(record: JsonRecord): void
  result(): Violations
}

const shownKinds = 10
/** Keys of rows can be places too; a file full of new ones must not fill the memory. */
const countedKinds = 10_000

export function countViolations(schema: CompiledSchema, shape: RowShape): ViolationCounter {
  const kinds = new Map<string, {place: string; keyword: string; rows: number}>()
  let rows = 0
  let silent = 0
  let broken = 0
  return {
    count: record => {
      rows++
      if (!shape.speaksOf(record)) silent++
      const errors = schema.errors(shape.valueOf(record))
      if (errors.length === 0) return
      broken++
      // Each kind once a row: a list of a thousand bad entries is one bad row.
      for (const [place, keyword] of new Map(outermost(errors).map(error => [placeOf(error), error.keyword]))) {
        const kind = kinds.get(place)
        if (kind) kind.rows++
        else if (kinds.size < countedKinds) kinds.set(place, {place, keyword, rows: 1})
      }
    },
    result: () => {
      const sorted = [...kinds.values()].sort((a, b) => b.rows - a.rows || (a.place < b.place ? -1 : 1))
      return {rows, silent, broken, kinds: sorted.slice(0, shownKinds), allKinds: sorted.length}
    },
  }
}

/** Where no branch of an anyOf fits, that is the news; why each of them does not fit is noise. */
function outermost(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({keyword}) => keyword === 'anyOf' || keyword === 'oneOf')
  if (choices.length === 0) return errors
  return errors.filter(({schemaPath}) => !choices.some(choice => schemaPath.startsWith(`${choice.schemaPath}/`)))
}

/**
 * The place in the schema and not in the row: keys of maps may be names of customers. Of what is required the name is the
 * schema's; a column that is too much is named at the top only, where it is a column of the file.
 */
function placeOf({schemaPath, keyword, params, instancePath}: ErrorObject): string {
  const place = schemaPath.replace(/^contract#/, '#')
  if (keyword === 'required') return `${place}: ${String(params.missingProperty)}`
  if (keyword === 'additionalProperties' && instancePath === '') {
    return `${place}: ${String(params.additionalProperty).slice(0, 60)}`
  }
  return place
}
