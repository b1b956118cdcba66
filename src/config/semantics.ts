/**
 * What a schema cannot say: rules between two parts of the file. Each part is read by its own schema, so that a mistake
 * elsewhere hides none of these: all problems come at once.
 */
import * as z from 'zod'
import {formatDuration} from '../core/quantity.ts'
import {describePath, type Problem} from './problem.ts'
import {configSchema, metricNames} from './schema.ts'
import {describeSeen} from './seen.ts'
import {isMapping, stepInto} from './shape.ts'
import type {Path, YamlSource} from './yaml-source.ts'

/** Empty when the parts of the file fit each other. */
export function checkSemantics(source: YamlSource): readonly Problem[] {
  const facts = factsOf(source)
  return [
    ...fairnessGroups(facts),
    ...metricLimits(facts),
    ...predictedBy(facts),
    ...imageRules(facts),
    ...rollouts(facts),
  ]
}

/** A reader of single values: parsed where they are valid by themselves (with their defaults), undefined elsewhere. */
interface Facts {
  readonly source: YamlSource
  raw(path: Path): unknown
  parsed(path: Path): unknown
  entries(path: Path): readonly {readonly path: Path; readonly value: unknown}[]
}

function fairnessGroups({source, raw, entries}: Facts): Problem[] {
  const columns = ['validation', 'predictions', 'columns']
  const groups = entries([...columns, 'groups']).map(({value}) => value)
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const by = raw([...path, 'by'])
    if (typeof by !== 'string' || raw([...path, 'fairness']) === undefined || groups.includes(by)) return []
    const hint = `Add "${by}" to ${describePath([...columns, 'groups'])}, or name a column that stands there.`
    return [at(source, [...path, 'by'], by, 'a column of columns.groups', hint)]
  })
}

/** A limit that can never fail, or always does, is a slip of the pen: 85 for 0.85, a floor where less is better. */
function metricLimits({source, raw, entries}: Facts): Problem[] {
  return entries(['validation', 'gates']).flatMap(({path}) => {
    const metric = metricNames.find(name => name === raw([...path, 'metric']))
    if (metric === undefined) return []
    const lessIsBetter = metric === 'log-loss'
    const against = lessIsBetter ? 'at-least' : 'at-most'
    const limits = lessIsBetter ? [] : ['at-least', 'may-lose']
    const wrongWay = raw([...path, against])
    return [
      ...(typeof wrongWay === 'number'
        ? [
            at(
              source,
              [...path, against],
              wrongWay,
              lessIsBetter ? 'at-most: less log-loss is better' : `at-least: more ${metric} is better`,
              'The limit as it stands would stop a better model and let a worse one through.',
            ),
          ]
        : []),
      ...limits.flatMap(key => {
        const limit = raw([...path, key])
        if (typeof limit !== 'number' || (limit >= 0 && limit <= 1)) return []
        const hint = limit > 1 && limit <= 100 ? `Did you mean ${limit / 100}?` : undefined
        return [at(source, [...path, key], limit, `a fraction from 0 to 1, as ${metric} is one`, hint)]
      }),
    ]
  })
}

function predictedBy({source, raw}: Facts): Problem[] {
  const predictions = ['validation', 'predictions']
  const columns = [...predictions, 'columns']
  if (!isMapping(raw(predictions))) return []
  const given = raw(columns) ?? {}
  if (!isMapping(given) || given.prediction !== undefined || given.score !== undefined) return []
  const hint = 'Name the column of the predicted class, or of the probability of the positive class.'
  return [at(source, columns, undefined, 'columns.prediction or columns.score', hint)]
}

function imageRules({source, raw, entries}: Facts): Problem[] {
  const scanner = raw(['image', 'scanner'])
  const report = raw(['image', 'report'])
  const rules = entries(['image', 'gate']).filter(({value}) => isMapping(value))
  return [
    ...(scanner === 'report' && report === undefined
      ? [at(source, ['image', 'report'], undefined, 'the path of a Trivy JSON report, as scanner is report')]
      : []),
    ...rules.flatMap(({path, value}, index) => {
      const earlier = rules.slice(0, index).findIndex(rule => covers(rule.value, value))
      if (earlier < 0) return []
      const hint = `The first match decides, and gate[${earlier}] matches everything that this rule names.`
      return [at(source, path, value, 'a rule that can be reached', hint)]
    }),
  ]
}

