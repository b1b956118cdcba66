/** Rules within `validation`: gates that ask for columns, and limits that say the opposite of what was meant. */
import {
  answerColumns,
  isMetricName,
  type MetricName,
  metricEntry,
  metricParameters,
  type Task,
  tasks,
} from '../core/metric-catalog.ts'
import type {Facts} from './facts.ts'
import {describePath, type Problem} from './problem.ts'
import {isMapping} from './shape.ts'
import type {Path} from './yaml-source.ts'

const predictions = ['validation', 'predictions']
const columns = [...predictions, 'columns']

export function validationRules(facts: Facts): readonly Problem[] {
  return [
    ...fairnessGroups(facts),
    ...fairnessLimits(facts),
    ...sliceNames(facts),
    ...metricQuestions(facts),
    ...metricLimits(facts),
    ...taskSaid(facts),
    ...predictedBy(facts),
    ...baselineFile(facts),
    ...reportedFrom(facts),
  ]
}

function fairnessGroups({raw, entries, problem}: Facts): Problem[] {
  const groups = entries([...columns, 'groups']).map(({value}) => value)
  return entries(['validation', 'gates']).flatMap(({path}) => {
    if (raw([...path, 'fairness']) === undefined) return []
    const by = raw([...path, 'by'])
    const asked: readonly {path: Path; value: unknown}[] = Array.isArray(by)
      ? entries([...path, 'by'])
      : [{path: [...path, 'by'], value: by}]
    return asked.flatMap(({path, value}) => {
      if (typeof value !== 'string' || groups.includes(value)) return []
      const hint = `Add "${value}" to ${describePath([...columns, 'groups'])}, or name a column that stands there.`
      return [problem(path, 'a column of columns.groups', hint)]
    })
  })
}

/** A ratio that is at most something, or a difference that is at least something, rewards what it should forbid. */
function fairnessLimits({raw, entries, problem}: Facts): Problem[] {
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const measure = raw([...path, 'fairness'])
    if (typeof measure !== 'string') return []
    const isRatio = measure.endsWith('-ratio')
    const wrongWay = [...path, isRatio ? 'at-most' : 'at-least']
    if (typeof raw(wrongWay) !== 'number') return []
    const expected = isRatio ? 'at-least: a ratio nearer to 1 is fairer' : 'at-most: a smaller difference is fairer'
    return [problem(wrongWay, expected, 'The limit as it stands would stop a fairer model.')]
  })
}

function sliceNames({raw, entries, problem}: Facts): Problem[] {
  const groups = entries([...columns, 'groups']).map(({value}) => value)
  const slices = entries(['validation', 'slices']).map(({path}) => raw([...path, 'name']))
  return entries(['validation', 'gates']).flatMap(({path}) =>
    entries([...path, 'in-each']).flatMap(({path, value}) => {
      const asked = Array.isArray(value) ? entries(path) : [{path, value}]
      const known = Array.isArray(value) ? groups : [...groups, ...slices]
      return asked.flatMap(({path, value}) => {
        if (typeof value !== 'string' || known.includes(value)) return []
        const hint = `Add "${value}" to ${describePath([...columns, 'groups'])}, or declare a slice of that name.`
        return [problem(path, 'a column of columns.groups, or the name of a slice', hint)]
      })
    }),
  )
}

/** What stands beside the name of a metric must be something that this metric can be asked with. */
function metricQuestions(facts: Facts): Problem[] {
  const {raw, problem} = facts
  const task = taskOf(facts)
  return metricGates(facts).flatMap(({path, metric}) => {
    const {tasks: speaksOf, parameters, needs = []} = metricEntry(metric)
    const given = metricParameters.filter(parameter => raw([...path, parameter]) !== undefined)
    const strange = given
      .filter(parameter => !parameters.includes(parameter))
      .map(parameter => problem([...path, parameter], `no ${parameter}: ${metric} is not asked with it`))
    const missing = needs
      .filter(parameter => raw([...path, parameter]) === undefined)
      .map(parameter => problem([...path, parameter], `${parameter}, which ${metric} needs`))
    const misplaced =
      task === null || speaksOf.includes(task)
        ? []
        : [
            problem(
              [...path, 'metric'],
              `a metric of ${task} predictions`,
              `${metric} speaks of ${speaksOf.join(', ')}.`,
            ),
          ]
    return [...misplaced, ...strange, ...missing]
  })
}

/** A limit that can never fail, or always does, is a slip of the pen: 85 for 0.85, a floor where less is better. */
function metricLimits(facts: Facts): Problem[] {
  return metricGates(facts).flatMap(({path, metric}) => [
    ...wrongWay(facts, path, metric),
    ...outOfRange(facts, path, metric),
  ])
}

