import type {DriftGate, DriftMeasure} from '../../config/model-gate-schema.ts'
import {assertNever} from '../../core/assert.ts'
import type {ReasonCode} from '../../core/finding.ts'
import {formatCount} from '../../core/quantity.ts'
import {countCategories, countNumbers} from './cells.ts'
import {
  type Chance,
  chanceOfCounts,
  chanceOfKolmogorovSmirnov,
  chanceOfNewCategories,
  chanceOfShares,
  chanceOfWasserstein,
} from './chance.ts'
import {type CellCounts, type CountDistance, chiSquare, distanceOf} from './distances.ts'
import {kolmogorovSmirnov, standardDeviation, wasserstein} from './sorted-distances.ts'
import {asNumbers, maxWords, type NumberValues, type Values, type WordValues} from './values.ts'

/** How far one column of the judged data lies from the reference's, beside what chance alone would show. */
export interface ColumnDrift {
  readonly kind: 'measured'
  readonly effect: number
  readonly chance: Chance
  /** Rows with a value, of each side. Of missing-rate: all rows. */
  readonly rows: number
  readonly referenceRows: number
  /** Bins or categories that were compared, after rare ones were joined; null where the measure has none. */
  readonly cells: number | null
  /** chi-square only: the statistic and its p-value. */
  readonly test: {readonly statistic: number; readonly p: number} | null
}

/** Why a column has no drift. */
export interface NoDrift {
  readonly kind: 'none'
  /** `unfit`: the measure does not ask for columns of this kind. `error`: the data is not what it should be. */
  readonly because: 'unfit' | 'error'
  readonly reason: ReasonCode
  /** Ends the sentence "The column ...". */
  readonly what: string
}

type DriftQuestion = Pick<DriftGate, 'drift' | 'bins' | 'binning'>

export function driftOfColumn(
  question: DriftQuestion,
  judged: Values,
  reference: Values,
  seed: number,
): ColumnDrift | NoDrift {
  const {drift} = question
  if (drift === 'missing-rate') return missingRate(judged, reference)
  const empty = withoutValues(judged, reference)
  if (empty) return empty
  if (judged.kind === 'too-many-words' || reference.kind === 'too-many-words') return tooManyWords
  switch (drift) {
    case 'new-categories':
      return newCategories(judged, reference)
    case 'ks':
    case 'wasserstein':
      return ofNumbers(drift, judged, reference, seed)
    case 'psi':
    case 'jensen-shannon':
    case 'total-variation':
    case 'chi-square':
      return ofCells(drift, question, judged, reference, seed)
    default:
      return assertNever(drift)
  }
}

function missingRate(judged: Values, reference: Values): ColumnDrift {
  const {rows, missing} = judged
  const there = reference.missing / reference.rows
  return {
    kind: 'measured',
    effect: Math.abs(missing / rows - there),
    chance: chanceOfShares(missing + reference.missing, reference.rows, rows),
    rows,
    referenceRows: reference.rows,
    cells: null,
    test: null,
  }
}

function withoutValues(judged: Values, reference: Values): NoDrift | null {
  const sides = [
    ...(judged.missing === judged.rows ? ['the judged data'] : []),
    ...(reference.missing === reference.rows ? ['the reference'] : []),
  ]
  if (sides.length === 0) return null
  return error('model/drift-column-empty', `has no value at all in ${sides.join(' and ')}`)
}

const tooManyWords = error(
  'model/drift-too-many-categories',
  `has more than ${formatCount(maxWords)} distinct texts: these are no categories`,
)

function newCategories(judged: Values, reference: Values): ColumnDrift | NoDrift {
  if (judged.kind !== 'words' || reference.kind !== 'words') {
    if (judged.kind === reference.kind) return unfit('holds numbers, and new-categories asks about categories')
    const [here, there] = [asWords(judged), asWords(reference)]
    return here && there ? newCategories(here, there) : kindsDiffer(judged, reference)
  }
  if (judged.several || reference.several) return unfit('holds lists, and new-categories asks about one category a row')
  let unseen = 0
  for (const [word, count] of judged.counts) if (!reference.counts.has(word)) unseen += count
  let seenOnce = 0
  for (const count of reference.counts.values()) if (count === 1) seenOnce++
  return {
    kind: 'measured',
    effect: unseen / judged.present,
    chance: chanceOfNewCategories({seenOnce, n: reference.present}, unseen, judged.present),
    rows: judged.present,
    referenceRows: reference.present,
    cells: reference.counts.size,
    test: null,
  }
}

/** Only words stand for categories; numbers on one side mean that the kinds differ. */
function asWords(values: Values): WordValues | null {
  return values.kind === 'words' ? values : null
}