/** Whether the conditions of `first` hold wherever those of `second` do. */
function covers(first: unknown, second: unknown): boolean {
  if (!isMapping(first) || !isMapping(second)) return false
  return ['severity', 'fixable'].every(key => first[key] === undefined || first[key] === second[key])
}

function rollouts(facts: Facts): Problem[] {
  return facts
    .entries(['environments'])
    .map(({path}) => [...path, 'rollout'])
    .flatMap(rollout => [...looks(facts, rollout), ...guardNames(facts, rollout)])
}

/** A stage shorter than the time between two looks is never judged; a rollout that waits for its next look is not stale. */
function looks({source, raw, parsed, entries}: Facts, rollout: Path): Problem[] {
  const tickPath = [...rollout, 'tick']
  const tick = parsed(tickPath)
  if (typeof tick !== 'number') return []
  const shorter = (path: Path) => {
    const durationMs = parsed(path)
    return typeof durationMs === 'number' && durationMs < tick
  }
  const stages = [...rollout, 'stages']
  const problems = entries(stages)
    .map(({path}) => [...path, 'for'])
    .filter(shorter)
    .map(path =>
      at(
        source,
        path,
        raw(path),
        `at least the tick (${formatDuration(tick)})`,
        'A stage shorter than one look is never judged: make it longer, or the tick shorter.',
      ),
    )
  const byDefault = raw(stages) === undefined ? parsed(stages) : undefined
  if (Array.isArray(byDefault) && byDefault.some(stage => isMapping(stage) && Number(stage.for) < tick)) {
    const hint = 'Without stages of its own the file has the default ones: name longer stages, or a shorter tick.'
    problems.push(at(source, tickPath, raw(tickPath), 'at most the shortest stage', hint))
  }
  const stalePath = [...rollout, 'stale-after']
  const stale = parsed(stalePath)
  if (typeof stale === 'number' && stale <= tick) {
    const hint = 'A rollout that waits for its next tick is not stale.'
    problems.push(at(source, stalePath, raw(stalePath), `more than the tick (${formatDuration(tick)})`, hint))
  }
  return problems
}

function guardNames({source, raw, entries}: Facts, rollout: Path): Problem[] {
  const names = new Set<string>()
  return entries([...rollout, 'guards']).flatMap(({path}) => {
    const name = raw([...path, 'name'])
    if (typeof name !== 'string') return []
    if (names.has(name)) return [at(source, [...path, 'name'], name, 'a name that no other guard has')]
    names.add(name)
    return []
  })
}

function at(source: YamlSource, path: Path, value: unknown, expected: string, hint?: string): Problem {
  return {
    path: describePath(path),
    ...source.place(path, value === undefined ? 'key' : 'value'),
    seen: describeSeen(value, path, source),
    expected,
    ...(hint === undefined ? {} : {hint}),
  }
}

function factsOf(source: YamlSource): Facts {
  const walk = (path: Path) => {
    let value = source.value
    let schema: unknown = configSchema
    for (const step of path) {
      schema = stepInto(schema, step, value)
      value = isMapping(value) || Array.isArray(value) ? Reflect.get(value, step) : undefined
    }
    return {schema, value}
  }
  const raw = (path: Path) => walk(path).value
  return {
    source,
    raw,
    parsed: path => {
      const {schema, value} = walk(path)
      return schema instanceof z.ZodType ? schema.safeParse(value).data : undefined
    },
    entries: path => {
      const value = raw(path)
      if (Array.isArray(value)) return value.map((each, index) => ({path: [...path, index], value: each}))
      return isMapping(value) ? Object.entries(value).map(([key, each]) => ({path: [...path, key], value: each})) : []
    },
  }
}
