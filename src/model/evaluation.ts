import type {ReasonCode} from '../core/finding.ts'
import {hashedName} from './digest.ts'
import type {PredictionsConfig} from './gather.ts'
import type {Answers, Positive} from './metrics/answers.ts'
import type {CategoryColumn, Column, Table} from './readers/columns.ts'

/** The rows of an evaluation set in the form that metrics need, all in the order of the candidate's file. */
export interface Evaluation {
  readonly rows: number
  /** True classes, by falling number of rows. */
  readonly classes: readonly string[]
  readonly positive: Positive
  readonly candidate: Answers
  /** Null where there is no baseline, or where it cannot be used: then a problem says so. */
  readonly baseline: Answers | null
  readonly groups: ReadonlyMap<string, CategoryColumn>
}

/** Something about the data that a person must know. `severity` is the verdict that it leads to. */
export interface DataProblem {
  readonly severity: 'error' | 'inconclusive' | 'warn'
  readonly side: 'candidate' | 'baseline' | 'both'
  readonly reason: ReasonCode
  readonly what: string
  readonly remedy: string
}

/**
 * Checks the two tables against the roles of the config and joins them by id. Every problem is listed, not the first.
 * `evaluation` is null where the candidate's rows cannot be judged at all.
 */
export function buildEvaluation(
  candidate: Table,
  baseline: Table | null,
  config: PredictionsConfig,
): {evaluation: Evaluation | null; problems: readonly DataProblem[]} {
  const roles = rolesProblems(config)
  if (roles.length > 0) return {evaluation: null, problems: roles}

  const ours = readSide(candidate, 'candidate', config)
  const theirs = baseline && readSide(baseline, 'baseline', config)
  if (ours.kind === 'unusable') {
    return {evaluation: null, problems: [...ours.problems, ...(theirs?.problems ?? [])]}
  }
  const truth = readTruth(ours.side, config)
  if (truth.positive === null) {
    return {evaluation: null, problems: [...ours.problems, ...truth.problems, ...(theirs?.problems ?? [])]}
  }
  const answers = readAnswers(ours.side, ours.side.label, truth.positive, config, 'candidate')
  const joined = theirs?.kind === 'usable' ? joinBaseline(ours.side, theirs.side) : null
  const compared =
    joined?.kind === 'joined' ? readAnswers(joined.side, ours.side.label, truth.positive, config, 'baseline') : null

  const problems = [
    ...ours.problems,
    ...truth.problems,
    ...answers.problems,
    ...(theirs?.problems ?? []),
    ...(joined?.kind === 'differs' ? joined.problems : []),
    ...(compared?.problems ?? []),
    ...(compared?.answers && answers.answers ? sameAnswers(answers.answers, compared.answers) : []),
  ]
  if (!answers.answers) return {evaluation: null, problems}
  const evaluation = {
    rows: ours.side.ids.length,
    classes: truth.classes,
    positive: truth.positive,
    candidate: answers.answers,
    baseline: compared?.answers ?? null,
    groups: ours.side.groups,
  }
  return {evaluation, problems}
}

/** One file's columns by role, checked cell by cell. */
interface Side {
  readonly ids: readonly string[]
  readonly label: CategoryColumn
  readonly prediction: CategoryColumn | null
  readonly scores: Float64Array | null
  readonly groups: ReadonlyMap<string, CategoryColumn>
}

type SideAnswer =
  | {readonly kind: 'usable'; readonly side: Side; readonly problems: readonly DataProblem[]}
  | {readonly kind: 'unusable'; readonly problems: readonly DataProblem[]}

type SideName = 'candidate' | 'baseline'

function rolesProblems({columns}: PredictionsConfig): DataProblem[] {
  const {id, label, prediction, score, groups} = columns
  const problem = (reason: ReasonCode, what: string, remedy: string): DataProblem => ({
    severity: 'error',
    side: 'both',
    reason,
    what,
    remedy,
  })
  if (prediction === undefined && score === undefined) {
    return [
      problem(
        'model/no-answer-column',
        'The config names neither a prediction column nor a score column.',
        'Add columns.score or columns.prediction.',
      ),
    ]
  }
  const roles = [id, label, prediction, score].filter(name => name !== undefined)
  const twice =
    roles.find((name, index) => roles.indexOf(name) !== index) ?? groups.find(name => name === id || name === score)
  if (twice === undefined) return []
  return [
    problem(
      'model/role-conflict',
      `The column "${twice}" plays two roles that exclude each other.`,
      'Give each role under validation.predictions.columns a column of its own.',
    ),
  ]
}

