/** What the config says of the columns, held against itself: whatever the files hold, this can be no evaluation. */
import type {ColumnsConfig, PredictionsConfig} from '../../config/validation-schema.ts'
import {answerColumns, type Task} from '../../core/metric-catalog.ts'
import {type DataProblem, problem, quoted} from './problem.ts'
import {type Role, rolesOf} from './roles.ts'

/** Columns that only some tasks have, and what to name instead. */
const ownTasks: readonly {key: keyof ColumnsConfig; tasks: readonly Task[]; instead: string}[] = [
  {
    key: 'prediction',
    tasks: ['binary', 'multiclass', 'multilabel', 'regression', 'text'],
    instead: 'Name the column by which documents are ordered under columns.score.',
  },
  {
    key: 'score',
    tasks: ['binary', 'ranking'],
    instead: 'Name one column for each class under columns.scores, or the predicted value under columns.prediction.',
  },
  {
    key: 'scores',
    tasks: ['multiclass', 'multilabel'],
    instead: 'Name the probability of the positive class under columns.score, or say task: multiclass.',
  },
  {key: 'quantiles', tasks: ['regression'], instead: 'Remove it, or say task: regression.'},
  {key: 'interval', tasks: ['regression'], instead: 'Remove it, or say task: regression.'},
  {
    key: 'query',
    tasks: ['ranking', 'text'],
    instead: 'Name what comes and goes together under columns.cluster, or say task: ranking.',
  },
  {key: 'correct', tasks: ['text'], instead: 'Remove it, or say task: text.'},
]

/** Every contradiction between task, classes and columns. */
export function contradictions(task: Task, config: PredictionsConfig): DataProblem[] {
  return [
    ...foreignKeys(task, config),
    ...missingKeys(task, config),
    ...classNames(task, config),
    ...quantileLevels(task, config),
    ...sharedColumns(rolesOf(task, config)),
  ]
}

function foreignKeys(task: Task, config: PredictionsConfig): DataProblem[] {
  const foreign = (key: string, remedy: string) =>
    error('model/role-contradicts-task', `The config names ${key}, which ${task} predictions do not have.`, remedy)
  return [
    ...ownTasks
      .filter(({key, tasks}) => config.columns[key] !== undefined && !tasks.includes(task))
      .map(({key, instead}) => foreign(`columns.${key}`, instead)),
    ...(config.positive !== undefined && task !== 'binary'
      ? [foreign('positive', 'Remove it, or say task: binary.')]
      : []),
    ...(config.classes !== undefined && !hasClasses(task)
      ? [foreign('classes', 'Remove it, or name another task.')]
      : []),
  ]
}

function missingKeys(task: Task, {columns, positive}: PredictionsConfig): DataProblem[] {
  const problems: DataProblem[] = []
  const answers: readonly (keyof ColumnsConfig)[] = answerColumns[task]
  if (!answers.some(key => columns[key] !== undefined)) {
    const names = answers.map(key => `columns.${key}`)
    const what =
      task === 'binary'
        ? 'The config names neither a prediction column nor a score column.'
        : `The config names no column of what the model answers, which ${task} predictions have in ${names.join(' or ')}.`
    problems.push(error('model/no-answer-column', what, `Add ${names.join(' or ')}.`))
  }
  if (task === 'ranking' && columns.query === undefined) {
    const what = 'The config names no query column: documents are ranked within a query.'
    problems.push(error('model/no-query-column', what, 'Add columns.query.'))
  }
  if (task === 'binary' && positive === undefined) {
    const what = 'The config does not say which of the two classes is the positive one.'
    problems.push(error('model/no-positive-class', what, 'Add validation.predictions.positive.'))
  }
  return problems
}

