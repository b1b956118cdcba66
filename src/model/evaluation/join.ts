import type {PredictionsConfig} from '../../config/validation-schema.ts'
import {formatCount} from '../../core/quantity.ts'
import {hashedName} from '../digest.ts'
import {type TextColumn, textAt} from '../readers/columns.ts'
import type {TextIndex} from '../readers/text-index.ts'
import type {CheckedFile} from './checked-file.ts'
import {type DataProblem, problem} from './problem.ts'
import {reorderTable} from './reorder.ts'
import type {Side} from './side.ts'
import {isTruth, truthProblems} from './truth.ts'

/** The baseline in the order of the candidate's rows; null without one, and where the files are not of the same rows. */
export function joinFiles(
  ours: CheckedFile,
  theirs: CheckedFile | null,
  {columns}: PredictionsConfig,
): {side: Side | null; problems: readonly DataProblem[]} {
  if (ours.keys === null || theirs === null || theirs.keys === null || theirs.index === null) {
    return {side: null, problems: []}
  }
  const join = joinKeys(ours.keys, theirs.keys, theirs.index)
  if (join.kind === 'differs') return {side: null, problems: [join.problem]}
  const {side} = theirs
  const table = join.order === null ? side.table : reorderTable(side.table, join.order, columns.id)
  const label = ours.side.table.columns.get(columns.label)
  const theirLabel = table.columns.get(columns.label)
  const problems = isTruth(label) && isTruth(theirLabel) ? truthProblems(label, theirLabel) : []
  return {side: problems.length > 0 ? null : {...side, table}, problems}
}

type Join =
  /** `order[row]` is the baseline's row of the candidate's row; null where the files have the same order. */
  | {readonly kind: 'joined'; readonly order: Int32Array | null}
  | {readonly kind: 'differs'; readonly problem: DataProblem}

/** Finds the baseline's row of each row of the candidate. Both sides must have exactly the same rows, each once. */
function joinKeys(candidate: TextColumn, baseline: TextColumn, index: TextIndex): Join {
  const count = rowsOf(candidate)
  const theirCount = rowsOf(baseline)
  const order = new Int32Array(count)
  const found = new Uint8Array(theirCount)
  const examples: string[] = []
  let onlyCandidate = 0
  let sameOrder = count === theirCount
  for (let row = 0; row < count; row++) {
    const theirs = index.find(candidate, row)
    order[row] = theirs
    if (theirs !== row) sameOrder = false
    if (theirs >= 0) found[theirs] = 1
    else if (++onlyCandidate <= 3) examples.push(textAt(candidate, row))
  }
  const onlyBaseline = theirCount - (count - onlyCandidate)
  if (onlyCandidate === 0 && onlyBaseline === 0) return {kind: 'joined', order: sameOrder ? null : order}
  for (let row = 0; row < theirCount && examples.length < 3; row++) {
    if (found[row] === 0) examples.push(textAt(baseline, row))
  }
  const what = `${onlyIn([
    [onlyCandidate, 'candidate'],
    [onlyBaseline, 'baseline'],
  ])} (sha256 of some: ${examples.map(hashedName).join(', ')}).`
  const common = count - onlyCandidate
  const remedy = common > 0 ? sameRows : noneCommon(candidate, index)
  return {kind: 'differs', problem: problem('error', 'both', 'model/ids-differ', what, remedy)}
}

const sameRows = 'Let both models predict exactly the same rows.'

/** `101 ids stand only in the baseline’s file`: what the sides lack of each other, without the side that lacks nothing. */
function onlyIn(sides: readonly (readonly [count: number, side: string])[]): string {
  return sides
    .filter(([count]) => count > 0)
    .map(
      ([count, side]) => `${formatCount(count)} ${count === 1 ? 'id stands' : 'ids stand'} only in the ${side}’s file`,
    )
    .join(', and ')
}

/** No id at all stands in both files: other rows, or the same ids as another tool writes them. */
function noneCommon(candidate: TextColumn, index: TextIndex): string {
  const first = textAt(candidate, 0)
  if (!spellings(first).some(text => index.find(oneText(text), 0) >= 0)) {
    return `No id stands in both files: are they of one evaluation set? ${sameRows}`
  }
  return `The same ids are written in another way, as 7 and 7.0 are: write them alike. ${sameRows}`
}

/** How another tool may have written an id: as a float, padded, in other letters. */
function spellings(id: string): string[] {
  return [`${id}.0`, id.replace(/\.0+$/, ''), id.trim(), id.replace(/^0+(?=.)/, ''), id.toLowerCase(), id.toUpperCase()]
}

function oneText(text: string): TextColumn {
  const bytes = new TextEncoder().encode(text)
  return {kind: 'text', bytes, offsets: Uint32Array.of(0, bytes.length), empty: 0}
}

function rowsOf(column: TextColumn): number {
  return column.offsets.length - 1
}
