import type {Outcomes} from './outcomes.ts'
import {type DataProblem, problem, type SideName} from './problem.ts'

/** What the rows say of both models; null where a problem says why not. */
export interface Answers<T extends Outcomes = Outcomes> {
  readonly candidate: T | null
  readonly baseline: T | null
  readonly problems: readonly DataProblem[]
}

/** Two models that agree to the last digit are usually one model. `what` they share: `score`, `answer`. */
export function identicalAnswers(what: string): DataProblem {
  return problem(
    'warn',
    'both',
    'model/predictions-identical',
    `Candidate and baseline give exactly the same ${what} on every row.`,
    'Check that the two files come from two models.',
  )
}

/** @param answer what every row gets, in words */
export function oneClassPredicted(side: SideName, answer: string): DataProblem {
  return problem(
    'warn',
    side,
    'model/one-class-predicted',
    `The ${side} gives every row the same answer, ${answer}.`,
    'Check the threshold and the score column; such a model can still have a high accuracy.',
  )
}

export function sameValues(
  a: Float64Array | Int32Array | Uint8Array | null,
  b: Float64Array | Int32Array | Uint8Array | null,
): boolean {
  if (a === null || b === null) return a === b
  if (a.length !== b.length) return false
  for (let row = 0; row < a.length; row++) if (a[row] !== b[row]) return false
  return true
}