function readSide(table: Table, name: SideName, config: PredictionsConfig): SideAnswer {
  const {id, label, prediction, score, groups} = config.columns
  const problems: DataProblem[] = []
  const fail = (reason: ReasonCode, what: string, remedy: string) =>
    problems.push({severity: 'error', side: name, reason, what, remedy})

  if (table.rows === 0) {
    fail('model/no-rows', `The ${name}’s file has a header and no row.`, 'Write one row for each evaluated example.')
    return {kind: 'unusable', problems}
  }
  const asked = [id, label, prediction, score, ...(name === 'candidate' ? groups : [])]
  for (const column of asked) {
    if (column !== undefined && !table.columns.has(column))
      fail('model/column-missing', ...missingColumn(column, name, table))
  }
  if (problems.length > 0) return {kind: 'unusable', problems}

  const ids = pick(table, id, 'text').values
  const labels = pick(table, label, 'category')
  const predictions = prediction === undefined ? null : pick(table, prediction, 'category')
  const scores = score === undefined ? null : pick(table, score, 'number')

  const emptyIds = pick(table, id, 'text').empty
  if (emptyIds > 0) fail('model/id-missing', `${rows(emptyIds)} of the ${name} have no id.`, 'Give every row an id.')
  const twice = ids.length - new Set(ids).size - Math.max(0, emptyIds - 1)
  if (twice > 0) {
    fail(
      'model/duplicate-ids',
      `${rows(twice)} of the ${name} repeat an id that an earlier row has (${exampleOfTwice(ids)}).`,
      'One row for each id: rows are joined by it. Remove repeated rows, or build a unique id.',
    )
  }
  if (labels.empty > 0) {
    fail('model/label-missing', `${rows(labels.empty)} of the ${name} have no label.`, 'Remove them, or label them.')
  }
  if (predictions && predictions.empty > 0) {
    fail(
      'model/prediction-missing',
      `${rows(predictions.empty)} of the ${name} have no prediction.`,
      'A model that does not answer is wrong: write the class it would have served.',
    )
  }
  if (scores) problems.push(...scoreProblems(scores, name))
  if (problems.some(problem => problem.severity === 'error')) return {kind: 'unusable', problems}
  return {
    kind: 'usable',
    problems,
    side: {
      ids,
      label: labels,
      prediction: predictions,
      scores: scores?.values ?? null,
      groups: new Map(name === 'candidate' ? groups.map(group => [group, pick(table, group, 'category')]) : []),
    },
  }
}

function missingColumn(column: string, side: SideName, {header}: Table): [string, string] {
  const near = header.find(name => name.trim().toLowerCase() === column.trim().toLowerCase())
  const onlyOne = header.length === 1 && /[;\t|]/.test(header[0] ?? '')
  const remedy = onlyOne
    ? 'The header is not separated by commas: write the file with commas.'
    : near === undefined
      ? 'Name the column under validation.predictions.columns, or write it.'
      : `Did you mean "${near}"?`
  const seen = header.slice(0, 12).map(name => `"${name.slice(0, 40)}"`)
  return [`The ${side}’s file has no column "${column}"; it has ${seen.join(', ')}.`, remedy]
}

function scoreProblems({values, flaws}: Extract<Column, {kind: 'number'}>, side: SideName): DataProblem[] {
  const problem = (reason: ReasonCode, what: string, remedy: string): DataProblem => ({
    severity: 'error',
    side,
    reason,
    what,
    remedy,
  })
  const problems: DataProblem[] = []
  const remedy = 'A model that gives no score has failed on that row: find out why; do not drop the row.'
  if (flaws.empty > 0)
    problems.push(problem('model/score-missing', `${rows(flaws.empty)} of the ${side} have no score.`, remedy))
  if (flaws.nan > 0)
    problems.push(problem('model/score-nan', `${rows(flaws.nan)} of the ${side} have NaN as score.`, remedy))
  if (flaws.infinite > 0) {
    problems.push(
      problem('model/score-infinite', `${rows(flaws.infinite)} of the ${side} have an infinite score.`, remedy),
    )
  }
  if (flaws.text > 0) {
    const what = `${rows(flaws.text)} of the ${side} have a score that is no number.`
    problems.push(problem('model/score-not-a-number', what, 'Write scores as decimal numbers with a point.'))
  }
  const outside = values.reduce((count, value) => count + (value < 0 || value > 1 ? 1 : 0), 0)
  if (outside > 0) {
    const what = `${rows(outside)} of the ${side} have a score outside 0 to 1.`
    problems.push(
      problem(
        'model/score-out-of-range',
        what,
        'Write the probability of the positive class, not a logit or a margin.',
      ),
    )
  }
  if (problems.length === 0 && values.every(value => value === values[0])) {
    problems.push({
      severity: 'inconclusive',
      side,
      reason: 'model/score-constant',
      what: `Every row of the ${side} has the same score.`,
      remedy: 'A model that always answers the same is broken, or the column is the wrong one.',
    })
  }
  return problems
}

