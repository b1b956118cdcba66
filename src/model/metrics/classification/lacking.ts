/** What rows or a question lack, in the words of the report. A class is named by a phrase: `the positive class`. */
import {type Undefined, unanswerable, undefinedBecause} from '../../inference/estimate.ts'

export const noRows = undefinedBecause('model/no-rows', 'There is no row to judge.')

export const noScores = unanswerable(
  'model/no-score-column',
  'The metric needs scores, and no score column is named in the config.',
)

export const oneClassOnly = undefinedBecause('model/one-class-only', 'All rows belong to one class.')

export const oneClassPredicted = undefinedBecause('model/one-class-predicted', 'Every row gets the same answer.')

export function noRowsOf(theClass: string): Undefined {
  return undefinedBecause('model/no-positive-rows', `No row belongs to ${theClass}.`)
}

export function noRowsOutside(theClass: string): Undefined {
  return undefinedBecause('model/no-negative-rows', `Every row belongs to ${theClass}.`)
}

export function nothingPredictedAs(theClass: string): Undefined {
  return undefinedBecause('model/nothing-predicted-positive', `No row is predicted to belong to ${theClass}.`)
}

export function neitherTrueNorPredicted(theClass: string): Undefined {
  return undefinedBecause(
    'model/no-positive-rows',
    `No row belongs to ${theClass}, and none is predicted to belong to it.`,
  )
}

/** A mean over classes would silently become a mean over fewer. */
export function classesWithoutRows(names: readonly string[]): Undefined {
  const listed = names.slice(0, 5).map(name => `"${name}"`)
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return undefinedBecause(
    'model/class-without-rows',
    `A mean over classes needs rows of each class and rows of others; this fails for ${listed.join(', ')}${more}.`,
  )
}

/** The same of resamples, where another class lacks rows each time. */
export const someClassWithoutRows = undefinedBecause('model/class-without-rows', 'A class has no row left.')

export function classNotKnown(name: string, classes: readonly string[]): Undefined {
  const known = classes.slice(0, 12).map(each => `"${each}"`)
  const more = classes.length > 12 ? ', …' : ''
  return unanswerable('model/class-not-known', `There is no class "${name}"; there are ${known.join(', ')}${more}.`)
}

/** Where the names of the two classes are not known. */
export const classOfBinary = unanswerable(
  'model/class-not-known',
  'A binary model is asked about its positive class: leave `class` out, or change `positive`.',
)

export const samplesOfOneLabel = unanswerable(
  'model/average-misplaced',
  'The average "samples" is over the labels of a row, and here each row has exactly one class.',
)

export const microOfPairs = unanswerable(
  'model/average-misplaced',
  'The average "micro" pools all classes against the rest; with pairs: one-vs-one there is macro or weighted.',
)

export const noRowOfSeveralLabels = undefinedBecause(
  'model/no-positive-rows',
  'No row has a label that its scores could be held against.',
)
