/** Rules within one of `environments`: looks that come in time, guards with names of their own, templates that tell releases apart. */
import {formatDuration} from '../core/quantity.ts'
import type {Facts} from './facts.ts'
import {nearest} from './nearest.ts'
import type {Problem} from './problem.ts'
import {isMapping} from './shape.ts'
import type {Path} from './yaml-source.ts'

export function environmentRules(facts: Facts): readonly Problem[] {
  return facts
    .entries(['environments'])
    .flatMap(({path}) => [
      ...reservedName(facts, path),
      ...templates(facts, path),
      ...looks(facts, [...path, 'rollout']),
      ...guardNames(facts, [...path, 'rollout']),
    ])
}

/** Ledgers are kept beside the evidence, each under the name of its environment: these two must not share a place. */
function reservedName({nameProblem}: Facts, path: Path): Problem[] {
  if (path.at(-1) !== 'evidence') return []
  const hint =
    'Under slipway/<service>/evidence the evidence of the service is kept; call the environment by where it runs.'
  return [nameProblem(path, 'another name', hint)]
}

/** Without its placeholder a template does the same for both releases: a canary would be judged by the stable one's numbers. */
const placeholders: readonly (readonly [section: string, kind: string, key: string, word: string])[] = [
  ['telemetry', 'scrape', 'url', 'version'],
  ['target', 'local', 'start', 'port'],
  ['target', 'command', 'deploy', 'version'],
  ['target', 'command', 'set-weight', 'weight'],
  ['target', 'command', 'promote', 'version'],
  ['target', 'command', 'restore', 'version'],
]

function templates({raw, entries, problem}: Facts, environment: Path): Problem[] {
  return placeholders.flatMap(([section, kind, key, word]) => {
    const path = [...environment, section, key]
    const texts = entries(path)
    if (raw([...environment, section, 'kind']) !== kind || texts.length === 0) return []
    // Each page is read by itself; the arguments of a program are read together.
    const units = key === 'url' ? texts : [{path, value: texts.map(({value}) => String(value)).join(' ')}]
    return units
      .filter(({value}) => !String(value).includes(`{${word}}`))
      .map(({path, value}) => {
        const near = [...String(value).matchAll(/\{(\w+)\}/g)].find(([, found]) => nearest(found ?? '', [word]))
        return problem(path, `{${word}} in it`, near && `Did you mean {${word}} instead of ${near[0]}?`)
      })
  })
}

/** A stage shorter than the time between two looks is never judged; a rollout that waits for its next look is not stale. */
function looks({raw, parsed, entries, problem}: Facts, rollout: Path): Problem[] {
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
      problem(
        path,
        `at least the tick (${formatDuration(tick)})`,
        'A stage shorter than one look is never judged: make it longer, or the tick shorter.',
      ),
    )
  const byDefault = raw(stages) === undefined ? parsed(stages) : undefined
  if (Array.isArray(byDefault) && byDefault.some(stage => isMapping(stage) && Number(stage.for) < tick)) {
    const hint = 'Without stages of its own the file has the default ones: name longer stages, or a shorter tick.'
    problems.push(problem(tickPath, 'at most the shortest stage', hint))
  }
  const stalePath = [...rollout, 'stale-after']
  const stale = parsed(stalePath)
  if (typeof stale === 'number' && stale <= tick) {
    const hint = 'A rollout that waits for its next tick is not stale.'
    problems.push(problem(stalePath, `more than the tick (${formatDuration(tick)})`, hint))
  }
  return problems
}

function guardNames({raw, entries, problem}: Facts, rollout: Path): Problem[] {
  const names = new Set<string>()
  return entries([...rollout, 'guards']).flatMap(({path}) => {
    const name = raw([...path, 'name'])
    if (typeof name !== 'string') return []
    if (names.has(name)) return [problem([...path, 'name'], 'a name that no other guard has')]
    names.add(name)
    return []
  })
}