interface Truth {
  readonly classes: readonly string[]
  readonly positive: Positive | null
  readonly problems: readonly DataProblem[]
}

function readTruth({label, prediction}: Side, config: PredictionsConfig): Truth {
  const counts = new Array<number>(label.names.length).fill(0)
  for (const code of label.codes) counts[code] = (counts[code] ?? 0) + 1
  const classes = label.names
    .map((name, code) => ({name, count: counts[code] ?? 0}))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .map(({name}) => name)

  const error = (severity: 'error' | 'inconclusive', reason: ReasonCode, what: string, remedy: string) =>
    ({severity, side: 'both', reason, what, remedy}) satisfies DataProblem
  const positiveCode = label.names.indexOf(config.positive)
  if (positiveCode === -1) {
    const what = `No row has the positive class "${config.positive}"; the labels are ${listed(classes)}.`
    const remedy = 'Write validation.predictions.positive exactly as the label column does, or add positive rows.'
    return {classes, positive: null, problems: [error('error', 'model/positive-class-absent', what, remedy)]}
  }
  if (classes.length > 2 && prediction === null) {
    const what = `The label column has ${classes.length} classes; one score and a threshold can tell two.`
    const remedy = 'Add a prediction column.'
    return {classes, positive: null, problems: [error('error', 'model/more-than-two-classes', what, remedy)]}
  }
  const positive = Uint8Array.from(label.codes, code => (code === positiveCode ? 1 : 0))
  if (classes.length === 1) {
    const what = 'All rows belong to one class: nothing shows whether the model can tell two apart.'
    const remedy = 'Evaluate on rows of both classes.'
    return {classes, positive, problems: [error('inconclusive', 'model/one-class-only', what, remedy)]}
  }
  return {classes, positive, problems: []}
}

function readAnswers(
  side: Pick<Side, 'prediction' | 'scores'>,
  label: CategoryColumn,
  positive: Positive,
  config: PredictionsConfig,
  name: SideName,
): {answers: Answers | null; problems: readonly DataProblem[]} {
  const {prediction, scores} = side
  if (prediction === null) {
    const predictedPositive = Uint8Array.from(scores ?? [], score => (score >= config.threshold ? 1 : 0))
    const correct = predictedPositive.map((flag, row) => (flag === positive[row] ? 1 : 0))
    const answers = {correct, predictedPositive, scores}
    return {answers, problems: oneClassPredicted(predictedPositive, positive, name)}
  }
  // The two columns number their classes each in its own way.
  const labelCodeOf = prediction.names.map(each => label.names.indexOf(each))
  const positiveCode = prediction.names.indexOf(config.positive)
  const unknownRows = prediction.codes.reduce((count, code) => count + (labelCodeOf[code] === -1 ? 1 : 0), 0)
  if (unknownRows > 0 && label.names.length <= 2) {
    const unknown = prediction.names.filter((_, code) => labelCodeOf[code] === -1)
    const what = `${rows(unknownRows)} of the ${name} have a predicted class that no label has: ${listed(unknown)}.`
    const remedy = 'Write predictions with the same names as labels ("1", "1.0" and "true" are three classes).'
    return {answers: null, problems: [{severity: 'error', side: name, reason: 'model/unknown-class', what, remedy}]}
  }
  const predictedPositive = Uint8Array.from(prediction.codes, code => (code === positiveCode ? 1 : 0))
  const correct = Uint8Array.from(prediction.codes, (code, row) => (labelCodeOf[code] === label.codes[row] ? 1 : 0))
  const problems: DataProblem[] = [...oneClassPredicted(predictedPositive, positive, name)]
  if (unknownRows > 0) {
    problems.push({
      // A baseline that looks worse than it is makes any candidate pass.
      severity: name === 'baseline' ? 'inconclusive' : 'warn',
      side: name,
      reason: 'model/unknown-class',
      what: `${rows(unknownRows)} of the ${name} have a predicted class that no label has; they count as wrong.`,
      remedy: 'Check that predictions and labels write classes alike.',
    })
  }
  return {answers: {correct, predictedPositive, scores}, problems}
}