function wrongWay({raw, problem}: Facts, path: Path, metric: MetricName): Problem[] {
  const {better} = metricEntry(metric)
  if (better === 'neither') {
    const comparing = (['may-lose', 'must-gain'] as const).filter(key => raw([...path, key]) !== undefined)
    const expected = `at-least and at-most: neither more nor less ${metric} is better by itself`
    return comparing.map(key => problem([...path, key], expected))
  }
  const limit = [...path, better === 'less' ? 'at-least' : 'at-most']
  if (typeof raw(limit) !== 'number') return []
  const expected = better === 'less' ? `at-most: less ${metric} is better` : `at-least: more ${metric} is better`
  return [problem(limit, expected, 'The limit as it stands would stop a better model and let a worse one through.')]
}

function outOfRange({raw, problem}: Facts, path: Path, metric: MetricName): Problem[] {
  const [lowest, highest] = metricEntry(metric).range
  return (['at-least', 'at-most', 'may-lose', 'must-gain'] as const).flatMap(key => {
    const limit = raw([...path, key])
    const isMargin = key === 'may-lose' || key === 'must-gain'
    const [low, high] = isMargin ? [0, highest - lowest] : [lowest, highest]
    if (typeof limit !== 'number' || (limit >= low && limit <= high)) return []
    const hint = highest === 1 && limit > 1 && limit <= 100 ? `Did you mean ${limit / 100}?` : undefined
    return [problem([...path, key], `${rangeText(low, high)}, as ${metric} is one`, hint)]
  })
}

function rangeText(low: number, high: number): string {
  if (low === 0 && high === 1) return 'a fraction from 0 to 1'
  if (!Number.isFinite(high)) return Number.isFinite(low) ? `a number from ${low}` : 'a number'
  return Number.isFinite(low) ? `a number from ${low} to ${high}` : `a number up to ${high}`
}

/** What the model does follows from `positive`, or is said. */
function taskSaid(facts: Facts): Problem[] {
  const {raw, problem} = facts
  if (!isMapping(raw(predictions))) return []
  const task = raw([...predictions, 'task'])
  const positive = raw([...predictions, 'positive'])
  if (task === undefined && positive === undefined) {
    const hint = `Add positive: the class that counts as positive. Or task: ${tasks.filter(each => each !== 'binary').join(', ')}.`
    return [problem([...predictions, 'positive'], 'positive, or task', hint)]
  }
  if (task === 'binary' && positive === undefined) {
    return [problem([...predictions, 'positive'], 'positive: the class that counts as positive')]
  }
  if (taskOf(facts) === 'binary' || positive === undefined) return []
  return [problem([...predictions, 'positive'], `no positive class: ${String(task)} predictions have none`)]
}

function predictedBy(facts: Facts): Problem[] {
  const {raw, problem} = facts
  if (!isMapping(raw(predictions))) return []
  const given = raw(columns) ?? {}
  const task = taskOf(facts)
  if (!isMapping(given) || task === null) return []
  const possible: readonly string[] = answerColumns[task]
  const problems =
    task === 'ranking' && given.query === undefined
      ? [problem([...columns, 'query'], 'query: documents are ranked within one', 'Name the column of the query.')]
      : []
  if (possible.some(key => given[key] !== undefined)) return problems
  const hint =
    task === 'binary'
      ? 'Name the column of the predicted class, or of the probability of the positive class.'
      : `Name the column of what the model answers: ${possible.join(' or ')}.`
  const expected = task === 'binary' ? 'score, or prediction beside it' : possible.join(', or ')
  return [
    problem([...columns, possible.includes('score') ? 'score' : (possible[0] ?? 'prediction')], expected, hint),
    ...problems,
  ]
}

function baselineFile({raw, problem}: Facts): Problem[] {
  if (raw([...predictions, 'baseline-file']) === undefined || raw([...predictions, 'baseline']) === 'production')
    return []
  const hint = 'It says where the predictions of the release in production lie; any other baseline is a file by itself.'
  return [problem([...predictions, 'baseline-file'], 'no baseline-file without `baseline: production`', hint)]
}

function reportedFrom({raw, entries, problem}: Facts): Problem[] {
  if (raw(['validation', 'metrics']) !== undefined) return []
  return entries(['validation', 'gates']).flatMap(({path}) => {
    if (raw([...path, 'reported']) === undefined) return []
    return [problem([...path, 'reported'], 'validation.metrics, the file that reports it', 'Add validation.metrics.')]
  })
}

function metricGates({raw, entries}: Facts): readonly {readonly path: Path; readonly metric: MetricName}[] {
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const metric = raw([...path, 'metric'])
    return typeof metric === 'string' && isMetricName(metric) ? [{path, metric}] : []
  })
}

function taskOf({raw}: Facts): Task | null {
  const said = raw([...predictions, 'task'])
  const known = tasks.find(task => task === said)
  if (known !== undefined) return known
  return said === undefined && raw([...predictions, 'positive']) !== undefined ? 'binary' : null
}
