/** Rules within `validation`: gates that ask for columns, and limits that say the opposite of what was meant. */
import type {Facts} from './facts.ts'
import {describePath, type Problem} from './problem.ts'
import {metricNames} from './schema.ts'
import {isMapping} from './shape.ts'

const columns = ['validation', 'predictions', 'columns']

export function validationRules(facts: Facts): readonly Problem[] {
  return [...fairnessGroups(facts), ...metricLimits(facts), ...predictedBy(facts)]
}

function fairnessGroups({raw, entries, problem}: Facts): Problem[] {
  const groups = entries([...columns, 'groups']).map(({value}) => value)
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const by = raw([...path, 'by'])
    if (typeof by !== 'string' || raw([...path, 'fairness']) === undefined || groups.includes(by)) return []
    const hint = `Add "${by}" to ${describePath([...columns, 'groups'])}, or name a column that stands there.`
    return [problem([...path, 'by'], 'a column of columns.groups', hint)]
  })
}

/** A limit that can never fail, or always does, is a slip of the pen: 85 for 0.85, a floor where less is better. */
function metricLimits({raw, entries, problem}: Facts): Problem[] {
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const metric = metricNames.find(name => name === raw([...path, 'metric']))
    if (metric === undefined) return []
    const lessIsBetter = metric === 'log-loss'
    const wrongWay = [...path, lessIsBetter ? 'at-least' : 'at-most']
    const fractions = lessIsBetter ? [] : ['at-least', 'may-lose'].map(key => [...path, key])
    const problems = fractions.flatMap(limitPath => {
      const limit = raw(limitPath)
      if (typeof limit !== 'number' || (limit >= 0 && limit <= 1)) return []
      const hint = limit > 1 && limit <= 100 ? `Did you mean ${limit / 100}?` : undefined
      return [problem(limitPath, `a fraction from 0 to 1, as ${metric} is one`, hint)]
    })
    if (typeof raw(wrongWay) !== 'number') return problems
    const expected = lessIsBetter ? 'at-most: less log-loss is better' : `at-least: more ${metric} is better`
    const hint = 'The limit as it stands would stop a better model and let a worse one through.'
    return [problem(wrongWay, expected, hint), ...problems]
  })
}

function predictedBy({raw, problem}: Facts): Problem[] {
  if (!isMapping(raw(['validation', 'predictions']))) return []
  const given = raw(columns) ?? {}
  if (!isMapping(given) || given.prediction !== undefined || given.score !== undefined) return []
  const hint = 'Name the column of the predicted class, or of the probability of the positive class.'
  return [problem([...columns, 'score'], 'score, or prediction beside it', hint)]
}