function oneClassPredicted(predicted: Uint8Array, positive: Positive, side: SideName): DataProblem[] {
  if (!predicted.every(flag => flag === predicted[0]) || positive.every(flag => flag === positive[0])) return []
  return [
    {
      severity: 'warn',
      side,
      reason: 'model/one-class-predicted',
      what: `The ${side} gives every row the same answer, ${predicted[0] === 1 ? 'positive' : 'not positive'}.`,
      remedy: 'Check the threshold and the score column; such a model can still have a high accuracy.',
    },
  ]
}

type Join =
  | {readonly kind: 'joined'; readonly side: Pick<Side, 'prediction' | 'scores'>}
  | {readonly kind: 'differs'; readonly problems: readonly DataProblem[]}

/** The baseline's columns in the order of the candidate's rows. */
function joinBaseline(candidate: Side, baseline: Side): Join {
  const rowOf = new Map(baseline.ids.map((id, row) => [id, row]))
  const order = new Int32Array(candidate.ids.length)
  const onlyCandidate: string[] = []
  candidate.ids.forEach((id, row) => {
    const found = rowOf.get(id)
    if (found === undefined) onlyCandidate.push(id)
    else order[row] = found
  })
  const onlyBaseline = baseline.ids.length - (candidate.ids.length - onlyCandidate.length)
  if (onlyCandidate.length > 0 || onlyBaseline > 0) {
    const known = new Set(candidate.ids)
    const examples = [...onlyCandidate, ...baseline.ids.filter(id => !known.has(id))].slice(0, 3).map(hashedName)
    return differs(
      'model/ids-differ',
      `${onlyCandidate.length} ids stand only in the candidate’s file and ${onlyBaseline} only in the baseline’s ` +
        `(sha256 of some: ${examples.join(', ')}).`,
      'Let both models predict exactly the same rows.',
    )
  }
  const baselineLabelOf = baseline.label.names.map(name => candidate.label.names.indexOf(name))
  const disagreeing = candidate.label.codes.reduce(
    (count, code, row) => count + (baselineLabelOf[baseline.label.codes[order[row] ?? 0] ?? 0] === code ? 0 : 1),
    0,
  )
  if (disagreeing > 0) {
    return differs(
      'model/labels-differ',
      `${rows(disagreeing)} have another label in the baseline’s file than in the candidate’s.`,
      'The truth does not depend on the model: write both files from the same evaluation set.',
    )
  }
  const {prediction, scores} = baseline
  return {
    kind: 'joined',
    side: {
      prediction: prediction && {...prediction, codes: order.map(row => prediction.codes[row] ?? 0)},
      scores: scores && Float64Array.from(order, row => scores[row] ?? Number.NaN),
    },
  }
}

function differs(reason: ReasonCode, what: string, remedy: string): Join {
  return {kind: 'differs', problems: [{severity: 'error', side: 'both', reason, what, remedy}]}
}

function sameAnswers(candidate: Answers, baseline: Answers): DataProblem[] {
  const {scores} = candidate
  if (!scores?.every((score, row) => score === baseline.scores?.[row])) return []
  return [
    {
      severity: 'warn',
      side: 'both',
      reason: 'model/predictions-identical',
      what: 'Candidate and baseline give exactly the same score on every row.',
      remedy: 'Check that the two files come from two models.',
    },
  ]
}

function pick<K extends Column['kind']>(table: Table, name: string, kind: K): Extract<Column, {kind: K}> {
  const column = table.columns.get(name)
  if (column && isKind(column, kind)) return column
  throw new Error(`column ${name} was not read as ${kind}`)
}

function isKind<K extends Column['kind']>(column: Column, kind: K): column is Extract<Column, {kind: K}> {
  return column.kind === kind
}

function exampleOfTwice(ids: readonly string[]): string {
  const seen = new Set<string>()
  const examples = new Set<string>()
  for (const id of ids) {
    if (seen.has(id) && id !== '') examples.add(hashedName(id))
    seen.add(id)
    if (examples.size === 3) break
  }
  return `sha256 of some: ${[...examples].join(', ')}`
}

function rows(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`
}

/** Class names, as far as a sentence can hold them. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name.slice(0, 40)}"`)
  return names.length > 5 ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ')
}
