import {hashedName} from '../digest.ts'
import {type TextColumn, textAt} from '../readers/columns.ts'
import type {Keys} from './keys.ts'
import {type DataProblem, formatted, problem} from './problem.ts'

export type Join =
  /** `order[row]` is the baseline's row of the candidate's row; null where the files have the same order. */
  | {readonly kind: 'joined'; readonly order: Int32Array | null}
  | {readonly kind: 'differs'; readonly problems: readonly DataProblem[]}

/** Finds the baseline's row of each row of the candidate. Both sides must have exactly the same rows, each once. */
export function joinKeys(candidate: Keys, baseline: Keys): Join {
  const count = rowsOf(candidate.column)
  const theirCount = rowsOf(baseline.column)
  const order = new Int32Array(count)
  const found = new Uint8Array(theirCount)
  const examples: string[] = []
  let onlyCandidate = 0
  let sameOrder = count === theirCount
  for (let row = 0; row < count; row++) {
    const theirs = baseline.index.find(candidate.column, row)
    order[row] = theirs
    if (theirs !== row) sameOrder = false
    if (theirs >= 0) found[theirs] = 1
    else if (++onlyCandidate <= 3) examples.push(textAt(candidate.column, row))
  }
  const onlyBaseline = theirCount - (count - onlyCandidate)
  if (onlyCandidate === 0 && onlyBaseline === 0) return {kind: 'joined', order: sameOrder ? null : order}
  for (let row = 0; row < theirCount && examples.length < 3; row++) {
    if (found[row] === 0) examples.push(textAt(baseline.column, row))
  }
  const what = `${onlyIn([
    [onlyCandidate, 'candidate'],
    [onlyBaseline, 'baseline'],
  ])} (sha256 of some: ${examples.map(hashedName).join(', ')}).`
  return {
    kind: 'differs',
    problems: [problem('error', 'both', 'model/ids-differ', what, remedyOf(candidate, baseline, onlyCandidate))],
  }
}

/** `101 ids stand only in the baseline’s file`: what the sides lack of each other, without the side that lacks nothing. */
function onlyIn(sides: readonly (readonly [count: number, side: string])[]): string {
  return sides
    .filter(([count]) => count > 0)
    .map(([count, side]) => `${formatted(count)} ${count === 1 ? 'id stands' : 'ids stand'} only in the ${side}’s file`)
    .join(', and ')
}

function remedyOf({column}: Keys, {index}: Keys, onlyCandidate: number): string {
  const remedy = 'Let both models predict exactly the same rows.'
  if (onlyCandidate < rowsOf(column)) return remedy
  const first = textAt(column, 0)
  const other = spellings(first).find(text => index.find(oneText(text), 0) >= 0)
  if (other === undefined) return `No id stands in both files: are they of one evaluation set? ${remedy}`
  return `The same ids are written in another way, as 7 and 7.0 are: write them alike. ${remedy}`
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