function ofNumbers(
  measure: 'ks' | 'wasserstein',
  judged: Values,
  reference: Values,
  seed: number,
): ColumnDrift | NoDrift {
  const [here, there] = [asNumbers(judged), asNumbers(reference)]
  if (!here || !there) {
    return judged.kind === reference.kind
      ? unfit(`holds words, and ${measure} asks about numbers`)
      : kindsDiffer(judged, reference)
  }
  const bad = notFinite(here, there) ?? tooLarge(here, there)
  if (bad) return bad
  const sizes = {kind: 'measured', rows: here.sorted.length, referenceRows: there.sorted.length, cells: null} as const
  if (measure === 'ks') {
    const effect = kolmogorovSmirnov(there.sorted, here.sorted)
    return {...sizes, effect, chance: chanceOfKolmogorovSmirnov(sizes.referenceRows, sizes.rows), test: null}
  }
  const distance = wasserstein(there.sorted, here.sorted)
  if (distance === 0) return {...sizes, effect: 0, chance: noChance, test: null}
  const unit = standardDeviation(there.sorted)
  if (unit === 0) {
    return error(
      'model/drift-reference-constant',
      'has one value in all rows of the reference: its standard deviation is 0, and wasserstein has no unit',
    )
  }
  const chance = chanceOfWasserstein(there.sorted, here.sorted, {unit, seed})
  return {...sizes, effect: distance / unit, chance, test: null}
}

const noChance: Chance = {upper: 0, mean: null, meanSquare: 0}

function ofCells(
  measure: CountDistance,
  {bins, binning}: DriftQuestion,
  judged: Values,
  reference: Values,
  seed: number,
): ColumnDrift | NoDrift {
  if (judged.kind === 'words' && reference.kind === 'words') {
    if (judged.several || reference.several) return unfit(`holds lists, and ${measure} asks about one value a row`)
    const counts = countCategories(reference.counts, judged.counts)
    return measured(measure, counts, {rows: judged.present, referenceRows: reference.present, seed})
  }
  const [here, there] = [asNumbers(judged), asNumbers(reference)]
  if (!here || !there) return kindsDiffer(judged, reference)
  const bad = notFinite(here, there) ?? tooLarge(here, there)
  if (bad) return bad
  const counts = countNumbers(there.sorted, here.sorted, {bins, binning})
  return measured(measure, counts, {rows: here.sorted.length, referenceRows: there.sorted.length, seed})
}

function measured(
  measure: CountDistance,
  counts: CellCounts,
  {rows, referenceRows, seed}: {rows: number; referenceRows: number; seed: number},
): ColumnDrift {
  const effect = distanceOf(measure, counts)
  return {
    kind: 'measured',
    effect,
    chance: chanceOfCounts(measure, counts, seed),
    rows,
    referenceRows,
    cells: counts.reference.length,
    test: measure === 'chi-square' ? chiSquare(counts) : null,
  }
}

function notFinite(judged: NumberValues, reference: NumberValues): NoDrift | null {
  const count = judged.unusable + reference.unusable
  if (count === 0) return null
  return error(
    'model/drift-not-finite',
    `has ${formatCount(count)} ${count === 1 ? 'cell that is' : 'cells that are'} infinite, or text among numbers`,
  )
}

/** Differences and squares of larger numbers, added up over rows, are beyond a double: everything would seem alike. */
const largest = 1e150

function tooLarge(judged: NumberValues, reference: NumberValues): NoDrift | null {
  const ends = [judged, reference].flatMap(({sorted}) => [sorted[0] ?? 0, sorted.at(-1) ?? 0])
  if (ends.every(end => Math.abs(end) <= largest)) return null
  return error('model/drift-number-too-large', 'has numbers beyond 1e150: do they stand for a missing value?')
}

function kindsDiffer(judged: Values, reference: Values): NoDrift {
  return error(
    'model/drift-kinds-differ',
    `holds ${kindOf(judged)} in the judged data and ${kindOf(reference)} in the reference`,
  )
}

function kindOf(values: Values): string {
  switch (values.kind) {
    case 'numbers':
      return 'numbers'
    case 'words':
      return values.several ? 'lists' : 'words'
    case 'too-many-words':
      return 'texts'
  }
}

function error(reason: ReasonCode, what: string): NoDrift {
  return {kind: 'none', because: 'error', reason, what}
}

function unfit(what: string): NoDrift {
  return {kind: 'none', because: 'unfit', reason: 'model/drift-column-unfit', what}
}

/** What the number is, for the report: measures of the same name differ from tool to tool. */
export const conventions: Readonly<Record<DriftMeasure, string>> = {
  psi: 'natural logarithm; cells with fewer than 5 reference rows joined; a cell empty on one side counts as half a row',
  'jensen-shannon': 'distance (square root of the divergence), base e, at most 0.8326, as in scipy',
  wasserstein: 'first Wasserstein distance over the standard deviation of the reference (divisor n)',
  ks: 'Kolmogorov-Smirnov’s D of two samples',
  'chi-square': 'Cramér’s V of Pearson’s statistic without continuity correction',
  'total-variation': 'half the sum of the differences of shares',
  'missing-rate': 'difference of the shares of missing values, whatever its sign',
  'new-categories': 'share of rows whose category the reference does not have',
}
