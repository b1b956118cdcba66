import {flagsOf} from '../../evaluation/class-names.ts'
import type {BinaryOutcomes, MulticlassOutcomes, MultilabelOutcomes} from '../../evaluation/outcomes.ts'
import type {Undefined} from '../../inference/estimate.ts'
import {columnAt} from './column-at.ts'
import {classNotKnown, classOfBinary} from './lacking.ts'

/** One class against all others: the form in which most metrics are defined. */
export interface OneClass {
  readonly kind: 'one-class'
  /** As a phrase: `the positive class`, `class "setosa"`. */
  readonly called: string
  readonly rows: number
  /** 1 where the row belongs to the class. */
  readonly truth: Uint8Array
  /** 1 where the model says so. */
  readonly predicted: Uint8Array
  readonly scores: Float64Array | null
}

export function positiveClass({rows, positive, predicted, scores}: BinaryOutcomes): OneClass {
  return {kind: 'one-class', called: 'the positive class', rows, truth: positive, predicted, scores}
}

/** The class of that name against the rest, or that there is none. */
export function oneClassOf(
  outcomes: BinaryOutcomes | MulticlassOutcomes | MultilabelOutcomes,
  name: string,
): OneClass | Undefined {
  if (outcomes.task === 'binary') return oneOfTwo(outcomes, name)
  const index = outcomes.classes.indexOf(name)
  return index === -1 ? classNotKnown(name, outcomes.classes) : classAt(outcomes, index)
}

function oneOfTwo(outcomes: BinaryOutcomes, name: string): OneClass | Undefined {
  const {names, rows, positive, predicted, scores} = outcomes
  if (names === undefined) return classOfBinary
  if (name === names.positive) return positiveClass(outcomes)
  if (name !== names.negative) return classNotKnown(name, [names.negative ?? [], names.positive].flat())
  return {
    kind: 'one-class',
    called: `class "${name}"`,
    rows,
    truth: positive.map(flag => 1 - flag),
    predicted: predicted.map(flag => 1 - flag),
    scores: scores === null ? null : scores.map(score => 1 - score),
  }
}

function classAt(outcomes: MulticlassOutcomes | MultilabelOutcomes, index: number): OneClass {
  const {rows, classes, scores} = outcomes
  return {
    kind: 'one-class',
    called: `class "${classes[index] ?? ''}"`,
    rows,
    truth: truthOf(outcomes, index),
    predicted: predictedAs(outcomes, index),
    scores: scores && columnAt(scores, index),
  }
}

/** 1 where the row belongs to the class of that index. */
export function truthOf(outcomes: MulticlassOutcomes | MultilabelOutcomes, index: number): Uint8Array {
  return outcomes.task === 'multiclass' ? flagsOf(outcomes.label, index) : columnAt(outcomes.labels, index)
}

function predictedAs(outcomes: MulticlassOutcomes | MultilabelOutcomes, index: number): Uint8Array {
  return outcomes.task === 'multiclass' ? flagsOf(outcomes.predicted, index) : columnAt(outcomes.predicted, index)
}

const twoClasses = new WeakMap<BinaryOutcomes, MulticlassOutcomes>()

/** The decisions of a binary model as those between two classes, for means over both. Made once for each model. */
export function asTwoClasses(outcomes: BinaryOutcomes): MulticlassOutcomes {
  const known = twoClasses.get(outcomes)
  if (known) return known
  const {rows, names, positive, predicted} = outcomes
  const made: MulticlassOutcomes = {
    task: 'multiclass',
    rows,
    classes: [names?.negative ?? 'not positive', names?.positive ?? 'positive'],
    label: new Int32Array(positive),
    predicted: new Int32Array(predicted),
    scores: null,
  }
  twoClasses.set(outcomes, made)
  return made
}

export function countOnes(flags: Uint8Array): number {
  let ones = 0
  for (let row = 0; row < flags.length; row++) ones += flags[row] ?? 0
  return ones
}