function classNames(task: Task, {classes, positive, columns}: PredictionsConfig): DataProblem[] {
  if (classes === undefined || !hasClasses(task)) return []
  const problems: DataProblem[] = []
  const twice = classes.find((name, index) => classes.indexOf(name) !== index)
  if (twice !== undefined) {
    const what = `The config lists the class ${quoted(twice)} twice.`
    problems.push(error('model/class-listed-twice', what, 'List each class of validation.predictions.classes once.'))
  }
  if (task === 'binary' && positive !== undefined && (!classes.includes(positive) || new Set(classes).size !== 2)) {
    const what = `The config lists ${classes.length} classes, ${classes.map(quoted).join(', ')}, for the positive class ${quoted(positive)}.`
    const remedy = 'List exactly the positive class and the other one, or remove validation.predictions.classes.'
    problems.push(error('model/classes-contradict-positive', what, remedy))
  }
  if (columns.scores === undefined || task === 'binary') return problems
  const scored = Object.keys(columns.scores)
  const unscored = classes.filter(name => !scored.includes(name))
  if (unscored.length > 0) {
    const what = `The config names no score column for ${unscored.map(quoted).join(', ')}.`
    problems.push(error('model/class-without-score', what, 'Name one column for each class under columns.scores.'))
  }
  const unlisted = scored.filter(name => !classes.includes(name))
  if (unlisted.length > 0) {
    const what = `The config names a score column for ${unlisted.map(quoted).join(', ')}, which validation.predictions.classes does not list.`
    problems.push(error('model/score-of-unknown-class', what, 'Write classes alike in classes and columns.scores.'))
  }
  return problems
}

function quantileLevels(task: Task, {columns: {quantiles}}: PredictionsConfig): DataProblem[] {
  if (task !== 'regression' || quantiles === undefined) return []
  const levels = Object.keys(quantiles)
  const wrong = levels.filter(level => !(Number(level) > 0 && Number(level) < 1))
  const twice = levels.filter((level, index) => levels.findIndex(other => Number(other) === Number(level)) !== index)
  return [...wrong, ...twice].map(level => {
    const what = `The quantile level ${quoted(level)} is ${wrong.includes(level) ? 'not between 0 and 1' : 'named twice'}.`
    return error('model/quantile-level', what, 'Name each level of columns.quantiles once, such as "0.1" and "0.9".')
  })
}

/** Columns that two roles share although they exclude each other: a score that is the label is always right. */
function sharedColumns(roles: readonly Role[]): DataProblem[] {
  const shared = new Set<string>()
  roles.forEach((role, index) => {
    const earlier = roles.slice(0, index).filter(other => other.request.name === role.request.name)
    if (earlier.some(other => !canShare(other, role))) shared.add(role.request.name)
  })
  return [...shared].map(name => {
    const keys = roles.filter(({request}) => request.name === name).map(({key}) => key)
    const what = `The column ${quoted(name)} plays roles that exclude each other: ${keys.join(', ')}.`
    return error(
      'model/role-conflict',
      what,
      'Give each role under validation.predictions.columns a column of its own.',
    )
  })
}

/** Groups, clusters and queries may be the same column, and a class may be a group; a median may be the prediction. */
function canShare(a: Role, b: Role): boolean {
  if (a.request.kind !== b.request.kind || a.key === 'columns.id' || b.key === 'columns.id') return false
  if (a.kind === 'group' || b.kind === 'group') return a.request.kind === 'category'
  if (a.kind === 'row' && b.kind === 'row') return a.request.kind === 'category'
  return a.kind === 'answer' && b.kind === 'answer' && isValue(a) && isValue(b) && !sameScale(a, b)
}

/** What a regression answers: its prediction, a quantile, an end of its interval. */
function isValue({key}: Role): boolean {
  return key === 'columns.prediction' || key.startsWith('columns.quantiles.') || key.startsWith('columns.interval.')
}

/** Two quantiles, or the two ends of an interval, which cannot be one column. */
function sameScale(a: Role, b: Role): boolean {
  const scaleOf = ({key}: Role) => key.split('.')[1]
  return scaleOf(a) === scaleOf(b)
}

function hasClasses(task: Task): boolean {
  return task === 'binary' || task === 'multiclass' || task === 'multilabel'
}

function error(reason: DataProblem['reason'], what: string, remedy: string): DataProblem {
  return problem('error', 'both', reason, what, remedy)
}
