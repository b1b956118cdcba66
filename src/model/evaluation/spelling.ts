/** One class written in two ways ("1" and "1.0", "Bad" and "bad ") would count as two, and every answer as wrong. */
import {type DataProblem, problem, quoted} from './problem.ts'

/** Names of classes that stand somewhere: in the labels of the candidate, in its predictions, in the config. */
export interface NamesIn {
  /** `the labels of the candidate’s file` */
  readonly where: string
  readonly side: DataProblem['side']
  readonly names: readonly string[]
}

/**
 * Names that differ in their letters and not in their meaning, over all places in the given order. The later place is
 * at fault. Spellings that `declared` (the classes of the config) lists side by side are different classes.
 */
export function spellingProblems(places: readonly NamesIn[], declared: readonly string[]): DataProblem[] {
  const seen = new Map<string, {name: string; where: string}>()
  for (const name of declared) {
    const key = meaningOf(name)
    if (!seen.has(key)) seen.set(key, {name, where: 'the config'})
  }
  const exact = new Set(declared)
  return places.flatMap(({where, side, names}) => {
    const clashes: string[] = []
    for (const name of names) {
      if (exact.has(name)) continue
      const key = meaningOf(name)
      const other = seen.get(key)
      if (other === undefined) seen.set(key, {name, where})
      else if (other.name !== name) clashes.push(`${quoted(name)} for ${quoted(other.name)} of ${other.where}`)
    }
    if (clashes.length === 0) return []
    const more = clashes.length > 3 ? ` and ${clashes.length - 3} more` : ''
    const what = `A class is written in two ways in ${where}: ${clashes.slice(0, 3).join(', ')}${more}.`
    const remedy =
      'Write each class alike everywhere ("1", "1.0" and "true" are three classes); list them under validation.predictions.classes where they really differ.'
    return [problem('error', side, 'model/class-spelled-differently', what, remedy)]
  })
}

/** The name of `known` that means the same as `name` without being it. */
export function otherSpelling(name: string, known: readonly string[]): string | undefined {
  const meaning = meaningOf(name)
  return known.find(each => each !== name && meaningOf(each) === meaning)
}

/**
 * What a name of a class means, whoever wrote it: letters without case, width and outer spaces; numbers by their value;
 * true and false as the 1 and 0 that they become.
 */
export function meaningOf(name: string): string {
  const word = name.normalize('NFKC').trim().toLowerCase()
  if (word === 'true') return '1'
  if (word === 'false') return '0'
  // Beyond 15 digits two different numbers can have one value.
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/.test(word) && word.length <= 15
  return isNumber ? String(Number(word)) : word
}
