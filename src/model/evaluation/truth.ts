/** The truth does not depend on the model: both files must say the same of each row. */
import {assertNever} from '../../core/assert.ts'
import type {CategoryColumn, Column, ListColumn} from '../readers/columns.ts'
import {type DataProblem, problem, quoted, rows} from './problem.ts'
import type {TruthColumn} from './row-digest.ts'
import {meaningOf} from './spelling.ts'

export function isTruth(column: Column | undefined): column is TruthColumn {
  return column?.kind === 'category' || column?.kind === 'number' || column?.kind === 'list'
}

/** Holds the baseline's labels against the candidate's; both in the same order of rows. */
export function truthProblems(ours: TruthColumn, theirs: TruthColumn): DataProblem[] {
  const {count, spelling} = differences(ours, theirs)
  if (count === 0) return []
  if (spelling !== null) {
    const [a, b] = spelling
    const what = `The labels of the two files are the same in other spellings on ${rows(count)}: ${quoted(b)} in the baseline’s file is ${quoted(a)} in the candidate’s.`
    const remedy = 'Write each class alike in both files ("1", "1.0" and "true" are three classes).'
    return [problem('error', 'both', 'model/class-spelled-differently', what, remedy)]
  }
  const what = `The label in the baseline’s file is another than in the candidate’s on ${rows(count)}.`
  const remedy = 'The truth does not depend on the model: write both files from the same evaluation set.'
  return [problem('error', 'both', 'model/labels-differ', what, remedy)]
}

interface Differences {
  readonly count: number
  /** Two spellings of one class, where every difference is one of spelling. */
  readonly spelling: readonly [ours: string, theirs: string] | null
}

function differences(ours: TruthColumn, theirs: TruthColumn): Differences {
  switch (ours.kind) {
    case 'category':
      return theirs.kind === 'category' ? differentClasses(ours, theirs) : {count: ours.codes.length, spelling: null}
    case 'number':
      return {
        count: theirs.kind === 'number' ? differentNumbers(ours.values, theirs.values) : ours.values.length,
        spelling: null,
      }
    case 'list':
      return {count: theirs.kind === 'list' ? differentLists(ours, theirs) : ours.offsets.length - 1, spelling: null}
    default:
      return assertNever(ours)
  }
}

function differentClasses(ours: CategoryColumn, theirs: CategoryColumn): Differences {
  const codeOf = new Map(ours.names.map((name, code) => [name, code]))
  const ourCode = Int32Array.from(theirs.names, name => codeOf.get(name) ?? -1)
  const ourMeaning = ours.names.map(meaningOf)
  const theirMeaning = theirs.names.map(meaningOf)
  let count = 0
  let onlySpelling = true
  let example: readonly [string, string] | null = null
  for (let row = 0; row < ours.codes.length; row++) {
    const our = ours.codes[row] ?? 0
    const their = theirs.codes[row] ?? 0
    if (ourCode[their] === our) continue
    count++
    if (!onlySpelling) continue
    // A name that both files have is not another spelling of a second one.
    onlySpelling = ourCode[their] === -1 && ourMeaning[our] === theirMeaning[their]
    example ??= [ours.names[our] ?? '', theirs.names[their] ?? '']
  }
  return {count, spelling: onlySpelling ? example : null}
}

/** Equal up to what 32-bit floats keep of a number: one file may have been written from them. */
function differentNumbers(ours: Float64Array, theirs: Float64Array): number {
  let count = 0
  for (let row = 0; row < ours.length; row++) {
    const a = ours[row] ?? 0
    const b = theirs[row] ?? 0
    if (a !== b && !(Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b)))) count++
  }
  return count
}

/** As sets: neither order nor repetition says anything. */
function differentLists(ours: ListColumn, theirs: ListColumn): number {
  const codeOf = new Map(ours.names.map((name, code) => [name, code]))
  const ourCode = Int32Array.from(theirs.names, name => codeOf.get(name) ?? -1)
  const length = ours.offsets.length - 1
  let count = 0
  /** Last row, counted from 1, that has a class in our list, and in theirs: no set is made for a row. */
  const inOurs = new Int32Array(ours.names.length)
  const inTheirs = new Int32Array(ours.names.length)
  for (let row = 1; row <= length; row++) {
    for (let at = ours.offsets[row - 1] ?? 0; at < (ours.offsets[row] ?? 0); at++) inOurs[ours.codes[at] ?? 0] = row
    let differs = false
    for (let at = theirs.offsets[row - 1] ?? 0; at < (theirs.offsets[row] ?? 0); at++) {
      const code = ourCode[theirs.codes[at] ?? 0] ?? -1
      if (code === -1 || inOurs[code] !== row) differs = true
      else inTheirs[code] = row
    }
    for (let at = ours.offsets[row - 1] ?? 0; at < (ours.offsets[row] ?? 0); at++) {
      if (inTheirs[ours.codes[at] ?? 0] !== row) differs = true
    }
    if (differs) count++
  }
  return count
}
