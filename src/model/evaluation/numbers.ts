import type {NumberColumn} from '../readers/columns.ts'
import {type DataProblem, problem, rows, type SideName} from './problem.ts'

/** What a column of numbers is to the rows: the stem of its reason codes, and how a sentence calls it. */
export interface NumberRole {
  readonly stem: 'label' | 'relevance' | 'prediction' | 'score' | 'weight'
  /** `score`, `quantile 0.9`. */
  readonly noun: string
}

/** Every cell that is no finite number, each kind of wrong counted by itself, and whole numbers that lost digits. */
export function numberProblems({flaws, rounded}: NumberColumn, role: NumberRole, side: SideName): DataProblem[] {
  const {stem, noun} = role
  const who = stem === 'prediction' || stem === 'score' ? `The ${side}` : `The ${side}’s file`
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a'
  const remedy = remedies[stem]
  const fail = (what: 'missing' | 'nan' | 'infinite' | 'not-a-number', text: string, advice = remedy) =>
    problem('error', side, `model/${stem}-${what}`, text, advice)
  const problems: DataProblem[] = []
  if (flaws.empty > 0) problems.push(fail('missing', `${who} has no ${noun} on ${rows(flaws.empty)}.`))
  if (flaws.nan > 0) problems.push(fail('nan', `${who} has NaN as ${noun} on ${rows(flaws.nan)}.`))
  if (flaws.infinite > 0) problems.push(fail('infinite', `${who} has an infinite ${noun} on ${rows(flaws.infinite)}.`))
  if (flaws.text > 0) {
    const what = `${who} has ${article} ${noun} that is no number on ${rows(flaws.text)}.`
    const advice = `Write each ${noun} as a decimal number, with a point and without quotes.`
    problems.push(fail('not-a-number', what, advice))
  }
  if (rounded > 0) {
    const what = `${who} has ${article} ${noun} beyond 2^53 on ${rows(rounded)}; a double rounds it.`
    const advice = 'Is the column an id? Such numbers cannot be told apart from their neighbours.'
    problems.push(problem('warn', side, 'model/number-rounded', what, advice))
  }
  return problems
}

const remedies: Readonly<Record<NumberRole['stem'], string>> = {
  label: 'Remove rows whose truth is not known, from both files, or find it.',
  relevance: 'Write 0 for a document that nobody judged to be relevant, or remove it from both files.',
  prediction: 'A model that gives no value has failed on that row: find out why; do not drop the row.',
  score: 'A model that gives no score has failed on that row: find out why; do not drop the row.',
  weight: 'Write a weight on every row: 1 where it counts once, 0 where it does not count.',
}

export function isConstant(values: Float64Array | Int32Array | Uint8Array): boolean {
  const first = values[0]
  for (let row = 1; row < values.length; row++) if (values[row] !== first) return false
  return true
}
