/** From what stands in a file to a number, or to the reason why it is none. */
import {type Undefined, unanswerable, undefinedBecause} from '../inference/estimate.ts'
import type {Node} from './node.ts'

export interface NumberReading {
  readonly value: number | Undefined
  readonly note?: string
}

/** Null for a mapping or a list: those are no values. */
export function readNumber(node: Node): NumberReading | null {
  if (typeof node === 'number') return {value: finite(node)}
  if (typeof node === 'string') return readNumberText(node)
  if (typeof node === 'boolean') {
    return {value: unanswerable('model/reported-truth-value', 'the file says true or false, which is no number.')}
  }
  return node === null ? {value: absent('null')} : null
}

/** Numbers that were written as text are numbers; a unit or a sign that changes the meaning is not guessed away. */
export function readNumberText(text: string): NumberReading {
  const trimmed = text.trim()
  if (plainNumber.test(trimmed)) return {value: finite(Number(trimmed))}
  const word = trimmed.toLowerCase()
  const special = specialNumbers.get(word)
  if (special !== undefined) return {value: finite(special)}
  if (notAvailable.has(word)) return {value: absent(word === '' ? 'an empty text' : `"${word}"`)}
  const [, center, spread] = plusMinus.exec(trimmed) ?? []
  if (center !== undefined && spread !== undefined) {
    const note = `The file writes ± ${spread} beside it without saying what that is: it is not used.`
    return {value: finite(Number(center)), note}
  }
  if (percentage.test(trimmed)) {
    const what = 'the file writes it as a text with a percent sign, so that 5 and 0.05 could mean the same.'
    return {value: unanswerable('model/reported-percent', what)}
  }
  return {value: unanswerable('model/reported-not-a-number', 'the file has a text there, which is no number.')}
}

const number = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`
const plainNumber = new RegExp(`^${number}$`)
const plusMinus = new RegExp(`^(${number})\\s*(?:±|\\+/-|\\+-)\\s*(${number})$`)
const percentage = new RegExp(`^${number}\\s*%`)
const specialNumbers = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
])
const notAvailable = new Set(['', 'n/a', 'na', 'none', 'null', '-', '--', 'undefined', 'not available'])

function finite(value: number): number | Undefined {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value)
    ? undefinedBecause('model/reported-nan', 'the file says NaN: whoever computed it found no value.')
    : undefinedBecause(
        'model/reported-infinite',
        'the file says infinity: whoever computed it divided by zero or ran over.',
      )
}

function absent(seen: string): Undefined {
  return undefinedBecause('model/reported-not-available', `the file says ${seen} there: nothing was measured.`)
}
