import type {Evaluation} from '../../evaluation/evaluation.ts'
import {type Undefined, unanswerable} from '../../inference/estimate.ts'
import type {CategoryColumn} from '../../readers/columns.ts'

/** A column cut into parts: for each row which part it is in, or -1. */
export interface Coding {
  readonly column: string
  readonly codes: Int32Array
  /** `sex = f`, `amount <= 120`. */
  readonly conditions: readonly string[]
}

/** Most frequent values of a column that are looked at. */
export const mostValues = 200
/** A number column with no more distinct values is looked at value by value. */
const fewValues = 10

/**
 * The parts of the columns: each value of a category that has the support, each quarter and each half of a number column.
 * Cut points are quantiles of the column alone, chosen without a look at the loss.
 */
export function codingsOf(
  among: readonly string[],
  {groups, columns}: Pick<Evaluation, 'groups' | 'columns'>,
  minRows: number,
): readonly Coding[] | Undefined {
  const codings: Coding[] = []
  for (const name of among) {
    const column = groups.get(name) ?? columns.get(name)
    switch (column?.kind) {
      case 'category':
        codings.push(...byCategory(name, column, minRows))
        break
      case 'number':
        codings.push(...byQuantile(name, column.values, minRows))
        break
      case 'text':
      case 'list':
      case 'instant':
        return unanswerable(
          'model/segment-column-unfit',
          `"${name}" is a column of kind ${column.kind}: segments are made of categories and numbers.`,
        )
      case undefined: {
        const known = [...new Set([...groups.keys(), ...columns.keys()])].join(', ')
        return unanswerable(
          'model/segment-column-missing',
          `The gate looks among "${name}", which the data does not have (${known || 'no columns'}).`,
        )
      }
    }
  }
  return codings
}

/** A column that was read as categories and holds nothing but numbers, many of them, is a column of numbers. */
function byCategory(name: string, column: CategoryColumn, minRows: number): readonly Coding[] {
  const numbers = Float64Array.from(column.names, numberOf)
  const isNumeric = column.names.every((value, code) => value === '' || Number.isFinite(numbers[code]))
  if (!isNumeric || column.names.length <= fewValues + 1) return [byValue(name, column, minRows)]
  const values = new Float64Array(column.codes.length)
  for (let row = 0; row < values.length; row++) values[row] = numbers[column.codes[row] ?? 0] ?? Number.NaN
  return byQuantile(name, values, minRows)
}

/** Plain decimal notation alone: `0x1F` and ` 7` are names. */
function numberOf(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
}

function byValue(name: string, {codes, names}: CategoryColumn, minRows: number): Coding {
  const counts = new Int32Array(names.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    counts[code] = (counts[code] ?? 0) + 1
  }
  const kept = names
    .map((value, code) => ({value, code, rows: counts[code] ?? 0}))
    .filter(({rows}) => rows >= minRows)
    .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1))
    .slice(0, mostValues)
  const placeOf = new Int32Array(names.length).fill(-1)
  kept.forEach(({code}, place) => {
    placeOf[code] = place
  })
  return {
    column: name,
    codes: codes.map(code => placeOf[code] ?? -1),
    conditions: kept.map(({value}) => (value === '' ? `${name} has no value` : `${name} = ${value}`)),
  }
}

function byQuantile(name: string, values: Float64Array, minRows: number): readonly Coding[] {
  const present = values.filter(value => !Number.isNaN(value)).sort()
  const distinct = distinctOf(present)
  if (distinct.length <= fewValues) return [byValue(name, asCategory(values, distinct), minRows)]
  const round = rounding(quantile(present, 0.95) - quantile(present, 0.05))
  const quarters = [...new Set([0.25, 0.5, 0.75].map(share => round(quantile(present, share))))]
  const half = [round(quantile(present, 0.5))]
  return [quarters, half].map(cuts => byCuts(name, values, cuts))
}

function byCuts(column: string, values: Float64Array, cuts: readonly number[]): Coding {
  const codes = new Int32Array(values.length)
  const absent = cuts.length + 1
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN
    let part = 0
    while (part < cuts.length && value > (cuts[part] ?? 0)) part++
    codes[row] = Number.isNaN(value) ? absent : part
  }
  const parts = Array.from({length: cuts.length + 1}, (_, part) => {
    const [above, to] = [cuts[part - 1], cuts[part]]
    if (above === undefined) return `${column} <= ${to}`
    return to === undefined ? `${column} > ${above}` : `${above} < ${column} <= ${to}`
  })
  return {column, codes, conditions: [...parts, `${column} has no value`]}
}

function asCategory(values: Float64Array, distinct: readonly number[]): CategoryColumn {
  const codeOf = new Map(distinct.map((value, code) => [value, code]))
  const absent = distinct.length
  return {
    kind: 'category',
    codes: Int32Array.from(values, value => codeOf.get(value) ?? absent),
    names: [...distinct.map(String), ''],
    empty: 0,
  }
}

/** Cut points stand in the report: rounded to a hundredth of the column's spread, they are nobody's value. */
function rounding(spread: number): (value: number) => number {
  if (!(spread > 0)) return value => value
  const step = 10 ** Math.floor(Math.log10(spread / 50))
  return value => Number((Math.round(value / step) * step).toPrecision(12))
}

/** Distinct values of a sorted array, as far as it takes to see that they are many. */
function distinctOf(sorted: Float64Array): readonly number[] {
  const distinct: number[] = []
  for (let at = 0; at < sorted.length && distinct.length <= fewValues; at++) {
    const value = sorted[at] ?? 0
    if (value !== distinct.at(-1)) distinct.push(value)
  }
  return distinct
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}
